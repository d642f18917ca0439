"""The tables of clauses: the whole document, every sentence answered for, every answer existing, every rule reached."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
import yaml

from landgis.domain.clause import Clause
from landgis.errors import RulePackError
from landgis.rules.clauses import ClauseKind, ClauseRow, ClauseTable, Target, TargetKind, dangling, unmapped
from landgis.rules.pack import Rule
from landgis.rules.reading.clause_tables import load_clauses, parse_clauses, table_names
from landgis.rules.reading.load import load_pack
from tests.support.command import Ran, landgis

PACKS = Path(__file__).resolve().parents[2] / "landgis" / "rulepacks"
TEXTS = {
    "songjiang": (10450, "a37f53fbcd9d030b7b5c0664c80a44ec5a88314bb5368acf158b404666edb958"),
    "chongming": (7172, "369bffef400a590a7f6562fe2672b7f921ae88ea0e114e6d89ea756b2d7c52ae"),
}
"""Length and hash of each document as issued, all white space removed; pinned here beside the tables."""


@cache
def ran() -> Ran:
    return landgis("rules", "coverage", "--json")


def cited(rule: Rule) -> Iterator[Clause]:
    for value in rule.values:
        yield value.clause
        yield from (row.clause for row in value.outcomes.values())


def quoted_rows(table: ClauseTable, quote: str) -> list[ClauseRow]:
    """The rows that a quotation covers; none if it does not stand in the document."""
    text = "".join(row.quote for row in table.rows)
    begin = text.find(quote)
    if begin < 0:
        return []
    rows, at = [], 0
    for row in table.rows:
        if at < begin + len(quote) and begin < at + len(row.quote):
            rows.append(row)
        at += len(row.quote)
    return rows


def test_both_documents_have_a_table() -> None:
    assert set(table_names()) == set(TEXTS)


@pytest.mark.parametrize("name", TEXTS)
def test_the_quotes_joined_are_the_whole_document(name: str) -> None:
    text = "".join(row.quote for row in load_clauses(name).rows)
    assert (len(text), sha256(text.encode()).hexdigest()) == TEXTS[name]


@pytest.mark.parametrize("name", TEXTS)
def test_a_table_belongs_to_a_document_of_its_pack(name: str) -> None:
    assert load_clauses(name).document in {document.key for document in load_pack(name).documents}


@pytest.mark.parametrize("name", TEXTS)
def test_every_sentence_is_answered_for(name: str) -> None:
    assert unmapped(load_clauses(name)) == ()


@pytest.mark.parametrize("name", TEXTS)
def test_nothing_normative_is_called_context(name: str) -> None:
    asks = re.compile("应当|应该|不得|不能|严禁|禁止|必须|须[^知]|可以|方可")
    assert [row.quote for row in load_clauses(name).rows if not row.normative and asks.search(row.quote)] == []


@pytest.mark.parametrize("name", TEXTS)
def test_sections_follow_the_documents_own_numbering(name: str) -> None:
    part = head = item = ""
    for row in load_clauses(name).rows:
        if row.section.startswith("附件"):
            break
        if found := re.match("([一二三四五六])、", row.quote):
            part, head, item = found[1], "", ""
        elif found := re.match("[（(]([一二三四五六七八九十]+)[）)]", row.quote):
            head, item = f"（{found[1]}）", ""
        elif found := re.match(r"(\d)\.", row.quote):
            item = found[1]
        if part:
            assert row.section == f"{part}{head}{item}", row.quote


def test_the_annex_has_its_eleven_rows() -> None:
    sections = dict.fromkeys(row.section for row in load_clauses("songjiang").rows if row.section.startswith("附件"))
    assert list(sections) == ["附件", *(f"附件{number}" for number in range(1, 12))]


@pytest.mark.parametrize("name", TEXTS)
def test_every_rule_is_reached_from_the_sentence_it_quotes(name: str) -> None:
    table = load_clauses(name)
    for rule in load_pack(name).rules:
        for clause in cited(rule):
            if clause.document.key != table.document:
                continue
            rows = quoted_rows(table, clause.quote_zh)
            assert rows, f"{rule.rule_id} quotes what the document does not say: {clause.quote_zh}"
            assert rows[0].section == clause.article, (rule.rule_id, clause.quote_zh)
            assert Target(TargetKind.RULE, rule.rule_id) in {target for row in rows for target in row.targets}, (
                f"{rule.rule_id} is no target of the sentence it quotes: {clause.quote_zh}"
            )


def test_a_reason_is_given_in_both_languages_and_used() -> None:
    reasons = yaml.safe_load((PACKS / "reasons.yaml").read_text(encoding="utf-8"))
    given = {row.checklist.zh for name in TEXTS for row in load_clauses(name).rows if row.checklist}
    assert set(reasons) == given
    assert all(re.search("[一-龥]{4}", zh) and re.search("[a-z]{3}", en) for zh, en in reasons.items())


def test_every_kind_has_two_labels_and_a_sentence() -> None:
    used = {row.kind for name in TEXTS for row in load_clauses(name).rows}
    assert used == set(ClauseKind)
    assert len({kind.zh for kind in ClauseKind}) == len({kind.en for kind in ClauseKind}) == len(ClauseKind)


_SHORT = """document: doc
length: 14
sha256: {hash}
clauses:
  - section: 一
    kind: context
    quote: '一、条件'
  - section: 一
    kind: prohibition
    quote: '不占用农田，'
    targets: [rule:farmland, 'command:landgis check']
  - section: 一
    kind: procedure
    quote: '要公示。'
    checklist: 人工核对
""".format(hash=sha256("一、条件不占用农田，要公示。".encode()).hexdigest())
_REASONS = {"人工核对": "By hand"}


def short(old: str = "", new: str = "") -> ClauseTable:
    assert old in _SHORT
    return parse_clauses(_SHORT.replace(old, new, 1), "trial", "trial/clauses.yaml", _REASONS)


def test_a_sound_table_loads() -> None:
    table = short()
    assert [row.line for row in table.rows] == [5, 8, 12]
    assert table.rows[1].targets == (
        Target(TargetKind.RULE, "farmland"),
        Target(TargetKind.COMMAND, "landgis check"),
    )
    assert table.rows[2].checklist is not None
    assert table.rows[2].checklist.en == "By hand"
    assert unmapped(table) == ()


@pytest.mark.parametrize(
    ("old", "new", "where", "told"),
    [
        ("kind: prohibition", "kind: rule", "trial/clauses.yaml:8 #2", "kind"),
        ("rule:farmland", "farmland", "trial/clauses.yaml:8 #2", "targets.0"),
        ("rule:farmland", "law:farmland", "trial/clauses.yaml:8 #2", "law:farmland"),
        ("rule:farmland", "'rule:'", "trial/clauses.yaml:8 #2", "targets.0"),
        ("rule:farmland, 'c", "'command:landgis check', 'c", "trial/clauses.yaml:8 #2", "twice"),
        ("不占用农田，", "不占用 农田，", "trial/clauses.yaml:8 #2", "quote"),
        ("    checklist: 人工核对", "    checklist: 以后再说", "trial/clauses.yaml:12 #3", "以后再说"),
        ("    checklist: 人工核对", "    checklist: ''", "trial/clauses.yaml:12 #3", "checklist"),
        ("    kind: procedure\n", "", "trial/clauses.yaml:12 #3", "kind"),
        ("    kind: procedure\n", "    kind: duty\n    kind: right\n", "trial/clauses.yaml:12 #3", "kind"),
        ("    kind: procedure\n", "    kind: procedure\n    note: x\n", "trial/clauses.yaml:12 #3", "note"),
        ("    kind: procedure\n", "    kind: [procedure\n", "trial/clauses.yaml:14", "YAML"),
        ("length: 14", "length: 15", "trial/clauses.yaml", "15"),
        ("不占用农田，", "不占用耕地，", "trial/clauses.yaml", "altered"),
        ("clauses:", "rows:", "trial/clauses.yaml", "clauses"),
        ("document: doc\n", "document: doc\n\x07", "trial/clauses.yaml", "YAML"),
    ],
)
def test_a_fault_names_file_line_and_row(old: str, new: str, where: str, told: str) -> None:
    with pytest.raises(RulePackError) as caught:
        short(old, new)
    assert caught.value.where == where
    assert told in caught.value.en
    assert caught.value.next_zh


@pytest.mark.parametrize("text", ["", "[]", "clauses: all of them", "clauses: []", "clauses: [1, 2]"])
def test_what_is_no_table_is_refused(text: str) -> None:
    with pytest.raises(RulePackError):
        parse_clauses(text, "trial", "trial/clauses.yaml", _REASONS)


@pytest.mark.parametrize("number", [0, 1, 200, -1])
def test_a_shipped_table_without_one_sentence_does_not_load(number: int) -> None:
    raw = yaml.safe_load((PACKS / "chongming" / "clauses.yaml").read_text(encoding="utf-8"))
    del raw["clauses"][number]
    with pytest.raises(RulePackError, match="left out or altered"):
        parse_clauses(yaml.safe_dump(raw, allow_unicode=True), "chongming", "clauses.yaml", _reasons())


def test_two_sentences_in_the_wrong_order_do_not_load() -> None:
    raw = yaml.safe_load((PACKS / "chongming" / "clauses.yaml").read_text(encoding="utf-8"))
    raw["clauses"][80:82] = reversed(raw["clauses"][80:82])
    with pytest.raises(RulePackError, match="left out or altered"):
        parse_clauses(yaml.safe_dump(raw, allow_unicode=True), "chongming", "clauses.yaml", _reasons())


def _reasons() -> dict[str, str]:
    reasons: dict[str, str] = yaml.safe_load((PACKS / "reasons.yaml").read_text(encoding="utf-8"))
    return reasons


def test_a_sentence_without_an_answer_is_named_and_a_heading_needs_none() -> None:
    table = short("    checklist: 人工核对\n")
    assert [row.quote for row in unmapped(table)] == ["要公示。"]
    assert table.place(unmapped(table)[0]) == "trial/clauses.yaml:12 #3"


def test_a_target_that_does_not_exist_is_named() -> None:
    table = short()
    known = {TargetKind.RULE: {"farmland"}, TargetKind.COMMAND: {"landgis check"}}
    assert dangling(table, known) == ()
    assert [str(target) for _, target in dangling(table, known | {TargetKind.RULE: {"redline"}})] == ["rule:farmland"]
    assert [str(target) for _, target in dangling(table, {TargetKind.RULE: {"farmland"}})] == ["command:landgis check"]


def test_every_target_of_the_shipped_tables_exists() -> None:
    assert json.loads(ran().stdout)["dangling"] == []


def test_the_command_prints_every_sentence_of_both_documents() -> None:
    data = json.loads(ran().stdout)
    for name, (length, _) in TEXTS.items():
        table = load_clauses(name)
        rows = [row for row in data["clauses"] if row["document"] == table.document]
        assert len("".join(row["quote"] for row in rows)) == length
        counts = next(row for row in data["counts"] if row["document"] == table.document)
        assert counts["clauses"] == len(rows) == sum(counts["kinds"].values())
        answered = counts["targets_only"] + counts["targets_and_checklist"] + counts["checklist_only"]
        assert counts["normative"] == answered
    assert {"document", "section", "quote", "kind", "targets", "checklist"} <= set(data["clauses"][0])


def test_every_sentence_of_both_documents_is_answered_for() -> None:
    assert json.loads(ran().stdout)["unmapped"] == []
    assert ran().returncode == 0


def test_one_document_is_shown_in_both_languages() -> None:
    shown = landgis("rules", "coverage", "--document", "chongming-2023").stdout
    counts = next(row for row in json.loads(ran().stdout)["counts"] if row["document"] == "chongming-2023")
    assert f"chongming-2023：{counts['clauses']} 句" in shown
    assert f"chongming-2023: {counts['clauses']} sentences" in shown
    assert "清单：" in shown
    assert "songjiang" not in shown


def test_a_line_drawn_across_the_document_is_told_in_words() -> None:
    shown = landgis("rules", "coverage", "--document", "songjiang-2023-84").stdout
    assert "（原文分隔线）" in shown
    assert "-----" not in shown
    quotes = [row["quote"] for row in json.loads(ran().stdout)["clauses"]]
    assert sum(set(quote) == {"-"} for quote in quotes) == 1


def test_a_document_without_a_table_is_told_which_there_are() -> None:
    result = landgis("rules", "coverage", "--document", "pudong-2023")
    assert result.returncode == 2
    assert "songjiang-2023-84" in result.stderr
