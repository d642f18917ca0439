"""Curable or not: for a parcel that may not enter, or that nobody can tell of, the shortest list of what would cure it.

A parcel is curable when everything that stands in its way is: what is missing can be supplied, what the pack calls
curable can be cured, and where ground has to be given up something useful remains.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome
from landgis.frames.spec import rows_of
from landgis.rules.pack import Cure, Effort, Rule, RulePack, Words
from landgis.screening.basis import Basis
from landgis.screening.cure_words import EFFORT_EN, edge_words, ended_words, layer_words, seam_words, useless_words
from landgis.screening.edge_cuts import EdgeCut, edge_cuts
from landgis.screening.figures import overlap_area
from landgis.screening.reasons import Reason

Edits = Mapping[str, list[dict[str, str]]]
"""Layer → smallest edits of the slivers with it: feature, Chinese, English."""
_BLOCKING = (Outcome.EXCLUDED, Outcome.UNKNOWN)
_GAP = "gap"
_SEAM_M2 = 1.0
"""A gap in a layer that is smaller is told to be a seam; what it does to the verdict stays."""


@dataclass(frozen=True)
class _Step:
    """What one rule asks for: how much work it is, in words; the layer that is missing, or of which features are cut off.

    ``of`` is the class of those features, '' for all of them, None for none; ``amount_m2`` is the ground in question.
    """

    rule: str
    effort: Effort
    words: Words
    layer: str = ""
    of: str | None = None
    missing: bool = False
    amount_m2: float = 0.0


def curable(basis: Basis, progress: Callable[[str], None] = lambda _step: None) -> dict[str, dict[str, Any]]:
    """Say of every excluded or undecided parcel whether and how it can be cured.

    Parameters
    ----------
    basis
        What was judged.
    progress
        Told how many parcels were cut back.

    Returns
    -------
    dict
        By parcel, JSON-able: ``curable``, ``cures`` (least effort first), ``incurable``, and ``effort`` (count, worst,
        m2), by which near misses are ranked (`rank`).
    """
    steps = _steps(basis)
    hopeful = {key: rows for key, rows in steps.items() if all(step.effort is not Effort.NONE for step in rows)}
    wanted = {key: conflicts for key, rows in hopeful.items() if (conflicts := _edges(rows))}
    cuts = edge_cuts(basis, wanted, progress=progress)
    edits = _edits(basis)
    return {key: _told(rows, cuts.get(key), edits.get(key, {}), basis.pack) for key, rows in steps.items()}


def rank(found: Mapping[str, dict[str, Any]]) -> list[str]:
    """Return parcel numbers, nearest misses first: curable, fewest cures, least kind, least m², then by number."""

    def effort(parcel_id: str) -> tuple[bool, int, int, float, str]:
        told = found[parcel_id]
        work = told["effort"]
        kind = Effort(work["worst"] or Effort.NONE).rank
        return not told["curable"], work["count"], kind, work["m2"], parcel_id

    return sorted(found, key=effort)


def _steps(basis: Basis) -> dict[str, list[_Step]]:
    """By parcel, what every rule in its way asks for, in the order of the rules."""
    rules = {rule.rule_id: rule for rule in basis.pack.rules}
    states = {(row["parcel_id"], row["layer"]): row["state"] for row in rows_of(basis.measured.coverage)}
    blocking = basis.findings[basis.findings["outcome"].isin([str(outcome) for outcome in _BLOCKING])]
    found: dict[str, list[_Step]] = {}
    for finding in rows_of(blocking):
        rule = rules.get(finding["rule_id"])
        state = states.get((finding["parcel_id"], finding["layer"]), Coverage.COMPLETE)
        found.setdefault(str(finding["parcel_id"]), []).extend(_asks(basis, rule, finding, state))
    return found


def _asks(basis: Basis, rule: Rule | None, finding: dict[str, Any], state: str) -> list[_Step]:
    said = Words(finding["message_zh"], finding["message_en"])
    if rule is None:
        return [_Step(finding["rule_id"], Effort.DOCUMENT, said)]
    if rule.in_force(basis.as_of) is None:
        return [_Step(rule.rule_id, Effort.NONE, said)]
    silent = state != Coverage.COMPLETE and finding["outcome"] == Outcome.UNKNOWN
    reasons = () if silent else basis.reasons[rule.rule_id].get(finding["parcel_id"], ())
    steps = [_step(rule, reason) for reason in reasons if reason.said.outcome in _BLOCKING]
    if state != Coverage.COMPLETE and rule.supply is not None:
        # A conflict seen through a partial release: what is left after the cut is undecided until the rest is covered.
        steps.append(_Step(rule.rule_id, Effort.DOCUMENT, rule.supply, rule.layer, missing=True))
    return steps or [_Step(rule.rule_id, Effort.DOCUMENT, said)]


def _step(rule: Rule, reason: Reason) -> _Step:
    said = reason.said
    missing = Cure(said.supply, Effort.DOCUMENT) if said.supply and said.outcome is Outcome.UNKNOWN else None
    cure = said.cure or missing
    if cure is None:
        return _Step(rule.rule_id, Effort.NONE, rule.title)
    amount = reason.amount or 0.0
    seam = reason.category == _GAP and 0 < amount < _SEAM_M2
    words = seam_words(cure.words, amount) if seam else cure.words
    return _Step(rule.rule_id, cure.effort, words, rule.layer, reason.of, amount_m2=amount)


def _edges(steps: list[_Step]) -> dict[str, frozenset[str]]:
    """Layer → classes of features to be cut off; empty where a step at the edge is about no feature."""
    edges = [step for step in steps if step.effort is Effort.EDGE]
    found: dict[str, frozenset[str]] = {}
    for step in edges:
        if step.of is None:
            return {}
        found[step.layer] = found.get(step.layer, frozenset()) | {step.of}
    return found


def _edits(basis: Basis) -> dict[str, Edits]:
    """By parcel and layer, the smallest edits of its slivers."""
    found: dict[str, dict[str, list[dict[str, str]]]] = {}
    for row in rows_of(basis.doubts.causes):
        of_layer = found.setdefault(str(row["parcel_id"]), {}).setdefault(str(row["layer"]), [])
        of_layer.append({"feature_id": row["feature_id"], "zh": row["remedy_zh"], "en": row["remedy_en"]})
    return dict(found)


def _told(steps: list[_Step], cut: EdgeCut | None, edits: Edits, pack: RulePack) -> dict[str, Any]:
    """Merge what one act cures: the same words, and all ground that is given up by one cut."""
    hopeless = [_incurable(step, ended_words(step.words)) for step in steps if step.effort is Effort.NONE]
    edges = [step for step in steps if step.effort is Effort.EDGE]
    useless = cut is not None and not cut.pieces
    if useless:
        hopeless += [_incurable(step, useless_words(step.words)) for step in edges]
    cures = _merged([step for step in steps if step.effort in (Effort.DOCUMENT, Effort.PLAN)], pack)
    if edges and not useless:
        cures.append(_edge(edges, cut, edits))
    cures.sort(key=lambda cure: Effort(cure["effort"]).rank)
    worst = cures[-1]["effort"] if cures else None
    # Without a cut that was drawn at least the ground in question is given up.
    m2 = cut.given_up_m2 if cut is not None else sum(step.amount_m2 for step in edges)
    return {
        "curable": not hopeless,
        "cures": cures,
        "incurable": hopeless,
        "effort": {"count": len(cures), "worst": worst, "m2": m2},
    }


def _merged(steps: list[_Step], pack: RulePack) -> list[dict[str, Any]]:
    """Merge what one paper, one plan or one layer cures, whichever rules ask for it."""
    same: dict[tuple[Effort, Words, str], list[str]] = {}
    for step in steps:
        rules = same.setdefault((step.effort, step.words, step.layer if step.missing else ""), [])
        if step.rule not in rules:
            rules.append(step.rule)
    return [
        _cure(effort, rules, layer_words([pack.title_of(rule) for rule in rules], words) if layer else words)
        for (effort, words, layer), rules in same.items()
    ]


def _edge(steps: list[_Step], cut: EdgeCut | None, edits: Edits) -> dict[str, Any]:
    rules = list(dict.fromkeys(step.rule for step in steps))
    words = list(dict.fromkeys(step.words for step in steps))
    told = edge_words(words, cut)
    layers = dict.fromkeys(step.layer for step in steps)
    more = {
        "edits": [edit for layer in layers for edit in edits.get(layer, [])],
        "given_up": overlap_area(cut.given_up_m2) if cut else None,
        "remaining": overlap_area(cut.remaining_m2) if cut else None,
        "pieces": cut.pieces if cut else None,
        "depth_m": cut.depth_m if cut else {},
    }
    return _cure(Effort.EDGE, rules, told) | more


def _cure(effort: Effort, rules: list[str], words: Words) -> dict[str, Any]:
    return {
        "effort": str(effort), "effort_zh": effort.zh, "effort_en": EFFORT_EN[effort],
        "rules": rules, "zh": words.zh, "en": words.en,
    }  # fmt: skip


def _incurable(step: _Step, words: Words) -> dict[str, Any]:
    return {"rule_id": step.rule, "zh": words.zh, "en": words.en}
