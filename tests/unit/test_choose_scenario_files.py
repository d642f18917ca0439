"""Scenario files: the examples read as written, and faults are told with file and field."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from landgis.domain.portfolio import Order, PortfolioScenario, QuarterBand, Substitutes, TownBand, UseBand
from landgis.errors import ConfigError, FileMissing
from landgis.exchange.portfolio import read_scenario

EXAMPLES = sorted((Path(__file__).parents[2] / "data" / "criteria").glob("portfolio-*.yaml"))
FULL = """
scenario: full
year: 2027
min_ha: 1.5
max_cost_yuan: 1000
uses: [{use: "10", max_ha: 2.25}]
towns: [{town_code: "310117109", min_share: 0.3, max_parcels: 2}]
quarters: [{quarter: 1, max_ha: 3}]
orders: [{parcel_id: b, after: a, not_before: true}]
substitutes: [{name: one, parcel_ids: [c, d]}]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_three_examples_are_three_scenarios() -> None:
    read = [read_scenario(path) for path in EXAMPLES]
    assert [scenario.name for scenario in read] == ["balanced", "industry-first", "low-budget"]
    assert all(scenario.name_zh and scenario.name_en for scenario in read)
    assert read[2].max_cost_yuan == 30_000_000
    assert read[0].uses[1] == UseBand("09", Decimal("0.5"))


def test_the_examples_in_comments_can_be_used(tmp_path: Path) -> None:
    text = EXAMPLES[0].read_text(encoding="utf-8")
    heads = ("# towns", "#   -", "# quarters", "# orders", "# substitutes")
    lines = [line[2:] if line.startswith(heads) else line for line in text.splitlines()]
    scenario = read_scenario(written(tmp_path, "\n".join(lines)))
    assert [len(each) for each in (scenario.towns, scenario.quarters, scenario.orders, scenario.substitutes)] == [
        2,
        2,
        1,
        1,
    ]


def test_every_field_arrives(tmp_path: Path) -> None:
    assert read_scenario(written(tmp_path, FULL)) == PortfolioScenario(
        "full", 2027, min_ha=Decimal("1.5"), max_cost_yuan=1_000, uses=(UseBand("10", None, Decimal("2.25")),),
        towns=(TownBand("310117109", Decimal("0.3"), max_parcels=2),), quarters=(QuarterBand(1, None, Decimal(3)),),
        orders=(Order("b", "a", not_before=True),), substitutes=(Substitutes("one", ("c", "d")),),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("max_ha: 1.00001", "max_ha: "),
        ("max_hectares: 3", "max_hectares: "),
        ("max_cost_yuan: 1.5", "max_cost_yuan: "),
        ("uses: [{use: 工业, max_ha: 1}]", "uses.0.use: "),
        ('uses: [{use: "10"}]', "uses: 10 limits nothing"),
        ('uses: [{use: "10", max_ha: 1}, {use: "10", max_ha: 2}]', "uses: 10 is there twice"),
        ('towns: [{town_code: "310117109", min_share: 30}]', "towns.0.min_share: "),
        ("quarters: [{quarter: 5, max_ha: 1}]", "quarters.0.quarter: "),
        ("verdicts: [unknown]", "unknown may never be chosen"),
        ("required_facts: [roads]", "roads is not a yes/no fact"),
        ("orders: [{parcel_id: a, after: a}]", "a after itself"),
        ("substitutes: [{name: one, parcel_ids: [a, a]}]", "substitutes one: a is there twice"),
        ("counted_facts: [road]", "they count nothing"),
        ("weights: {per_ready_ha: 1}", "weighs nothing"),
        ("weights: {per_hectare: 1}", "weights.per_hectare: "),
        ("uses: [", "expected"),
    ],
)
def test_a_fault_names_the_file_and_the_field(tmp_path: Path, text: str, told: str) -> None:
    path = written(tmp_path, f"scenario: x\nyear: 2027\n{text}\n")
    with pytest.raises(ConfigError) as caught:
        read_scenario(path)
    assert told in caught.value.en
    assert caught.value.where == str(path)


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileMissing):
        read_scenario(tmp_path / "none.yaml")
