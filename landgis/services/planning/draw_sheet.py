"""The plan as one sheet to sign: drawn, read back for faults, and written with the record of its check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.originals import Originals
from landgis.db.runs import RunStore
from landgis.domain.catalogue import Catalogue
from landgis.errors import NotReady
from landgis.exchange.writing.vector import write_bytes
from landgis.maps.checking import sheet_faults
from landgis.maps.sheet import PlanSheet, Sheet, plan_sheet, sheet_view
from landgis.services.planning.backdrop import read_backdrop
from landgis.services.planning.draft_plan import DraftedPlan
from landgis.services.planning.draw import release_of, sheet_request, source_of
from landgis.services.planning.self_check import RECORD, Checked, faulty, marked, write_record


def draw_sheet(
    database: Database,
    catalogue: Catalogue,
    plan: DraftedPlan,
    drawn_on: date,
    prepared_by: str = "",
    *,
    backdrop: str = "",
    originals: Originals | None = None,
    drawn_by: str = "",
) -> Checked[Sheet]:
    """Draw a plan as an A3 sheet (PDF, true to scale), and read it back for faults.

    Parameters
    ----------
    backdrop
        Layer of pictures to lay under the map (``orthophoto``): the edition that speaks on the run's day.
    originals
        Where its file is kept.
    drawn_by
        Name of the person who draws; it stands on every page.

    Raises
    ------
    InputError
        If the plan has no lines.
    NotReady
        If the backdrop has no edition, or the originals are not at hand.
    """
    request = sheet_request(database, catalogue, plan, drawn_on, prepared_by, drawn_by=drawn_by)
    if backdrop:
        request = _on_picture(database, originals, request, plan.head.run_id, backdrop)
    sheet = plan_sheet(request)
    return Checked(sheet, sheet_faults(sheet))


def _on_picture(
    database: Database, originals: Originals | None, request: PlanSheet, run_id: str, layer: str
) -> PlanSheet:
    """Lay a picture under a sheet, name it among the sources, and say on the sheet what was made of its cells."""
    stored = release_of(LayerStore(database), RunStore(database).head(run_id), layer)
    if stored is None or originals is None:
        raise NotReady(
            f"{request.as_of} 没有可用的 {layer}", f"No {layer} speaks on {request.as_of}", where=layer,
            next_zh="请先导入并发布影像（landgis layer import、publish）",
            next_en="Import and publish a picture first (landgis layer import, publish)",
        )  # fmt: skip
    read = read_backdrop(originals, stored.release, sheet_view(request), request.crs)
    source = source_of(stored)
    return replace(
        request,
        backdrop=read.backdrop,
        sources=(*request.sources, source),
        substitute=request.substitute or source.substitute,
        notes_zh=(*request.notes_zh, f"{read.said_zh}。{read.said_en}."),
    )


def write_sheet(checked: Checked[Sheet], out: Path, *, keep_faulty: bool = False) -> None:
    """Write a sheet, and beside it the record of its check.

    Raises
    ------
    SheetFaulty
        If it failed its check. Then only the record is written, and with ``keep_faulty`` the sheet under a name that
        says so.
    """
    sheet, faults = checked.drawn, checked.faults
    write_record(out.with_name(f"{out.stem}-{RECORD}"), sheet.pdf, [sheet.facts], faults)
    if faults and keep_faulty:
        write_bytes(marked(out), sheet.pdf)
        raise faulty(faults, marked(out))
    write_bytes(out, checked.sound().pdf)
