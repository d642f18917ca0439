"""A command line that cannot be parsed: which option or command is wrong, in Chinese first, and whose help is named."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from landgis import __version__
from tests.support.command import landgis


@pytest.mark.parametrize(
    ("line", "zh", "en", "path"),
    [
        ("rules mode", "缺少 --use", "--use is missing", "landgis rules mode"),
        ("explain", "缺少 PARCELS", "PARCELS is missing", "landgis explain"),
        ("rules mode --use 1001 --intended x", "--intended 的值“x”不对：须为整数", "“x” is no value of --intended", "landgis rules mode"),
        ("rules mode --use 1001 --project zz", "--project 的值“zz”不对：可选：operating", "choose from operating", "landgis rules mode"),
        ("screen --top 0", "--top 的值“0”不对：不得小于 1", "it must be at least 1", "landgis screen"),
        ("rules mode --use", "选项 --use 后须写值", "the option --use needs a value", "landgis rules mode"),
        ("rules mode --intend 3", "没有选项 --intend，是否指 --intended？", "did you mean --intended?", "landgis rules mode"),
        ("scren", "没有命令“scren”，是否指 screen？", "there is no command “scren”", "landgis"),
        ("run list more", "多写了“more”", "“more” is too much", "landgis run list"),
        ("run list --json=3", "选项 --json 后不写值", "the option --json takes no value", "landgis run list"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_with_the_commands_own_help(line: str, zh: str, en: str, path: str) -> None:
    ran = landgis(*line.split())
    assert ran.returncode == 2
    assert ran.stderr.startswith(f"错误：命令行有误：{zh}")
    assert f"请：用 {path} --help 查看用法" in ran.stderr
    assert en in ran.stderr
    assert f"Next: See {path} --help" in ran.stderr


@pytest.mark.parametrize(
    ("line", "option", "said"),
    [
        ("rules terms --use 0901 --as-of soon", "--as-of", "日期“soon”无法识别"),
        ("run list --district nope", "--district", "没有试点区“nope”"),
        ("explain X --district nope", "--district", "没有试点区“nope”"),
        ("parcel list --known-at then", "--known-at", "时刻“then”无法识别"),
    ],
)
def test_a_value_that_we_refuse_ourselves_names_its_option(line: str, option: str, said: str) -> None:
    ran = landgis(*line.split())
    assert ran.returncode == 2
    assert f"错误：{option} 的值不对：{said}" in ran.stderr
    assert f"The value of {option} is wrong" in ran.stderr


def test_it_is_told_as_json_too() -> None:
    ran = landgis("rules", "mode", "--use", "1001", "--intended", "x", "--json")
    error = json.loads(ran.stdout)["error"]
    assert (error["code"], error["where"]) == ("usage", "landgis rules mode")
    assert "--intended" in error["message_zh"]


def test_a_group_without_a_command_shows_its_help() -> None:
    ran = landgis("run")
    assert ran.returncode == 2
    assert ran.stdout.startswith("Usage: landgis run")


def test_the_version_is_told_by_the_command_and_by_the_module() -> None:
    assert landgis("--version").stdout == f"landgis {__version__}\n"
    ran = subprocess.run([sys.executable, "-m", "landgis", "--version"], capture_output=True, text=True, check=True)
    assert ran.stdout == f"landgis {__version__}\n"
