"""Looking into the parcel register: lists, the sheet of one parcel, areas that do not agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from landgis.db.connect import Database
from landgis.db.parcel_documents import DocumentStore, StoredPaper
from landgis.db.parcel_facts import FactStore, HeldFact
from landgis.db.parcel_family import FamilyStore, StoredAct
from landgis.db.parcel_intentions import IntentionStore
from landgis.db.parcels import ParcelStore
from landgis.domain.district import DISTRICTS
from landgis.domain.documents import SlotState, document_label
from landgis.domain.fact_values import papers_needed, scheme_of, value_text
from landgis.domain.facts import Fact, FactState, Group
from landgis.domain.place import Place
from landgis.domain.register import REGISTER_FACT_BY_NAME, REGISTER_FACTS, Act, RegisterClass
from landgis.errors import NotFound
from landgis.frames.spec import rows_of
from landgis.services.register.parcel_acts import known_facts

MISFIT_SHARE = 0.01
"""Registered and drawn area may differ by this share before somebody must look (field practice: 1 %)."""
_BY_GROUP = sorted(REGISTER_FACTS, key=lambda fact: list(Group).index(fact.group))
Row = dict[str, Any]
_ENDED_EN = {Act.SPLIT: "split into", Act.MERGE: "merged into", Act.RETIRE: "struck off"}


def parcel_rows(
    database: Database,
    district: str | None,
    town: str | None,
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[Row]:
    """Return the parcels as plain rows, without geometry; see ``ParcelStore.current``."""
    frame = ParcelStore(database).current(district, town_code=town, as_of=as_of, known_at=known_at)
    classes = FactStore(database).values("register_class", as_of=as_of, known_at=known_at)
    rows = [_plain(row) for row in rows_of(pd.DataFrame(frame.drop(columns=frame.geometry.name)))]
    return [row | {"register_class": classes.get(row["parcel_id"])} for row in rows]


def class_text(value: object) -> str:
    """Return the Chinese label of a class in the register; a parcel without one is 待补."""
    return RegisterClass(str(value)).zh if value in RegisterClass.__members__.values() else "待补"


def misfits(
    database: Database,
    district: str | None,
    town: str | None,
    *,
    share: float = MISFIT_SHARE,
    area_m2: float | None = None,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> list[Row]:
    """Return the parcels whose registered area does not agree with the drawn one, the worst share first.

    Parameters
    ----------
    share
        Allowed difference as a share of the registered area.
    area_m2
        Allowed difference in m² as well; None: the share alone counts.

    Returns
    -------
    list of dict
        parcel_id, town_name, registered_m2, ellipsoidal_m2, planar_m2; misfit_m2 = ellipsoidal − registered, and
        misfit_share of the registered area. Parcels without a registered area are not in it.
    """
    table = ParcelStore(database).areas(district, town_code=town, as_of=as_of, known_at=known_at)
    table = table[table["registered_m2"].notna()]
    off = table["ellipsoidal_m2"] - table["registered_m2"]
    table = table.assign(misfit_m2=off, misfit_share=off / table["registered_m2"])
    far = table["misfit_share"].abs() > share
    if area_m2 is not None:
        far |= off.abs() > area_m2
    worst = table[far].sort_values("misfit_share", key=abs, ascending=False, kind="stable")
    return [_plain(row) for row in rows_of(worst)]


def parcel_sheet(
    database: Database, parcel_id: str, *, as_of: date | None = None, known_at: datetime | None = None
) -> Row:
    """Return one parcel: place, facts in words with day and paper, the three areas (m²), papers, answers, family.

    Raises
    ------
    NotFound
        If there is no such parcel, or there was none on that day; of one that ended it says what became of it.
    """
    family = [act for act in FamilyStore(database).tree(parcel_id) if known_at is None or act.told_at <= known_at]
    _require_living(parcel_id, family, as_of)
    frame = ParcelStore(database).one(parcel_id, as_of=as_of, known_at=known_at)
    row = _plain(rows_of(pd.DataFrame(frame.drop(columns=frame.geometry.name)))[0])
    held = FactStore(database).held(parcel_id, as_of=as_of, known_at=known_at)
    papers = DocumentStore(database).list(parcel_id, known_at=known_at)
    answers = IntentionStore(database).list(parcel_id, known_at=known_at)
    areas = ParcelStore(database).areas(parcel_id=parcel_id, as_of=as_of, known_at=known_at)
    return {
        "parcel_id": parcel_id,
        "version": row["version"],
        "facts": [*_place(row), *(_fact(fact, held) for fact in _BY_GROUP)],
        "areas": _areas(_plain(rows_of(areas)[0])),
        "documents": [paper_row(paper) for paper in papers],
        "slots": _slots(held, papers),
        "wishes": [asdict(answer) | {"wish_zh": answer.wish.zh} for answer in answers],
        "family": [family_row(act) for act in family],
    }


def _require_living(parcel_id: str, family: Sequence[StoredAct], as_of: date | None) -> None:
    """Say what became of a parcel that had ended by the day."""
    end = next((act for act in family if parcel_id in act.ends), None)
    if end is None or (as_of is not None and as_of < end.meta.acted_on):
        return
    meta, last_day = end.meta, end.meta.acted_on - timedelta(days=1)
    into_zh = f"{meta.act.zh}为 {'、'.join(end.begins)}" if end.begins else meta.act.zh
    into_en = f"{_ENDED_EN[meta.act]} {', '.join(end.begins)}".rstrip()
    zh, en = (f"，依据 {meta.document}", f" by {meta.document}") if meta.document else ("", "")
    look = f"landgis parcel show {end.begins[0] if end.begins else parcel_id}"
    raise NotFound(
        f"地块 {parcel_id} 已于 {meta.acted_on} {into_zh}{zh}，编号终止（理由：{meta.reason}）",
        f"On {meta.acted_on} parcel {parcel_id} was {into_en}{en}; its number ended (because: {meta.reason})",
        where=parcel_id,
        next_zh=(f"新地块用 {look} 查看；" if end.begins else "")
        + f"终止前的状态加 --as-of {last_day}，来龙去脉用 landgis parcel history {parcel_id}",
        next_en=(f"See what came out of it with {look}; " if end.begins else "")
        + f"how it was before with --as-of {last_day}, its story with landgis parcel history {parcel_id}",
    )


def family_row(act: StoredAct) -> Row:
    """Return an act as a plain row."""
    meta = act.meta
    return {
        "act_no": act.act_no,
        "act": meta.act.value,
        "act_zh": meta.act.zh,
        "acted_on": meta.acted_on,
        "ends": list(act.ends),
        "begins": list(act.begins),
        "document": meta.document,
        "reason": meta.reason,
        "difference_m2": meta.difference_m2,
        "overlap_m2": meta.overlap_m2,
        "tolerance_m2": meta.tolerance_m2,
        "gap_m": meta.gap_m,
        "apart_reason": meta.apart_reason,
        "told_by": act.told_by,
    }


def _place(row: Mapping[str, Any]) -> list[Row]:
    district = DISTRICTS[row["district"]]
    line = {"name": "district", "group_zh": "位置", "zh": "所属区", "en": "district", "value": row["district"]}
    return [
        line | {"text_zh": district.name_zh},
        place_row(Place.TOWN, row["town_name"]),
        place_row(Place.VILLAGE, row["village_name"]),
    ]


def place_row(place: Place, name: str | None) -> Row:
    """Return a part of the place as a plain row; None: 待补."""
    row = {"name": f"{place.value}_name", "group_zh": "位置", "zh": place.zh, "en": place.value, "value": name}
    return row | {"text_zh": name or "待补"}


def use_text(row: Row) -> str:
    """Return the planned use of a row of `parcel_rows` in words."""
    fact = REGISTER_FACT_BY_NAME["planned_use_code"]
    code = row["planned_use_code"]
    return value_text(fact, FactState.KNOWN if code else FactState.PENDING, code, "zh", row["planned_use_scheme"])


def _fact(fact: Fact, held: Mapping[str, HeldFact]) -> Row:
    """One line of the sheet. A fact that nobody ever spoke of says so."""
    known = held.get(fact.name)
    if known is None:
        return _heading(fact) | {"value": None, "state": None, "text_zh": "未提供", "text_en": "not supplied"}
    return fact_row(known, scheme_of(fact, known_facts(held)))


def _heading(fact: Fact) -> Row:
    return {"name": fact.name, "group_zh": fact.group.zh, "zh": fact.zh, "en": fact.en}


def fact_row(known: HeldFact, scheme: object = None) -> Row:
    """Return a fact as it holds as a plain row, in words; ``scheme`` is the list of a land-use code."""
    fact = REGISTER_FACT_BY_NAME[known.fact]
    return _heading(fact) | {
        "value": known.value,
        "state": known.state.value,
        "text_zh": value_text(fact, known.state, known.value, "zh", scheme),
        "text_en": value_text(fact, known.state, known.value, "en", scheme),
        "valid_from": known.valid_from,
        "document": known.document_number,
        "document_kind_zh": document_label(known.document_kind) if known.document_kind else None,
        "source": known.source or (f"第 {known.import_no} 次导入" if known.import_no else ""),
    }


def _areas(found: Row) -> list[Row]:
    return [
        {"basis": "registered", "zh": "证载面积", "en": "registered area", "area_m2": found["registered_m2"]},
        {
            "basis": "ellipsoidal",
            "zh": "椭球面积（CGCS2000）",
            "en": "ellipsoidal area (CGCS2000)",
            "area_m2": found["ellipsoidal_m2"],
        },
        {
            "basis": "planar",
            "zh": "平面面积（EPSG:4549）",
            "en": "planar area (EPSG:4549)",
            "area_m2": found["planar_m2"],
        },
    ]


def paper_row(stored: StoredPaper) -> Row:
    """Return a paper as a plain row."""
    paper = stored.paper
    return {
        "kind": paper.kind,
        "kind_zh": document_label(paper.kind),
        "kind_en": document_label(paper.kind, "en"),
        "number": paper.number,
        "title_zh": paper.title_zh,
        "dated_on": paper.dated_on,
        "file": stored.file_name,
        "content_hash": stored.content_hash,
    }


def _slots(held: Mapping[str, HeldFact], papers: list[StoredPaper]) -> list[Row]:
    """Which papers the known facts stand on, and whether they are there."""
    needed = papers_needed(known_facts(held))
    slots = []
    for kind in sorted(needed):
        of_kind = [paper for paper in papers if paper.paper.kind == kind]
        kept = any(paper.content_hash for paper in of_kind)
        state = SlotState.RECEIVED if kept else SlotState.LISTED if of_kind else SlotState.PENDING
        words = {"zh": kind.zh, "en": kind.en, "state_zh": state.zh, "state_en": state.en}
        slots.append({"kind": kind.value, "state": state.value} | words)
    return slots


def _plain(row: Mapping[str, Any]) -> Row:
    """Missing becomes None."""
    return {name: None if pd.isna(value) else value for name, value in row.items()}
