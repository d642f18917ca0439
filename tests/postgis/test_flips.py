"""Which verdicts flip from run to run, held against brute force, and why, held against what was really changed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Self

import pytest
import shapely
from shapely.geometry import Polygon

from landgis.access.person import Person
from landgis.cli.screening import show_flips
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database, open_database
from landgis.db.layers import LayerStore
from landgis.db.runs import RunStore
from landgis.domain.outcome import Outcome
from landgis.rules.pack import RulePack
from landgis.rules.reading.load import load_pack
from landgis.services.flipping.flip_causes import Change
from landgis.services.flipping.flip_words import NOTHING, Kind, fact, rule_changed
from landgis.services.flipping.flips import Flip, Flips
from landgis.services.screening.screen import Measuring, Screened, screen
from tests.conftest import EMPTY, fresh_database, registered_planner
from tests.support import ground
from tests.support.desk_case import store_layers, store_parcels
from tests.support.ground import AS_OF, at, clear_layers
from tests.support.plain_pack import LAYERS, TEXT, pack

PACK = pack()
FAR = at(2000, 2000, 100, 100)
EXCLUDING = ("ecological_redline", "permanent_basic_farmland", "homestead")
TITLES = {
    "ecological_redline": ("生态红线", "Red line"),
    "permanent_basic_farmland": ("基本农田", "Farmland"),
    "homestead": ("宅基地", "Homestead"),
    "development_boundary": ("开发边界", "Boundary"),
}


@dataclass
class Office:
    """A district that is edited and screened; it knows what it changed since the last run."""

    database: Database
    person: Person
    shapes: dict[str, Polygon] = field(default_factory=dict)
    layers: dict[str, dict[str, Polygon]] = field(default_factory=dict)
    editions: dict[str, str] = field(default_factory=dict)
    facts: dict[str, dict[str, object]] = field(default_factory=dict)

    def copied(self, database: Database, **others: object) -> Self:
        """The same in a copy of its database."""
        own = {name: deepcopy(getattr(self, name)) for name in ("shapes", "layers", "editions", "facts")}
        return replace(self, database=database, **own, **others)

    def publish(self, key: str, shapes: dict[str, Polygon], **stated: object) -> str:
        name = f"e{len(LayerStore(self.database).list(key)) + 1}"
        data = ground.layer(key, shapes | {"far": FAR}, coverage=stated.pop("coverage", None))  # type: ignore[arg-type]  # a polygon
        store_layers(self.database, self.person, [replace(data, release=replace(data.release, name=name, **stated))])
        self.layers[key], self.editions[key] = shapes, name
        return name

    def deliver(self, shapes: dict[str, Polygon], **facts: object) -> None:
        for parcel_id, shape in shapes.items():
            told = self.facts.setdefault(parcel_id, {}) | facts
            self.facts[parcel_id] = told
            store_parcels(self.database, self.person, ground.parcels({parcel_id: shape}, **told))
        self.shapes |= shapes

    def screen(self, rules: RulePack = PACK, day: date = AS_OF, *, changed: bool = True) -> Screened:
        return screen(self.database, self.person, rules, day, how=Measuring(changed=changed))

    def verdict(self, parcel_id: str) -> str:
        """What the rules of the pack say, without the program."""
        facts = ground.CLEAR_FACTS | self.facts[parcel_id]
        lies_on = {key: self.area(parcel_id, key) > 1e-6 for key in LAYERS}
        if any(lies_on[key] for key in EXCLUDING) or facts["dispute"] or facts["restricted"]:
            return "excluded"
        if facts["use_right_registered"] is False:
            return "excluded"
        if any(facts[name] is None for name in ("dispute", "restricted", "use_right_registered")):
            return "unknown"
        return "flagged" if lies_on["development_boundary"] else "clear"

    def area(self, parcel_id: str, key: str) -> float:
        whole = shapely.union_all(list(self.layers[key].values()))
        return float(shapely.area(shapely.intersection(self.shapes[parcel_id], whole)))

    def verdicts(self) -> dict[str, str]:
        return {parcel_id: self.verdict(parcel_id) for parcel_id in sorted(self.shapes)}


@pytest.fixture(scope="module")
def prepared(cluster: PrivateCluster) -> Iterator[tuple[str, Office]]:
    """Three parcels that everything leaves alone, screened once."""
    with fresh_database(cluster) as name:
        planner = registered_planner(open_database(cluster, role="landgis_owner", name=name, pooled=False))
        made = Office(open_database(cluster, name=name), planner)
        for key in LAYERS:
            made.publish(key, {})
        made.deliver({f"SJ-00{number}": at(200 * number, 0, 80, 60) for number in (1, 2, 3)})
        assert made.screen().flips is None
        made.database.close()
        yield name, made


@pytest.fixture
def template(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue("prepared")[0]) if "office" in request.fixturenames else EMPTY


@pytest.fixture
def office(database: Database, prepared: tuple[str, Office]) -> Office:
    """A copy of the prepared one."""
    return prepared[1].copied(database)


def flipped(run: Screened) -> dict[str, Flip]:
    assert run.flips is not None
    return {flip.parcel_id: flip for flip in run.flips.flipped}


def kinds(flip: Flip) -> list[str]:
    return [str(cause.kind) for change in flip.changes for cause in change.causes]


def sentence(run: Screened, parcel_id: str = "SJ-001") -> tuple[str, str]:
    assert list(flipped(run)) == [parcel_id]
    return flipped(run)[parcel_id].words


def test_nothing_changed_nothing_flips(office: Office) -> None:
    run = office.screen()
    assert run.flips is not None
    assert (run.flips.flipped, run.flips.new, run.flips.gone) == ((), (), ())
    assert run.summary()["flips"]["against"] == run.flips.against.run_id == "R000001"


def test_a_changed_red_line_flips_exactly_what_brute_force_flips(office: Office) -> None:
    chance = random.Random(5)
    plots = {f"SJ-{number:03d}": at(chance.uniform(0, 900), chance.uniform(0, 900), 60, 40) for number in range(1, 60)}
    office.deliver(plots)
    lines = {f"r{number}": at(chance.uniform(0, 900), chance.uniform(0, 900), 90, 70) for number in range(12)}
    before = office.publish("ecological_redline", lines)
    office.screen()
    was = office.verdicts()
    areas = {parcel_id: office.area(parcel_id, "ecological_redline") for parcel_id in plots}
    for number in range(4):
        del lines[f"r{number}"]
    lines |= {f"n{number}": at(chance.uniform(0, 900), chance.uniform(0, 900), 90, 70) for number in range(5)}
    after = office.publish("ecological_redline", lines)
    now = office.verdicts()
    found = flipped(office.screen())
    wanted = {parcel_id for parcel_id in was if was[parcel_id] != now[parcel_id]}
    assert {now[parcel_id] for parcel_id in wanted} == {"clear", "excluded"}
    assert set(found) == wanted
    for parcel_id, flip in found.items():
        head_zh = "由“符合”变为“不符合”" if now[parcel_id] == "excluded" else "由“不符合”变为“符合”"
        head_en = "from clear to excluded" if now[parcel_id] == "excluded" else "from excluded to clear"
        area = office.area(parcel_id, "ecological_redline")
        effect_zh = f"出现压占 {area:,.2f} ㎡" if area else f"原压占 {areas[parcel_id]:,.2f} ㎡ 消失"
        effect_en = (
            f"an overlap of {area:,.2f} m² appeared" if area else f"an overlap of {areas[parcel_id]:,.2f} m² is gone"
        )
        assert flip.words == (
            f"地块 {parcel_id} {head_zh}：图层“生态红线”由版本 {before} 换为 {after}，{effect_zh}",
            f"Parcel {parcel_id} goes {head_en}: release {before} of “Red line” gave way to {after}: {effect_en}",
        )


def test_a_changed_rule_is_told_from_what_to_what(office: Office) -> None:
    office.publish("ecological_redline", {"a": at(200, 0, 10, 10)})
    office.screen()
    run = office.screen(pack(("value: 0,", "value: 150,"), ("trial-1", "trial-2")))
    assert sentence(run) == (
        "地块 SJ-001 由“不符合”变为“符合”：规则“生态红线”的限值由 0.0 改为 150.0",
        "Parcel SJ-001 goes from excluded to clear: the rule “Red line” changed its threshold from 0.0 to 150.0",
    )


def test_another_outcome_and_another_day_of_force_are_told(office: Office) -> None:
    office.publish("development_boundary", {"a": at(200, 0, 10, 10)})
    office.screen()
    strict = pack(("outcome: flagged", "outcome: excluded"))
    assert sentence(office.screen(strict))[0] == (
        "地块 SJ-001 由“待核”变为“不符合”：规则“开发边界”的“overlap”的结论由 “待核” 改为 “不符合”"
    )
    late = pack(("from: 2023-01-01", "from: 2027-01-01"))
    told = flipped(office.screen(late))
    assert set(told) == {"SJ-001", "SJ-002", "SJ-003"}
    assert told["SJ-002"].words[0] == ("地块 SJ-002 由“符合”变为“无法判定”：规则“生态红线”的是否施行由 是 改为 否")


def test_rules_that_come_and_go_are_told(office: Office) -> None:
    office.deliver({"SJ-001": office.shapes["SJ-001"]}, dispute=True)
    office.screen()
    start, end = (TEXT.index(f"  - id: {name}") for name in ("dispute", "restriction"))
    fewer = pack((TEXT[start:end], ""))
    assert sentence(office.screen(fewer))[0] == "地块 SJ-001 由“不符合”变为“符合”：规则“争议”不再适用"
    assert sentence(office.screen())[0] == "地块 SJ-001 由“符合”变为“不符合”：新增规则“争议”"


def test_a_rule_that_reads_another_fact_is_told(office: Office) -> None:
    office.deliver({"SJ-001": office.shapes["SJ-001"]}, restricted=True, dispute=False)
    office.screen(pack(("fact: restricted", "fact: dispute")))
    assert sentence(office.screen())[0] == (
        "地块 SJ-001 由“符合”变为“不符合”：规则“限制”的事实由 “存在权属争议” 改为 “被限制土地权利”"
    )


def test_of_several_changed_facts_those_that_matter_are_named(office: Office) -> None:
    office.deliver({"SJ-001": office.shapes["SJ-001"]}, use_right_registered=None)
    office.screen()
    office.deliver(
        {"SJ-001": office.shapes["SJ-001"]}, use_right_registered=True, owner_name="甲村", restricted=False, road=True
    )
    assert sentence(office.screen()) == (
        "地块 SJ-001 由“无法判定”变为“符合”：事实“集体建设用地已依法登记”已查明：是",
        "Parcel SJ-001 goes from unknown to clear: the fact “land registered” became known: yes",
    )
    office.deliver({"SJ-001": office.shapes["SJ-001"]}, dispute=True, road=False)
    assert sentence(office.screen())[0].endswith("事实“存在权属争议”由 否 改为 是")
    office.deliver({"SJ-001": office.shapes["SJ-001"]}, dispute=None)
    assert sentence(office.screen())[1].endswith("the fact “in dispute” (yes) is no longer known")


def test_a_redrawn_parcel_is_told_once_for_all_that_it_runs_into(office: Office) -> None:
    office.publish("ecological_redline", {"a": at(270, 0, 20, 20)})
    office.publish("homestead", {"b": at(275, 0, 10, 10)})
    office.deliver({"SJ-001": at(200, 0, 60, 60)})
    office.screen()
    office.deliver({"SJ-001": at(200, 0, 80, 60)})
    run = office.screen()
    assert sentence(run) == (
        "地块 SJ-001 由“符合”变为“不符合”：地块重绘（第 2 版 → 第 3 版），“生态红线”出现压占 200.00 ㎡、“宅基地”出现压占 50.00 ㎡",
        "Parcel SJ-001 goes from clear to excluded: the parcel was redrawn (version 2 to 3): “Red line”: an overlap of "
        "200.00 m² appeared, “Homestead”: an overlap of 50.00 m² appeared",
    )


def test_of_outline_and_release_the_one_that_matters_is_named(office: Office) -> None:
    office.publish("ecological_redline", {"a": at(300, 0, 20, 20)})
    office.screen()
    office.deliver({"SJ-001": at(200, 0, 110, 60)})
    office.publish("ecological_redline", {"a": at(300, 0, 20, 20), "c": at(800, 800, 5, 5)})
    assert kinds(flipped(office.screen())["SJ-001"]) == ["outline"]
    office.deliver({"SJ-001": at(200, 0, 80, 60)})
    office.screen()
    office.deliver({"SJ-001": at(200, 0, 81, 60)})
    office.publish("ecological_redline", {"a": at(210, 0, 20, 20)})
    assert kinds(flipped(office.screen())["SJ-001"]) == ["release"]
    office.publish("ecological_redline", {"a": at(300, 0, 20, 20)})
    office.screen()
    office.deliver({"SJ-001": at(200, 0, 90, 60)})
    office.publish("ecological_redline", {"a": at(285, 0, 20, 20)})
    assert kinds(flipped(office.screen())["SJ-001"]) == ["outline", "release"]


def test_a_release_is_not_blamed_for_what_the_rule_did(office: Office) -> None:
    office.publish("ecological_redline", {"a": at(200, 0, 10, 10)})
    office.screen()
    office.publish("ecological_redline", {"a": at(200, 0, 10, 11)})
    run = office.screen(pack(("value: 0,", "value: 150,")))
    assert sentence(run)[0] == (
        "地块 SJ-001 由“不符合”变为“符合”：规则“生态红线”的限值由 0.0 改为 150.0，压占由 100.00 ㎡ 变为 110.00 ㎡"
    )
    office.publish("ecological_redline", {"a": at(200, 0, 10, 16)})
    assert kinds(flipped(office.screen(pack(("value: 0,", "value: 150,"))))["SJ-001"]) == ["release"]
    office.publish("ecological_redline", {"a": at(200, 0, 10, 5)})
    office.screen(pack(("value: 0,", "value: 150,")))
    office.publish("ecological_redline", {"a": at(200, 0, 10, 10)})
    run = office.screen(pack(("value: 0,", "value: 60,")))
    assert kinds(flipped(run)["SJ-001"]) == ["release", "rule"]


def test_a_layer_that_expires_or_falls_silent_takes_every_verdict_with_it(office: Office) -> None:
    name = office.publish("homestead", {}, expires_on=date(2026, 8, 1))
    office.screen()
    run = office.screen(day=date(2026, 9, 1))
    assert set(flipped(run)) == {"SJ-001", "SJ-002", "SJ-003"}
    assert flipped(run)["SJ-002"].words == (
        f"地块 SJ-002 由“符合”变为“无法判定”：图层“宅基地”的版本 {name} 不再可用：2026-08-01 到期",
        f"Parcel SJ-002 goes from clear to unknown: release {name} of “Homestead” can no longer be used: "
        "expired on 2026-08-01",
    )
    assert kinds(flipped(office.screen())["SJ-002"]) == ["day"]
    newer = office.publish("homestead", {})
    office.screen(day=date(2026, 9, 1))
    LayerStore(office.database).retire("homestead", newer, "撤回重做", office.person)
    told = flipped(office.screen(day=date(2026, 9, 1)))["SJ-001"].words
    assert told[0].startswith(f"地块 SJ-001 由“符合”变为“无法判定”：图层“宅基地”的版本 {newer} 不再可用（最近的版本")
    assert "撤回重做" in told[0]
    again = office.publish("homestead", {})
    told = flipped(office.screen(day=date(2026, 9, 1)))["SJ-001"].words
    assert told[0] == f"地块 SJ-001 由“无法判定”变为“符合”：图层“宅基地”有了版本 {again}"


def test_ground_that_a_release_leaves_open_is_told(office: Office) -> None:
    was = office.editions["homestead"]
    now = office.publish("homestead", {}, coverage=at(250, -1000, 4000, 4000))
    run = office.screen()
    assert sentence(run) == (
        f"地块 SJ-001 由“符合”变为“无法判定”：图层“宅基地”由版本 {was} 换为 {now}，有 3,000.00 ㎡ 未覆盖",
        f"Parcel SJ-001 goes from clear to unknown: release {was} of “Homestead” gave way to {now}: "
        "it leaves 3,000.00 m² uncovered",
    )
    office.publish("homestead", {})
    assert sentence(office.screen())[0].endswith("原未覆盖的 3,000.00 ㎡ 已覆盖")


def test_only_final_runs_are_compared_with_and_new_parcels_are_listed(office: Office) -> None:
    moment = RunStore(office.database).head("R000001").created_at
    office.deliver({"SJ-009": at(900, 900, 10, 10)})
    screen(office.database, office.person, PACK, AS_OF, known_at=moment)
    run = office.screen()
    assert run.flips is not None
    assert (run.flips.against.run_id, run.flips.new, run.flips.gone) == ("R000001", ("SJ-009",), ())


def test_runs_older_than_the_records_are_compared_by_what_they_say(office: Office, owner: Database) -> None:
    with owner.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE landgis.screening_run DISABLE TRIGGER USER")
        connection.exec_driver_sql("ALTER TABLE landgis.run_parcel DISABLE TRIGGER USER")
        connection.exec_driver_sql("UPDATE landgis.screening_run SET record = NULL")
        connection.exec_driver_sql("UPDATE landgis.run_parcel SET outline_hash = NULL, facts_hash = NULL")
    office.publish("ecological_redline", {"a": at(200, 0, 10, 10)})
    office.deliver({"SJ-002": at(200, 0, 70, 60)})
    run = office.screen(pack(("trial-1", "trial-0")))
    assert kinds(flipped(run)["SJ-001"]) == ["release"]


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.deep) for seed in (2, 3))])
def test_random_edits_of_facts_releases_and_parcels_against_brute_force(
    database: Database, planner: Person, seed: int
) -> None:
    chance = random.Random(seed)
    office = Office(database, planner)

    def plot() -> Polygon:
        x, y, width, height = (chance.uniform(*pair) for pair in ((0, 900), (0, 900), (5, 110), (5, 110)))
        return at(x, y, width, height)

    for key in LAYERS:
        office.publish(key, {f"f{number}": plot() for number in range(8)})
    office.deliver({f"SJ-{number:03d}": plot() for number in range(24)})
    office.screen()
    told = 0
    for _ in range(4):
        was, editions, areas = office.verdicts(), dict(office.editions), _areas(office)
        redrawn, restated = _edited(office, chance, plot)
        now, areas_now = office.verdicts(), _areas(office)
        run = office.screen(changed=chance.random() < 0.5)
        found = flipped(run)
        assert {key: (str(flip.before), str(flip.after)) for key, flip in found.items()} == {
            key: (was[key], now[key]) for key in was if was[key] != now[key]
        }
        for flip in found.values():
            _require_true(office, flip, editions, redrawn, restated, areas, areas_now)
        told += len(found)
    assert told > 8


def _areas(office: Office) -> dict[tuple[str, str], float]:
    return {(parcel_id, key): office.area(parcel_id, key) for parcel_id in office.shapes for key in LAYERS}


def _edited(office: Office, chance: random.Random, plot: Callable[[], Polygon]) -> tuple[set[str], dict[str, set[str]]]:
    """Change a few things; return the parcels redrawn, and the facts restated by parcel."""
    redrawn, restated = set(chance.sample(sorted(office.shapes), 3)), {}
    for parcel_id in redrawn:
        office.deliver({parcel_id: plot()})
    for parcel_id in chance.sample(sorted(office.shapes), 5):
        name = chance.choice(["dispute", "restricted", "use_right_registered"])
        was = (ground.CLEAR_FACTS | office.facts[parcel_id])[name]
        value = chance.choice([value for value in (True, False, None) if value is not was])
        office.deliver({parcel_id: office.shapes[parcel_id]}, **{name: value, "road": chance.random() < 0.5})
        restated[parcel_id] = {name}
    for key in chance.sample(LAYERS, 2):
        features = dict(office.layers[key])
        for name in chance.sample(sorted(features), 3):
            features[name] = plot()
        office.publish(key, features)
    return redrawn, restated


def _require_true(
    office: Office,
    flip: Flip,
    editions: dict[str, str],
    redrawn: set[str],
    restated: dict[str, set[str]],
    was: dict[tuple[str, str], float],
    now: dict[tuple[str, str], float],
) -> None:
    """Every cause named was really changed, no change that alone decides is left out, and the number is right."""
    zh, en = flip.words
    for change in flip.changes:
        row = change.after or change.before
        assert row is not None
        causes = {str(cause.kind) for cause in change.causes}
        layer, place = str(row["layer"]), (flip.parcel_id, str(row["layer"]))
        if not layer:
            assert causes == {"fact"}
            assert restated.get(flip.parcel_id)
            continue
        possible = {"outline"} & ({"outline"} if flip.parcel_id in redrawn else set())
        possible |= {"release"} if office.editions[layer] != editions[layer] else set()
        assert causes
        assert causes <= possible
        if len(possible) == 1:
            assert causes == possible
        if "release" in causes:
            assert f"“{TITLES[layer][0]}”由版本 {editions[layer]} 换为 {office.editions[layer]}" in zh
            assert f"release {editions[layer]} of “{TITLES[layer][1]}” gave way to {office.editions[layer]}" in en
        assert (was[place] > 1e-6) != (now[place] > 1e-6)
        shown = f"出现压占 {now[place]:,.2f} ㎡" if now[place] > 0 else f"原压占 {was[place]:,.2f} ㎡ 消失"
        assert shown in zh
    assert Kind.UNEXPLAINED not in {cause.kind for change in flip.changes for cause in change.causes}


def test_on_a_terminal_some_are_listed_and_the_rest_are_counted(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    store_parcels(
        office.database,
        office.person,
        ground.parcels({f"SJ-{number}": at(9 * number, 900, 8, 8) for number in range(101, 130)}),
    )
    office.publish("homestead", {}, expires_on=date(2026, 8, 1))
    office.screen()
    run = office.screen(day=date(2026, 9, 1))
    assert run.flips is not None
    show_flips(run.flips)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "与 R000002（截至 2026-06-30）相比，32 宗地块结论有变 | 32 verdicts flipped"
    assert len(lines) == 1 + 2
    assert lines[1].startswith("  32 宗由“符合”变为“无法判定”：图层“")
    assert lines[1].endswith("。地块 SJ-001、SJ-002、SJ-003、SJ-101、SJ-102 等")
    assert lines[2].startswith("    32 parcels go from clear to unknown: ")


def test_rules_that_change_alike_are_told_in_one_clause(office: Office) -> None:
    causes = [rule_changed((f"甲{number}", f"A{number}"), {"in_force": ("no", "yes")}) for number in range(7)]
    changes = tuple(Change(str(number), None, None, (cause,), NOTHING) for number, cause in enumerate(causes))
    told = Flip("SJ-001", Outcome.CLEAR, Outcome.UNKNOWN, changes).words
    assert told[0] == (
        "地块 SJ-001 由“符合”变为“无法判定”：7 条规则（“甲0”“甲1”“甲2”“甲3”“甲4”等）的是否施行由 否 改为 是"
    )
    assert told[1].endswith("7 rules (“A0”, “A1”, “A2”, “A3”, “A4” …) changed their being in force from no to yes")
    other = rule_changed(("乙", "B"), {"threshold": ("0", "5")})
    mixed = (*changes[:2], Change("b", None, None, (other,), ("压占 3 ㎡", "an overlap of 3 m²")))
    told = Flip("SJ-001", Outcome.CLEAR, Outcome.UNKNOWN, mixed).words
    assert told[0].endswith("2 条规则（“甲0”“甲1”）的是否施行由 否 改为 是；规则“乙”的限值由 0 改为 5，压占 3 ㎡")


def test_on_a_terminal_what_is_not_alike_is_listed_up_to_a_number(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    run = office.screen()
    flips = [
        Flip(f"SJ-{number}", Outcome.CLEAR, Outcome.UNKNOWN, (Change("r", None, None, (fact("dispute", None, str(number)),), NOTHING),))
        for number in range(25)
    ]  # fmt: skip
    show_flips(Flips(run.head, tuple(flips), (), ()))
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2 + 2 * 20
    assert lines[-1] == "  另有 5 宗，见 --json | 5 more, see --json"


def test_two_rules_on_one_layer_name_it_once(office: Office) -> None:
    line = TEXT[TEXT.index("  - id: homestead") : TEXT.index("  - id: boundary")]
    second = line.replace("id: homestead", "id: homestead-again").replace("zh: 宅基地", "zh: 宅基地复核")
    rules = pack((line, line + second))
    office.screen(rules)
    was, now = office.editions["homestead"], office.publish("homestead", {"a": at(200, 0, 10, 10)})
    assert sentence(office.screen(rules))[0] == (
        f"地块 SJ-001 由“符合”变为“不符合”：图层“宅基地”由版本 {was} 换为 {now}，出现压占 100.00 ㎡、“宅基地复核”出现压占 100.00 ㎡"
    )


@pytest.mark.parametrize("days", [0, 1])
@pytest.mark.parametrize("survey_too", [False, True])
def test_a_layer_that_a_measure_reads_beside_its_own_is_named(
    database: Database, planner: Person, days: int, survey_too: bool
) -> None:
    office, shipped = Office(database, planner), load_pack("songjiang")
    everywhere = {"all": at(-900, -900, 3800, 3800)}

    def publish(key: str, kind: str, name: str, title: str) -> None:
        data = ground.layer(key, everywhere, kind)
        release = replace(data.release, name=name, title_zh=title)
        store_layers(database, planner, [replace(data, release=release)])

    store_layers(database, planner, [data for key, data in clear_layers().items() if key != "survey_land_use"])
    publish("survey_land_use", "cultivated", "e1", "国土调查")
    office.deliver({"SJ-001": at(0, 0, 80, 60)})
    office.screen(shipped)
    publish("approved_unbuilt", "2001-05-01", "a1", "批准未建设土地")
    if survey_too:
        publish("survey_land_use", "cultivated", "e2", "国土调查")
    zh, en = sentence(office.screen(shipped, AS_OF + timedelta(days=days)))
    assert zh == "地块 SJ-001 由“不符合”变为“符合”：图层“批准未建设土地”有了版本 a1"
    assert en == "Parcel SJ-001 goes from excluded to clear: “approved_unbuilt” got the release a1"


def test_flips_as_data_are_whole(office: Office) -> None:
    office.publish("ecological_redline", {"a": at(200, 0, 10, 10)})
    run = office.screen()
    assert isinstance(run.flips, Flips)
    (told,) = run.summary()["flips"]["parcels"]
    assert (told["parcel_id"], told["from"], told["to"]) == ("SJ-001", "clear", "excluded")
    (change,) = told["changes"]
    assert (change["rule_id"], change["before"]["outcome"], change["after"]["measured"]) == (
        "red-line",
        "clear",
        "100.0",
    )
    assert [cause["kind"] for cause in change["causes"]] == ["release"]
