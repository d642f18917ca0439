"""Documents that cannot rot: commands, outcomes and layers are described, and nothing of a machine stands in the tree."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import typer

from landgis.cli.app import app
from landgis.domain.outcome import Outcome
from landgis.domain.program import VERSION
from landgis.exchange.catalogue import load_catalogue
from landgis.rules.reading.load import load_pack, pack_names

ROOT = Path(__file__).resolve().parents[2]
CJK = re.compile(r"[\u4e00-\u9fff]")
LATIN = re.compile(r"[A-Za-z]{3,}")


def commands() -> dict[str, str]:
    """Every command with its help text."""
    group = typer.main.get_group(app)
    found = {}
    for name, command in group.commands.items():
        children = getattr(command, "commands", None)
        if children is None:
            found[name] = command.help or ""
        else:
            found |= {f"{name} {child}": below.help or "" for child, below in children.items()}
    return found


@pytest.mark.parametrize("name", sorted(commands()))
def test_every_command_has_help_in_both_languages(name: str) -> None:
    text = commands()[name]
    assert CJK.search(text)
    assert LATIN.search(text)


@pytest.mark.parametrize("readme", ["README.md", "README.zh.md"])
def test_both_readmes_name_every_group_of_commands(readme: str) -> None:
    text = (ROOT / readme).read_text(encoding="utf-8")
    for name in {command.split()[0] for command in commands()}:
        assert f"landgis {name}" in text or f"$landgis {name}" in text, name
    assert "make demo" in text
    assert "make test" in text


def test_the_glossary_has_the_outcomes_with_their_labels() -> None:
    text = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    for outcome in Outcome:
        assert f"{outcome} {outcome.zh}" in text


def test_every_layer_a_rule_reads_is_in_the_catalogue() -> None:
    keys = set(load_catalogue(ROOT / "layers").keys())
    for pack in pack_names():
        assert {rule.layer for rule in load_pack(pack).rules if rule.layer} <= keys


def test_the_version_is_one() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == VERSION


def test_decisions_are_numbered_without_gaps() -> None:
    numbers = [int(path.name[:4]) for path in sorted((ROOT / "docs" / "decisions").glob("*.md"))]
    assert numbers == list(range(1, len(numbers) + 1))


def test_no_path_of_a_machine_stands_in_the_tree() -> None:
    listed = (
        subprocess.run(["git", "ls-files", "-z"], capture_output=True, check=True, cwd=ROOT).stdout.decode().split("\0")
    )
    wrong = []
    for name in filter(None, listed):
        path = ROOT / name
        if path.suffix in {".gpkg", ".zip", ".csv", ".png"} or not path.is_file() or path == Path(__file__):
            continue
        if re.search(r"/(?:work|root|home/\w+)/", path.read_text(encoding="utf-8", errors="replace")):
            wrong.append(name)
    assert wrong == []
