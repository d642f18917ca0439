"""Boards of pool and plan: what they show agrees with the stores, and nobody's change is lost."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import httpx
import pytest

from landgis.area import mu
from landgis.db.cluster import PrivateCluster
from landgis.db.memberships import MembershipStore
from landgis.domain.outcome import Outcome
from landgis.domain.pooling import MoveReason, Standing
from landgis.errors import Conflict, NotAllowed, Overtaken
from landgis.plan.inputs import LineChange, LineInput
from landgis.services.boards.plan_board import plan_board, save_adjustment, save_board, try_adjustment, try_board
from landgis.services.boards.pool_board import move_card, pool_board
from landgis.services.pooling.members import story
from tests.support import desk_case
from tests.support.board_case import TARGETS, BoardCase, board_case
from tests.support.desk_case import AS_OF


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster) -> Iterator[BoardCase]:
    with board_case(cluster) as made:
        yield made


@pytest.fixture(scope="module")
def client(case: BoardCase) -> Iterator[httpx.Client]:
    with (
        desk_case.served(case.database, case.planner) as address,
        httpx.Client(base_url=address, trust_env=False, headers={"Origin": address}) as client,
    ):
        yield client


def test_columns_hold_every_member_once_and_totals_are_of_all(case: BoardCase) -> None:
    standings = MembershipStore(case.database).standings("songjiang")
    board = pool_board(case.database, case.planner, "songjiang", AS_OF, shown=3)
    assert sum(column.count for column in board.columns) == len(standings) > 6
    for column in board.columns:
        assert len(column.cards) == min(3, column.count)
        assert column.count == int((standings["standing"] == str(column.standing)).sum())
    whole = pool_board(case.database, case.planner, "songjiang", AS_OF, shown=10_000)
    for column in whole.columns:
        areas = [card.area_ha for card in column.cards if card.area_ha is not None]
        assert column.area_ha == sum(areas, Decimal(0))
        assert column.area_mu == mu(column.area_ha)
    pooled = next(column for column in whole.columns if column.standing is Standing.POOLED)
    card = pooled.cards[0]
    assert card.verdict is not None
    found = pool_board(case.database, case.planner, "songjiang", AS_OF, text=card.parcel_id.lower().replace("-", " "))
    assert [one.parcel_id for column in found.columns for one in column.cards] == [card.parcel_id]
    nothing = pool_board(case.database, case.planner, "songjiang", AS_OF, text="--")
    assert sum(column.count for column in nothing.columns) == 0


def test_no_card_says_clear_by_a_layer_that_speaks_no_more(case: BoardCase) -> None:
    now = pool_board(case.database, case.planner, "songjiang", AS_OF, shown=10_000)
    then = pool_board(case.database, case.planner, "songjiang", date(2000, 1, 1), shown=10_000)
    assert now.overtaken is None
    assert any(card.verdict is Outcome.CLEAR for column in now.columns for card in column.cards)
    assert then.overtaken is not None
    assert "图层已变动" in then.overtaken[0]
    assert [column.count for column in then.columns] == [column.count for column in now.columns]
    assert {card.verdict for column in then.columns for card in column.cards} == {None}


def test_who_may_not_move_is_offered_no_move(case: BoardCase) -> None:
    board = pool_board(case.database, case.reviewer, "songjiang", AS_OF)
    assert board.moves == {}
    parcel = next(card for column in board.columns for card in column.cards)
    with pytest.raises(NotAllowed):
        move_card(
            case.database,
            case.reviewer,
            parcel.parcel_id,
            parcel.step,
            Standing.WITHDRAWN,
            MoveReason.OWNER_DECLINED,
            "",
        )


def test_a_card_moved_by_another_is_told_field_by_field(case: BoardCase) -> None:
    board = pool_board(case.database, case.planner, "songjiang", AS_OF)
    card = next(column for column in board.columns if column.standing is Standing.POOLED).cards[0]
    wish = (Standing.WITHDRAWN, MoveReason.ACQUIRED, "征收公告")
    move_card(
        case.database, case.colleague, card.parcel_id, card.step, Standing.WITHDRAWN, MoveReason.OWNER_DECLINED, ""
    )
    with pytest.raises(Overtaken) as caught:
        move_card(case.database, case.planner, card.parcel_id, card.step, *wish)
    told = {rival.field: (rival.seen, rival.yours, rival.theirs) for rival in caught.value.rivals}
    assert told["standing"] == ("入库", "退出", "退出")
    assert told["reason"][1:] == ("转为征收", "所有权人无意愿")
    assert told["note"][1:] == ("征收公告", "")
    assert "规划员乙" in caught.value.zh
    assert len(story(case.database, case.planner, card.parcel_id)[-1].moves) == card.step + 1


def test_of_moves_in_one_moment_one_is_taken_and_the_others_hear_of_it(case: BoardCase) -> None:
    board = pool_board(case.database, case.planner, "songjiang", AS_OF)
    card = next(column for column in board.columns if column.standing is Standing.POOLED).cards[1]
    ends: list[str] = []
    start = threading.Barrier(6)

    def go(number: int) -> None:
        start.wait()
        try:
            move_card(
                case.database,
                case.planner,
                card.parcel_id,
                card.step,
                Standing.WITHDRAWN,
                MoveReason.USE_CHANGED,
                str(number),
            )
            ends.append("taken")
        except Overtaken as error:
            ends.append(error.code)

    threads = [threading.Thread(target=go, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(ends) == ["overtaken"] * 5 + ["taken"]
    assert len(story(case.database, case.planner, card.parcel_id)[-1].moves) == card.step + 1


def test_what_is_held_back_leaves_its_room_to_others_and_stays_with_the_version(case: BoardCase) -> None:
    free = try_board(case.database, case.planner, "songjiang", TARGETS, {}, case.plan_id)
    first = free.lines[0]["parcel_id"]
    said = {first: LineInput(hold_back="补偿未谈妥"), free.lines[1]["parcel_id"]: LineInput(quarter=3)}
    tried = try_board(case.database, case.planner, "songjiang", TARGETS, said)
    held = [row for row in tried.left_out if row["held"]]
    assert [(row["parcel_id"], row["detail_zh"]) for row in held] == [(first, "暂缓列入：补偿未谈妥")]
    assert first not in {line["parcel_id"] for line in tried.lines}
    assert tried.area_ha == sum((line["area_ha"] for line in tried.lines), Decimal(0))
    most = next(row for row in tried.quotas if row["side"] == "most")
    assert most["used_ha"] == tried.area_ha <= most["limit_ha"]
    saved = save_board(case.database, case.planner, "songjiang", TARGETS, said, case.plan_id)
    again = plan_board(case.database, case.planner, saved.head.plan_id, "songjiang")
    assert again.inputs == said
    assert (again.lines, again.quotas) == (tried.lines, tried.quotas)
    assert sorted(row["parcel_id"] + row["detail_zh"] for row in again.left_out) == sorted(
        row["parcel_id"] + row["detail_zh"] for row in tried.left_out
    )


def test_a_version_has_one_heir_and_the_second_to_save_sees_both(case: BoardCase) -> None:
    began = save_board(case.database, case.planner, "songjiang", TARGETS, {}, None).head.plan_id
    parcel = plan_board(case.database, case.planner, began, "songjiang").lines[0]["parcel_id"]
    theirs = save_board(case.database, case.colleague, "songjiang", TARGETS, {parcel: LineInput(quarter=2)}, began)
    mine = {parcel: LineInput(quarter=4, hold_back="待规划批复")}
    with pytest.raises(Overtaken) as caught:
        save_board(case.database, case.planner, "songjiang", TARGETS, mine, began)
    told = {rival.field: (rival.seen, rival.yours, rival.theirs) for rival in caught.value.rivals}
    assert told == {f"{parcel}.quarter": ("", "4", "2"), f"{parcel}.hold_back": ("", "待规划批复", "")}
    assert theirs.head.plan_id in caught.value.zh


def test_pages_speak_both_languages_and_refuse_in_words(case: BoardCase, client: httpx.Client) -> None:
    for path in ("/boards/pool", "/boards/plan"):
        assert "看板" in client.get(path).text
        assert " board" in client.get(f"{path}?lang=en").text
        assert client.get(f"{path}?district=pudong").status_code == 404
    data = client.get("/data/boards/pool?district=songjiang").json()
    card = next(column for column in data["columns"] if column["standing"] == "pooled")["cards"][0]
    sent = {"parcel_id": card["parcel_id"], "step": card["step"] + 5, "after": "withdrawn", "reason": "acquired"}
    refused = client.post("/data/boards/pool/move", json=sent)
    assert refused.status_code == 409
    assert refused.json()["error"]["rivals"][0]["theirs"] == "入库"
    wrong = client.post(
        "/data/boards/plan/try", json={"district": "songjiang", "targets": {"year": 2027, "max_ha": "viel"}}
    )
    assert (wrong.status_code, "max_ha" in wrong.json()["error"]["message_zh"]) == (400, True)


def test_scenarios_and_pairs_are_those_of_the_services(case: BoardCase, client: httpx.Client) -> None:
    asked = [{"scenario": "a", "year": 2027, "max_ha": "5"}, {"scenario": "b", "year": 2027, "max_ha": "2"}]
    made = client.post("/data/boards/plan/scenarios", json={"district": "songjiang", "scenarios": asked}).json()
    whole = {row["scenario"]: Decimal(row["area_ha"]) for row in made["totals"] if row["by"] == "whole"}
    assert 0 < whole["b"] <= 2 < whole["a"] <= 5
    pairs = client.get("/data/boards/pairs?district=songjiang").json()
    assert pairs["lines"]


def test_an_adjustment_is_tried_then_stored_with_its_map(case: BoardCase, client: httpx.Client) -> None:
    plan = save_board(case.database, case.planner, "songjiang", TARGETS, {}, None).head.plan_id
    with pytest.raises(Conflict):
        try_adjustment(case.database, case.planner, plan, [LineChange("x", "out", "理由")])
    case.publish(plan)
    parcel = plan_board(case.database, case.planner, plan, "songjiang").lines[0]["parcel_id"]
    changes = [LineChange(parcel, "out", "权利人不同意")]
    tried = try_adjustment(case.database, case.planner, plan, changes)
    assert [line["parcel_id"] for line in tried.lines if line["change"] == "out"] == [parcel]
    saved = save_adjustment(case.database, case.planner, plan, changes, "年中调整").plan.head.plan_id
    told = client.get(f"/data/boards/plan/map?plan={saved}").json()
    assert [row["parcel_id"] for row in told["changes"]] == [parcel]
    before, after = (
        {feature["properties"]["parcel_id"] for feature in told[side]["features"]} for side in ("before", "after")
    )
    assert before - after == {parcel}
    assert after < before
