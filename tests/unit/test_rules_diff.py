"""``landgis rules``: what differs between packs is told, whatever it is, and the law has the version it was given."""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from landgis.domain.clause import Clause, Document
from landgis.domain.outcome import Outcome
from landgis.rules.pack import CategoryOutcome, Cure, DatedValue, Effort, Rule, RulePack, Setting, Side, Words
from landgis.rules.reading.folder import read_folder, shipped
from landgis.rules.reading.load import all_packs, load_folder, load_pack, pack_names
from landgis.rules.reading.marked import read_marked
from landgis.rules.reading.schema_files import SCHEMAS, schema_text
from landgis.rules.reading.versions import sealed
from landgis.rules.signature import Signature
from landgis.rules.trying.cases import run_cases, untried
from landgis.rules.trying.differ import ASPECTS, differences
from tests.support.command import landgis

PACKS = Path(str(shipped("songjiang"))).parent
SONGJIANG = load_pack("songjiang")
OTHER = Words("别", "other")
OTHER_CLAUSE = Clause(Document("x", "别的文件", "", date(2020, 1, 1)), "一", "别的句子")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(PACKS / "songjiang", tmp_path / "songjiang")
    return tmp_path / "songjiang"


def edit(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


# Differences


def test_a_pack_says_the_same_as_itself() -> None:
    assert differences(SONGJIANG, SONGJIANG, ("a", "b")) == []
    ran = landgis("rules", "diff", "songjiang", "songjiang")
    assert (ran.returncode, ran.stdout.strip()) == (0, "不同 0 处 | 0 differences")


SIGNED = Signature("规划资源局", date(2026, 3, 1), "规〔2026〕1号")


def changed_value(**changes: Any) -> RulePack:
    rule = SONGJIANG.rules[0]
    return changed_rule(values=(replace(rule.values[0], **changes), *rule.values[1:]))


def changed_rule(**changes: Any) -> RulePack:
    return replace(SONGJIANG, rules=(replace(SONGJIANG.rules[0], **changes), *SONGJIANG.rules[1:]))


def changed_category(**changes: Any) -> RulePack:
    return changed_value(outcomes={"overlap": replace(SONGJIANG.rules[0].values[0].outcomes["overlap"], **changes)})


CHANGED = [
    (RulePack, "pack_id", None, ""),
    (RulePack, "version", replace(SONGJIANG, version="9"), "version"),
    (RulePack, "title", replace(SONGJIANG, title=OTHER), "title"),
    (RulePack, "district", replace(SONGJIANG, district="310151"), "district"),
    (RulePack, "documents", replace(SONGJIANG, documents=SONGJIANG.documents[1:]), "document"),
    (RulePack, "settings", replace(SONGJIANG, settings={"s": Setting("s", True, True, OTHER)}), "setting"),
    (RulePack, "rules", replace(SONGJIANG, rules=SONGJIANG.rules[1:]), "rule"),
    (RulePack, "base", replace(SONGJIANG, base=""), "base"),
    (RulePack, "order", replace(SONGJIANG, order=SONGJIANG.order[::-1]), "order"),
    (RulePack, "digest", None, ""),
    (RulePack, "changes", None, ""),
    (
        RulePack,
        "adjacency",
        replace(SONGJIANG, adjacency=(replace(SONGJIANG.adjacency[0], within_m=5.0, signed=SIGNED),)),
        "adjacency",
    ),
    (Rule, "rule_id", None, ""),
    (Rule, "title", changed_rule(title=OTHER), "title"),
    (Rule, "measure", changed_rule(measure="boundary"), "measure"),
    (Rule, "layer", changed_rule(layer="homestead"), "layer"),
    (Rule, "fact", changed_rule(fact="dispute"), "fact"),
    (Rule, "control_lines", changed_rule(control_lines="never"), "control_lines"),
    (Rule, "values", changed_rule(values=()), "value"),
    (Rule, "supply", changed_rule(supply=None), "coverage_supply"),
    (Rule, "second_person", changed_rule(second_person=False), "second_person"),
    (DatedValue, "start", changed_value(start=date(2024, 1, 1)), "from"),
    (DatedValue, "threshold", changed_value(threshold=5.0), "threshold"),
    (DatedValue, "unit", changed_value(unit="m"), "unit"),
    (DatedValue, "outcomes", changed_value(outcomes={}), "outcome"),
    (DatedValue, "clear", changed_value(clear=OTHER), "clear"),
    (DatedValue, "clause", changed_value(clause=OTHER_CLAUSE), "clause"),
    (DatedValue, "setting", changed_value(setting="s"), "setting"),
    (DatedValue, "side", changed_value(side=Side.BELOW), "threshold"),
    (DatedValue, "also", changed_value(also=()), "also"),
    (CategoryOutcome, "outcome", changed_category(outcome=Outcome.FLAGGED), "outcome"),
    (CategoryOutcome, "words", changed_category(words=OTHER), "words"),
    (CategoryOutcome, "clause", changed_category(clause=OTHER_CLAUSE), "clause"),
    (CategoryOutcome, "supply", changed_category(supply=OTHER), "supply"),
    (CategoryOutcome, "cure", changed_category(cure=Cure(OTHER, Effort.NONE)), "cure"),
    (Setting, "setting_id", None, ""),
]


def test_no_field_of_a_pack_was_forgotten() -> None:
    listed = {(kind, name) for kind, name, _pack, _told in CHANGED}
    for kind in (RulePack, Rule, DatedValue, CategoryOutcome):
        assert {field.name for field in dataclasses.fields(kind)} == {name for each, name in listed if each is kind}


@pytest.mark.parametrize(("kind", "field", "other", "told"), [row for row in CHANGED if row[2] is not None])
def test_whatever_is_changed_is_told(kind: type, field: str, other: RulePack, told: str) -> None:
    for left, right in ((SONGJIANG, other), (other, SONGJIANG)):
        found = differences(left, right, ("旧", "新"))
        assert told in {row.kind for row in found}
        for row in found:
            assert row.left != row.right
            assert ASPECTS[row.kind].zh in row.zh
            assert ASPECTS[row.kind].en in row.en
            assert "旧 为 " in row.zh
            assert "新 has " in row.en


@pytest.mark.parametrize("changes", [{"value": False}, {"confirmed": True}, {"words": OTHER}])
def test_a_setting_that_was_signed_or_turned_is_told(changes: dict[str, Any]) -> None:
    chongming = load_pack("chongming")
    (setting,) = [row for row in chongming.settings.values() if row.setting_id == "urban-boundary-synonym"]
    other = replace(chongming, settings=chongming.settings | {setting.setting_id: replace(setting, **changes)})
    (found,) = differences(chongming, other, ("旧", "新"))
    assert (found.kind, found.place) == ("setting", "urban-boundary-synonym")


def test_the_two_districts_differ_by_their_documents_and_agree_on_every_limit_of_the_lines() -> None:
    ran = landgis("rules", "diff", "songjiang", "chongming", "--json")
    found = json.loads(ran.stdout)
    assert ran.returncode == 1
    assert [found[side]["id"] for side in ("left", "right")] == ["songjiang", "chongming"]
    told = {(row["kind"], row["rule_id"]) for row in found["differences"]}
    assert {("clause", "ecological-redline"), ("from", "homestead"), ("setting", "development-boundary")} <= told
    assert not {row for row in told if row[0] == "threshold" and row[1] in SONGJIANG.order[:4]}


def test_an_edited_folder_is_told_in_sentences(folder: Path) -> None:
    edit(folder, "rules/control_lines.yaml", "threshold: {value: 0, unit: m2}", "threshold: {value: 5, unit: m2}")
    ran = landgis("rules", "diff", "songjiang", folder)
    assert ran.returncode == 1
    assert "规则“永久基本农田”（permanent-basic-farmland，2023-06-15）的限值：songjiang 为 > 0 ㎡；" in ran.stdout
    assert (
        "limit of the rule “Permanent basic farmland” (permanent-basic-farmland, 2023-06-15): songjiang has > 0 ㎡;"
        in ran.stdout
    )
    assert "不同 1 处" in ran.stdout


def test_a_rule_taken_out_is_told(folder: Path) -> None:
    text = (folder / "rules/site.yaml").read_text(encoding="utf-8")
    (rule,) = re.findall(r"(?ms)^- id: compensation$.*?(?=^- id: |\Z)", text)
    edit(folder, "rules/site.yaml", rule, "")
    edit(folder, "pack.yaml", "  - compensation\n", "")
    found = differences(SONGJIANG, load_folder(folder), ("旧", "新"))
    assert [(row.kind, row.rule_id) for row in found] == [("order", ""), ("rule", "compensation")]
    assert found[1].zh == "规则“补偿处理”（compensation）的有无：旧 为 补偿处理；新 为 （无）"


def test_a_value_that_comes_later_is_told() -> None:
    rule = SONGJIANG.rules[0]
    later = replace(rule.values[0], start=date(2027, 1, 1), threshold=5.0)
    (found,) = differences(SONGJIANG, changed_rule(values=(*rule.values, later)), ("旧", "新"))
    assert (found.kind, found.place, found.left, found.right) == ("value", "2027-01-01", "（无）", "> 5 ㎡")


def test_the_pack_beside_an_edited_one_is_the_one_it_extends(folder: Path) -> None:
    assert load_folder(folder) == SONGJIANG
    shutil.copytree(PACKS / "national", folder.parent / "national")
    edit(folder.parent / "national", "pack.yaml", 'version: "1.0.0"\ntitle', 'version: "1.0.1"\ntitle')
    edit(folder.parent / "national", "pack.yaml", '  - version: "1.0.0"', '  - version: "1.0.1"')
    assert load_folder(folder).version.endswith("(national 1.0.1)")
    assert load_folder(folder).digest != SONGJIANG.digest


# Digests and versions


@pytest.mark.parametrize("name", all_packs())
def test_the_law_of_a_pack_is_the_law_of_its_version(name: str) -> None:
    seal = sealed(load_pack(name))
    assert seal.holds, f"{name} {seal.version}: its law is now {seal.found}; give it a new version under changes"
    assert all(change.words.zh and change.words.en for change in load_pack(name).changes)


def test_every_file_of_law_is_in_the_digest_of_its_version_and_no_other(folder: Path) -> None:
    before, digest = read_folder(folder).law(), load_folder(folder).digest
    for file in sorted(path for path in folder.rglob("*.yaml")):
        whole = file.read_bytes()
        file.write_bytes(b"# x\n" + whole)
        name = file.relative_to(folder).as_posix()
        shows = name.startswith("cases/") or name == "clauses.yaml"
        assert (read_folder(folder).law() == before) == shows, name
        assert load_folder(folder).digest != digest
        file.write_bytes(whole)
    (folder / "pack.yaml").write_bytes((folder / "pack.yaml").read_bytes() + b"# signed\n")
    assert read_folder(folder).law() == before
    assert load_folder(folder).digest != digest


def test_law_that_changed_under_its_version_is_told(folder: Path) -> None:
    edit(folder, "rules/control_lines.yaml", "threshold: {value: 0, unit: m2}", "threshold: {value: 5, unit: m2}")
    ran = landgis("rules", "test", folder)
    assert ran.returncode == 1
    assert "的内容与该版本的记录不符" in ran.stdout
    found = json.loads(landgis("rules", "test", folder, "--json").stdout)
    (version,) = found["versions"]
    assert version["found"] == read_folder(folder).law() != version["recorded"]
    assert {row["name"] for row in found["failed"]} == {
        "permanent-basic-farmland. half a square metre is a conflict, there is no tolerance in the document",
        "permanent-basic-farmland. a millionth of a square metre is above the limit",
    }


# Cases


@pytest.mark.parametrize("name", all_packs())
def test_every_rule_has_a_case_it_passes_one_it_fails_one_on_the_edge_and_one_that_lacks_something(name: str) -> None:
    pack = load_pack(name)
    results = run_cases(pack)
    assert untried(pack, results) == []
    assert len({result.name for result in results}) == len(results)


def test_a_kind_without_a_case_is_told(folder: Path) -> None:
    edit(folder, "cases/site.yaml", "  kind: missing\n", "")
    found = json.loads(landgis("rules", "test", folder, "--json").stdout)
    assert found["untried"] == [{"pack": "songjiang", "rule_id": "compensation", "kind": "missing"}]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("compensation_settled: false", "compensation_setled: false", "没有名为“compensation_setled”的事实"),
        ("compensation_settled: false", "compensation_settled: no", "不能是 no"),
        ("expect: {compensation:", "expect: {compensations:", "没有名为“compensations”的规则"),
        ("as_of: 2026-06-30", "as_of: soon", "不是日期"),
        ("kind: fail", "kind: bad", "kind"),
    ],
)
def test_a_case_that_would_try_nothing_is_a_fault(folder: Path, old: str, new: str, told: str) -> None:
    edit(folder, "cases/site.yaml", old, new)
    ran = landgis("rules", "test", folder)
    assert ran.returncode not in (0, 1)
    line = (folder / "cases/site.yaml").read_text(encoding="utf-8").split(new)[0].count("\n") + 1
    assert f"songjiang/cases/site.yaml:{line}" in ran.stderr
    assert told in ran.stderr


# Showing


def test_show_tells_all_that_a_rule_says() -> None:
    shown = landgis("rules", "show", "songjiang").stdout
    for rule in SONGJIANG.rules:
        assert f"[{rule.rule_id}]" in shown
        assert rule.supply is None or rule.supply.zh in shown
        for value in rule.values:
            assert all(clause.quote_zh in shown for clause in (value.clause, *value.also))
            for row in value.outcomes.values():
                assert row.words.zh in shown
                assert row.words.en in shown
                assert row.supply is None or row.supply.zh in shown
                assert row.cure is None or row.cure.words.en in shown


def test_one_rule_is_shown_alone_and_an_unknown_one_is_told_which_there_are() -> None:
    ran = landgis("rules", "show", "chongming", "homestead", "--json")
    (row,) = json.loads(ran.stdout)["rules"]
    assert row["rule_id"] == "homestead"
    assert row["bands"][0]["effort"] == "edge"
    assert row["also"][0]["clause"].endswith("第三十六条")
    unknown = landgis("rules", "show", "chongming", "homesteads")
    assert unknown.returncode != 0
    assert "homestead" in unknown.stderr


def test_list_names_the_national_pack_but_no_district_is_screened_by_it() -> None:
    listed = {row["id"]: row for row in json.loads(landgis("rules", "list", "--json").stdout)}
    assert set(listed) == {"national", "songjiang", "chongming"}
    assert listed["songjiang"]["extends"] == "national"
    assert pack_names() == ["chongming", "songjiang"]


# Schemas


def shipped_yaml() -> list[str]:
    return sorted(path.relative_to(PACKS).as_posix() for path in PACKS.rglob("*.yaml"))


@pytest.mark.parametrize("name", sorted(SCHEMAS))
def test_the_shipped_schema_is_what_the_loader_checks(name: str) -> None:
    found = shipped("schema").joinpath(f"{name}.json").read_text("utf-8")
    assert found == schema_text(name), "landgis rules schema --out landgis/rulepacks/schema"
    jsonschema.Draft202012Validator.check_schema(json.loads(schema_text(name)))
    assert landgis("rules", "schema", name).stdout == schema_text(name)


@pytest.mark.parametrize("name", shipped_yaml())
def test_shipped_yaml_names_its_schema_and_keeps_it(name: str) -> None:
    text = (PACKS / name).read_text(encoding="utf-8")
    head, _, address = text.split("\n", 1)[0].partition("$schema=")
    assert head == "# yaml-language-server: "
    schema = json.loads(((PACKS / name).parent / address).read_text(encoding="utf-8"))
    marked, faults = read_marked(text, name)
    assert faults == []
    jsonschema.Draft202012Validator(schema).validate(marked.data)


def test_the_schema_refuses_what_the_loader_refuses() -> None:
    marked, _faults = read_marked((PACKS / "songjiang/rules/site.yaml").read_text(encoding="utf-8"), "site")
    check = jsonschema.Draft202012Validator(json.loads(schema_text("rules")))
    for rules in (
        [rule | {"control_line": "never"} for rule in marked.data],
        [{key: value for key, value in rule.items() if key != "title"} for rule in marked.data],
        [rule | {"measure": {"name": "guess"}} for rule in marked.data],
    ):
        assert not check.is_valid(rules)
    assert check.is_valid(marked.data)


def test_schemas_are_written_where_they_are_asked_for(tmp_path: Path) -> None:
    assert landgis("rules", "schema", "--out", tmp_path / "schema").returncode == 0
    assert {path.stem for path in (tmp_path / "schema").iterdir()} == set(SCHEMAS)
    assert landgis("rules", "schema").stdout.split() == list(SCHEMAS)
    assert landgis("rules", "schema", "nothing").returncode != 0
