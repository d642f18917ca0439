"""A build beside what stands: who holds ground keeps it, what is dealt with is no candidate, and who moves, and why."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import Polygon

from landgis.domain.criteria import PoolCriteria
from landgis.domain.outcome import Scope
from landgis.domain.pooling import Standing
from landgis.frames.pooled import STANDINGS
from landgis.pool.build import Pool, Taken, build
from landgis.pool.moving import moves_of
from landgis.rules.reading.load import load_pack
from landgis.screening.judge import judge
from landgis.screening.measure import measure
from tests.support.ground import AS_OF, at, clear_layers, parcels

PACK = load_pack("songjiang")


def built(shapes: dict[str, Polygon], taken: Taken, **facts: object) -> Pool:
    frame = parcels(shapes, **facts)
    measured = measure(frame, clear_layers(), PACK.layers(Scope.FULL), AS_OF)
    judged = judge(PACK, frame, measured, AS_OF, Scope.FULL)
    return build(frame, measured.areas, judged.verdicts, judged.findings, PoolCriteria(), taken)


def holding(frame: gpd.GeoDataFrame, **standings: Standing) -> Taken:
    """Say who holds which ground."""
    held = frame[frame["parcel_id"].isin(standings)][["parcel_id", "geometry"]]
    return Taken(held.assign(standing=held["parcel_id"].map(standings).astype("str")))


def standing_table(*rows: tuple[str, str, int, int]) -> pd.DataFrame:
    """Rows of parcel, standing, step, version."""
    table = pd.DataFrame(rows, columns=["parcel_id", "standing", "step", "version"])
    table["member_id"] = [f"M{number:06d}" for number in range(1, len(rows) + 1)]
    table = table.assign(
        tier="project", reason="criteria_met", note="", run_id=None, pool_id=None, plan_id=None, by="x"
    )
    table = table.assign(since=pd.Timestamp("2026-07-01", tz="Asia/Shanghai").to_pydatetime())
    kinds = {column.name: "str" for column in STANDINGS.columns if column.kind == "text"}
    return table[STANDINGS.names].astype(kinds | {"step": "int64", "version": "int64"})


PAIR = {"a": at(0, 0, 50, 40), "b": at(49, 0, 50, 40)}


def test_who_holds_the_ground_stays_though_its_number_is_higher() -> None:
    frame = parcels(PAIR)
    pool = built(PAIR, holding(frame, b=Standing.POOLED))
    assert pool.members["parcel_id"].tolist() == ["b"]
    assert pool.left_out[["parcel_id", "reason"]].to_numpy().tolist() == [["a", "overlaps_member"]]


@pytest.mark.parametrize("standing", [Standing.UNDER_WAY, Standing.SUPPLIED])
def test_what_is_dealt_with_is_no_candidate_and_keeps_its_ground(standing: Standing) -> None:
    pool = built(PAIR, holding(parcels(PAIR), b=standing))
    assert pool.members.empty
    told = dict(zip(pool.left_out["parcel_id"], pool.left_out["reason"], strict=True))
    assert told == {"a": "overlaps_member", "b": str(standing)}


def test_a_member_that_leaves_with_the_build_gives_its_ground_free_and_a_planned_one_does_not() -> None:
    """The old outline was split: what took its place enters with the build that lets it go."""
    old = parcels({"old": at(0, 0, 50, 40)})
    assert built({"new": at(0, 0, 25, 40)}, holding(old, old=Standing.POOLED)).members["parcel_id"].tolist() == ["new"]
    bound = built({"new": at(0, 0, 25, 40)}, holding(old, old=Standing.PLANNED))
    assert bound.left_out["reason"].tolist() == ["overlaps_member"]


def test_a_candidate_may_overlap_the_outline_it_stood_for() -> None:
    before = parcels({"a": at(0, 0, 50, 40)})
    pool = built({"a": at(0, 0, 52, 40)}, holding(before, a=Standing.PLANNED))
    assert pool.members["parcel_id"].tolist() == ["a"]


def test_what_entered_the_market_is_no_candidate() -> None:
    pool = built(PAIR, Taken(entered=frozenset({"a"})))
    assert pool.members["parcel_id"].tolist() == ["b"]
    assert pool.left_out["detail_zh"].tolist() == ["登记为已入市"]


def test_a_build_says_who_enters_is_renewed_leaves_and_is_bound() -> None:
    shapes = {name: at(100 * place, 0, 50, 40) for place, name in enumerate("abcdefg")}
    frame = parcels(shapes)
    frame.loc[frame["parcel_id"].isin(["d", "e"]), "dispute"] = True
    measured = measure(frame, clear_layers(), PACK.layers(Scope.FULL), AS_OF)
    judged = judge(PACK, frame, measured, AS_OF, Scope.FULL)
    criteria = PoolCriteria(towns=())
    pool = build(frame, measured.areas, judged.verdicts, judged.findings, criteria, Taken())
    standings = standing_table(
        ("a", "lead", 1, 1), ("b", "pooled", 1, 1), ("c", "planned", 2, 1), ("d", "pooled", 3, 1), ("e", "planned", 2, 1),
        ("f", "withdrawn", 2, 1), ("h", "pooled", 1, 1), ("i", "planned", 2, 1), ("j", "lead", 1, 1),
    )  # fmt: skip
    moved = moves_of(pool, standings, dict.fromkeys(shapes, 1) | {"c": 2})
    told = moved.moves[["parcel_id", "step", "before", "after", "reason", "version"]].to_numpy().tolist()
    assert told == [
        ["a", 2, "lead", "pooled", "criteria_met", 1],
        ["c", 3, "planned", "planned", "renewed", 2],
        ["d", 4, "pooled", "withdrawn", "verdict_changed", 1],
        ["f", 1, "", "pooled", "criteria_met", 1],
        ["g", 1, "", "pooled", "criteria_met", 1],
        ["h", 2, "pooled", "withdrawn", "land_changed", 1],
    ]
    assert moved.bound.to_numpy().tolist() == [["e", "verdict_excluded"], ["i", "land_changed"]]
    again = moves_of(pool, standing_table(*(("abcfg"[n], "pooled", 1, 1) for n in range(5))), dict.fromkeys(shapes, 1))
    assert again.moves.empty
