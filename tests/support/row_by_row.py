"""A second engine of the rules: one parcel and one rule after another, as one would do it by hand.

It shares the measures, the packs and the sentences with the engine, and none of its code.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import pandas as pd

from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome, Scope
from landgis.domain.raster import UNRECOGNISED
from landgis.errors import RulePackError
from landgis.frames.judged import FINDINGS
from landgis.frames.spec import rows_of
from landgis.rules.judging.wording import COVERAGE_WORDS, DOUBTED_AREA, DOUBTED_SHARE, INCOMPLETE, NOT_YET, UNMEASURED
from landgis.rules.measures import MEASURES, Evidence, Measure
from landgis.rules.pack import DatedValue, Rule, RulePack, Side, Words


@dataclass(frozen=True)
class _Reading:
    """One row of what a measure gives for a parcel."""

    category: str
    amount: float
    least: float
    most: float
    value: str
    value_en: str


def evaluate_by_rows(pack: RulePack, evidence: Evidence, as_of: date, scope: Scope) -> pd.DataFrame:
    """Judge every parcel by every rule; the same findings as `landgis.rules.judging.evaluate.evaluate`."""
    parcel_ids = evidence.facts.index
    judged = [_judge(rule, pack, evidence, as_of, scope) for rule in pack.rules]
    findings = pd.concat(judged, ignore_index=True)
    place = pd.Series(range(len(parcel_ids)), index=parcel_ids)
    order = findings["parcel_id"].map(place)
    findings = findings.assign(_order=order).sort_values("_order", kind="stable").drop(columns="_order")
    findings = findings.reset_index(drop=True)[FINDINGS.names]
    FINDINGS.require(findings)
    return findings


def _judge(rule: Rule, pack: RulePack, evidence: Evidence, as_of: date, scope: Scope) -> pd.DataFrame:
    parcel_ids = evidence.facts.index
    reason = _not_asked(rule, evidence, scope)
    value = rule.in_force(as_of)
    if value is None:
        words = _before_the_rule(rule, as_of)
        return _uniform(
            rule, rule.values[0], parcel_ids, Outcome.UNKNOWN if reason is None else Outcome.NOT_ASKED, words
        )
    if reason is not None:
        return _uniform(rule, value, parcel_ids, Outcome.NOT_ASKED, reason)
    setting = pack.settings.get(value.setting)
    if setting is not None and not setting.value:
        words = Words(f"设定未采用，无法判定：{setting.words.zh}", f"Setting switched off: {setting.words.en}")
        return _uniform(rule, value, parcel_ids, Outcome.UNKNOWN, words)
    findings = _by_readings(rule, value, evidence)
    if setting is not None and not setting.confirmed:
        findings["message_zh"] += f"（待确认：{setting.words.zh}）"
        findings["message_en"] += f" (to be confirmed: {setting.words.en})"
    return findings


def _before_the_rule(rule: Rule, as_of: date) -> Words:
    start = rule.values[0].start
    return Words(
        f"规则“{rule.title.zh}”自 {start} 起生效，{as_of} 无规定可依，无法判定",
        f"The rule “{rule.title.en}” is in force from {start}; nothing to judge by on {as_of}: undecidable",
    )


def _not_asked(rule: Rule, evidence: Evidence, scope: Scope) -> Words | None:
    """Say why a rule lies outside the scope, or None if it is asked."""
    if scope is Scope.FULL or rule.control_lines == "required":
        return None
    if rule.control_lines == "never":
        return Words(
            "本次只核对控制线，未核对地块事实", "Only the control lines were checked; the facts were not asked"
        )
    # A layer that was supplied but cannot be read has coverage rows (absent): it is asked, and the answer is unknown.
    if evidence.facts.empty or (evidence.coverage["layer"] == rule.layer).any():
        return None
    return Words("未提供该图层，本次未核对", "The layer was not supplied; not checked this time")


def _by_readings(rule: Rule, value: DatedValue, evidence: Evidence) -> pd.DataFrame:
    """Judge by the worst category that applies, then by what the layer covers."""
    measure = MEASURES[rule.measure]
    _require_kind(rule, measure, evidence)
    readings = measure.read(replace(evidence, since=rule.values[0].start), rule.layer or rule.fact)
    readings = _asked(readings[readings["parcel_id"].isin(evidence.facts.index)], value)
    counts, open_ = _sides(readings, value)
    decided = _by_parcel(readings[counts], value.side, "severity")
    doubted = _by_parcel(readings[open_], value.side)
    below = _by_parcel(readings[~counts], value.side) if measure.reads_cells else {}
    planar = dict(zip(evidence.areas["parcel_id"], evidence.areas["planar_m2"], strict=True))
    coverage = evidence.coverage[evidence.coverage["layer"] == rule.layer]
    covered = {
        row["parcel_id"]: (Coverage(row["state"]), str(row["release"]), float(row["uncovered_m2"]))
        for row in rows_of(coverage)
    }
    looked_at = {
        parcel_id
        for frame in (evidence.overlaps, evidence.cells)
        for parcel_id in frame.loc[frame["layer"] == rule.layer, "parcel_id"]
    }
    rows = []
    for parcel_id in evidence.facts.index:
        reading, told = decided.get(parcel_id), below.get(parcel_id)
        state = covered.get(parcel_id, (Coverage.ABSENT, "", 0.0)) if rule.layer else None
        finding = _finding(
            rule, value, parcel_id, reading, state, planar.get(parcel_id, float("nan")), doubted.get(parcel_id),
            parcel_id in looked_at,
        )  # fmt: skip
        rows.append(finding if reading or told is None else finding | {"measured": repr(told.amount)})
    return pd.DataFrame(rows, columns=FINDINGS.names)


def _asked(readings: pd.DataFrame, value: DatedValue) -> pd.DataFrame:
    """Return the readings that the threshold is about, with the severity of what the pack makes of them.

    Below a threshold lie all classes that a parcel has little of, so only those are meant of which the pack wants more;
    and ground of unrecognised codes is in the bounds of every class.
    """
    severity = readings["category"].map(lambda name: value.outcomes[name].outcome.severity)
    judged = readings.assign(severity=severity)
    if value.side is Side.ABOVE:
        return judged
    return judged[(severity > Outcome.CLEAR.severity) & (readings["category"] != UNRECOGNISED)]


def _sides(readings: pd.DataFrame, value: DatedValue) -> tuple[pd.Series, pd.Series]:
    """Say which readings count, and of which the bounds leave open whether they do."""
    if value.threshold is None:
        return readings["amount"].isna(), pd.Series(False, index=readings.index)
    if value.side is Side.ABOVE:
        counts, may_count = readings["least"] > value.threshold, readings["most"] > value.threshold
    else:
        counts, may_count = readings["most"] < value.threshold, readings["least"] < value.threshold
    return counts, may_count & ~counts & (readings["severity"] > Outcome.CLEAR.severity)


def _by_parcel(readings: pd.DataFrame, side: Side, *first: str) -> dict[str, _Reading]:
    """Pick one reading per parcel: the worst by ``first``, then the one farthest beyond the threshold."""
    far = readings["amount"] if side is Side.ABOVE else -readings["amount"]
    ranked = readings.assign(far=far).sort_values([*first, "far"], kind="stable")
    return {
        str(row["parcel_id"]): _Reading(
            str(row["category"]),
            float(row["amount"]),
            float(row["least"]),
            float(row["most"]),
            str(row["value"]),
            str(row["value_en"]),
        )
        for row in rows_of(ranked.drop_duplicates("parcel_id", keep="last"))
    }


def _require_kind(rule: Rule, measure: Measure, evidence: Evidence) -> None:
    """A rule that reads features of a raster, or cells of anything else, would find nothing and call it clear."""
    coverage = evidence.coverage
    at_hand = ((coverage["layer"] == rule.layer) & (coverage["state"] != Coverage.ABSENT)).any()
    if at_hand and measure.reads_cells != (evidence.cells["layer"] == rule.layer).any():
        raise RulePackError(
            f"规则“{rule.title.zh}”的量测 {rule.measure} 与图层 {rule.layer} 不符：一个按栅格量测，一个不是栅格",
            f"The measure {rule.measure} of the rule “{rule.title.en}” does not fit the layer {rule.layer}: "
            "one of them is of a raster, the other is not",
            where=rule.rule_id,
            next_zh="请改正规则包中的量测或图层",
            next_en="Correct the measure or the layer in the pack",
        )


def _finding(
    rule: Rule,
    value: DatedValue,
    parcel_id: str,
    reading: _Reading | None,
    state: tuple[Coverage, str, float] | None,
    planar_m2: float,
    doubt: _Reading | None = None,
    looked_at: bool = True,
) -> dict[str, object]:
    outcome, words, clause, measured = (
        Outcome.CLEAR,
        value.clear,
        value.clause,
        None if value.threshold is None or MEASURES[rule.measure].reads_cells else "0",
    )
    filled = {"title": rule.title.zh, "release": "", "uncovered": "", "amount": "0", "value": "", "share": ""}
    filled["threshold"] = "" if value.threshold is None else _limit(value.threshold, value.unit)
    if reading is not None:
        row = value.outcomes[reading.category]
        outcome, words, clause = row.outcome, row.words, row.clause
        measured = reading.value if value.threshold is None else repr(reading.amount)
        share = _percent(_share(value, reading.amount, planar_m2))
        filled |= {"amount": _figure(reading.amount), "value": reading.value, "share": share}
    if doubt is not None and outcome.severity < Outcome.UNKNOWN.severity:
        outcome, words, clause, measured = (
            Outcome.UNKNOWN,
            DOUBTED_AREA if value.unit == "m2" else DOUBTED_SHARE,
            value.clause,
            repr(doubt.amount),
        )
        write = _figure if value.unit == "m2" else _percent
        filled |= {"least": write(doubt.least), "most": write(doubt.most)}
    release, source = "", _source(rule)
    if state is not None:
        coverage, release, uncovered = state
        filled |= {"release": release, "uncovered": _figure(uncovered)}
        # A conflict seen through a partial release is still a conflict; an expired release proves nothing.
        overruled = coverage is not Coverage.COMPLETE and not (
            coverage is Coverage.PARTIAL and outcome is Outcome.EXCLUDED
        )
        if overruled:
            seen_whole = coverage is Coverage.PARTIAL and uncovered == 0
            not_yet = coverage is Coverage.ABSENT and release != ""
            words = INCOMPLETE if seen_whole else NOT_YET if not_yet else COVERAGE_WORDS[coverage]
            outcome, clause = Outcome.UNKNOWN, value.clause
        elif coverage is Coverage.COMPLETE and not looked_at:
            words, outcome, clause = UNMEASURED, Outcome.UNKNOWN, value.clause
    return {
        "parcel_id": parcel_id,
        "rule_id": rule.rule_id,
        "outcome": str(outcome),
        "measured": measured,
        "unit": value.unit,
        "threshold": "" if value.threshold is None else repr(value.threshold),
        "document": clause.document.number or clause.document.title_zh,
        "article": clause.article,
        "quote_zh": clause.quote_zh,
        "layer": rule.layer,
        "release": release,
        "message_zh": words.zh.format(**filled | {"layer": source.zh}),
        "message_en": words.en.format(
            **filled | {"layer": source.en, "title": rule.title.en, "value": reading.value_en if reading else ""}
        ),
    }


def _uniform(rule: Rule, value: DatedValue, parcel_ids: pd.Index, outcome: Outcome, words: Words) -> pd.DataFrame:
    """Give every parcel the same finding."""
    row = _finding(rule, value, "", None, None, float("nan")) | {
        "outcome": str(outcome),
        "measured": None,
        "message_zh": words.zh,
        "message_en": words.en,
    }
    return pd.DataFrame([row | {"parcel_id": parcel_id} for parcel_id in parcel_ids], columns=FINDINGS.names)


def _source(rule: Rule) -> Words:
    """Name the layer: several rules may read one raster, while a layer of features is called as its rule."""
    if MEASURES[rule.measure].reads_cells:
        return Words(f"“{rule.title.zh}”所用的栅格", f"The raster read for “{rule.title.en}”")
    return Words(f"图层“{rule.title.zh}”", f"The layer “{rule.title.en}”")


def _limit(threshold: float, unit: str) -> str:
    return f"{threshold * 100:g}%" if unit == "share" else f"{threshold:g}"


def _share(value: DatedValue, amount: float, planar_m2: float) -> float:
    return amount if value.unit == "share" else amount / planar_m2


def _percent(share: float) -> str:
    """Write a share so that a little never reads as nothing, nor nearly all as all."""
    if 0 < share < 0.00005:
        return "<0.01%"
    return ">99.99%" if 0.99995 <= share < 1 - 1e-9 else f"{share:.2%}"


def _figure(amount: float) -> str:
    """Print a number: two decimals, more where it would otherwise read as zero."""
    if amount == 0 or abs(amount) >= 0.01:
        return f"{amount:,.2f}"
    return f"{amount:.6f}"
