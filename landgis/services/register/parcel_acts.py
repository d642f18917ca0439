"""Splitting, merging and striking off parcels: the ground is conserved, what is not sure is 待补."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.access.person import Person
from landgis.area import FLOOR_M2
from landgis.crs import WORKING, GeometryArray
from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.db.parcel_columns import PLACE
from landgis.db.parcel_delivery import Delivery, ImportMeta
from landgis.db.parcel_facts import FactStore, HeldFact, Statement
from landgis.db.parcel_family import ActMeta, FamilyStore, StoredAct
from landgis.db.parcels import ParcelStore
from landgis.domain.facts import FactState
from landgis.domain.inheritance import inheritance
from landgis.domain.register import INHERITED, Act, Value
from landgis.errors import Conflict, InputError, NotFound, UsageError
from landgis.exchange.conforming.parcels import RejectedParcel, conform_parcels
from landgis.exchange.reading.vector import read_vector
from landgis.frames.parcels import PARCELS
from landgis.services.register.import_parcels import keep_original
from landgis.services.register.parcel_apart import apart, require_meant


@dataclass(frozen=True)
class Decision:
    """What a person says when parcels are split, merged or struck off.

    Attributes
    ----------
    acted_on
        Day of the act.
    reason
        Why.
    document
        文号 of the decision; may be empty.
    tolerance_m2
        Ground that may be lost, won or shared: the bureau's value; 0 allows the kernel's floor of 1e-6 m² alone.
    apart_reason
        Why parcels merge that lie apart, in several villages or under several owners; empty: they must not.
    """

    acted_on: date
    reason: str
    document: str = ""
    tolerance_m2: float = 0.0
    apart_reason: str = ""


def split_parcel(
    database: Database,
    originals: Originals,
    person: Person,
    parcel_id: str,
    path: Path,
    decision: Decision,
    *,
    crs: str | None = None,
    encoding: str | None = None,
) -> StoredAct:
    """End a parcel and begin those of a file in its place.

    Parameters
    ----------
    path
        The new parcels with their numbers; facts that it states are theirs, all others they inherit or are 待补.

    Raises
    ------
    Conflict
        If the ground differs by more than the tolerance, a number was used before, or the parcel has ended.
    InputError
        If the file cannot be used whole: a split is all or nothing.
    """
    _require_reason(decision)
    parent = _there_on(ParcelStore(database), parcel_id, decision.acted_on)
    raw = read_vector(path, crs=crs, encoding=encoding)
    conformed = conform_parcels(raw, district=str(parent["district"].iloc[0]))
    if conformed.rejected or len(conformed.parcels) < 2:
        raise _unusable(path, conformed.rejected, len(conformed.parcels))
    children = conformed.parcels
    meta = _conserved(Act.SPLIT, parent.geometry.to_numpy(), children.geometry.to_numpy(), decision)
    known = known_facts(FactStore(database).held(parcel_id, as_of=decision.acted_on))
    said = {
        (str(child), name)
        for name in conformed.stated.said.columns
        for child in children.loc[conformed.stated.said[name].to_numpy(), "parcel_id"]
    }
    facts = _inherited([known], children["parcel_id"].tolist(), decision.acted_on, [parcel_id])
    transform = str(conformed.transform) if conformed.transform.definition else ""
    how = ImportMeta(conformed.transform.source, transform, raw.encoding, decision.acted_on)
    issues = (*raw.issues, *conformed.issues)
    delivery = Delivery(_placed(children, parent), conformed.stated, issues, keep_original(originals, path, raw), how)
    rest = [fact for fact in facts if (fact.parcel_id, fact.fact) not in said]
    act_no = FamilyStore(database).split(parcel_id, delivery, meta, rest, person=person)
    return _stored(database, parcel_id, act_no)


def merge_parcels(
    database: Database, person: Person, parcel_ids: Sequence[str], into: str, decision: Decision
) -> StoredAct:
    """End parcels and begin one in their place, on the union of their ground.

    Raises
    ------
    Conflict
        If they overlap by more than the tolerance, lie in two districts, or the number was used before; if they do not
        touch or are of several towns, villages or owners, and nobody says why that is meant.
    UsageError
        If fewer than two parcels are named, or one twice.
    """
    _require_reason(decision)
    if len(set(parcel_ids)) < 2 or len(set(parcel_ids)) < len(parcel_ids):
        raise UsageError("合并至少要有两个不同的地块", "A merger takes two or more different parcels")
    store = ParcelStore(database)
    parents = gpd.GeoDataFrame(
        pd.concat([_there_on(store, one, decision.acted_on) for one in parcel_ids], ignore_index=True)
    )
    if len(set(parents["district"])) > 1:
        raise Conflict("两个区的地块不能合并", "Parcels of two districts cannot merge", where=", ".join(parcel_ids))
    shapes = parents.geometry.to_numpy()
    union = shapely.union_all(shapes)
    meta = _conserved(Act.MERGE, np.array([union], dtype=object), shapes, decision)
    held = [known_facts(FactStore(database).held(one, as_of=decision.acted_on)) for one in parcel_ids]
    found = apart(parents, held)
    require_meant(found, decision.apart_reason, ", ".join(parcel_ids))
    reason = decision.apart_reason.strip() if found.said()[0] else ""
    meta = replace(meta, gap_m=found.gap_m, apart_reason=reason)
    facts = _inherited(held, [into], decision.acted_on, parcel_ids)
    act_no = FamilyStore(database).merge(parcel_ids, _child(parents, into, union), meta, facts, person=person)
    return _stored(database, into, act_no)


def retire_parcels(database: Database, person: Person, parcel_ids: Sequence[str], decision: Decision) -> StoredAct:
    """End parcels without successors; their numbers are never used again."""
    _require_reason(decision)
    for parcel_id in parcel_ids:
        _there_on(ParcelStore(database), parcel_id, decision.acted_on)
    meta = ActMeta(Act.RETIRE, decision.acted_on, decision.document, decision.reason)
    act_no = FamilyStore(database).retire(parcel_ids, meta, person=person)
    return _stored(database, parcel_ids[0], act_no)


def _there_on(store: ParcelStore, parcel_id: str, acted_on: date) -> gpd.GeoDataFrame:
    """Return a parcel as it was on the day of the act: nothing ends before it began.

    Raises
    ------
    NotFound, Conflict
        No such parcel now; none yet on that day.
    """
    store.one(parcel_id)
    try:
        return store.one(parcel_id, as_of=acted_on)
    except NotFound as error:
        raise Conflict(
            f"地块 {parcel_id} 在 {acted_on} 还没有，不能以这一天办理",
            f"There was no parcel {parcel_id} on {acted_on} yet: it cannot end on that day",
            where=parcel_id,
            next_zh="请用 --on 写一个不早于该地块起始日的日期，或用 landgis parcel history 查看",
            next_en="State a day not before the parcel began with --on; see landgis parcel history",
        ) from error


def known_facts(held: Mapping[str, HeldFact]) -> dict[str, Value]:
    """Return the values of the facts that are known."""
    return {name: fact.value for name, fact in held.items() if fact.value is not None}


def _conserved(act: Act, whole: GeometryArray, parts: GeometryArray, decision: Decision) -> ActMeta:
    """Measure how far the ground differs before and after, and refuse what is beyond the tolerance (planar m²)."""
    union = shapely.union_all(parts)
    difference = float(shapely.area(shapely.symmetric_difference(shapely.union_all(whole), union)))
    overlap = max(0.0, float(shapely.area(parts).sum() - shapely.area(union)))
    meta = ActMeta(
        act, decision.acted_on, decision.document, decision.reason, decision.tolerance_m2, difference, overlap
    )
    if max(difference, overlap) <= max(decision.tolerance_m2, FLOOR_M2):
        return meta
    before, after = float(shapely.area(shapely.union_all(whole))), float(shapely.area(parts).sum())
    raise Conflict(
        f"{act.zh}前后面积不守恒：整体 {before:,.6f} ㎡，各部分之和 {after:,.6f} ㎡；范围相差 {difference:,.6f} ㎡，"
        f"互相重叠 {overlap:,.6f} ㎡，超过允许的 {decision.tolerance_m2:g} ㎡",
        f"The {act.value} does not conserve the ground: whole {before:,.6f} m², parts {after:,.6f} m²; it differs by"
        f" {difference:,.6f} m² and overlaps by {overlap:,.6f} m², more than the {decision.tolerance_m2:g} m² allowed",
        where=act.value,
        next_zh="请更正图形；如属制图误差，由区局确定允许值后用 --tolerance-m2 写明",
        next_en="Correct the outlines; if it is drawing noise, state the bureau's tolerance with --tolerance-m2",
    )


def _inherited(
    parents: Sequence[Mapping[str, Value]], children: Sequence[str], acted_on: date, names: Sequence[str]
) -> list[Statement]:
    """Return what children take over, and 待补 for everything else that any parent knew."""
    sure = inheritance(parents, len(children))
    source = INHERITED + "、".join(names)
    spoken = dict.fromkeys(name for parent in parents for name in parent)
    return [
        Statement(child, name, sure[name], FactState.KNOWN, acted_on, source=source)
        if name in sure
        else Statement(child, name, None, FactState.PENDING, acted_on, source=source)
        for child in children
        for name in spoken
    ]


def _placed(children: gpd.GeoDataFrame, parent: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """A part lies in the town and village of the whole, unless the file says otherwise."""
    place = {name: children[name].fillna(parent[name].iloc[0]) for name in ("town_code", "town_name", "village_name")}
    return children.assign(**place)


def _child(parents: gpd.GeoDataFrame, parcel_id: str, union: shapely.Geometry) -> gpd.GeoDataFrame:
    """Return the merged parcel; a town or village that the parents do not share is left open."""
    row = dict.fromkeys(PARCELS.names)
    for column in PLACE:
        values = parents[column.name].dropna().unique()
        row[column.name] = values[0] if len(values) == 1 else None
    frame = pd.DataFrame([row | {"parcel_id": parcel_id}]).astype(PARCELS.empty().dtypes.to_dict())
    return gpd.GeoDataFrame(frame, geometry=[union], crs=WORKING)


def _stored(database: Database, parcel_id: str, act_no: int) -> StoredAct:
    return next(act for act in FamilyStore(database).tree(parcel_id) if act.act_no == act_no)


def _require_reason(decision: Decision) -> None:
    if not decision.reason.strip():
        raise UsageError("请用 --reason 写明理由", "State why with --reason", where="--reason")


def _unusable(path: Path, rejected: Sequence[RejectedParcel], usable: int) -> InputError:
    said_zh = "；".join(f"{row.parcel_id} {row.reason_zh}" for row in rejected[:5]) or "少于两宗"
    said_en = "; ".join(f"{row.parcel_id} {row.reason_en}" for row in rejected[:5]) or "fewer than two"
    return InputError(
        f"分割文件不能使用：可用 {usable} 宗，有误 {len(rejected)} 宗（{said_zh}）",
        f"The file of a split cannot be used: {usable} parcels are good, {len(rejected)} are wrong ({said_en})",
        where=str(path),
        next_zh="分割须一次给出全部新地块，且每宗有效；请更正后重试",
        next_en="A split gives all new parcels at once, each of them valid; correct the file and try again",
    )
