"""The boards in the system's chromium, the network off: cards dragged and keyed, totals that move, conflicts shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from landgis.db.cluster import PrivateCluster
from landgis.domain.pooling import MoveReason, Standing
from landgis.plan.inputs import LineInput
from landgis.services.boards.plan_board import save_board
from landgis.services.boards.pool_board import move_card
from tests.support import desk_case
from tests.support.board_case import TARGETS, BoardCase, board_case
from tests.support.browser_stage import ARTEFACTS


@pytest.fixture(scope="module")
def case(cluster: PrivateCluster) -> Iterator[BoardCase]:
    with board_case(cluster) as made:
        yield made


@pytest.fixture(scope="module")
def address(case: BoardCase) -> Iterator[str]:
    with desk_case.served(case.database, case.planner) as served:
        yield served


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    abroad: list[str] = []
    complaints: list[str] = []
    page = browser.new_page(viewport={"width": 1440, "height": 900})
    page.set_default_timeout(20_000)

    def gate(route: Route) -> None:
        if route.request.url.startswith((address, "data:", "blob:")):
            route.continue_()
        else:
            abroad.append(route.request.url)
            route.abort()

    page.route("**/*", gate)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    # A refusal (409) is told on the console by the browser itself.
    page.on(
        "console",
        lambda line: complaints.append(line.text) if line.type == "error" and "409" not in line.text else None,
    )
    yield page
    page.close()
    assert abroad == []
    assert complaints == []


def _column(page: Page, standing: str) -> Locator:
    return page.locator(f"[data-standing={standing}]")


def _count(column: Locator) -> int:
    found = re.match(r"\d+", column.locator(".sum").inner_text())
    assert found is not None
    return int(found[0])


def test_a_card_is_dragged_with_its_reason_and_the_totals_move(page: Page, address: str) -> None:
    page.goto(f"{address}/boards/pool")
    page.wait_for_selector("#board[data-ready]")
    pooled, gone = _column(page, "pooled"), _column(page, "withdrawn")
    before = (_count(pooled), _count(gone))
    parcel = str(pooled.locator(".card").first.get_attribute("data-parcel"))
    page.screenshot(path=ARTEFACTS / "board-pool.png")
    pooled.locator(".card").first.drag_to(gone)
    expect(page.locator("dialog h2")).to_contain_text(parcel)
    page.select_option("dialog [name=reason]", "owner_declined")
    page.fill("dialog [name=note]", "村民代表会议 2026-07-01")
    page.screenshot(path=ARTEFACTS / "board-pool-move.png")
    page.click("dialog button.main")
    expect(gone.locator(f"[data-parcel='{parcel}']")).to_be_visible()
    assert (_count(pooled), _count(gone)) == (before[0] - 1, before[1] + 1)
    expect(page.locator("#said")).to_contain_text(parcel)


def test_a_card_is_moved_by_keys_alone(page: Page, address: str) -> None:
    page.goto(f"{address}/boards/pool?lang=en")
    page.wait_for_selector("#board[data-ready]")
    card = _column(page, "pooled").locator(".card").nth(1)
    parcel = str(card.get_attribute("data-parcel"))
    card.focus()
    page.keyboard.press("Enter")
    expect(page.locator("dialog [name=after]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("acquired")
    page.keyboard.press("Tab")
    page.keyboard.type("notice 12")
    page.keyboard.press("Enter")
    moved = _column(page, "withdrawn").locator(f"[data-parcel='{parcel}']")
    expect(moved).to_be_focused()
    expect(moved).to_contain_text("acquired by the state")


def test_two_at_one_card_see_both_sides_and_may_go_on(page: Page, address: str, case: BoardCase) -> None:
    page.goto(f"{address}/boards/pool")
    page.wait_for_selector("#board[data-ready]")
    card = _column(page, "pooled").locator(".card").nth(2)
    parcel, step = str(card.get_attribute("data-parcel")), int(str(card.get_attribute("data-step")))
    card.click()
    page.fill("dialog [name=note]", "我的说明")
    move_card(case.database, case.colleague, parcel, step, Standing.WITHDRAWN, MoveReason.USE_CHANGED, "对方的说明")
    page.click("dialog button.main")
    expect(page.locator(".rivals")).to_contain_text("对方的说明")
    expect(page.locator(".rivals")).to_contain_text("我的说明")
    expect(page.locator("dialog .alarm")).to_contain_text("规划员乙")
    page.screenshot(path=ARTEFACTS / "board-conflict.png")
    page.get_by_role("button", name="保留对方，重新载入").click()
    expect(_column(page, "withdrawn").locator(f"[data-parcel='{parcel}']")).to_contain_text("规划用途调整")


def test_holding_a_line_back_moves_the_quotas_and_is_undone(page: Page, address: str, case: BoardCase) -> None:
    plan = save_board(case.database, case.planner, "songjiang", TARGETS, {}, None).head.plan_id
    page.goto(f"{address}/boards/plan?plan={plan}")
    page.wait_for_selector("#plan-board[data-ready]")
    lines = page.locator("#lines .line")
    expect(lines.first).to_be_visible()
    whole = page.locator("[data-quota='whole::most'] b")
    before, total = whole.inner_text(), page.locator("#sum").inner_text()
    parcel = str(lines.first.get_attribute("data-parcel"))
    lines.first.get_by_role("button", name="暂缓").click()
    page.fill("dialog [name=why]", "补偿未谈妥")
    page.click("dialog button.main")
    expect(page.locator(f"#left-out [data-parcel='{parcel}']")).to_contain_text("补偿未谈妥")
    expect(whole).not_to_have_text(before)
    page.screenshot(path=ARTEFACTS / "board-plan.png", full_page=True)
    page.click("#undo")
    expect(page.locator("#sum")).to_have_text(total)
    expect(page.locator("#left-out [data-parcel='" + parcel + "']")).to_have_count(0)
    page.click("#redo")
    expect(page.locator(f"#left-out [data-parcel='{parcel}']")).to_be_visible()
    page.click("#store")
    expect(page.locator("#said")).to_contain_text("已保存为")
    page.reload()
    expect(page.locator(f"#left-out [data-parcel='{parcel}']")).to_contain_text("补偿未谈妥")


def test_fifty_steps_are_undone_and_done_again(page: Page, address: str) -> None:
    page.goto(f"{address}/boards/plan")
    told = page.evaluate(
        """async () => {
            const { History } = await import("/static/boards/history.js");
            const steps = new History(200);
            steps.begin(0);
            for (let each = 1; each <= 60; each += 1) steps.push(each);
            for (let each = 0; each < 55; each += 1) steps.undo();
            const back = steps.now;
            for (let each = 0; each < 55; each += 1) steps.redo();
            return [back, steps.now, steps.canRedo];
        }"""
    )
    assert told == [5, 60, False]


def test_a_plan_saved_by_another_first_is_shown_and_mine_is_laid_over_it(
    page: Page, address: str, case: BoardCase
) -> None:
    plan = save_board(case.database, case.planner, "songjiang", TARGETS, {}, None).head.plan_id
    page.goto(f"{address}/boards/plan?plan={plan}")
    lines = page.locator("#lines .line")
    expect(lines.first).to_be_visible()
    parcel = str(lines.first.get_attribute("data-parcel"))
    lines.first.locator("select").select_option("4")
    expect(page.locator("#said")).to_contain_text("试算结果")
    other = save_board(case.database, case.colleague, "songjiang", TARGETS, {parcel: LineInput(quarter=2)}, plan)
    page.click("#store")
    expect(page.locator(".rivals")).to_contain_text("供应季度")
    page.screenshot(path=ARTEFACTS / "board-plan-conflict.png")
    page.click("dialog button.main")
    expect(page.locator("#version")).to_have_value(other.head.plan_id)
    expect(page.locator(f"#lines [data-parcel='{parcel}'] select")).to_have_value("4")
    page.click("#store")
    expect(page.locator("#said")).to_contain_text("已保存为")


def test_scenarios_stand_side_by_side(page: Page, address: str) -> None:
    page.goto(f"{address}/boards/plan")
    page.wait_for_selector("#plan-board[data-ready]")
    page.locator(".scenario").nth(0).locator("[data-name=max_ha]").fill("6")
    page.locator(".scenario").nth(1).locator("[data-name=max_ha]").fill("3")
    page.locator("#scenario-form button.main").click()
    page.wait_for_selector("#scenarios[data-ready]")
    areas = page.locator("#scenarios tr", has_text="面积（公顷）").locator("td").all_inner_texts()
    assert 0 < float(areas[1]) <= 3 < float(areas[0]) <= 6
    expect(page.locator("#scenarios table")).to_contain_text("总量")
    page.locator("#scenarios").screenshot(path=ARTEFACTS / "board-scenarios.png")


def test_an_adjustment_shows_before_and_after_beside_each_other(page: Page, address: str, case: BoardCase) -> None:
    plan = save_board(case.database, case.planner, "songjiang", TARGETS, {}, None).head.plan_id
    case.publish(plan)
    page.goto(f"{address}/boards/plan?plan={plan}")
    expect(page.locator("#said")).to_contain_text("年中调整")
    line = page.locator("#lines .line").first
    parcel = str(line.get_attribute("data-parcel"))
    line.get_by_role("button", name="调出").click()
    page.fill("dialog [name=why]", "权利人不同意")
    page.click("dialog button.main")
    expect(page.locator(f"#lines [data-parcel='{parcel}']")).to_have_class(re.compile("gone"))
    page.fill("#purpose", "年中调整")
    page.click("#store")
    expect(page.locator(".plan-map")).to_have_count(2)
    expect(page.locator(".changes")).to_contain_text(parcel)
    page.locator(".changes .pick").first.click()
    page.locator("#plan-maps").screenshot(path=ARTEFACTS / "board-adjustment.png")
