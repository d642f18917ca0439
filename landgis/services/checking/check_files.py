"""Files of a check: the table of facts that comes in, the results that go out."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd

from landgis.errors import ContractBroken, EncodingUnknown
from landgis.exchange.reading.table import read_table
from landgis.exchange.writing.vector import write_bytes, write_csv, write_geopackage
from landgis.frames.parcels import DOCUMENTS
from landgis.frames.slivers import CAUSES
from landgis.services.checking.joint import JointCheck


def facts_table(path: Path, encoding: str | None = None) -> pd.DataFrame:
    """Read a table of facts (CSV) as text, leading zeros and all; missing cells are missing.

    Parameters
    ----------
    encoding
        Answer to the question of the encoding; not used where the table proves its own.
    """
    try:
        return read_table(path)
    except EncodingUnknown:
        if encoding is None:
            raise
        return read_table(path, encoding=encoding)


def write_check(checked: JointCheck, out: Path) -> list[Path]:
    """Write ``check.json``, ``findings.csv`` and ``parcels.gpkg`` into a folder and return the paths.

    Findings and parcels name the pack that judged them. The GeoPackage holds the parcels with their verdicts and, where
    there are any, the slivers with their causes.
    """
    out.mkdir(parents=True, exist_ok=True)
    record, findings, parcels = out / "check.json", out / "findings.csv", out / "parcels.gpkg"
    write_bytes(record, json.dumps(checked.record, ensure_ascii=False, indent=2, allow_nan=False).encode())
    write_csv(findings, checked.findings.merge(checked.laws, on="parcel_id"))
    judged = checked.parcels.merge(checked.verdicts, on="parcel_id").merge(checked.laws, on="parcel_id")
    layers = {"parcels": judged, "slivers": checked.slivers.merge(checked.causes, on=list(CAUSES.key))}
    parcels.unlink(missing_ok=True)
    if len(judged):
        write_geopackage(parcels, {name: frame for name, frame in layers.items() if len(frame)})
    return [record, findings, parcels]


def documents_table(path: Path, encoding: str | None = None) -> pd.DataFrame:
    """Read a table of documents (DocumentFrame): parcel_id, kind, number, title_zh, dated_on (ISO dates)."""
    table = facts_table(path, encoding)
    missing = [name for name in DOCUMENTS.names if name not in table.columns]
    if missing:
        raise ContractBroken(
            f"文件清单缺少列：{'、'.join(missing)}",
            f"The table of documents lacks columns: {', '.join(missing)}",
            where=str(path),
            next_zh=f"需要 {'、'.join(DOCUMENTS.names)}",
            next_en=f"Needed: {', '.join(DOCUMENTS.names)}",
        )
    days = [_day(text, path) for text in table["dated_on"]]
    return table[DOCUMENTS.names].assign(dated_on=pd.Series(days, dtype="object"))


def _day(text: Any, path: Path) -> date | None:
    if pd.isna(text):
        return None
    try:
        return date.fromisoformat(str(text)[:10])
    except ValueError as error:
        raise ContractBroken(
            f"文件清单中的日期“{text}”无法识别",
            f"The date “{text}” in the table of documents cannot be read",
            where=str(path),
            next_zh="请写成 2026-06-30 的形式",
            next_en="Write it as 2026-06-30",
        ) from error
