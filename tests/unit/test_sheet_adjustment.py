from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from landgis.domain.sheet_fault import CODES
from landgis.errors import ContractBroken
from landgis.maps.checking import adjustment_faults
from landgis.maps.layout import LEAST_PT, load_layout
from landgis.maps.sheet.adjustment import AdjustmentSheet, PlanAdjustment, adjustment_sheet
from landgis.maps.sheet.typesetting import compose_sheets, stamp
from landgis.plan.before_after import change_table
from tests.support import pdf, plan_case

LINES = plan_case.lines(24, 3_000, 2_400)
OUT, CHANGED, IN = (1, 5), (2, 7, 9), (20, 22, 23)
GRID = (0x7D / 255, 0x93 / 255, 0xA8 / 255)


def adjustment(count_in: int = len(IN), **changes: Any) -> PlanAdjustment:
    """Take parcels 1 and 5 out of a plan of twenty, change three, take others in."""
    terms = {"quarter": 1, "term_years": 40, "trade_mode": "listing", "mode_certainty": "decided", "cost_yuan": None}
    lines = LINES.assign(**terms, in_housing_plan=None, market_zh="", investor_zh="", **changes)
    before = lines[~lines.index.isin(IN)]
    after = lines[~lines.index.isin((*OUT, *IN[count_in:]))].copy()
    after.loc[list(CHANGED), "quarter"] = 4
    after["line_no"] = range(1, len(after) + 1)
    kinds = {"out": OUT, "in": IN[:count_in], "changed": CHANGED}
    said = [(lines["parcel_id"][row], kind, f"理由 {kind} {row}") for kind, rows in kinds.items() for row in rows]
    table = pd.DataFrame(sorted(said), columns=["parcel_id", "change", "reason"])
    plans = (plan_case.plan(each.reset_index(drop=True)) for each in (before, after))
    return PlanAdjustment(*plans, change_table(before, after, table), "计划 L1（公布）", "计划 L2（编制）")


@pytest.fixture(scope="module")
def sheet() -> AdjustmentSheet:
    return adjustment_sheet(adjustment())


def planted(sheet: AdjustmentSheet, **changes: Any) -> set[tuple[str, str]]:
    """Set a sheet again with some of its content changed, and check it against both plans."""
    content = {**sheet.content, **changes}
    made, counted = compose_sheets(sheet.request, [content], stamp(sheet.request.drawn_on))
    facts = replace(sheet.facts, pages=counted.pages)
    faults = adjustment_faults(replace(sheet, pdf=made, content=content, facts=facts))
    assert all(fault.code in CODES and fault.zh and fault.en for fault in faults)
    return {(fault.code, fault.what) for fault in faults}


def redrawn(sheet: AdjustmentSheet, side: int, change: Callable[[str], str]) -> set[tuple[str, str]]:
    frames = [dict(frame) for frame in sheet.content["frames"]]
    changed = change(frames[side]["svg"])
    assert changed != frames[side]["svg"]
    frames[side]["svg"] = changed
    return planted(sheet, frames=frames)


def test_a_sound_sheet_has_no_fault(sheet: AdjustmentSheet) -> None:
    assert adjustment_faults(sheet) == ()
    assert planted(sheet) == set()


def test_both_maps_show_the_same_ground_at_the_same_scale(sheet: AdjustmentSheet) -> None:
    before, after = sheet.facts.maps
    assert before.view == after.view
    page = pdf.pages(sheet.pdf)[0]
    grids = [points for colour, points in pdf.drawing(page).paths if np.allclose(colour, GRID, atol=0.003)]
    assert len(grids) == 2
    away = after.neat_line_mm[0] - before.neat_line_mm[0]
    assert np.abs(grids[0] + [away, 0] - grids[1]).max() < 0.01
    ends = grids[0].reshape(-1, 2, 2)
    across = np.sort(ends[np.isclose(ends[:, 0, 0], ends[:, 1, 0], atol=1e-6), 0, 0])
    assert np.abs(np.diff(across) - before.grid_m * 1000 / sheet.scale).max() < 0.01
    held = shapely.box(*before.view.bounds_m)
    assert shapely.contains(held, np.asarray(LINES.geometry)).all()


def test_each_side_marks_what_concerns_it_with_a_sign_besides_colour(sheet: AdjustmentSheet) -> None:
    numbers = {parcel_id: row for row, parcel_id in enumerate(sheet.adjustment.changes["parcel_id"], start=1)}
    kinds = dict(zip(sheet.adjustment.changes["parcel_id"], sheet.adjustment.changes["change"], strict=True))
    signs = {"in": "入", "out": "出", "changed": "变"}
    wanted = {parcel_id: f"{signs[kinds[parcel_id]]}{number}" for parcel_id, number in numbers.items()}
    for shown, absent in zip(sheet.facts.maps, ("in", "out"), strict=True):
        assert {label.text for label in shown.numbers} == {
            text for parcel_id, text in wanted.items() if kinds[parcel_id] != absent
        }
        assert f"change-{absent}" not in {entry.key for entry in shown.drawn}
    symbols = {entry.key: entry.symbol for entry in sheet.facts.legend if entry.group == "use"}
    assert {"change-in", "change-out", "change-changed", "left-alone"} <= set(symbols)
    looks = [symbol.hatch and symbol.hatch.kind for key, symbol in symbols.items() if key != "small-parcel"]
    assert len(set(looks)) == len(looks)


def test_the_table_and_the_sums_are_those_of_both_plans(sheet: AdjustmentSheet) -> None:
    text = pdf.text(sheet.pdf)
    old, new = (sum(plan.lines["area_ha"], Decimal(0)) for plan in (sheet.adjustment.before, sheet.adjustment.after))
    assert text.count(f"全年计划Wholeplan21→22宗{old:.4f}{new:.4f}{new - old:+.4f}") == 2
    assert text.count(f"合计Total21→22{old:.4f}{new:.4f}{new - old:+.4f}") == 2
    for row in sheet.adjustment.changes.itertuples():
        assert row.parcel_id in text
        assert row.reason.replace(" ", "") in text
    for words in (
        "调整前Before",
        "计划L1（公布）",
        "调整后After",
        "计划L2（编制）",
        "图例",
        "坐标北",
        "审定",
        "资料来源",
        "1985国家高程基准",
    ):
        assert words in text
    assert sheet.facts.totals[:2] == (22, new)
    assert set(sheet.facts.listed) == set(sheet.adjustment.changes["parcel_id"])


def test_a_parcel_that_lies_elsewhere_on_one_side_is_found(sheet: AdjustmentSheet) -> None:
    lost = LINES["parcel_id"][OUT[0]]
    lines = sheet.adjustment.before.lines.copy()
    row = lines.index[lines["parcel_id"] == lost][0]
    lines.loc[row, "geometry"] = shapely.affinity.translate(lines.geometry[row], 0.3 * sheet.scale / 1000, 0)
    wrong = replace(sheet.adjustment, before=replace(sheet.adjustment.before, lines=lines))
    assert {(fault.code, fault.what) for fault in adjustment_faults(replace(sheet, adjustment=wrong))} == {
        ("parcel-shifted", lost)
    }


@pytest.mark.parametrize("side", [0, 1])
def test_a_false_scale_of_either_map_is_found(sheet: AdjustmentSheet, side: int) -> None:
    frames = [dict(frame) for frame in sheet.content["frames"]]
    frames[side]["box"] = {**frames[side]["box"], "width_mm": frames[side]["box"]["width_mm"] * 0.99}
    assert {code for code, _ in planted(sheet, frames=frames)} == {"scale-false"}


@pytest.mark.parametrize("side", [0, 1])
def test_a_forgotten_sign_is_found(sheet: AdjustmentSheet, side: int) -> None:
    text = sheet.facts.maps[side].numbers[0].text
    faults = redrawn(sheet, side, lambda svg: svg.replace(f">{text}</text>", ">9</text>"))
    assert {code for code, _ in faults} == {"label-missing"}


def test_a_missing_entry_of_the_legend_is_found_both_ways(sheet: AdjustmentSheet) -> None:
    legend = sheet.content["legend"]
    without = [entry for entry in legend if "调入地块" not in entry["zh"]]
    assert {code for code, _ in planted(sheet, legend=without)} == {"colour-unlisted"}
    alone = redrawn(sheet, 1, lambda svg: svg.replace("#009e73", "#d55e00"))
    assert "legend-undrawn" in {code for code, _ in alone}


def test_wrong_rows_and_sums_are_found(sheet: AdjustmentSheet) -> None:
    rows = [dict(row) for row in sheet.content["changes"]]
    rows[0]["off"] = "+9.0000"
    assert ("total-false", rows[0]["id"]) in planted(sheet, changes=rows)
    closing = [dict(row) for row in sheet.content["closing"]]
    closing[2]["after"] = f"{Decimal(closing[2]['after']) + Decimal('0.0001'):.4f}"
    assert ("total-false", "全年计划") in planted(sheet, closing=closing)
    compared = [dict(table) for table in sheet.content["compared"]]
    compared[1]["rows"] = compared[1]["rows"][1:]
    assert ("total-false", "按镇（街道）") in planted(sheet, compared=compared)
    lost = [{**row, "id": row["id"][:-1]} if place == 3 else row for place, row in enumerate(sheet.content["changes"])]
    assert ("text-missing", sheet.content["changes"][3]["id"]) in planted(sheet, changes=lost)


def test_type_too_small_to_be_signed_is_found(sheet: AdjustmentSheet) -> None:
    layout = {**sheet.content["layout"], "type_pt": {**sheet.content["layout"]["type_pt"], "table": LEAST_PT - 1}}
    assert {code for code, _ in planted(sheet, layout=layout)} == {"type-small"}


def test_a_long_table_continues_and_nothing_is_lost() -> None:
    lines = plan_case.lines(80, 6_000, 5_000)
    plan = plan_case.plan(lines)
    terms = {"quarter": 1, "term_years": 40, "trade_mode": "listing", "mode_certainty": "decided", "cost_yuan": None}
    after = lines.assign(**terms, in_housing_plan=None, market_zh="", investor_zh="")
    table = pd.DataFrame(
        [(each, "changed", "理由" * 30) for each in lines["parcel_id"]], columns=["parcel_id", "change", "reason"]
    )
    table = change_table(after, after.assign(quarter=2), table)
    made = adjustment_sheet(PlanAdjustment(plan, plan, table, "前", "后"))
    assert adjustment_faults(made) == ()
    assert made.facts.pages > 2
    assert "宗见续页全表" in pdf.page_text(made.pdf, 0)


@pytest.mark.parametrize("wrong", ["area", "left-out", "kind"])
def test_a_table_that_does_not_tell_the_plans_apart_is_refused(wrong: str) -> None:
    case = adjustment()
    table = case.changes.copy()
    if wrong == "area":
        table.loc[0, "after_ha"] = Decimal("9.0000")
    elif wrong == "left-out":
        table = table[table["change"] != "out"]
    else:
        table.loc[table["change"] == "in", "before_ha"] = Decimal("1.0000")
    with pytest.raises(ContractBroken, match="does not tell the two plans apart"):
        adjustment_sheet(replace(case, changes=table))


def test_equal_adjustments_give_equal_bytes() -> None:
    one, same = (adjustment_sheet(adjustment()) for _ in range(2))
    assert one.pdf == same.pdf
    other = adjustment_sheet(adjustment(2))
    assert other.facts.check_code != one.facts.check_code


def test_the_layout_sets_two_sides() -> None:
    with pytest.raises(ValueError, match="two sides"):
        adjustment_sheet(adjustment(), load_layout("a3_plan"))
