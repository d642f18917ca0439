"""From the sound YAML of a rule to the rule."""

from __future__ import annotations

from collections.abc import Mapping

from landgis.domain.clause import Clause, Document
from landgis.domain.outcome import Outcome
from landgis.rules.pack import CategoryOutcome, Cure, DatedValue, Rule, Setting, Side, Words
from landgis.rules.reading.pack_schema import SettingYaml
from landgis.rules.reading.schema import CategoryYaml, ClauseYaml, DocumentYaml, RuleYaml, ValueYaml, WordsYaml

_SUMMARY = "（摘要，非原文）"


def document_of(raw: DocumentYaml) -> Document:
    """Make the document."""
    return Document(raw.key, raw.title, raw.number, raw.issued_on)


def setting_of(raw: SettingYaml) -> Setting:
    """Make the setting."""
    return Setting(raw.id, raw.value, raw.confirmed, words_of(raw))


def words_of(raw: WordsYaml) -> Words:
    """Make the sentence."""
    return Words(raw.zh, raw.en)


def rule_of(raw: RuleYaml, documents: Mapping[str, Document]) -> Rule:
    """Make the rule; ``documents`` has every document that it cites."""
    values = sorted((_value(value, documents) for value in raw.values), key=lambda value: value.start)
    return Rule(
        raw.id,
        words_of(raw.title),
        raw.measure.name,
        raw.measure.layer,
        raw.measure.fact,
        raw.control_lines,
        tuple(values),
        words_of(raw.coverage_supply) if raw.coverage_supply else None,
        raw.second_person,
    )


def _value(raw: ValueYaml, documents: Mapping[str, Document]) -> DatedValue:
    clause = _clause(raw.clause, documents)
    return DatedValue(
        raw.start,
        raw.threshold.value if raw.threshold else None,
        raw.threshold.unit if raw.threshold else str(raw.unit),
        {name: _category(row, clause, documents) for name, row in raw.outcomes.items()},
        words_of(raw.clear),
        clause,
        raw.setting,
        raw.threshold.side if raw.threshold else Side.ABOVE,
        tuple(_clause(row, documents) for row in raw.also),
    )


def _category(raw: CategoryYaml, clause: Clause, documents: Mapping[str, Document]) -> CategoryOutcome:
    return CategoryOutcome(
        Outcome(raw.outcome),
        words_of(raw),
        _clause(raw.clause, documents) if raw.clause else clause,
        words_of(raw.supply) if raw.supply else None,
        Cure(words_of(raw.cure), raw.cure.effort) if raw.cure else None,
    )


def _clause(raw: ClauseYaml, documents: Mapping[str, Document]) -> Clause:
    """Make the clause; a summary says so in its text, so that nothing can show it as a quotation."""
    quote = _SUMMARY + raw.quote if raw.quote_is_summary else raw.quote
    return Clause(documents[raw.document], raw.article, quote, raw.quote_is_summary)
