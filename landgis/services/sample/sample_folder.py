"""What the folder of a generated sample says of itself: field names, ``layers.yaml``, and what was written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType

import shapely
import yaml
from shapely.geometry.base import BaseGeometry

from landgis.crs import WORKING, name_of
from landgis.domain.layer import Release
from landgis.domain.register import REGISTER_FACTS

DELIVERED_NAMES = {fact.name: fact.aliases[0] for fact in REGISTER_FACTS if fact.aliases} | {
    "parcel_id": "DKBM",
    "town_code": "XZQDM",
    "town_name": "XZQMC",
    "village_name": "CJMC",
}
"""Column of the ParcelFrame → field name that deliveries carry."""
_NOTE = "# 替代数据，非法定成果：随机生成，与真实地块、图层无关。 Generated stand-in data, no legal force.\n"


@dataclass(frozen=True)
class WrittenSample:
    """Where the sample went, and how much of what it holds."""

    folder: Path
    parcels: int
    planted: int
    features: dict[str, int]


def layers_yaml(
    stated: Mapping[str, tuple[str, Release, BaseGeometry]], meanings: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Return what ``layers.yaml`` says of generated layers.

    Parameters
    ----------
    stated
        Layer key → file, release and coverage (working CRS).
    meanings
        Of layers that are rasters, what the cells mean.
    """
    entries = {}
    for key, (file, release, coverage) in stated.items():
        entries[key] = {
            "file": file,
            "name": release.name,
            "title_zh": release.title_zh,
            "document_no": release.document_no,
            "issuing_body": release.issuing_body,
            "attribution": release.attribution,
            "issued_on": _iso(release.issued_on),
            "in_force_from": _iso(release.in_force_from),
            "expires_on": _iso(release.expires_on),
            "coverage": {
                "wkt": shapely.to_wkt(coverage, rounding_precision=3, trim=True),
                "crs": name_of(WORKING),
            },
        }
        if key in meanings:
            entries[key] |= {"meaning": meanings[key], "district": release.district}
    content = {"substitute": True, "layers": entries}
    return _NOTE + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)


def _iso(day: date | None) -> date | None:
    """A fresh date object, so that YAML writes the day itself and no reference to another line."""
    return None if day is None else date.fromordinal(day.toordinal())
