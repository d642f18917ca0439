"""Adjusting a published plan: in, out, changed; what is left alone stays as it was; publication moves members along."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.domain.criteria import PlanTargets
from landgis.domain.outcome import VERDICTS, Outcome
from landgis.domain.pooling import MOVES, MoveReason, Standing
from landgis.errors import Conflict, LandgisError, NotFound
from landgis.plan.before_after import sides_of_change
from landgis.plan.draft import draft
from landgis.plan.grounds import Grounds
from landgis.plan.inputs import LineChange, LineInput
from landgis.plan.publishing import publication
from landgis.plan.revise import Published, Revised, revise
from landgis.plan.verdict_now import NewestVerdicts
from landgis.pool.build import Pool
from landgis.rules.choosing.sale import Project
from tests.support.ground import at, parcels
from tests.support.plan_grounds import pooled, standings

FRAME = parcels({f"p{n}": at(100 * n, 0, 50, 40) for n in range(1, 7)}, owner_willing=True)
CAN_BE_PLANNED = PlanTargets(2027).verdicts
INPUTS = {"p1": LineInput(1, 40, market_zh="稳定", intended=1), "p2": LineInput(2), "p3": LineInput(3)}


@pytest.fixture(scope="module")
def office() -> tuple[Pool, Grounds, Published]:
    """Six members, of which the first three are on the published plan."""
    pool, grounds = pooled(FRAME, INPUTS, **{f"p{n}": "withdrawn" for n in (4, 5, 6)})
    made = draft(pool.members, FRAME, PlanTargets(2027), grounds)
    assert made.lines["parcel_id"].tolist() == ["p1", "p2", "p3"]
    now = standings(pool.members, p1="planned", p2="planned", p3="under_way", p6="withdrawn")
    return (
        pool,
        replace(grounds, standings=now, inputs={}),
        Published("L000001", made.lines, made.checks, CAN_BE_PLANNED),
    )


def adjusted(office: tuple[Pool, Grounds, Published], *changes: LineChange) -> Revised:
    pool, grounds, published = office
    return revise(published, changes, pool.members, FRAME, grounds)


def line(table: pd.DataFrame, parcel_id: str) -> dict[str, Any]:
    return dict(table[table["parcel_id"] == parcel_id].iloc[0])


def test_in_out_and_changed(office: tuple[Pool, Grounds, Published]) -> None:
    made = adjusted(
        office, LineChange("p4", "in", "替补", LineInput(4, 30)), LineChange("p2", "out", "退出"),
        LineChange("p1", "changed", "推迟", LineInput(quarter=3)),
    )  # fmt: skip
    lines = made.draft.lines
    assert lines["parcel_id"].tolist() == ["p1", "p3", "p4"]
    assert lines["line_no"].tolist() == [1, 2, 3]
    first = line(lines, "p1")
    assert (first["quarter"], first["term_years"], first["market_zh"]) == (3, 40, "稳定")
    assert (line(lines, "p4")["quarter"], line(lines, "p4")["member_id"]) == (4, "M000004")
    assert made.changes.to_dict("list") == {
        "parcel_id": ["p1", "p2", "p4"], "change": ["changed", "out", "in"], "reason": ["推迟", "退出", "替补"],
    }  # fmt: skip
    checks = made.draft.checks
    assert checks.groupby("line_no").size().tolist() == [8, 8, 8]
    _, _, published = office
    kept = published.checks[published.checks["line_no"] == 3].drop(columns="line_no").reset_index(drop=True)
    pd.testing.assert_frame_equal(checks[checks["line_no"] == 2].drop(columns="line_no").reset_index(drop=True), kept)


def test_the_mode_is_looked_up_again_only_where_what_it_hangs_on_is_stated(
    office: tuple[Pool, Grounds, Published],
) -> None:
    _, _, published = office
    before = line(published.lines, "p1")["mode_said_zh"]
    later = adjusted(office, LineChange("p1", "changed", "推迟", LineInput(quarter=3))).draft.lines
    assert line(later, "p1")["mode_said_zh"] == before
    other = adjusted(office, LineChange("p1", "changed", "改", LineInput(project=Project.INDUSTRY_PROJECT))).draft.lines
    assert line(other, "p1")["mode_certainty"] == "not_in_table"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (LineChange("p3", "out", "x"), "stands as under way and cannot go out"),
        (LineChange("p1", "in", "x"), "is on the plan already"),
        (LineChange("p6", "in", "x"), "not in the pool any more"),
        (LineChange("p9", "in", "x"), "not in the newest build"),
        (LineChange("p5", "out", "x"), "not on plan L000001"),
        (LineChange("p5", "changed", "x", LineInput(quarter=1)), "not on plan L000001"),
        (LineChange("p4", "in", "x", LineInput(term_years=60)), "exceeds the longest"),
        (LineChange("p1", "changed", "x", LineInput(term_years=60)), "exceeds the longest"),
    ],
)
def test_what_cannot_be_adjusted_is_refused(
    office: tuple[Pool, Grounds, Published], change: LineChange, said: str
) -> None:
    with pytest.raises(LandgisError, match=said) as raised:
        adjusted(office, change)
    assert isinstance(raised.value, (Conflict, NotFound))
    assert raised.value.where == change.parcel_id


def test_two_maps_show_what_changes_and_mute_the_rest(office: tuple[Pool, Grounds, Published]) -> None:
    _, _, published = office
    made = adjusted(office, LineChange("p4", "in", "替补"), LineChange("p2", "out", "退出"))

    def drawn(lines: pd.DataFrame) -> Any:
        return (
            FRAME.set_index("parcel_id")
            .loc[lines["parcel_id"], ["geometry"]]
            .reset_index()
            .merge(lines, on="parcel_id")
        )

    before, after = sides_of_change(drawn(published.lines), drawn(made.draft.lines), made.changes)
    assert dict(zip(before["parcel_id"], before["change"], strict=True)) == {"p1": "", "p2": "out", "p3": ""}
    assert dict(zip(after["parcel_id"], after["muted"], strict=True)) == {"p1": True, "p3": True, "p4": False}
    assert shapely.area(after.geometry.to_numpy()).min() > 0


def newest(**verdicts: Outcome) -> NewestVerdicts:
    return NewestVerdicts("run-7", verdicts)


def test_what_changed_since_the_draft_is_not_published() -> None:
    ids = pd.DataFrame({"parcel_id": pd.Series(["p1"], dtype="str")})
    made = publication(ids, ids.iloc[:0], standings(ids), {"p1": 2}, newest(p1=Outcome.CLEAR), CAN_BE_PLANNED)
    assert (len(made.moves), made.hindered) == (0, (("p1", "在编制之后有变更", "changed after the plan was drafted"),))


@pytest.mark.parametrize(
    ("verdict", "zh", "en"),
    [
        (Outcome.EXCLUDED, "最新筛查批次 run-7 的结论为“不符合”", "is excluded by the newest run run-7"),
        (Outcome.UNKNOWN, "最新筛查批次 run-7 的结论为“无法判定”", "is unknown by the newest run run-7"),
        (
            None, "最新筛查批次 run-7 之后有变更或未经其筛查，请重新筛查",
            "not judged as it stands now by the newest run run-7: screen again",
        ),
    ],
)  # fmt: skip
def test_what_the_newest_run_forbids_comes_onto_no_plan(
    office: tuple[Pool, Grounds, Published], verdict: Outcome | None, zh: str, en: str
) -> None:
    pool, grounds, published = office
    told = dict(grounds.newest.told)
    told.pop("p4")
    late = NewestVerdicts("run-7", told if verdict is None else told | {"p4": verdict})
    with pytest.raises(Conflict, match=en) as raised:
        revise(published, [LineChange("p4", "in", "替补")], pool.members, FRAME, replace(grounds, newest=late))
    assert zh in raised.value.zh
    pooled_now = replace(grounds, newest=late, standings=standings(pool.members))
    drafted = draft(pool.members, FRAME, PlanTargets(2027), pooled_now)
    assert drafted.lines["parcel_id"].tolist() == ["p1", "p2", "p3", "p5", "p6"]
    assert drafted.left_out[["parcel_id", "detail_zh", "detail_en"]].to_numpy().tolist() == [["p4", zh, en]]


VERDICT = st.sampled_from([*VERDICTS, None])
STANDS = st.dictionaries(
    st.sampled_from([f"p{n}" for n in range(1, 7)]), st.tuples(st.sampled_from([*Standing, None]), VERDICT)
)


@settings(max_examples=80, deadline=None)
@given(STANDS, *2 * (st.sets(st.sampled_from([f"p{n}" for n in range(1, 7)])),))
def test_publication_makes_possible_moves_only(
    state: dict[str, tuple[Standing | None, Outcome | None]], after: set[str], before: set[str]
) -> None:
    standing = {key: stood for key, (stood, _) in state.items()}
    verdicts = {key: verdict for key, (_, verdict) in state.items() if verdict is not None}
    ids = pd.DataFrame({"parcel_id": pd.Series([key for key, each in standing.items() if each], dtype="str")})
    now = standings(ids, **{key: str(each) for key, each in standing.items() if each})
    lines, old = (pd.DataFrame({"parcel_id": pd.Series(sorted(each), dtype="str")}) for each in (after, before))
    made = publication(lines, old, now, dict.fromkeys(after, 1), newest(**verdicts), CAN_BE_PLANNED)
    for row in made.moves.to_dict("records"):
        assert MoveReason(row["reason"]) in MOVES[Standing(row["before"]), Standing(row["after"])]
        assert (row["after"] == "planned") == (row["parcel_id"] in after)
    moved = set(made.moves["parcel_id"])
    hindered = {parcel_id for parcel_id, _, _ in made.hindered}
    assert not moved & hindered
    for parcel_id in after - hindered:
        assert parcel_id in moved or standing.get(parcel_id) in (
            Standing.PLANNED,
            Standing.UNDER_WAY,
            Standing.SUPPLIED,
        )
    for parcel_id in before - after - hindered - moved:
        assert standing.get(parcel_id) in (None, Standing.POOLED, Standing.WITHDRAWN)
    for parcel_id in after - hindered:
        if standing[parcel_id] in (Standing.POOLED, Standing.PLANNED):
            assert verdicts.get(parcel_id) in (Outcome.CLEAR, Outcome.FLAGGED)
