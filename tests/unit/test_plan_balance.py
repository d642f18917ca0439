"""One balance of all land: totals are the sums of the printed rows, unknown has a column of its own, forms recompute."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.domain.plan_named import PlanNamed
from landgis.domain.planning import Channel
from landgis.domain.supply_use import SupplyUse
from landgis.errors import ContractBroken, FileUnreadable
from landgis.exchange.plan_balance_forms import balance_sheet, pieces_sheet
from landgis.exchange.plan_database_forms import RENTED, SOLD, plan_sheet, plots_sheet
from landgis.exchange.plan_forms import changes_sheet, checks_sheet, parcel_sheet, town_sheet
from landgis.exchange.plan_line_sheet import lines_sheet
from landgis.exchange.plan_totals_forms import town_totals_sheet, use_totals_sheet
from landgis.exchange.writing.live_workbook import Field, Live, Sheet, write_live_workbook
from landgis.frames.planned import CHANGES, framed
from landgis.frames.spec import rows_of
from landgis.plan.balance import AREAS, HOUSING, QUARTERS, balance, supplied
from landgis.plan.before_after import change_table
from landgis.plan.draft import totals
from landgis.services.planning.draft_plan import TOWN, USE
from tests.support import planned
from tests.support.formulas import Book

_HA = st.decimals("0.0001", "300", places=4)
_USE = st.sampled_from(["0901", "1001", "110101", "0802", "070102", "16", "1207", "1301"])
_TOWN = st.sampled_from([("310117109", "泖港镇"), ("310117117", "新浜镇"), (None, None)])
Land = dict[str, object]
NAMED = PlanNamed("L000001", "songjiang", 2027, date(2027, 3, 1))


@st.composite
def _land(draw: st.DrawFn) -> Land:
    area, use, (code, name) = draw(_HA), draw(_USE), draw(_TOWN)
    share = draw(st.one_of(st.none(), st.decimals(0, 1, places=2)))
    rental = use == "070102"
    return {
        "planned_use_code": use, "town_code": code, "town_name": name, "area_ha": area,
        "inside_ha": None if share is None else (area * share).quantize(Decimal("0.0001")),
        "quarter": draw(st.sampled_from([None, 1, 2, 3, 4])), "rental_housing": rental,
        "in_housing_plan": draw(st.sampled_from([True, False, None])) if rental else None,
    }  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(
    st.lists(_land(), max_size=8), st.lists(st.tuples(_land(), st.sampled_from(["acquisition", "stock"])), max_size=6)
)
def test_every_total_is_the_sum_of_the_printed_pieces(mine: list[Land], others: list[tuple[Land, str]]) -> None:
    known = [row | {"channel": channel, "town_code": row["town_code"] or "310117109", "town_name": row["town_name"] or "泖港镇"}
             for row, channel in others]  # fmt: skip
    pieces = supplied(planned.lines(*mine), planned.supply(*known))
    table = balance(pieces)
    whole = table.iloc[0]
    assert whole["area_ha"] == sum([row["area_ha"] for row in [*mine, *known]], Decimal(0))
    assert whole["area_mu"] == whole["area_ha"] * 15
    for by in ("use", "town", "quarter"):
        rows = table[table["by"] == by]
        for name in (*AREAS, *(f"{channel}_ha" for channel in Channel), "area_mu"):
            assert sum(rows[name], Decimal(0)) == whole[name], (by, name)
        assert rows["pieces"].sum() == whole["pieces"]
    for row in rows_of(table):
        assert row["inside_ha"] + row["outside_ha"] + row["boundary_unknown_ha"] == row["area_ha"]
        assert sum(row[f"{channel}_ha"] for channel in Channel) == row["area_ha"]
    unknown = sum([row["area_ha"] for row in [*mine, *known] if row["inside_ha"] is None], Decimal(0))
    assert whole["boundary_unknown_ha"] == unknown
    assert table.loc[table["by"] == "housing", "key"].tolist() == list(HOUSING)
    assert table.loc[table["by"] == "quarter", "key"].tolist() == list(QUARTERS)


def test_what_is_not_known_is_no_yes_and_no_no() -> None:
    pieces = supplied(
        planned.lines({"planned_use_code": "0701", "rental_housing": True}, {"inside_ha": None, "quarter": None}),
        planned.supply({"channel": "acquisition", "rental_housing": True, "in_housing_plan": True}),
    )
    assert pieces["rental_housing"].tolist() == ["yes", "no", "yes"]
    assert pieces["in_housing_plan"].tolist() == ["unknown", "not_asked", "yes"]
    assert pieces["boundary_unknown_ha"].tolist() == [Decimal("0.0000"), Decimal("0.4800"), Decimal("1.0000")]


def _all_sheets(lines: pd.DataFrame, supply: pd.DataFrame) -> list[Sheet]:
    checks, pieces = planned.checks(lines), supplied(lines, supply)
    return [
        plan_sheet(lines, NAMED), plots_sheet(lines, NAMED), town_sheet(lines, "甲"), parcel_sheet(lines, checks, "甲", 2027),
        lines_sheet(lines, checks, "甲"), balance_sheet(balance(pieces), len(pieces), "甲"), pieces_sheet(pieces, "甲"),
    ]  # fmt: skip


@settings(max_examples=12, deadline=None)
@given(st.lists(_land(), max_size=7), st.lists(_land(), max_size=4))
def test_every_formula_recomputes_to_the_value_beside_it(
    tmp_path_factory: pytest.TempPathFactory, mine: list[Land], others: list[Land]
) -> None:
    known = [row | {"town_code": "310117109", "town_name": '泖*港"镇'} for row in others]
    path = tmp_path_factory.mktemp("forms") / "表.xlsx"
    write_live_workbook(path, _all_sheets(planned.lines(*mine), planned.supply(*known)), "替代数据，非法定成果")
    book = Book.of(path)
    formulas = book.formulas()
    assert len(formulas) > 60
    for sheet, place, formula in formulas:
        cached = book.cached[sheet][place]
        assert isinstance(cached, (int, float)), (sheet, place)
        assert book.value(sheet, place) == Decimal(str(cached)), (sheet, place, formula)


def test_the_database_form_holds_its_own_checks() -> None:
    lines = planned.lines(
        {"planned_use_code": "070102", "rental_housing": True, "area_ha": Decimal("0.2259")}, {}, {"planned_use_code": "1101"},
    )  # fmt: skip
    sheet = plan_sheet(lines, NAMED)
    row = {
        field.name: cell.value if isinstance(cell, Live) else cell
        for field, cell in zip(sheet.fields, sheet.rows[0], strict=True)
    }
    first = [use for use in SupplyUse if use is not SupplyUse.HOUSING]
    assert row["ZGY_MJ"] == sum(row[use] for use in first) + row["ZZYD_ZL"] == Decimal("1.1859")  # type: ignore[operator,misc]
    assert row["ZZYD_ZL"] == row["CQ_ZZ"] + row["ZP_ZZ"] + row["QT"] == row["BZX_ZP_ZZ"] == Decimal("0.2259")  # type: ignore[operator]
    assert [row[name] for name in SOLD] == [0, 0, 0]
    assert [row[name] for name in RENTED] == [Decimal("0.2259"), 0, 0]
    assert (row["XZQDM"], row["NF"], row["FB_SJ"]) == ("310117", "2027", "2027-03-01")
    assert plan_sheet(lines, NAMED) == sheet
    with pytest.raises(ContractBroken, match="not for rental housing"):
        plan_sheet(planned.lines({"planned_use_code": "0701", "rental_housing": None}), NAMED)


def test_a_workbook_is_the_same_bytes_and_text_stays_text(tmp_path: Path) -> None:
    fields = (Field("a", "甲"), Field("b", "乙"))
    rows = [("=1+1", Decimal("0.1")), ("@x", Live("=B5*2", Decimal("0.2")))]
    for name in ("一", "二"):
        write_live_workbook(tmp_path / f"{name}.xlsx", [Sheet("表", "题", fields, rows)])
    assert (tmp_path / "一.xlsx").read_bytes() == (tmp_path / "二.xlsx").read_bytes()
    read = pd.read_excel(tmp_path / "一.xlsx", header=3)
    assert read.to_numpy().tolist() == [["=1+1", 0.1], ["@x", 0.2]]
    with pytest.raises(ContractBroken, match="control characters"):
        write_live_workbook(tmp_path / "三.xlsx", [Sheet("表", "题", fields, [("a\x01", None)])])
    assert not (tmp_path / "三.xlsx").exists()


def test_what_does_not_read_back_is_not_left_behind(tmp_path: Path) -> None:
    sheet = Sheet("表", "题", (Field("a", "甲"), Field("b", "乙")), [("长" * 40_000, None)])
    with pytest.raises(FileUnreadable, match="表!A5"):
        write_live_workbook(tmp_path / "长.xlsx", [sheet])
    with pytest.raises(FileUnreadable, match="表!B5"):
        write_live_workbook(tmp_path / "长.xlsx", [replace(sheet, rows=[("", Decimal("1234567890.123456789"))])])
    assert list(tmp_path.iterdir()) == []


def test_totals_by_use_and_town_are_those_of_the_plan(tmp_path: Path) -> None:
    lines = planned.lines(
        {}, {"planned_use_code": "1101", "planned_use_zh": "物流", "area_ha": Decimal("1.0001"), "town_name": "新浜镇"},
        {"town_code": None, "town_name": None},
    )  # fmt: skip
    uses, towns = totals(lines, USE), totals(lines, TOWN)
    sheets = [lines_sheet(lines, planned.checks(lines), "甲"), use_totals_sheet(uses, lines, "甲"),
              town_totals_sheet(towns, lines, "甲")]  # fmt: skip
    write_live_workbook(tmp_path / "a.xlsx", sheets)
    book = Book.of(tmp_path / "a.xlsx")
    assert all(book.value(*at[:2]) == Decimal(str(book.cached[at[0]][at[1]])) for at in book.formulas())
    shown = [[book.value(name, f"{letter}{row}") for letter in "BCDE"] for name in ("按用途汇总", "按镇汇总")
             for row in range(5, 9) if book.typed[name].get(f"A{row}") or book.typed[name].get(f"C{row}")]  # fmt: skip
    assert shown[:3] == [["商业用地", 2, Decimal("0.9600"), Decimal("14.4")], ["物流", 1, Decimal("1.0001"), Decimal("15.0015")],
                         [None, 3, Decimal("1.9601"), Decimal("29.4015")]]  # fmt: skip
    assert shown[3:] == [["新浜镇", 1, Decimal("1.0001"), Decimal("15.0015")], ["泖港镇", 1, Decimal("0.48"), Decimal("7.2")],
                         ["不明", 1, Decimal("0.48"), Decimal("7.2")], [None, 3, Decimal("1.9601"), Decimal("29.4015")]]  # fmt: skip
    uses.loc[0, "area_ha"] = Decimal("9.9999")
    with pytest.raises(ContractBroken, match="not the sums"):
        use_totals_sheet(uses, lines, "甲")


def test_pages_are_set_up_for_print(tmp_path: Path) -> None:
    lines = planned.lines({"owner_name": "很长的名字" * 12}, {})
    sheets = _all_sheets(lines, planned.supply())
    write_live_workbook(tmp_path / "a.xlsx", sheets, "替代数据，非法定成果")
    for page, sheet in zip(openpyxl.load_workbook(tmp_path / "a.xlsx"), sheets, strict=True):
        assert (page.print_title_rows, page.page_setup.orientation, page.page_setup.fitToHeight) == (
            "$1:$4",
            "landscape",
            0,
        )
        wide = sum(field.width for field in sheet.fields)
        assert page.page_setup.paperSize == (9 if wide <= 190 else 8)
        assert (page.print_title_cols is None) == (page.page_setup.fitToWidth == 1) == (wide <= 290)
        assert page.print_area.endswith(f"${page.max_row}")
        assert "替代数据" in page.oddFooter.left.text
        assert "&N" in page.oddFooter.center.text
    owner = openpyxl.load_workbook(tmp_path / "a.xlsx")["计划明细"]["F5"]
    assert owner.alignment.wrap_text
    assert owner.parent.row_dimensions[5].height > 2 * owner.parent.row_dimensions[6].height


def test_every_check_cites_its_clause() -> None:
    lines = planned.lines({}, {"district": "chongming"})
    cells = [dict(zip([field.name for field in sheet.fields], row, strict=True))
             for sheet in [checks_sheet(lines, planned.checks(lines), "甲")] for row in sheet.rows]  # fmt: skip
    assert {(row["parcel_id"], row["clause"]) for row in cells} == {
        ("p1", "沪松府〔2023〕84号 三（五）1"), ("p1", "沪松府〔2023〕84号 二（二）"),
        ("p2", "崇明区试点推进工作方案（2023-06-27） 四（五）"),
    }  # fmt: skip
    assert {row["rules"] for row in cells} == {"—", "site-ready\ncompensation\nwater-crossing"}


def test_before_and_after_stand_side_by_side(tmp_path: Path) -> None:
    before = planned.lines({"parcel_id": "a"}, {"parcel_id": "b", "area_ha": Decimal("1.5000")}, {"parcel_id": "c"})
    after = planned.lines(
        {"parcel_id": "a", "quarter": 3}, {"parcel_id": "c"}, {"parcel_id": "d", "area_ha": Decimal("2.0000")}
    )
    said = [("a", "changed", "推迟"), ("b", "out", "退出"), ("d", "in", "替补")]
    table = change_table(before, after, framed([dict(zip(CHANGES.names, row, strict=True)) for row in said], CHANGES))
    assert table["off_ha"].tolist() == [Decimal(0), Decimal("-1.5000"), Decimal("2.0000")]
    assert table["said_zh"].tolist() == ["季度：1 → 3", "调出", "调入"]
    assert table["said_en"].tolist() == ["quarter: 1 → 3", "goes out", "comes in"]
    write_live_workbook(tmp_path / "a.xlsx", [changes_sheet(table, "甲", "L000001")])
    book = Book.of(tmp_path / "a.xlsx")
    assert [book.value("调整对照", f"{letter}8") for letter in "EFG"] == [
        Decimal("1.9800"),
        Decimal("2.4800"),
        Decimal("0.5000"),
    ]
    assert all(book.value(*where[:2]) == Decimal(str(book.cached[where[0]][where[1]])) for where in book.formulas())
