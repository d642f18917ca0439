"""What becomes of a sheet that was read back: one without fault may be signed, any other only under a name that says so."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, Generic, TypeVar

from landgis.domain.sheet_fault import CODES, SheetFault
from landgis.errors import SheetFaulty
from landgis.exchange.writing.vector import write_bytes
from landgis.maps.sheet.facts import SheetFacts

Drawn = TypeVar("Drawn", covariant=True)
RECORD = "图面自检.json"
"""What was compared and what was found; of a single sheet its name comes before."""
FAULTY = "（自检未过）"
"""Marks the file of a sheet that must not be signed."""
_TOLD = 5


@dataclass(frozen=True)
class Checked(Generic[Drawn]):
    """A sheet or an atlas, and the faults found when it was read back.

    Attributes
    ----------
    drawn
        As drawn, faulty or not.
    faults
        None of a sound one.
    """

    drawn: Drawn
    faults: tuple[SheetFault, ...]

    def sound(self) -> Drawn:
        """Return what was drawn if nothing is wrong with it.

        Raises
        ------
        SheetFaulty
            Naming the first faults.
        """
        if self.faults:
            raise faulty(self.faults)
        return self.drawn


def faulty(faults: Sequence[SheetFault], kept: Path | None = None) -> SheetFaulty:
    """Tell what is wrong, and under which name it was kept."""
    more = len(faults) - _TOLD
    first = faults[:_TOLD]
    return SheetFaulty(
        f"图面自检未通过，共 {len(faults)} 处：{'；'.join(_zh(each) for each in first)}{f'；另有 {more} 处' if more > 0 else ''}",
        f"The sheet failed its own check, {len(faults)} faults: {'; '.join(_en(each) for each in first)}"
        + (f"; {more} more" if more > 0 else ""),
        where=str(kept) if kept else "",
        faults=tuple(faults),
        next_zh="此图不得签发；请把图面自检记录交维护人员，或加 --keep-faulty 另存查看",
        next_en="Do not sign it; pass the record of the check on, or keep the file with --keep-faulty to look at it",
    )


def _zh(fault: SheetFault) -> str:
    return f"第 {fault.page} 页 {fault.zh}"


def _en(fault: SheetFault) -> str:
    return f"page {fault.page}: {fault.en}"


def marked(path: Path) -> Path:
    """Name of a file that failed its check."""
    return path.with_name(f"{path.stem}{FAULTY}{path.suffix}")


def write_record(path: Path, pdf: bytes, sheets: Sequence[SheetFacts], faults: Sequence[SheetFault]) -> None:
    """Write what was checked and what was found."""
    record: dict[str, Any] = {
        "sound": not faults,
        "pdf_sha256": sha256(pdf).hexdigest(),
        "check_codes": [facts.check_code for facts in sheets],
        "read_back": {
            "pages": sum(facts.pages for facts in sheets),
            "maps": sum(len(facts.maps) for facts in sheets),
            "labels": sum(len(shown.numbers) + len(shown.names) for facts in sheets for shown in facts.maps),
            "legend_entries": sum(len(facts.legend) for facts in sheets),
            "parcel_numbers": sum(len(facts.listed) for facts in sheets),
        },
        "checked_for": {code: {"zh": zh, "en": en} for code, (zh, en) in CODES.items()},
        "found": dict(Counter(fault.code for fault in faults)),
        "faults": [fault.as_dict() for fault in faults],
    }
    write_bytes(path, (json.dumps(record, ensure_ascii=False, indent=2) + "\n").encode())
