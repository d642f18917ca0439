"""Broken packs: every fault is told with its file, its line and its rule, in words of both languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from landgis.errors import FileMissing, RulePackError
from landgis.rules.reading.load import load_folder, load_pack, parse_pack
from landgis.rules.reading.marked import read_marked
from tests.support.command import landgis

SHA = "0" * 64
NATIONAL = f"""\
id: national
version: "1.0.0"
title: {{zh: 国家, en: national}}
documents:
  - {{key: law, title: 土地法, issued_on: 2019-08-26}}
order: [farmland, registered]
changes:
  - {{version: "1.0.0", date: 2026-01-01, zh: 初版, en: first, sha256: "{SHA}"}}
"""
NATIONAL_RULES = """\
- id: farmland
  title: {zh: 农田, en: farmland}
  measure: {name: overlap_area, layer: permanent_basic_farmland}
  control_lines: required
  values:
    - from: 2020-01-01
      threshold: {value: 0, unit: m2}
      clause: {document: law, article: 第三十五条, quote: 不得占用}
      outcomes: {overlap: {outcome: excluded, zh: 压占, en: overlaps}}
      clear: {zh: 无, en: none}
- id: registered
  title: {zh: 登记, en: registered}
  measure: {name: yes_no, fact: use_right_registered}
  values:
    - from: 2020-01-01
      unit: yes_no
      clause: {document: law, article: 第六十三条, quote: 依法登记}
      outcomes:
        "yes": {outcome: clear, zh: 是, en: so}
        "no": {outcome: excluded, zh: 否, en: not so}
        missing: {outcome: unknown, zh: 缺, en: not known}
      clear: {zh: 是, en: so}
"""
HEAD = f"""\
id: trial
version: "2.0.0"
title: {{zh: 试, en: trial}}
district: "310117"
extends: national
documents:
  - key: plan
    title: 方案
    issued_on: 2023-06-15
settings:
  - {{id: read-so, value: true, confirmed: false, zh: 按此理解, en: read so}}
order:
  - farmland
  - registered
  - boundary
  - dispute
changes:
  - {{version: "2.0.0", date: 2026-02-01, zh: 依托国家, en: laid over, sha256: "{SHA}"}}
  - version: "1.0.0"
    date: 2026-01-01
    zh: 初版
    en: first
    sha256: "{SHA}"
"""
LINES = """\
# 控制线
- id: farmland
  replaces: national
  title:
    zh: 农田
    en: farmland
  measure:
    name: overlap_area
    layer: permanent_basic_farmland
  control_lines: required
  coverage_supply: {zh: 由区局提供, en: the bureau}
  values:
    - from: 2023-06-15
      threshold:
        value: 0
        unit: m2
      clause:
        document: plan
        article: 三（三）
        quote: 不占用永久基本农田
      also:
        - document: law
          article: 第三十五条
          quote: 不得占用
      outcomes:
        overlap:
          outcome: excluded
          zh: "压占 {amount} ㎡"
          en: "overlaps by {amount} m²"
          cure: {effort: edge, zh: 退让, en: cut back}
      clear:
        zh: 无
        en: none
- id: boundary
  title: {zh: 边界, en: boundary}
  measure: {name: overlap_area, layer: development_boundary}
  values:
    - from: 2023-06-15
      threshold: {value: 0, unit: m2}
      setting: read-so
      clause: {document: plan, article: 二（一）, quote: 优先选择边界外}
      outcomes: {overlap: {outcome: flagged, zh: 边界内, en: inside}}
      clear: {zh: 边界外, en: outside}
"""
FACTS = """\
- id: dispute
  title: {zh: 争议, en: dispute}
  measure:
    name: yes_no
    fact: dispute
  values:
    - from: 2023-06-15
      unit: yes_no
      clause: {document: plan, article: 二（二）, quote: 应无权属争议}
      outcomes:
        "no":
          outcome: clear
          zh: 无
          en: none
        "yes": {outcome: excluded, zh: 有, en: there is}
        missing:
          outcome: unknown
          zh: 缺
          en: not known
          supply: {zh: 由镇出具, en: the town}
      clear: {zh: 无, en: none}
"""
FILES = {
    "national/pack.yaml": NATIONAL,
    "national/rules/statute.yaml": NATIONAL_RULES,
    "trial/pack.yaml": HEAD,
    "trial/rules/facts.yaml": FACTS,
    "trial/rules/lines.yaml": LINES,
}


class Broken(NamedTuple):
    """A pack with one thing wrong, and what must be told of it."""

    name: str
    file: str
    old: str
    new: str
    line: str
    """The line of the fault begins so, after the change."""
    rule: str
    zh: str
    en: str


LINES_FILE, FACTS_FILE, HEAD_FILE = "trial/rules/lines.yaml", "trial/rules/facts.yaml", "trial/pack.yaml"
CLAUSE = "      clause:\n        document: plan\n        article: 三（三）\n        quote: 不占用永久基本农田\n"
BROKEN = [
    Broken("no clause", LINES_FILE, CLAUSE, "", "    - from", "farmland", "缺少“clause”（条款）", "“clause” is missing"),
    Broken("no date", LINES_FILE, "- from: 2023-06-15\n      threshold:\n", "- threshold:\n", "    - threshold",
           "farmland", "缺少“from”（生效日期）", "“from”"),
    Broken("no unit", LINES_FILE, "        unit: m2\n", "", "      threshold:", "farmland", "缺少“unit”", "“unit”"),
    Broken("no quotation", LINES_FILE, "        quote: 不占用永久基本农田\n", "", "      clause:", "farmland",
           "缺少“quote”（原文）", "“quote”"),
    Broken("empty quotation", LINES_FILE, "quote: 不占用永久基本农田", "quote: ''", "        quote: ''", "farmland",
           "“quote”（原文）不能为空", "must not be empty"),
    Broken("no English", LINES_FILE, "    en: farmland\n", "", "  title:", "farmland", "缺少“en”", "“en”"),
    Broken("slip of a key", LINES_FILE, "  control_lines:", "  control_line:", "  control_line:", "farmland",
           "是否为“control_lines”", "is “control_lines” meant"),
    Broken("no such outcome", LINES_FILE, "outcome: excluded", "outcome: banned", "          outcome: banned", "farmland",
           "只能是 clear、flagged、unknown、excluded", "only clear, flagged, unknown or excluded"),
    Broken("no such effort", LINES_FILE, "effort: edge", "effort: easy", "          cure:", "farmland", "easy", "easy"),
    Broken("no date at all", LINES_FILE, "from: 2023-06-15\n      threshold:\n", "from: 2023-13-45\n      threshold:\n",
           "    - from: 2023-13-45", "farmland", "from", "from"),
    Broken("a date of words", LINES_FILE, "from: 2023-06-15\n      threshold:\n", "from: 2023年6月\n      threshold:\n",
           "    - from: 2023年", "farmland", "不是日期", "is no date"),
    Broken("a limit in words", LINES_FILE, "value: 0\n", "value: 零\n", "        value: 零", "farmland", "应为数字", "a number"),
    Broken("a limit that is yes", LINES_FILE, "value: 0\n", "value: yes\n", "        value: yes", "farmland",
           "应为数字", "a number"),
    Broken("a negative area", LINES_FILE, "value: 0\n", "value: -1\n", "      threshold:", "farmland", "不能小于 0",
           "at least 0"),
    Broken("limit in mu", LINES_FILE, "unit: m2\n      clause:\n", "unit: mu\n      clause:\n", "        unit: mu",
           "farmland", "单位是 mu", "unit mu"),
    Broken("no such measure", LINES_FILE, "name: overlap_area\n", "name: overlap\n", "    name: overlap", "farmland",
           "没有名为“overlap”的量算方法", "unknown measure overlap"),
    Broken("measure without layer", LINES_FILE, "    layer: permanent_basic_farmland\n", "", "  measure:", "farmland",
           "要读图层", "reads a layer"),
    Broken("layer for a fact", FACTS_FILE, "    fact: dispute\n", "    fact: dispute\n    layer: homestead\n",
           "    layer: homestead", "dispute", "不读图层", "reads no layer"),
    Broken("no such fact", FACTS_FILE, "fact: dispute\n", "fact: disputes\n", "    fact: disputes", "dispute",
           "没有名为“disputes”的事实", "unknown fact disputes"),
    Broken("no fact", FACTS_FILE, "    fact: dispute\n", "", "  measure:", "dispute", "是/否的事实", "yes/no fact"),
    Broken("a fact that is no yes or no", FACTS_FILE, "fact: dispute\n", "fact: owner_name\n", "    fact: owner_name",
           "dispute", "是/否的事实", "yes/no fact"),
    Broken("a fact asked of a drawing", FACTS_FILE, "  values:\n", "  control_lines: required\n  values:\n",
           "  control_lines: required", "dispute", "手绘范围", "drawn polygon"),
    Broken("a category left out", FACTS_FILE, '        "yes": {outcome: excluded, zh: 有, en: there is}\n', "",
           "      outcomes:", "dispute", "缺少类别 yes", "exactly"),
    Broken("a category too many", FACTS_FILE, "      clear: {zh: 无", "        perhaps: {outcome: unknown, zh: 疑, en: doubt}\n"
           "      clear: {zh: 无", "        perhaps:", "dispute", "没有类别“perhaps”", "no category perhaps"),
    Broken("no such document", LINES_FILE, "document: plan\n", "document: plans\n", "        document: plans", "farmland",
           "文件“plans”", "unknown document plans"),
    Broken("no such document beside", LINES_FILE, "document: law\n", "document: laws\n", "        - document: laws",
           "farmland", "文件“laws”", "unknown document laws"),
    Broken("no such setting", LINES_FILE, "setting: read-so", "setting: read", "      setting: read", "boundary",
           "设定“read”", "unknown setting read"),
    Broken("a room nobody fills", LINES_FILE, '"压占 {amount} ㎡"', '"压占 {amout} ㎡"', '          zh: "压占 {amout}',
           "farmland", "{amout} 无法填写", "{amout} cannot be filled in"),
    Broken("a brace left open", LINES_FILE, '"压占 {amount} ㎡"', '"压占 {amount ㎡"', '          zh: "压占 {amount ㎡',
           "farmland", "花括号", "braces"),
    Broken("a format in braces", LINES_FILE, '"压占 {amount} ㎡"', '"压占 {amount:>9} ㎡"', '          zh: "压占 {amount:>9',
           "farmland", "只写名称", "a name alone"),
    Broken("supplied though known", FACTS_FILE, "          zh: 无\n          en: none\n",
           "          zh: 无\n          en: none\n          supply: {zh: 镇, en: town}\n",
           "          supply: {zh: 镇, en", "dispute", "才写由谁提供", "only what is unknown"),
    Broken("cured though clear", FACTS_FILE, "          zh: 无\n          en: none\n",
           "          zh: 无\n          en: none\n          cure: {effort: plan, zh: 改, en: change}\n",
           "          cure:", "dispute", "没有要补救的", "needs no cure"),
    Broken("a key twice", FACTS_FILE, "      unit: yes_no\n", "      unit: yes_no\n      unit: code\n", "      unit: code",
           "dispute", "写了两次", "given twice"),
    Broken("a value twice", LINES_FILE, "- id: boundary", "    - from: 2023-06-15\n      threshold: {value: 1, unit: m2}\n"
           "      clause: {document: plan, article: 一, quote: 另句}\n      outcomes: {overlap: {outcome: flagged, zh: 压, en: on}}\n"
           "      clear: {zh: 无, en: none}\n- id: boundary", "    - from: 2023-06-15\n      threshold: {value: 1", "farmland",
           "写了两次", "two values"),
    Broken("no YAML", LINES_FILE, "  control_lines: required\n", "  control_lines: [required\n", "  coverage_supply", "",
           "不是可读的 YAML", "no readable YAML"),
    Broken("a rule id in capitals", FACTS_FILE, "- id: dispute", "- id: Dispute", "- id: Dispute", "Dispute",
           "“id”（编号）的写法不对", "is not written so"),
    Broken("an id twice", LINES_FILE, "- id: boundary", "- id: dispute", "- id: dispute", "dispute", "出现了两次",
           "occurs twice"),
    Broken("a national id again", LINES_FILE, "  replaces: national\n", "", "- id: farmland", "farmland",
           "请写 replaces: national", "write replaces: national"),
    Broken("replacing what is not there", FACTS_FILE, "- id: dispute\n", "- id: dispute\n  replaces: national\n",
           "  replaces: national", "dispute", "national 没有规则“dispute”", "has no rule “dispute”"),
    Broken("replacing in another pack", LINES_FILE, "replaces: national", "replaces: city", "  replaces: city", "farmland",
           "没有依托“city”", "does not extend “city”"),
    Broken("a rule not in the order", HEAD_FILE, "  - dispute\n", "", "", "dispute", "未列入", "not listed"),
    Broken("an inherited rule not in the order", HEAD_FILE, "  - registered\n", "", "order:", "registered", "未列入",
           "not listed"),
    Broken("an order of what is not", HEAD_FILE, "  - dispute\n", "  - dispute\n  - disputes\n", "  - disputes", "",
           "没有名为“disputes”的规则", "no rule “disputes”"),
    Broken("no pack to extend", HEAD_FILE, "extends: national", "extends: city", "extends: city", "", "没有名为“city”的规则包",
           "no pack “city”"),
    Broken("a pack on itself", HEAD_FILE, "extends: national", "extends: trial", "extends: trial", "", "没有名为“trial”",
           "no pack “trial”"),
    Broken("a version as a number", HEAD_FILE, 'version: "2.0.0"\ntitle', "version: 2.0\ntitle", "version: 2.0", "",
           "应为文字", "must be text"),
    Broken("a version not recorded", HEAD_FILE, 'version: "2.0.0"\ntitle', 'version: "2.0.1"\ntitle',
           '  - {version: "2.0.0"', "", "没有记录", "not recorded"),
    Broken("a log that goes forward", HEAD_FILE, "    date: 2026-01-01", "    date: 2026-03-01", "    date: 2026-03-01", "",
           "由新到旧", "newest to the oldest"),
    Broken("a document of the nation", HEAD_FILE, "key: plan", "key: law", "  - key: law", "", "已在所依托的规则包中列出",
           "listed in the pack under"),
    Broken("a switch of words", HEAD_FILE, "confirmed: false", "confirmed: 否", "  - {id: read-so", "", "true 或 false",
           "true or false"),
    Broken("something below the log", HEAD_FILE, "order:\n", "notes: 无\norder:\n", "notes: 无", "", "不认识“notes”",
           "not known here"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("- {id: red-line, measure: overlap, title: a, title: b}", "red-line"),
        ("- {id: red-line, values: [], words: {zh: a, zh: b}}", "red-line"),
        ("- {id: red-line, values: [{id: part, zh: a, zh: b}]}", "red-line"),
        ("- {id: red-line, values: [{measure: overlap, zh: a, zh: b}]}", "red-line"),
        ("one: &same {zh: a, zh: b}\ntwo: *same", ""),
        ("- {id: law, title: a, title: b}", ""),
        ("- {measure: overlap, title: a, title: b}", ""),
        ("- {id: [red-line], measure: overlap, title: a, title: b}", ""),
        ("[{id: red-line, measure: overlap}, {id: law, title: a, title: b}]", ""),
    ],
)
def test_a_key_given_twice_is_told_with_its_rule_and_no_other_id(text: str, rule: str) -> None:
    _marked, faults = read_marked(text, "trial.yaml")
    assert [fault.rule for fault in faults] == [rule]


@pytest.fixture
def packs(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def refused(folder: Path) -> RulePackError:
    with pytest.raises(RulePackError) as caught:
        load_folder(folder / "trial")
    return caught.value


def number_of(text: str, beginning: str, rule: str = "") -> int:
    """Line, from 1, of the first line from a rule on that begins so."""
    start = max(text.find(f"- id: {rule}\n"), 0)
    found = re.compile(f"(?m)^{re.escape(beginning)}").search(text, start)
    assert found, beginning
    return text.count("\n", 0, found.start()) + 1


def test_the_pack_that_is_broken_below_is_sound(packs: Path) -> None:
    pack = load_folder(packs / "trial")
    assert pack.version == "2.0.0 (national 1.0.0)"
    assert pack.base == "national"
    assert pack.order == ("farmland", "registered", "boundary", "dispute")
    assert [rule.rule_id for rule in pack.rules] == list(pack.order)
    farmland, registered = pack.rules[:2]
    assert farmland.values[0].clause.article == "三（三）"
    assert [clause.document.title_zh for clause in farmland.values[0].also] == ["土地法"]
    assert farmland.supply
    assert registered.values[0].clause.document.key == "law"
    assert [document.key for document in pack.documents] == ["plan", "law"]


@pytest.mark.parametrize("broken", BROKEN, ids=[row.name for row in BROKEN])
def test_a_fault_is_told_with_file_line_and_rule(packs: Path, broken: Broken) -> None:
    text = FILES[broken.file]
    assert text.count(broken.old) >= 1
    text = text.replace(broken.old, broken.new, 1)
    (packs / broken.file).write_text(text, encoding="utf-8")
    error = refused(packs)
    told = [fault for fault in error.faults if broken.zh in fault.zh and broken.en in fault.en]
    assert told, error.zh
    assert {fault.rule for fault in told} == {broken.rule}
    if broken.line:
        assert [(fault.file, fault.line) for fault in told] == [
            (broken.file, number_of(text, broken.line, broken.rule))
        ]
    else:  # told where the rule stands, though pack.yaml lacks it
        assert [(fault.file, fault.line) for fault in told] == [(FACTS_FILE, 1)]
    assert told[0].where in (error.where, error.zh) or told[0].where in error.zh


def test_yes_and_no_are_words_with_or_without_quotes(packs: Path) -> None:
    (packs / FACTS_FILE).write_text(FACTS.replace('"', ""), encoding="utf-8")
    bare = load_folder(packs / "trial").rule("dispute")
    (packs / FACTS_FILE).write_text(FACTS, encoding="utf-8")
    assert bare == load_folder(packs / "trial").rule("dispute")
    assert set(bare.values[0].outcomes) == {"yes", "no", "missing"}


def test_there_are_at_least_twenty_five_broken_packs() -> None:
    assert len({row.name for row in BROKEN}) == len(BROKEN) >= 25


def test_all_faults_are_told_at_once_in_the_order_of_their_places(packs: Path) -> None:
    (packs / LINES_FILE).write_text(
        LINES.replace("unit: m2\n", "unit: mu\n", 1).replace("read-so", "so"), encoding="utf-8"
    )
    (packs / FACTS_FILE).write_text(FACTS.replace("fact: dispute", "fact: disputes"), encoding="utf-8")
    error = refused(packs)
    assert [(fault.file, fault.rule) for fault in error.faults] == [
        (FACTS_FILE, "dispute"), (LINES_FILE, "farmland"), (LINES_FILE, "boundary"),
    ]  # fmt: skip
    assert error.zh.startswith("规则包无法载入：共 3 处")
    assert all(fault.where in error.zh and fault.where in error.en for fault in error.faults)
    assert [row["line"] for row in error.as_dict()["faults"]] == [fault.line for fault in error.faults]


def test_bytes_that_are_no_utf8_are_told_by_their_line(packs: Path) -> None:
    (packs / FACTS_FILE).write_bytes(FACTS.replace("争议", "?").encode() + "# 说明\n".encode("gb18030"))
    (fault,) = refused(packs).faults
    assert (fault.file, fault.line) == (FACTS_FILE, FACTS.count("\n") + 1)
    assert "UTF-8" in fault.zh


def test_an_empty_file_and_a_pack_without_its_head_are_told(packs: Path) -> None:
    (packs / FACTS_FILE).write_text("# 待写\n", encoding="utf-8")
    assert [(fault.file, fault.line) for fault in refused(packs).faults] == [(FACTS_FILE, 1)]
    (packs / HEAD_FILE).unlink()
    with pytest.raises(FileMissing):
        load_folder(packs / "trial")


def test_a_change_log_above_the_law_would_leave_law_out_of_the_digest(packs: Path) -> None:
    above, log = HEAD.split("changes:\n")
    head, order = above.split("order:\n")
    text = f"{head}changes:\n{log}order:\n{order}"
    (packs / HEAD_FILE).write_text(text, encoding="utf-8")
    (fault,) = refused(packs).faults
    assert (fault.line, "最后一项" in fault.zh) == (number_of(text, "order:"), True)


def test_what_is_extended_extends_nothing_itself(packs: Path) -> None:
    text = NATIONAL.replace("documents:", "extends: songjiang\ndocuments:")
    (packs / "national/pack.yaml").write_text(text, encoding="utf-8")
    (fault,) = refused(packs).faults
    assert (fault.file, fault.line) == ("national/pack.yaml", number_of(text, "extends:"))


def test_a_fault_behind_a_merged_value_is_told_where_it_is_written() -> None:
    rules = LINES.replace("  replaces: national\n", "").replace("document: law", "document: plan")
    rules = rules.replace("setting: read-so", "setting: ''").replace("    - from", "    - &usual\n      from", 1)
    later = "    - <<: *usual\n      from: 2027-01-01\n      threshold: {value: 0.5, unit: mu}\n- id: boundary"
    rules = rules.replace("- id: boundary", later)
    head = HEAD.split("order:")[0].replace("extends: national\n", "")
    text = head + "rules:\n" + rules
    with pytest.raises(RulePackError) as caught:
        parse_pack(text, "trial.yaml")
    (fault,) = caught.value.faults
    assert (fault.line, fault.rule) == (number_of(text, "      threshold: {value: 0.5"), "farmland")
    good = parse_pack(text.replace("unit: mu", "unit: m2"), "trial.yaml")
    assert [value.threshold for value in good.rules[0].values] == [0, 0.5]
    assert good.rules[0].values[1].clause == good.rules[0].values[0].clause


def test_a_pack_in_one_file_may_extend_the_national_one_too() -> None:
    dispute = FACTS.replace("document: plan", "document: land-law-2019")
    head = HEAD.split("documents:")[0]
    pack = parse_pack(f"{head}rules:\n{dispute}", "trial.yaml")
    assert [rule.rule_id for rule in pack.rules] == [*load_pack("national").order, "dispute"]
    assert pack.version.startswith("2.0.0 (national ")
    with pytest.raises(RulePackError) as caught:
        parse_pack(f"{head.replace('national', 'city')}rules:\n{dispute}", "trial.yaml")
    assert caught.value.faults[0].line == number_of(head, "extends:")


def test_a_summary_never_reads_as_a_quotation(packs: Path) -> None:
    text = LINES.replace(
        "        quote: 不占用永久基本农田\n", "        quote: 不得占\n        quote_is_summary: true\n"
    )
    (packs / LINES_FILE).write_text(text, encoding="utf-8")
    clause = load_folder(packs / "trial").rules[0].values[0].clause
    assert clause.quote_is_summary
    assert clause.quote_zh.startswith("（摘要，非原文）")


def test_a_planner_reads_the_place_on_the_terminal(packs: Path) -> None:
    (packs / LINES_FILE).write_text(LINES.replace("outcome: flagged", "outcome: red"), encoding="utf-8")
    ran = landgis("rules", "show", packs / "trial")
    assert ran.returncode != 0
    line = number_of(LINES, "      outcomes: {overlap", "boundary")
    assert f"trial/rules/lines.yaml:{line} boundary" in ran.stderr
    assert "只能是" in ran.stderr
    assert "Traceback" not in ran.stderr
