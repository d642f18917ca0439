"""The hand-out of a plan: its digits are the plan's, its colours the sheet's, and what is hostile stays text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

import landgis
from landgis.domain.layer import SUBSTITUTE_ZH
from landgis.errors import ContractBroken, InputError
from landgis.frames.spec import rows_of
from landgis.maps.handout import PlanHandout, plan_handout
from landgis.maps.style import use_class, use_symbols
from tests.support.plan_handout_case import HOSTILE, plan_request
from tests.support.web_tables import WebTables

ASSETS = Path(landgis.__file__).parent / "web/static/vendor/folium"


def text(given: PlanHandout) -> str:
    return plan_handout(given, ASSETS).decode("utf-8")


def cards(page: str) -> list[dict[str, Any]]:
    found = re.search(r'<script type="application/json" id="landgis-cards">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    parcels: list[dict[str, Any]] = json.loads(found[1])["parcels"]
    return parcels


def test_every_line_and_every_total_is_printed_to_its_last_digit() -> None:
    given = plan_request()
    tables = WebTables(text(given))
    lines = rows_of(given.lines.drop(columns="geometry"))
    assert [row[:6] for row in tables.rows("lines")] == [
        [str(line["line_no"]), line["parcel_id"], line["town_name"], line["planned_use_zh"], f"{line['area_ha']:.4f}",
         f"{line['area_mu']:.4f}"] for line in lines
    ]  # fmt: skip
    assert [row[6:] for row in tables.rows("lines")][:3] == [
        ["1", "公开招拍挂", "40"], ["未定", "未定，须先补齐情况", "未定"], ["3", "公开招拍挂", "40"],
    ]  # fmt: skip
    whole = (sum(given.lines["area_ha"], Decimal(0)), sum(given.lines["area_mu"], Decimal(0)))
    closing = ["24", f"{whole[0]:.4f}", f"{whole[1]:.4f}"]
    for name, totals in (("town", given.totals_by_town), ("use", given.totals_by_use)):
        assert [row[1:] for row in tables.rows(name)] == [
            [str(row["lines"]), f"{row['area_ha']:.4f}", f"{row['area_mu']:.4f}"] for row in rows_of(totals)[:-1]
        ]
        assert tables.rows(name, "tfoot") == [["合计 Total", *closing]]
    assert tables.rows("lines", "tfoot")[0] == ["合计 Total", "24 宗", "", "", *closing[1:], "", "", ""]


def test_lines_have_the_sheets_colours_and_the_pool_lies_pale_around() -> None:
    given = plan_request()
    page = re.sub(r"\\u([0-9a-f]{4})", lambda code: chr(int(code[1], 16)), text(given))
    classes = [use_class(code) for code in given.lines["planned_use_code"][:-1]]
    for code, symbol in use_symbols(use_class(code) for code in given.lines["planned_use_code"]).items():
        assert (symbol.fill in page) == (code in classes) or code not in classes
        assert (f"（{classes.count(code)} 宗）" in page) or code not in classes
    assert "库内其他地块（6 宗）" in page
    assert "已供地块（任一用途）（1 宗）" in page
    told = cards(page)
    assert [card["no"] for card in told] == [*map(str, range(1, 25)), *[""] * 6]
    assert dict(told[24]["facts"])["未列入计划 Not in the plan"] == "尚缺：通路 still lacking: road"
    assert dict(told[25]["facts"])["未列入计划 Not in the plan"] == "本计划未说明 not said"
    assert dict(told[23]["facts"])["状态 State"] == "已供 already supplied"


def test_the_page_says_what_it_is_and_asks_nobody() -> None:
    page = text(plan_request())
    for words in (
        SUBSTITUTE_ZH,
        "示意图，不得用于量算",
        "EPSG:4490",
        "2026-06-30",
        "2026-07-01",
        "永久基本农田（2025-06",
    ):
        assert words in page
    assert re.findall(r"""(?:src|href|action)\s*=\s*["']?\s*(?:https?:)?//""", page) == []
    assert "default-src 'none'" in page
    assert text(plan_request()) == page


def test_hostile_words_stay_words() -> None:
    plain, given = WebTables(text(plan_request())), plan_request()
    words = {"parcel_id": [f"{HOSTILE}{number}" for number in given.lines["line_no"]], "town_name": HOSTILE,
             "owner_name": HOSTILE, "planned_use_zh": HOSTILE, "village_name": HOSTILE}  # fmt: skip
    towns = given.totals_by_town.assign(town_name=HOSTILE)
    page = text(
        replace(given, lines=given.lines.assign(**words), title_zh=HOSTILE, totals_by_town=towns, notes_zh=(HOSTILE,))
    )
    tables = WebTables(page)
    assert tables.scripts == plain.scripts
    assert "<img" not in page
    assert "\u2028" not in re.sub(r"<(?:h1|title|td|p)[^>]*>.*?</", "", page, flags=re.DOTALL)
    assert [row[1:3] for row in tables.rows("lines")] == [[f"{HOSTILE}{number}", HOSTILE] for number in range(1, 25)]
    assert [row[0] for row in tables.rows("town")] == [HOSTILE] * (len(towns) - 1)
    card = cards(page)[0]
    assert card["parcel_id"] == f"{HOSTILE}1"
    assert dict(card["facts"])["权属单位 Owner"] == HOSTILE


def test_a_plan_without_lines_and_totals_that_do_not_add_up_are_refused() -> None:
    given = plan_request()
    wrong = given.totals_by_use.copy()
    wrong.loc[0, "area_ha"] += Decimal("0.0001")
    with pytest.raises(ContractBroken, match="totals_by_use"):
        text(replace(given, totals_by_use=wrong))
    none = given.lines.iloc[:0]
    empty = {"totals_by_use": given.totals_by_use.iloc[-1:].assign(lines=0, area_ha=Decimal(0), area_mu=Decimal(0))}
    with pytest.raises(InputError, match="no parcels"):
        text(replace(given, lines=none, **empty, totals_by_town=empty["totals_by_use"]))
    with pytest.raises(ContractBroken):
        text(replace(given, lines=given.lines.drop(columns="muted")))
