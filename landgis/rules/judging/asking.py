"""What a check asks of every parcel alike: which rules, which of their values, and what is answered beforehand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome, Scope
from landgis.errors import RulePackError
from landgis.rules.measures import MEASURES, Evidence
from landgis.rules.pack import DatedValue, Rule, RulePack, Words


@dataclass(frozen=True)
class Asking:
    """One rule as a check asks it.

    Attributes
    ----------
    rule, value
        The rule, and the value whose unit and clause are cited.
    answer
        The finding of every parcel where no reading is needed for it; None: by readings.
    remark
        Said after every finding that readings give; None: nothing.
    """

    rule: Rule
    value: DatedValue
    answer: tuple[Outcome, Words] | None = None
    remark: Words | None = None


@dataclass(frozen=True)
class Supplied:
    """Layers of the evidence: all that were asked for, those at hand for some parcel, and which of all are rasters."""

    layers: frozenset[str]
    at_hand: frozenset[str]
    rasters: frozenset[str]

    @classmethod
    def by(cls, evidence: Evidence) -> Supplied:
        """Look once for all rules."""
        coverage = evidence.coverage
        present = coverage.loc[coverage["state"] != Coverage.ABSENT, "layer"]
        return cls(*(frozenset(each.unique()) for each in (coverage["layer"], present, evidence.cells["layer"])))


def ask(rule: Rule, pack: RulePack, supplied: Supplied, as_of: date, scope: Scope) -> Asking:
    """Say how a rule is asked of all parcels of a check.

    Raises
    ------
    RulePackError
        If the rule is to read features of a raster, or cells of a layer of features.
    """
    reason = _not_asked(rule, supplied, scope)
    value = rule.in_force(as_of)
    if value is None:
        outcome = Outcome.UNKNOWN if reason is None else Outcome.NOT_ASKED
        return Asking(rule, rule.values[0], (outcome, _before_the_rule(rule, as_of)))
    if reason is not None:
        return Asking(rule, value, (Outcome.NOT_ASKED, reason))
    setting = pack.settings.get(value.setting)
    if setting is not None and not setting.value:
        words = Words(f"设定未采用，无法判定：{setting.words.zh}", f"Setting switched off: {setting.words.en}")
        return Asking(rule, value, (Outcome.UNKNOWN, words))
    _require_kind(rule, supplied)
    if setting is None or setting.confirmed:
        return Asking(rule, value)
    remark = Words(f"（待确认：{setting.words.zh}）", f" (to be confirmed: {setting.words.en})")
    return Asking(rule, value, remark=remark)


def _before_the_rule(rule: Rule, as_of: date) -> Words:
    start = rule.values[0].start
    return Words(
        f"规则“{rule.title.zh}”自 {start} 起生效，{as_of} 无规定可依，无法判定",
        f"The rule “{rule.title.en}” is in force from {start}; nothing to judge by on {as_of}: undecidable",
    )


def _not_asked(rule: Rule, supplied: Supplied, scope: Scope) -> Words | None:
    """Say why a rule lies outside the scope, or None if it is asked."""
    if scope is Scope.FULL or rule.control_lines == "required":
        return None
    if rule.control_lines == "never":
        return Words(
            "本次只核对控制线，未核对地块事实", "Only the control lines were checked; the facts were not asked"
        )
    # A layer that was supplied but cannot be read has coverage rows (absent): it is asked, and the answer is unknown.
    if rule.layer in supplied.layers:
        return None
    return Words("未提供该图层，本次未核对", "The layer was not supplied; not checked this time")


def _require_kind(rule: Rule, supplied: Supplied) -> None:
    """A rule that reads features of a raster, or cells of anything else, would find nothing and call it clear."""
    reads_cells = MEASURES[rule.measure].reads_cells
    if rule.layer in supplied.at_hand and reads_cells != (rule.layer in supplied.rasters):
        raise RulePackError(
            f"规则“{rule.title.zh}”的量测 {rule.measure} 与图层 {rule.layer} 不符：一个按栅格量测，一个不是栅格",
            f"The measure {rule.measure} of the rule “{rule.title.en}” does not fit the layer {rule.layer}: "
            "one of them is of a raster, the other is not",
            where=rule.rule_id,
            next_zh="请改正规则包中的量测或图层",
            next_en="Correct the measure or the layer in the pack",
        )
