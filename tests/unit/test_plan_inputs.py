"""What is stated of parcels, changes, targets and other supply: one way in for YAML and tables, whole or not at all."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from landgis.domain.criteria import QuarterQuota, TownQuota, UseQuota
from landgis.errors import ConfigError, FileMissing, InputError
from landgis.exchange.criteria import read_plan_targets
from landgis.exchange.plan_inputs import read_line_changes, read_line_inputs
from landgis.exchange.plan_supply import read_supply
from landgis.plan.inputs import LineInput
from landgis.rules.choosing.sale import Buyer, Project
from tests.support.ground import at

CRITERIA = Path(__file__).resolve().parents[2] / "data" / "criteria"
SAID = LineInput(
    2, 20, Decimal("430000.50"), Project.INDUSTRY_PROJECT, 1, Buyer.PARK_PLATFORM, False, "稳定", "甲公司", True
)


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_yaml_and_tables_say_the_same(tmp_path: Path) -> None:
    plain = written(tmp_path, "a.yaml", (
        'lines:\n  - {parcel_id: "01", quarter: 2, term_years: 20, cost_yuan: "430000.50", project: industry_project,'
        " intended: 1, buyer: park_platform, character_area: false, market: 稳定, investor: 甲公司, in_housing_plan: true}\n"
        '  - {parcel_id: "02"}\n'
    ))  # fmt: skip
    heading = (
        "地块编号,供应季度,使用年限,前期成本（元）,项目类型,意向用地者数,受让人类型,"
        "有风貌管控要求,市场情况,招商情况,纳入住宅用地供应计划\n"
    )
    table = written(
        tmp_path, "a.csv", heading + "01,2,20,430000.50,产业项目类,1,园区平台,否,稳定,甲公司,是\n02,,,,,,,,,,\n"
    )
    frame = pd.read_csv(table, dtype="str")
    frame.to_excel(tmp_path / "a.xlsx", index=False)
    expected = {"01": SAID, "02": LineInput()}
    for path in (plain, table, tmp_path / "a.xlsx"):
        assert read_line_inputs(path) == expected, path.suffix


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('lines:\n  - {parcel_id: "1", quarter: 5}', "quarter"),
        ('lines:\n  - {parcel_id: "1", quater: 1}', "quater"),
        ('lines:\n  - {parcel_id: "1"}\n  - {parcel_id: "1"}', "1 is there twice"),
        ('lines:\n  - {parcel_id: "1", cost_yuan: 0.001}', "cost_yuan"),
        ("line: []", "one list called lines"),
        ("lines: [", "while parsing"),
    ],
)
def test_what_is_not_as_declared_is_refused(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        read_line_inputs(written(tmp_path, "a.yaml", text))
    with pytest.raises(FileMissing):
        read_line_inputs(tmp_path / "b.yaml")


def test_changes_have_reasons_and_say_something(tmp_path: Path) -> None:
    first, second, third = read_line_changes(CRITERIA / "plan-changes-2027.yaml")
    assert (first.change, second.change, third.change) == ("out", "changed", "in")
    assert second.line == LineInput(quarter=4)
    table = written(tmp_path, "a.csv", "地块编号,调整,理由,供应季度\n01,调出,退出,\n02,变更,推迟,4\n")
    assert [(each.parcel_id, each.change, each.line.quarter) for each in read_line_changes(table)] == [
        ("01", "out", None), ("02", "changed", 4),
    ]  # fmt: skip
    for row, said in (
        ("01,调出,,", "reason"),
        ("01,变更,推迟,", "nothing is stated anew"),
        ("01,调出,退出,4", "out, but quarter"),
    ):
        with pytest.raises(ConfigError, match=said):
            read_line_changes(written(tmp_path, "b.csv", f"地块编号,调整,理由,供应季度\n{row}\n"))


def test_targets_have_quotas_of_three_kinds(tmp_path: Path) -> None:
    targets = read_plan_targets(CRITERIA / "plan-2027-quotas.yaml")
    assert (targets.min_ha, targets.max_ha) == (Decimal(4), Decimal(12))
    assert targets.quotas == (UseQuota("10", Decimal(5)), UseQuota("09", Decimal(4), Decimal("0.5")))
    assert targets.town_quotas == (TownQuota("310117109", None, Decimal(3)),)
    assert targets.quarter_quotas == (QuarterQuota(1, Decimal(3)), QuarterQuota(4, None, Decimal(1)))
    for row in (
        'quotas: [{use: "10"}]',
        "quarter_quotas: [{quarter: 5, max_ha: 1}]",
        'quotas: [{use: "10", min_ha: 2, max_ha: 1}]',
    ):
        with pytest.raises(ConfigError):
            read_plan_targets(written(tmp_path, "a.yaml", f"year: 2027\n{row}\n"))


def test_the_example_of_other_supply_is_read() -> None:
    read = read_supply(CRITERIA / "other-supply-2027.csv", "songjiang")
    assert read.unread == ()
    assert read.rows["channel"].tolist() == ["stock", "stock", "acquisition", "acquisition", "acquisition"]
    assert read.rows["inside_ha"].tolist()[2:] == [Decimal("5.6781"), None, Decimal("0.3333")]
    assert read.rows["quarter"].tolist() == [1, 2, 2, 3, None]
    assert set(read.rows["town_name"]) == {"泖港镇"}
    assert read.outlines == (None,) * 5


def test_a_layer_brings_outlines_and_areas(tmp_path: Path) -> None:
    columns = {
        "编号": ["G1", "G2"], "名称": ["甲", "乙"], "供地来源": ["存量", "征收"], "镇街代码": ["310117109"] * 2,
        "规划用途代码": ["100101", "0901"], "面积公顷": ["0.5", None], "电话": ["1", "2"],
    }  # fmt: skip
    frame = gpd.GeoDataFrame(columns, geometry=[at(0, 0, 100, 50), at(200, 0, 100, 40)], crs=4549)
    frame.to_file(tmp_path / "a.gpkg")
    read = read_supply(tmp_path / "a.gpkg", "songjiang")
    assert read.rows["area_ha"].tolist() == [Decimal("0.5000"), Decimal("0.3999")]
    assert [shape is not None and round(shape.area) for shape in read.outlines] == [5000, 4000]
    assert read.unread == ("电话",)


def test_a_list_is_whole_or_nothing_and_every_fault_is_told(tmp_path: Path) -> None:
    heading = "编号,供地来源,镇街代码,规划用途代码,面积（公顷）,边界内（公顷）\n"
    rows = (
        "A,存量,310117109,1001,1,", "A,存量,310117109,1001,1,", "B,入市,310117109,1001,1,", "C,存量,310151103,1001,1,",
        "D,存量,310117109,999999,1,", "E,存量,310117109,1001,,", "F,存量,310117109,1001,1,2",
        "G,存量,310117109,1001,0.00001,",
    )  # fmt: skip
    with pytest.raises(InputError, match="7 faults, nothing was stored") as raised:
        read_supply(written(tmp_path, "a.csv", heading + "\n".join(rows) + "\n"), "songjiang")
    for said in (
        "编号 A 重复",
        "不属于松江区",
        "不在 2023 年分类指南中",
        "缺少面积",
        "大于面积",
        "四位小数后为零",
        "第 3 行",
    ):
        assert said in raised.value.zh
