"""Files of a check: the table of facts that comes in, the results that go out."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from landgis.errors import FileMissing
from landgis.exchange.write import write_csv, write_geopackage
from landgis.services.check import Checked


def facts_table(path: Path) -> pd.DataFrame:
    """Read a table of facts as text, leading zeros and all; missing cells are missing."""
    if not path.is_file():
        raise FileMissing(
            f"没有文件 {path}", f"There is no file {path}", where=str(path), next_zh="请核对路径", next_en="Check the path"
        )
    return pd.read_csv(path, dtype="str", encoding="utf-8-sig", keep_default_na=False, na_values=[""])


def write_check(checked: Checked, out: Path) -> list[Path]:
    """Write ``check.json``, ``findings.csv`` and ``parcels.gpkg`` into a folder and return the paths."""
    out.mkdir(parents=True, exist_ok=True)
    record, findings, parcels = out / "check.json", out / "findings.csv", out / "parcels.gpkg"
    record.write_text(json.dumps(checked.record, ensure_ascii=False, indent=2, allow_nan=False), encoding="utf-8")
    write_csv(findings, checked.findings)
    judged = checked.parcels.merge(checked.verdicts, on="parcel_id")
    if len(judged):
        write_geopackage(parcels, {"parcels": judged})
    return [record, findings, parcels]
