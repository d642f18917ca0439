"""Sheets check themselves: the finished drawing and the finished PDF are read back and compared with the plan.

Pure: what was printed and the plan in, faults out. Nothing is mended here, and no fault stops anything: whoever asked
for the sheet decides what becomes of one that has any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from landgis.domain.sheet_fault import CODES, SheetFault
from landgis.maps.checking.changes import change_faults
from landgis.maps.checking.colours import colour_faults
from landgis.maps.checking.ground import ground_faults
from landgis.maps.checking.lettering import label_faults
from landgis.maps.checking.printed import Printed, bare
from landgis.maps.checking.prints import print_sum_faults
from landgis.maps.checking.set_page import SetPage, read_pages
from landgis.maps.checking.sums import total_faults
from landgis.maps.checking.words import word_faults
from landgis.maps.sheet import Sheet
from landgis.maps.sheet.adjustment import AdjustmentSheet
from landgis.maps.sheet.atlas import Atlas
from landgis.maps.sheet.facts import SheetFacts
from landgis.maps.sheet.prints import Print
from landgis.maps.sheet.request import PlanSheet

__all__ = ["CODES", "SheetFault", "adjustment_faults", "atlas_faults", "print_faults", "set_faults", "sheet_faults"]

_CHECKS = (colour_faults, label_faults, ground_faults, word_faults)


def sheet_faults(sheet: Sheet) -> tuple[SheetFault, ...]:
    """Check one sheet and the pages that continue it.

    Raises
    ------
    ContractBroken
        If the PDF cannot be read back.
    """
    return set_faults(sheet.request, sheet.pdf, [(sheet.content, sheet.facts)])


def atlas_faults(drawn: Atlas) -> tuple[SheetFault, ...]:
    """Check an atlas, sheet by sheet, and that every line of the plan is findable somewhere in it.

    Raises
    ------
    ContractBroken
        If the PDF cannot be read back.
    """
    request = drawn.sheets[0].request
    faults = set_faults(request, drawn.pdf, [(sheet.content, sheet.facts) for sheet in drawn.sheets])
    listed = {parcel_id for sheet in drawn.sheets for parcel_id in sheet.facts.listed}
    lost = [parcel_id for parcel_id in request.lines["parcel_id"] if parcel_id not in listed]
    return (*faults, *(_unlisted(parcel_id) for parcel_id in lost))


def adjustment_faults(sheet: AdjustmentSheet) -> tuple[SheetFault, ...]:
    """Check the sheet of an adjustment: each of its maps against the version that it shows, its sums against both.

    Raises
    ------
    ContractBroken
        If the PDF cannot be read back.
    """
    pages, drawn = read_pages(sheet.pdf), [(sheet.content, sheet.facts)]
    printed = Printed(sheet.request, *drawn[0], tuple(pages), len(pages), sheet.adjustment.sides())
    shown = (fault for check in _CHECKS for fault in check(printed))
    return (*_count_faults(pages, drawn), *shown, *change_faults(printed, sheet.adjustment))


def print_faults(made: Print) -> tuple[SheetFault, ...]:
    """Check the print of a view and the pages that continue it.

    Raises
    ------
    ContractBroken
        If the PDF cannot be read back.
    """
    pages, drawn = read_pages(made.pdf), [(made.content, made.facts)]
    printed = Printed(made.request, *drawn[0], tuple(pages), len(pages))
    shown = (fault for check in _CHECKS for fault in check(printed))
    sums = print_sum_faults(printed, made.request.inside, made.request.total)
    return (*_count_faults(pages, drawn), *shown, *sums)


def set_faults(
    request: PlanSheet, pdf: bytes, sheets: Sequence[tuple[Mapping[str, Any], SheetFacts]]
) -> tuple[SheetFault, ...]:
    """Check a set of sheets bound as one PDF.

    Parameters
    ----------
    sheets
        Of each what was printed, as the template got it, and what it says of itself; in the order of their pages.
    """
    pages = read_pages(pdf)
    return (*_count_faults(pages, sheets), *_faults(request, pages, sheets))


def _faults(
    request: PlanSheet, pages: list[SetPage], sheets: Sequence[tuple[Mapping[str, Any], SheetFacts]]
) -> Iterator[SheetFault]:
    for content, facts in sheets:
        own = tuple(pages[facts.page - 1 : facts.page - 1 + facts.pages])
        printed = Printed(request, content, facts, own, len(pages))
        for check in (*_CHECKS, total_faults):
            yield from check(printed)


def _count_faults(pages: list[SetPage], sheets: Sequence[tuple[Mapping[str, Any], SheetFacts]]) -> Iterator[SheetFault]:
    taken = [page for _, facts in sheets for page in range(facts.page, facts.page + facts.pages)]
    if taken != list(range(1, len(pages) + 1)):
        yield SheetFault(
            "page-count", len(pages), f"{len(pages)}", f"PDF 有 {len(pages)} 页，各图共占 {len(taken)} 页",
            f"The PDF has {len(pages)} pages; its sheets take {len(taken)}",
        )  # fmt: skip


def _unlisted(parcel_id: str) -> SheetFault:
    zh, en = f"图册中查不到地块编号 {parcel_id}", f"The parcel number {parcel_id} is nowhere in the atlas"
    return SheetFault("text-missing", 1, bare(parcel_id), zh, en)
