"""What ``rules test`` says of a case that failed, and ``rules diff`` before the differences."""

from __future__ import annotations

from pathlib import Path

import pytest

from landgis.cli.case_words import failure_lines
from landgis.rules.reading.folder import shipped
from landgis.rules.reading.tables import TableCase
from landgis.rules.trying.cases import CaseResult
from tests.support.command import landgis


def test_only_what_is_not_as_wanted_is_told_in_both_languages() -> None:
    wanted, given = ({"homestead": outcome, "dispute": "clear"} for outcome in ("excluded", "clear"))
    result = CaseResult("a case", "fail", wanted, given)
    assert failure_lines("songjiang", result).splitlines() == [
        "不符 songjiang：用例“a case”",
        "  failed songjiang: case “a case”",
        "  homestead：应为 不符合（excluded），得 符合（clear）",
        "    homestead: wanted excluded, got clear",
    ]


@pytest.mark.parametrize(
    ("wanted", "given", "said"),
    [
        (["tender", "auction"], [], "left：应为 tender、auction，得 （无）"),
        (None, "agreement", "left：应为 （无），得 agreement"),
        (1, 0, "left：应为 1，得 0"),
    ],
)
def test_a_cell_is_told_without_the_programs_own_signs(wanted: object, given: object, said: str) -> None:
    lines = failure_lines("chongming", TableCase("a case", {"left": wanted}, {"left": given}))
    assert said in lines
    assert not set(lines) & set("{}[]'")


def test_a_rule_is_shown_by_its_title() -> None:
    by_title = landgis("rules", "show", "songjiang", "永久基本农田").stdout
    assert by_title == landgis("rules", "show", "songjiang", "permanent-basic-farmland").stdout
    assert "[permanent-basic-farmland]" in by_title
    assert landgis("rules", "show", "songjiang", "Permanent basic farmland").stdout == by_title
    assert landgis("rules", "show", "songjiang", "没有这条").returncode == 2


def test_differences_are_counted_before_they_are_listed() -> None:
    lines = landgis("rules", "diff", "songjiang", "chongming").stdout.splitlines()
    count = int(lines[0].split()[1])
    assert lines[0] == f"不同 {count} 处 | {count} differences"
    kinds = [line for line in lines[1:] if line.startswith("  ") and " 处 | " in line]
    assert sum(int(line.split(" 处 | ")[0].split()[-1]) for line in kinds) == count


def test_the_same_pack_twice_has_no_difference() -> None:
    folder = Path(str(shipped("songjiang")))
    ran = landgis("rules", "diff", "songjiang", folder)
    assert (ran.returncode, ran.stdout) == (0, "不同 0 处 | 0 differences\n")


def test_the_packs_are_listed_with_headings_in_both_languages() -> None:
    shown = landgis("rules", "list").stdout
    assert all(word in shown for word in ("规则包", "pack", "version", "title", "base", "rules"))
    assert "Songjiang" in shown
