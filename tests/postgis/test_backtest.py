"""Back-testing: parcels that entered already, judged by rules, facts and releases of the day before they entered."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from shapely.geometry import Polygon
from sqlalchemy import func, select

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.parcel_facts import FactStore, Statement
from landgis.db.tables import METADATA
from landgis.domain.outcome import Outcome
from landgis.errors import UsageError
from landgis.rules.reading.load import load_pack
from landgis.services.law.backtest import Backtest, Source, backtest, district_of
from landgis.services.law.backtest_report import blocked_parcels, report, rule_lines, write_backtest
from landgis.services.law.lacks import Lack
from landgis.services.layers.speaking import MadeEachTime
from tests.support import ground
from tests.support.command import landgis
from tests.support.desk_case import store_layers, store_parcels
from tests.support.door_case import OF_THE_DOOR
from tests.support.ground import at
from tests.support.office import SAMPLE, installation

PACKS = {"songjiang": load_pack("songjiang")}
ENTRY = date(2025, 9, 1)
RED = "ecological_redline"
ENTERED, PLANTED = (
    pd.read_csv(SAMPLE / name, dtype="str", encoding="utf-8-sig", keep_default_na=False)
    for name in ("planted_entered.csv", "planted.csv")
)


def enter(database: Database, person: Person, parcel_id: str, day: date | None = ENTRY) -> None:
    said = [Statement(parcel_id, "register_class", "entered")]
    said += [] if day is None else [Statement(parcel_id, "entered_on", day.isoformat())]
    FactStore(database).state(said, person=person, reason="登记")


def stock(database: Database, person: Person, shapes: dict[str, Polygon], **facts: object) -> None:
    store_parcels(database, person, ground.parcels(shapes, **facts))


@pytest.fixture
def source(database: Database, planner: Person) -> Source:
    """A district whose layers leave the corner alone, with one parcel that entered and one that did not."""
    store_layers(database, planner, ground.clear_layers().values())
    stock(database, planner, {"SJ-001": at(0, 0, 80, 60), "SJ-009": at(900, 0, 80, 60)})
    enter(database, planner, "SJ-001")
    return Source(database, MadeEachTime())


def redline(database: Database, person: Person, shape: Polygon, since: date) -> None:
    data = ground.layer(RED, {"r": shape}, in_force_from=since)
    store_layers(database, person, [replace(data, release=replace(data.release, name="e2"))])


def outcomes(found: Backtest, parcel_id: str = "SJ-001") -> dict[str, str]:
    rows = found.findings[found.findings["parcel_id"] == parcel_id]
    return dict(zip(rows["rule_id"], rows["outcome"], strict=True))


def lacks(found: Backtest, rule_id: str) -> list[str]:
    return found.findings.loc[found.findings["rule_id"] == rule_id, "lack"].tolist()


def test_a_parcel_that_every_rule_lets_in_is_judged_the_day_before_and_blocked_by_none(source: Source) -> None:
    found = backtest(source, PACKS)
    assert found.parcels["parcel_id"].tolist() == ["SJ-001"]
    assert found.parcels["judged_on"].tolist() == [date(2025, 8, 31)]
    assert found.parcels["entered_on"].tolist() == [ENTRY]
    assert set(outcomes(found).values()) == {"clear"}
    assert blocked_parcels(found) == []
    assert found.exit_code == 0


def test_a_rule_that_would_have_blocked_it_is_told_with_its_ground(
    source: Source, database: Database, planner: Person
) -> None:
    redline(database, planner, at(70, 0, 100, 60), date(2024, 1, 1))
    found = backtest(source, PACKS)
    (line,) = [row for row in rule_lines(found) if row.blocked]
    assert (line.rule_id, line.blocked, line.parcels) == ("ecological-redline", 1, 1)
    assert line.conflict_m2 == pytest.approx(600, abs=1e-6)
    assert line.blocked_m2 == pytest.approx(4800, abs=1e-6)
    (parcel,) = blocked_parcels(found)
    assert "压占生态保护红线 600.00 ㎡" in parcel["rules"][0]["message_zh"]
    assert found.exit_code == 1


def test_a_red_line_drawn_after_the_entry_blocks_nothing(source: Source, database: Database, planner: Person) -> None:
    redline(database, planner, at(70, 0, 100, 60), ENTRY)
    assert backtest(source, PACKS).exit_code == 0
    assert backtest(source, PACKS, ENTRY).exit_code == 1


def test_a_fact_stated_for_a_later_day_did_not_speak(source: Source, database: Database, planner: Person) -> None:
    FactStore(database).state([Statement("SJ-001", "dispute", True, valid_from=ENTRY)], person=planner, reason="信访")
    assert outcomes(backtest(source, PACKS))["dispute"] == "clear"
    assert outcomes(backtest(source, PACKS, ENTRY))["dispute"] == "excluded"


def test_what_could_not_be_told_is_split_by_what_was_lacking(
    source: Source, database: Database, planner: Person
) -> None:
    stock(database, planner, {"SJ-002": at(200, 0, 80, 60)}, dispute=None)
    enter(database, planner, "SJ-002", date(2023, 6, 10))
    LayerStore(database).retire("homestead", "test", "停用", planner)
    found = backtest(source, PACKS)
    one = found.findings[found.findings["parcel_id"] == "SJ-001"].set_index("rule_id")["lack"]
    two = found.findings[found.findings["parcel_id"] == "SJ-002"].set_index("rule_id")["lack"]
    assert (one["homestead"], one["dispute"]) == (str(Lack.LAYER), "")
    assert two["dispute"] == str(Lack.RULE)
    given = backtest(source, PACKS, date(2025, 8, 31))
    three = given.findings[given.findings["parcel_id"] == "SJ-002"].set_index("rule_id")["lack"]
    assert (three["dispute"], three["homestead"]) == (str(Lack.FACT), str(Lack.LAYER))
    assert given.exit_code == 3
    (line,) = [row for row in rule_lines(given) if row.rule_id == "dispute"]
    assert line.unknown == {Lack.FACT: 1, Lack.LAYER: 0, Lack.RULE: 0, Lack.OPEN: 0}


def test_a_gap_in_a_layer_that_speaks_is_neither_a_missing_layer_nor_a_missing_fact(
    database: Database, planner: Person
) -> None:
    layers = ground.clear_layers()
    layers["survey_land_use"] = ground.layer("survey_land_use", {"half": at(-900, -900, 940, 3800)}, "construction")
    store_layers(database, planner, layers.values())
    stock(database, planner, {"SJ-001": at(0, 0, 80, 60)})
    enter(database, planner, "SJ-001")
    found = backtest(Source(database, MadeEachTime()), PACKS)
    assert lacks(found, "survey-class") == [str(Lack.OPEN)]


def test_parcels_without_a_day_or_not_yet_there_are_named(source: Source, database: Database, planner: Person) -> None:
    stock(database, planner, {"SJ-003": at(400, 0, 80, 60), "SJ-004": at(600, 0, 80, 60)})
    enter(database, planner, "SJ-003", None)
    found = backtest(source, PACKS)
    assert found.undated == ("SJ-003",)
    assert "SJ-004" not in set(found.parcels["parcel_id"])
    given = backtest(source, PACKS, ENTRY)
    assert (given.undated, set(given.parcels["parcel_id"])) == ((), {"SJ-001", "SJ-003"})


def test_nothing_entered_nothing_told(database: Database, planner: Person) -> None:
    store_layers(database, planner, ground.clear_layers().values())
    stock(database, planner, {"SJ-001": at(0, 0, 80, 60)})
    found = backtest(Source(database, MadeEachTime()), PACKS)
    assert (len(found.parcels), found.exit_code, rule_lines(found)) == (0, 3, [])
    assert report(found)["blocked"] == []


def test_parcels_of_a_district_that_was_not_asked_are_counted(source: Source) -> None:
    found = backtest(source, {"chongming": load_pack("chongming")})
    assert (found.elsewhere, found.exit_code) == (1, 3)


def test_two_tables_are_written(source: Source, database: Database, planner: Person, tmp_path: Path) -> None:
    redline(database, planner, at(70, 0, 100, 60), date(2024, 1, 1))
    rules, findings = write_backtest(backtest(source, PACKS), tmp_path)
    with rules.open(encoding="utf-8-sig", newline="") as file:
        (row,) = [row for row in csv.DictReader(file) if row["rule_id"] == "ecological-redline"]
    assert (row["blocked"], row["unknown_layer"]) == ("1", "0")
    with findings.open(encoding="utf-8-sig", newline="") as file:
        told = list(csv.DictReader(file))
    assert {(row["parcel_id"], row["outcome"], row["entered_on"]) for row in told} == {
        ("SJ-001", str(Outcome.EXCLUDED), "2025-09-01")
    }


def test_nothing_is_stored(source: Source, database: Database) -> None:
    def rows() -> dict[str, int]:
        with database.begin() as connection:
            return {
                name: connection.execute(select(func.count()).select_from(table)).scalar_one()
                for name, table in METADATA.tables.items()
                if table.name not in OF_THE_DOOR
            }

    before = rows()
    backtest(source, PACKS)
    assert rows() == before


def test_the_national_pack_is_of_no_district() -> None:
    assert district_of(PACKS["songjiang"]) == "songjiang"
    with pytest.raises(UsageError):
        district_of(load_pack("national"))


@pytest.fixture(scope="module")
def home(stocked_home: Path) -> Iterator[Path]:
    """An installation of the sample, in which parcels of both districts entered."""
    with installation("回测", stocked_home) as home:
        yield home


def told(*arguments: object) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(landgis("rules", "backtest", "--json", *arguments).stdout)
    return answer


def test_every_parcel_of_the_sample_that_entered_gets_its_known_answer(home: Path, tmp_path: Path) -> None:
    assert landgis("rules", "backtest", "--out", tmp_path).returncode == 1
    answer = told()
    assert answer["verdicts"] == {key: len(group) for key, group in ENTERED.groupby("expected_verdict")}
    assert (answer["undated"], answer["unplaced"], answer["elsewhere"]) == ([], [], 0)
    findings = pd.read_csv(tmp_path / "backtest_findings.csv", dtype="str", keep_default_na=False)
    for case in ENTERED.to_dict("records"):
        mine = findings[findings["parcel_id"] == case["parcel_id"]]
        worst = mine[mine["outcome"] == case["expected_verdict"]]
        assert set(mine["judged_on"]) <= {case["judged_on"]}
        if case["expected_lack"]:
            assert case["expected_lack"] in set(worst["lack"]), case["kind"]
            continue
        rules = [rule for rule in case["decisive_rules"].split(";") if rule]
        assert (sorted(worst["rule_id"]), set(mine["lack"])) == (sorted(rules), {""} if rules else set()), case["kind"]


def test_what_blocks_and_what_could_not_be_told_is_named_parcel_by_parcel(home: Path) -> None:
    answer = told()
    blocked = {row["parcel_id"]: {rule["rule_id"] for rule in row["rules"]} for row in answer["blocked"]}
    excluded = ENTERED[ENTERED["expected_verdict"] == "excluded"]
    assert blocked == {row["parcel_id"]: set(row["decisive_rules"].split(";")) for row in excluded.to_dict("records")}
    unknown = ENTERED[ENTERED["expected_verdict"] == "unknown"].set_index("parcel_id")["expected_lack"].to_dict()
    assert {row["parcel_id"]: list(row["lacks"]) for row in answer["undecided"]} == {
        number: [lack] for number, lack in unknown.items()
    }
    one = {line["rule_id"]: line for line in told("--district", "songjiang")["rules"]}
    assert (one["homestead"]["blocked"], one["homestead"]["unknown"]["rule"]) == (1, 1)
    assert one["homestead"]["conflict_m2"] == pytest.approx(12, abs=1e-6)


def test_the_command_tells_a_table_for_each_district_and_asks_a_question(home: Path) -> None:
    result = landgis("rules", "backtest")
    assert result.returncode == 1, result.stderr
    songjiang, chongming = result.stdout.index("松江区 已入市 6 宗"), result.stdout.index("崇明区 已入市 6 宗")
    assert songjiang < result.stdout.index("前期开发条件") < chongming < result.stdout.index("净地标准")
    assert "压占宅基地 12.00 ㎡" in result.stdout
    assert "无法判定：规则当日未施行，23 条规则" in result.stdout
    assert "挡住 3 宗，无法判定 2 宗，不挡 7 宗 | 3 parcels blocked, 2 undecided, 7 let in" in result.stdout
    assert "这不是对当时决定的评判" in result.stderr


def test_what_blocks_in_one_district_alone_is_a_rule_of_that_district(home: Path) -> None:
    cleared = next(iter(ENTERED.loc[ENTERED["kind"] == "site_uncleared", "parcel_id"]))
    assert cleared in {row["parcel_id"] for row in told("--district", "chongming")["blocked"]}
    assert "site_uncleared" in set(PLANTED.loc[PLANTED["expected_elsewhere"] == "clear", "kind"])


def test_on_one_day_for_all_nothing_is_lacking(home: Path) -> None:
    answer = told("--as-of", "2026-06-30")
    planted = PLANTED.set_index("parcel_id")["expected_verdict"].reindex(ENTERED["parcel_id"])
    assert answer["verdicts"] == planted.value_counts().to_dict()
    assert answer["undecided"] == []


def test_a_changed_pack_can_be_tried(home: Path, tmp_path: Path) -> None:
    folder = tmp_path / "songjiang"
    shutil.copytree(Path(__file__).resolve().parents[2] / "landgis" / "rulepacks" / "songjiang", folder)
    path = folder / "rules" / "control_lines.yaml"
    text = path.read_text(encoding="utf-8")
    place = text.index("- id: homestead")
    path.write_text(text[:place] + text[place:].replace("outcome: excluded", "outcome: flagged", 1), encoding="utf-8")
    result = landgis("rules", "backtest", "--pack", folder)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "挡住 0 宗" in result.stdout
    assert "只作试算" in result.stderr
    assert landgis("rules", "backtest", "--pack", "national").returncode == 2
    assert landgis("rules", "backtest", "--pack", "songjiang", "--district", "chongming").returncode == 2
