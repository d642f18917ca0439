"""Files of a preference: who ranks where, by which points, and who is not ranked."""

from __future__ import annotations

import json
from pathlib import Path

from landgis.exchange.writing.vector import write_bytes, write_csv
from landgis.services.screening.prefer import Preferred


def write_preference(preferred: Preferred, out: Path) -> list[Path]:
    """Write ``preference.json``, ``ranks.csv``, ``points.csv`` and ``not_scored.csv``; return the paths."""
    out.mkdir(parents=True, exist_ok=True)
    content = json.dumps(preferred.as_dict(), ensure_ascii=False, indent=2, allow_nan=False)
    write_bytes(out / "preference.json", content.encode())
    tables = {
        "ranks.csv": preferred.scored.ranks,
        "points.csv": preferred.scored.points,
        "not_scored.csv": preferred.not_scored,
    }
    for name, frame in tables.items():
        write_csv(out / name, frame)
    return [out / name for name in ("preference.json", *tables)]
