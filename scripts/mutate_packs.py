"""Change the rule packs in one place after another, and see whether the cases and the tests notice.

Changed are thresholds and their side, outcomes, dates, clauses, settings, what is measured, and whether a rule is there
at all. Sentences to people are left alone. Without arguments all mutants are tried; ``--count`` tries some.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import yaml
from mutants import PACKAGE, Mutant, main

TESTS = ("tests/unit/test_rule_law.py", "tests/unit/test_rules.py")
_OUTCOMES = ("clear", "flagged", "unknown", "excluded")
_DAY = timedelta(days=1)
_HOLDERS = ("control_lines", "measure")
Raw = dict[str, Any]
Change = tuple[str, str, Callable[[Any], None]]
"""Where, what, and how it is done to the raw data of a file."""


def pack_mutants() -> list[Mutant]:
    """Return all mutants of all packs, file by file."""
    found = []
    for path in sorted(PACKAGE.glob("rulepacks/*/pack.yaml")) + sorted(PACKAGE.glob("rulepacks/*/rules/*.yaml")):
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        for place, change, do in _changes(raw):
            mutated = copy.deepcopy(raw)
            do(mutated)
            text = yaml.safe_dump(mutated, allow_unicode=True, sort_keys=False)
            found.append(Mutant(path.relative_to(PACKAGE), place, change, text))
    return found


def _changes(raw: Any) -> Iterator[Change]:
    if isinstance(raw, dict):
        yield from _head(raw)
    rules = raw if isinstance(raw, list) else raw.get("rules", [])
    for at, rule in enumerate(rules):
        path = (at,) if isinstance(raw, list) else ("rules", at)
        yield from _rule(rule, path)


def _head(raw: Raw) -> Iterator[Change]:
    """Settings and documents of a pack."""
    for at, setting in enumerate(raw.get("settings", [])):
        for name in ("value", "confirmed"):
            yield _set(("settings", at, name), not setting[name], setting["id"], setting[name])
    for at, document in enumerate(raw.get("documents", [])):
        for other in (document["issued_on"] - _DAY, document["issued_on"] + _DAY):
            yield _set(("documents", at, "issued_on"), other, document["key"], document["issued_on"])


def _rule(rule: Raw, path: tuple[Any, ...]) -> Iterator[Change]:
    name = rule["id"]
    yield name, "rule left out", lambda raw: _holder(raw, path[:-1]).pop(path[-1])
    for other in {"required", "when_supplied", "never"} - {rule.get("control_lines", "never")}:
        yield _set((*path, "control_lines"), other, name, rule.get("control_lines", "never"))
    measure = rule["measure"]
    if "layer" in measure:
        yield _set((*path, "measure", "layer"), _other_layer(measure["layer"]), name, measure["layer"])
    if "fact" in measure:
        other = "road" if measure["fact"] != "road" else "dispute"
        yield _set((*path, "measure", "fact"), other, name, measure["fact"])
    for at, value in enumerate(rule["values"]):
        yield from _value(value, (*path, "values", at), name)
        if len(rule["values"]) > 1:
            yield name, f"value from {value['from']} left out", lambda raw, at=at: _holder(raw, path)["values"].pop(at)


def _value(value: Raw, path: tuple[Any, ...], name: str) -> Iterator[Change]:
    for other in (value["from"] - _DAY, value["from"] + _DAY):
        yield _set((*path, "from"), other, name, value["from"])
    if "threshold" in value:
        limit = value["threshold"]
        steps = (0.01, 0.1) if limit["unit"] == "share" else (0.01, 1)
        for step in steps:
            yield _set((*path, "threshold", "value"), limit["value"] + step, name, limit["value"])
        if limit["value"]:
            yield _set((*path, "threshold", "value"), 0, name, limit["value"])
        side = "above" if limit.get("side", "above") == "below" else "below"
        yield _set((*path, "threshold", "side"), side, name, limit.get("side", "above"))
    if "setting" in value:
        yield name, f"setting {value['setting']} left out", lambda raw: _holder(raw, path).pop("setting")
    yield from _clause(value["clause"], (*path, "clause"), name)
    for at, clause in enumerate(value.get("also", [])):
        yield from _clause(clause, (*path, "also", at), name)
    for category, row in value["outcomes"].items():
        for other in _OUTCOMES:
            if other != row["outcome"]:
                yield _set((*path, "outcomes", category, "outcome"), other, f"{name}/{category}", row["outcome"])
        if "clause" in row:
            yield from _clause(row["clause"], (*path, "outcomes", category, "clause"), f"{name}/{category}")


def _clause(clause: Raw, path: tuple[Any, ...], name: str) -> Iterator[Change]:
    yield _set((*path, "article"), clause["article"] + "之二", name, clause["article"])
    yield _set((*path, "quote"), clause["quote"][:-1] + "×", name, clause["quote"])
    yield _set((*path, "document"), "another-document", name, clause["document"])


def _other_layer(layer: str) -> str:
    return "heritage" if layer != "heritage" else "road"


def _set(path: tuple[Any, ...], value: Any, name: str, old: Any) -> Change:
    def do(raw: Any) -> None:
        _holder(raw, path[:-1])[path[-1]] = value

    return name, f"{'.'.join(str(step) for step in path[-2:])}: {str(old)[:40]} → {str(value)[:40]}", do


def _holder(raw: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        raw = raw[step]
    return raw


if __name__ == "__main__":
    main(pack_mutants, lambda _mutant: list(TESTS), "规则包 packs")
