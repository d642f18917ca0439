"""Keeping what was checked: it enters the register with a paper and a reason, and where asked the pool as a lead."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.access.roles import Action, Reach, reach
from landgis.crs import WORKING
from landgis.db.originals import Originals
from landgis.db.parcels import ParcelStore
from landgis.domain.documents import DocumentKind
from landgis.domain.pooling import MoveReason
from landgis.errors import Conflict, NotAllowed, UsageError
from landgis.exchange.writing.vector import write_geopackage
from landgis.frames.parcels import DOCUMENTS
from landgis.services.checking.check import DRAWN
from landgis.services.checking.joint import JointCheck
from landgis.services.desk.check_now import CheckNow
from landgis.services.desk.check_subject import Answers
from landgis.services.pooling.move_members import add_leads
from landgis.services.register.import_parcels import ParcelDelivery, import_parcels


@dataclass(frozen=True)
class Saving:
    """What a person says when something is to be kept.

    Attributes
    ----------
    reason
        Why; never blank.
    number
        Number that a drawn parcel gets; files bring their own.
    document, document_kind, document_title, dated_on
        The paper it rests on.
    lead
        Whether it becomes a lead of the pool as well.
    """

    reason: str
    number: str
    document: str
    document_kind: DocumentKind
    document_title: str
    dated_on: date | None
    lead: bool


@dataclass(frozen=True)
class Saved:
    """What was kept: numbers of the parcels and of the import, rows that could not be, and numbers of new leads."""

    parcels: tuple[str, ...]
    import_no: int
    rejected: int
    leads: tuple[str, ...]


def save(
    now: CheckNow, originals: Originals, checked: JointCheck, saving: Saving, as_of: date,
    *, file: Path | None = None, answers: Answers | None = None,
) -> Saved:  # fmt: skip
    """Enter the parcels of a check into the register.

    Parameters
    ----------
    now, checked
        Who checks, and what was checked.
    file, answers
        The file that was checked and how it was read: it is imported itself, and kept. None: what was drawn becomes a
        file.

    Raises
    ------
    NotAllowed
        By policy, also for ground outside the own town.
    UsageError
        No reason, no paper, no number.
    Conflict
        Numbers that the register holds already; outlines that were repaired for the check alone.
    """
    person = now.person
    person.require(Action.IMPORT_PARCELS)
    if saving.lead:
        person.require(Action.REPORT_LEAD)
    _require_said(saving, drawn=file is None)
    parcels = checked.parcels
    ids = tuple(parcels["parcel_id"]) if file is not None else (saving.number.strip(),)
    if parcels.empty:
        raise UsageError(
            "没有可登记的地块", "There is no parcel to keep", next_zh="请先更正图形", next_en="Correct the outline"
        )
    _require_new(now, ids)
    towns = now.towns(np.asarray(parcels.geometry, dtype=object), list(parcels["district"]), as_of)
    _require_own_town(now, [town.code if town else None for town in towns])
    with tempfile.TemporaryDirectory(prefix="landgis-save-") as folder:
        path = file or _written(parcels, saving.number.strip(), towns[0].code if towns[0] else None, Path(folder))
        said = answers if answers is not None and file is not None else Answers()
        district = parcels["district"].iloc[0] if len(set(parcels["district"])) == 1 else None
        delivery = ParcelDelivery(
            path, said.layer, said.crs, said.encoding, documents=_papers(ids, saving), district=district,
            reason=saving.reason.strip(),
        )  # fmt: skip
        made = import_parcels(now.database, originals, person, delivery)
    leads = (
        add_leads(now.database, person, ids, MoveReason.TOWN_REPORT, note=saving.reason.strip()) if saving.lead else ()
    )
    return Saved(ids, made.stored.import_no, made.rejected, tuple(lead.member_id for lead in leads))


def _require_said(saving: Saving, *, drawn: bool) -> None:
    lacking = [
        (zh, en)
        for zh, en, told in (
            ("理由", "a reason", saving.reason), ("依据文件文号", "the number of a paper", saving.document),
            ("地块编号", "a parcel number", saving.number if drawn else "-"),
        )
        if not told.strip()
    ]  # fmt: skip
    if lacking or (drawn and saving.number.strip() == DRAWN):
        zh, en = (
            "、".join(row[0] for row in lacking) or "地块编号",
            ", ".join(row[1] for row in lacking) or "a parcel number",
        )
        raise UsageError(f"登记须写明{zh}", f"To keep it, state {en}", next_zh="请补填", next_en="Fill it in")


def _require_new(now: CheckNow, ids: tuple[str, ...]) -> None:
    known = ParcelStore(now.database).current(parcel_ids=list(ids))["parcel_id"].tolist()
    if known:
        raise Conflict(
            f"编号已在库中：{'、'.join(known[:5])}", f"The register holds these numbers already: {', '.join(known[:5])}",
            where=known[0], next_zh="请另编号；变更已有地块请走地块导入", next_en="Use another number; changes come by import",
        )  # fmt: skip


def _require_own_town(now: CheckNow, codes: list[str | None]) -> None:
    person = now.person
    if reach(person.role, Action.IMPORT_PARCELS) is Reach.ALL:
        return
    if any(code is None or code != person.town_code for code in codes):
        raise NotAllowed(
            f"{person.name_zh}（{person.role.zh}）只能登记本镇的地块", f"{person.os_account} may keep parcels of the own town alone",
            where=person.town_code or "", next_zh="请由区规划员登记", next_en="A district planner can keep it",
        )  # fmt: skip


def _written(parcels: gpd.GeoDataFrame, number: str, town: str | None, folder: Path) -> Path:
    """Write what was drawn as a file, which becomes the original of the parcel."""
    path = folder / "即时核查.gpkg"
    row: dict[str, list[str]] = {"地块编号": [number]} | ({"乡镇代码": [town]} if town else {})
    write_geopackage(path, {"即时核查": gpd.GeoDataFrame(row, geometry=list(parcels.geometry)[:1], crs=WORKING)})
    return path


def _papers(ids: tuple[str, ...], saving: Saving) -> pd.DataFrame:
    title = saving.document_title.strip() or saving.document_kind.zh
    rows = [[key, str(saving.document_kind), saving.document.strip(), title, saving.dated_on] for key in ids]
    frame = pd.DataFrame(rows, columns=DOCUMENTS.names)
    return frame.astype({name: "str" for name in DOCUMENTS.names if name != "dated_on"} | {"dated_on": "object"})
