"""Writing the sample district: generated countryside as the files that a bureau would deliver."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import shapely
import yaml

from landgis.crs import WORKING, name_of, to_crs
from landgis.domain.facts import FACTS
from landgis.exchange.reading.vector import read_vector
from landgis.exchange.writing.vector import write_csv, write_geopackage
from landgis.sample import SampleDistrict, build

_NOTE = "# 替代数据，非法定成果：随机生成，与真实地块、图层无关。 Generated stand-in data, no legal force.\n"


@dataclass(frozen=True)
class WrittenSample:
    """Where the sample went, and how much of what it holds."""

    folder: Path
    parcels: int
    planted: int
    features: dict[str, int]


def build_sample(size: str, seed: int, out: Path, outlines: Path | None = None) -> WrittenSample:
    """Build the sample district and write it.

    Parameters
    ----------
    size, seed
        What to build; the same two give the same coordinates and facts.
    out
        Folder; gets ``parcels.gpkg``, ``layers/`` (one GeoPackage per layer, ``layers.yaml``),
        ``documents.csv`` and ``planted.csv``.
    outlines
        Real town outlines (any survey CRS), used for the layer ``town`` where they have the town.

    Raises
    ------
    UsageError
        For a size that does not exist.
    """
    district = build(size, seed, _outlines(outlines))
    layers = out / "layers"
    layers.mkdir(parents=True, exist_ok=True)
    write_geopackage(out / "parcels.gpkg", {"parcels": _delivered_parcels(district)})
    write_csv(out / "documents.csv", district.documents)
    write_csv(out / "planted.csv", district.planted)
    for key, layer in district.layers.items():
        own = [name for name in layer.features.columns if name not in ("class", "label")]
        write_geopackage(layers / f"{key}.gpkg", {key: layer.features[own]})
    (layers / "layers.yaml").write_text(_layers_yaml(district), encoding="utf-8")
    features = {key: len(layer.features) for key, layer in district.layers.items()}
    return WrittenSample(out, len(district.parcels), len(district.planted), features)


def _delivered_parcels(district: SampleDistrict) -> gpd.GeoDataFrame:
    """The parcels under the field names that deliveries carry, so that the import has its aliases to find."""
    names = {fact.name: fact.aliases[0] for fact in FACTS}
    names |= {
        "parcel_id": "DKBM",
        "town_code": "XZQDM",
        "town_name": "XZQMC",
        "village_name": "CJMC",
        "district": "district",
    }
    return district.parcels.rename(columns=names)


def _layers_yaml(district: SampleDistrict) -> str:
    entries = {}
    for key, layer in district.layers.items():
        release = layer.release
        entries[key] = {
            "file": f"{key}.gpkg",
            "name": release.name,
            "title_zh": release.title_zh,
            "document_no": release.document_no,
            "issuing_body": release.issuing_body,
            "attribution": release.attribution,
            "issued_on": _iso(release.issued_on),
            "in_force_from": _iso(release.in_force_from),
            "expires_on": _iso(release.expires_on),
            "coverage": {
                "wkt": shapely.to_wkt(layer.coverage, rounding_precision=3, trim=True),
                "crs": name_of(WORKING),
            },
        }
    content = {"substitute": True, "layers": entries}
    return _NOTE + yaml.safe_dump(content, allow_unicode=True, sort_keys=False, width=10_000)


def _iso(day: date | None) -> date | None:
    """A fresh date object, so that YAML writes the day itself and no reference to another line."""
    return None if day is None else date.fromordinal(day.toordinal())


def _outlines(path: Path | None) -> gpd.GeoDataFrame | None:
    if path is None:
        return None
    raw = read_vector(path)
    moved, _ = to_crs(raw.frame.geometry.to_numpy(), raw.crs, WORKING)
    return gpd.GeoDataFrame({"name": raw.frame["name"]}, geometry=list(moved), crs=WORKING)
