"""How rules read on a terminal and as JSON: every value with its clauses, outcomes, suppliers and cures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from landgis.domain.clause import Clause
from landgis.rules.pack import CategoryOutcome, DatedValue, Rule, RulePack, Setting
from landgis.rules.trying.differ import limit_text

_ASKED = {
    "required": "手绘范围必问 always asked of a drawn polygon",
    "when_supplied": "给了图层才问手绘范围 asked of a drawn polygon when the layer is given",
    "never": "不问手绘范围 never asked of a drawn polygon",
}


def rule_lines(rule: Rule) -> Iterator[str]:
    """Write a rule for reading."""
    reads = rule.layer or rule.fact
    yield f"{rule.title.zh} {rule.title.en} [{rule.rule_id}]"
    yield f"  {rule.measure}{f' ← {reads}' if reads else ''}；{_ASKED[rule.control_lines]}"
    if rule.supply:
        yield f"  图层：{rule.supply.zh} | {rule.supply.en}"
    for value in rule.values:
        yield from _value_lines(value)


def _value_lines(value: DatedValue) -> Iterator[str]:
    limit = limit_text(value)
    setting = f"，设定 {value.setting}" if value.setting else ""
    yield f"  自 {value.start} 起 from {value.start}{f'：限值 limit {limit}' if limit else ''}{setting}"
    yield f"    依据 {_clause_line(value.clause)}"
    yield from (f"    并见 {_clause_line(clause)}" for clause in value.also)
    for name, row in value.outcomes.items():
        yield f"    {name} → {row.outcome.zh} {row.outcome}：{row.words.zh}"
        yield f"      {row.words.en}"
        if row.clause != value.clause:
            yield f"      依据 {_clause_line(row.clause)}"
        if row.supply:
            yield f"      由谁提供：{row.supply.zh} | {row.supply.en}"
        if row.cure:
            yield f"      如何补救（{row.cure.effort.zh} {row.cure.effort}）：{row.cure.words.zh} | {row.cure.words.en}"
    yield f"    未发现 nothing found → {value.clear.zh} | {value.clear.en}"


def setting_line(setting: Setting) -> str:
    """Write a setting for reading."""
    state = "已确认 confirmed" if setting.confirmed else "待确认 to be confirmed"
    return (
        f"设定 {setting.setting_id} = {str(setting.value).lower()}：{setting.words.zh} | {setting.words.en}（{state}）"
    )


def _clause_line(clause: Clause) -> str:
    return f"{clause.label_zh}：{clause.quote_zh}"


def pack_json(pack: RulePack, rules: tuple[Rule, ...]) -> dict[str, Any]:
    """Return a pack as plain fields, one row per rule and dated value."""
    return {
        "id": pack.pack_id,
        "version": pack.version,
        "base": pack.base,
        "digest": pack.digest,
        "rules": [_row(rule, value) for rule in rules for value in rule.values],
        "settings": [
            {
                "id": row.setting_id,
                "value": row.value,
                "confirmed": row.confirmed,
                "zh": row.words.zh,
                "en": row.words.en,
            }
            for row in pack.settings.values()
        ],
        "changes": [
            {"version": row.version, "date": row.date.isoformat(), "zh": row.words.zh, "en": row.words.en}
            for row in pack.changes
        ],
    }


def _row(rule: Rule, value: DatedValue) -> dict[str, Any]:
    return {
        "rule_id": rule.rule_id,
        "title_zh": rule.title.zh,
        "title_en": rule.title.en,
        "measure": rule.measure,
        "layer": rule.layer,
        "fact": rule.fact,
        "layer_supply_zh": rule.supply.zh if rule.supply else "",
        "layer_supply_en": rule.supply.en if rule.supply else "",
        "from": value.start.isoformat(),
        "threshold": value.threshold,
        "unit": value.unit,
        "side": str(value.side),
        "setting": value.setting,
        "control_lines": rule.control_lines,
        "clause": value.clause.label_zh,
        "quote_zh": value.clause.quote_zh,
        "also": [{"clause": row.label_zh, "quote_zh": row.quote_zh} for row in value.also],
        "clear_zh": value.clear.zh,
        "clear_en": value.clear.en,
        "outcomes": {category: str(row.outcome) for category, row in value.outcomes.items()},
        "bands": [_band(category, row) for category, row in value.outcomes.items()],
    }


def _band(category: str, row: CategoryOutcome) -> dict[str, Any]:
    return {
        "category": category,
        "outcome": str(row.outcome),
        "words_zh": row.words.zh,
        "words_en": row.words.en,
        "clause": row.clause.label_zh,
        "quote_zh": row.clause.quote_zh,
        "supply_zh": row.supply.zh if row.supply else "",
        "supply_en": row.supply.en if row.supply else "",
        "cure_zh": row.cure.words.zh if row.cure else "",
        "cure_en": row.cure.words.en if row.cure else "",
        "effort": str(row.cure.effort) if row.cure else "",
    }
