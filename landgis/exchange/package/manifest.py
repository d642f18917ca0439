"""The manifest: what a package is, what it stands on, and the hash of every file. The one place that writes manifests."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from landgis.crs import LOCAL
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import SUBSTITUTE_ZH
from landgis.domain.origin import Origin
from landgis.domain.program import VERSION
from landgis.exchange.package.files import DataFile, Part
from landgis.exchange.package.record import Record

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class PackedFile:
    """A file beside the manifest: name, what it holds in Chinese and English, SHA-256, bytes."""

    name: str
    holds: str
    sha256: str
    bytes: int


def packed(folder: Path, holds: Mapping[str, str]) -> tuple[PackedFile, ...]:
    """Return files of a folder with their hashes, in the order named."""
    return tuple(
        PackedFile(name, said, file_hash(folder / name, "sha256"), (folder / name).stat().st_size)
        for name, said in holds.items()
    )


def file_hash(path: Path, kind: str) -> str:
    """Return the hash of a file, by the name that ``hashlib`` knows."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, kind).hexdigest()


def manifest_bytes(
    origin: Origin,
    files: Iterable[PackedFile],
    *,
    crs: str,
    area_basis: Mapping[str, int],
    further: Mapping[str, object],
) -> bytes:
    """Return a manifest: JSON in UTF-8, the same for the same content.

    Parameters
    ----------
    origin
        What the package stands on.
    files
        Every file of the package but the manifest.
    crs
        Name of the CRS; never its parameters.
    area_basis
        Basis → how many rows state an area on it.
    further
        What this kind of package says beside that.
    """
    told = {
        "notice": SUBSTITUTE_ZH if origin.substitute else "",
        "made_by": f"landgis {VERSION}",
        "district": {
            "key": origin.district,
            "code": DISTRICTS[origin.district].code,
            "name": DISTRICTS[origin.district].name_zh,
        },
        "day": origin.day,
        "plan": _plan(origin),
        "pool": origin.pool_id,
        "run": {"id": run.run_id, "as_of": run.as_of, "pack": run.pack_id, "pack_version": run.pack_version}
        if (run := origin.run)
        else None,
        "crs": crs,
        "area_basis": dict(area_basis),
        **further,
        "releases": [asdict(release) for release in origin.releases],
        "files": [asdict(file) for file in files],
    }
    return (json.dumps(told, ensure_ascii=False, indent=2, default=str) + "\n").encode()


def _plan(origin: Origin) -> dict[str, object] | None:
    if not origin.plan_id:
        return None
    return {
        "id": origin.plan_id, "year": origin.year, "district": origin.district, "lines": origin.plan_lines,
        "published": origin.published,
    }  # fmt: skip


def package_facts(record: Record) -> dict[str, object]:
    """Return what the manifest of a package says beside its origin."""
    profile, delivery = record.profile, record.delivery
    name = "地方坐标系，参数不随成果提供" if record.crs == LOCAL else str(delivery.crs.name)
    return {
        "kind": "changes" if record.since else "package",
        "profile": {
            "id": profile.profile_id,
            "version": profile.version,
            "name": profile.name_zh,
            "basis": profile.basis,
        },
        "format": delivery.format,
        "crs_name": name,
        "secrecy": record.secrecy.value,
        "personal": profile.personal.value,
        "layers": [
            _layer(record, file, part) for part in record.parts for file in record.files if part.name in file.layers
        ],
        "totals": [
            {
                "layer": area.layer,
                "field": area.field,
                "total": str(area.total),
                "unit": area.unit_zh,
                "basis": dict(area.bases),
            }
            for area in record.areas
        ],
        "changes": asdict(record.since) if record.since else None,
        "unfilled": [asdict(one) for one in delivery.unfilled],
        "losses": [
            {"file": name, "code": str(code), "zh": code.zh, "en": code.en, "times": times}
            for name, report in record.reports.items()
            for code, times in report.counts().items()
        ],
    }


def _layer(record: Record, file: DataFile, part: Part) -> dict[str, object]:
    inside = record.names_in(file).get((part.name, ""), part.name)
    return {
        "name": part.name, "title": part.alias, "rows": len(part.frame), "key": list(part.declared.key), "file": file.name,
        "name_in_file": inside,
    }  # fmt: skip
