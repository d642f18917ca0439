"""The list of a filter's parcels to take away, as workbook or as pages: through the gate, with the filter in its head."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.area import hectares, mu
from landgis.db import desk_rows
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.runs import RunHead
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH, Secrecy
from landgis.domain.leaving import ExportKind, Leaving, mark_of_ours
from landgis.domain.parcel_filter import ParcelFilter
from landgis.domain.printed import number
from landgis.errors import UsageError
from landgis.exchange.writing.line_workbook import LineSheet, write_line_workbook
from landgis.maps.list_page import ListPage, ListRow, list_page
from landgis.rules.reading.load import load_pack
from landgis.services.desk.desk import Desk
from landgis.services.desk.desk_map import verdict_words
from landgis.services.desk.desk_run import releases_of
from landgis.services.desk.desk_table import Total, rows_shown, total_of
from landgis.services.desk.filter_words import Pair, told
from landgis.services.handing_over.control import let_out

MOST_ON_PAGES = 5_000
"""Rows of a PDF at most: more are for a workbook, and the refusal says so."""
_HEADINGS = {
    "序": 6, "地块编号": 24, "街镇": 14, "村": 18, "规划用途": 24, "面积 ㎡": 14, "公顷": 12, "亩": 12, "结论": 10,
    "待处理事项": 60,
}  # fmt: skip
_FORMATS = {6: "#,##0.00", 7: "0.0000", 8: "0.0000"}


@dataclass(frozen=True)
class ParcelList:
    """The parcels of a filter, as they are listed.

    Attributes
    ----------
    head
        The run.
    asked
        The filter in words, Chinese and English.
    total, rows
        Its totals, and its rows as `landgis.services.desk.desk_table.Page` has them, by parcel number.
    substitute
        Whether the run stands on stand-in data.
    """

    head: RunHead
    asked: Pair
    total: Total
    rows: list[dict[str, Any]]
    substitute: bool


@dataclass(frozen=True)
class Reason:
    """Who takes the list away, when (with a time zone) and what for."""

    person: Person
    moment: datetime
    why: str

    @property
    def words(self) -> str:
        """In one line."""
        return f"{self.person.name_zh}（{self.person.os_account}） {self.moment:%Y-%m-%d %H:%M} 用途：{self.why}"


def parcels_listed(database: Database, desk: Desk, run_id: str, wanted: ParcelFilter) -> ParcelList:
    """Return the list of a filter, every row of it.

    Raises
    ------
    NotFound, UsageError
        As `Desk.parcels_page`.
    """
    conditions, head = desk.conditions(run_id, wanted), desk.head(run_id)
    releases = releases_of(head, [row.release for row in LayerStore(database).list()])
    with database.begin() as connection:
        by_verdict = desk_rows.totals_by_verdict(connection, head.run_id, wanted)
        rows = desk_rows.page_rows(
            connection, head.run_id, wanted, size=None, start=0, sort="parcel_id", descending=False
        )
        findings = desk_rows.open_points(connection, head.run_id, [row["parcel_id"] for row in rows])
    inside = [part for verdict, part in by_verdict.items() if not wanted.verdicts or verdict in wanted.verdicts]
    substitute = any(release.substitute for release in releases.values())
    shown = rows_shown(rows, findings, load_pack(head.meta.pack_id))
    return ParcelList(head, told(conditions), total_of(inside), shown, substitute)


def take_away(database: Database, listed: ParcelList, form: str, reason: Reason) -> bytes:
    """Make the list, let it through the gate and return it; it is in the log before anybody has it.

    Parameters
    ----------
    form
        ``xlsx`` or ``pdf``.

    Raises
    ------
    UsageError
        If nobody says why, there is no such form, or the rows are too many for pages.
    NotAllowed, Conflict
        As `landgis.services.handing_over.control.let_out`.
    """
    if not reason.why.strip():
        raise UsageError(
            "没有写明导出用途", "Nobody says what the list is for", where="why",
            next_zh="请填写给谁、作何用；用途记入导出台账", next_en="Say for whom and what for; it goes into the log",
        )  # fmt: skip
    if form not in _FORMS:
        raise UsageError(f"没有这种格式：{form}", f"There is no form {form}", where=form)
    reason.person.require(Action.EXPORT)
    content = _FORMS[form](listed, reason)
    let_out(database, reason.person, Leaving(
        ExportKind.PARCEL_LIST, listed.head.meta.district, reason.why, {"parcels": len(listed.rows)},
        {layer: name for layer, name in listed.head.meta.releases.items() if name}, mark_of_ours(published=False),
        format=form, run_id=listed.head.run_id, files={f"parcels.{form}": hashlib.sha256(content).hexdigest()},
        receiver=Secrecy.INTERNAL, continuous_m2=0.0, asked=listed.asked[0],
    ))  # fmt: skip
    return content


def _workbook(listed: ParcelList, reason: Reason) -> bytes:
    rows = [
        (
            place, row["parcel_id"], row["town_name"], row["village_name"], row["planned_use_zh"], row["area_m2"],
            hectares(row["area_m2"]), mu(hectares(row["area_m2"])), verdict_words(row["verdict"])[0], row["open_zh"],
        )
        for place, row in enumerate(listed.rows, 1)
    ]  # fmt: skip
    facts = " ｜ ".join(f"{zh}：{value}" for zh, _, value in _facts(listed))
    remark = f"{mark_of_ours(published=False).zh} ｜ {facts} ｜ {reason.words}"
    with tempfile.TemporaryDirectory(prefix="landgis-list-") as folder:
        path = Path(folder) / "list.xlsx"
        sheet = LineSheet("地块一览表", _HEADINGS, rows, remark, _FORMATS)
        write_line_workbook(path, _title(listed)[0], " · ".join(note[0] for note in _notices(listed) if note), [sheet])
        return path.read_bytes()


def _pages(listed: ParcelList, reason: Reason) -> bytes:
    if len(listed.rows) > MOST_ON_PAGES:
        raise UsageError(
            f"共 {len(listed.rows)} 宗，PDF 一览表至多 {MOST_ON_PAGES} 宗",
            f"{len(listed.rows)} parcels; a list as PDF takes {MOST_ON_PAGES} at most",
            next_zh="请缩小筛选范围，或导出 XLSX", next_en="Narrow the filter, or take the list as XLSX",
        )  # fmt: skip
    rows = tuple(
        ListRow(
            row["parcel_id"], row["town_name"], row["village_name"], row["planned_use_zh"], number(row["area_m2"]),
            f"{mu(hectares(row['area_m2'])):,}", row["verdict"], verdict_words(row["verdict"])[0], row["open_zh"],
        )
        for row in listed.rows
    )  # fmt: skip
    banner, caution = _notices(listed)
    mark = mark_of_ours(published=False).zh
    return list_page(
        ListPage(_title(listed), banner, caution, _facts(listed), mark, reason.words, rows, reason.moment.date())
    )


def _title(listed: ParcelList) -> Pair:
    district = DISTRICTS[listed.head.meta.district]
    return f"{district.name_zh}地块一览表", f"{district.name_en} · List of parcels"


def _notices(listed: ParcelList) -> tuple[Pair | None, Pair | None]:
    banner = (SUBSTITUTE_ZH, SUBSTITUTE_EN) if listed.substitute else None
    meta = listed.head.meta
    return banner, None if meta.final else meta.caution


def _facts(listed: ParcelList) -> tuple[tuple[str, str, str], ...]:
    total, meta = listed.total, listed.head.meta
    return (
        ("筛选条件", "filter", listed.asked[0]),
        ("合计", "total", f"{total.count:,} 宗，{total.area_ha:,} 公顷（{total.area_mu:,} 亩，椭球面积）"),
        ("筛查批次", "run", f"{listed.head.run_id}，截至 {meta.as_of.isoformat()}，{meta.pack_id} {meta.pack_version}"),
    )


_FORMS: dict[str, Callable[[ParcelList, Reason], bytes]] = {"xlsx": _workbook, "pdf": _pages}
