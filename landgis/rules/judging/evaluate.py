"""Judging: readings of named measures against the values in force, per parcel and rule. Pure and cheap.

All parcels of a block are judged by one rule at once; nothing loops over parcels but the printing of their figures.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import numpy as np
import pandas as pd

from landgis.domain.outcome import Scope
from landgis.errors import ContractBroken
from landgis.frames.judged import FINDINGS
from landgis.frames.spec import TEXT
from landgis.rules.judging.asking import Asking, Supplied, ask
from landgis.rules.judging.blocks import in_blocks
from landgis.rules.judging.finding import Columns, Ground, alike, judged
from landgis.rules.measures import MEASURES, Evidence
from landgis.rules.pack import RulePack

PARCELS_AT_ONCE = 20_000


def evaluate(pack: RulePack, evidence: Evidence, as_of: date, scope: Scope) -> pd.DataFrame:
    """Judge every parcel by every rule.

    Parameters
    ----------
    pack
        The law as data.
    evidence
        Facts and measurements; one row per parcel in ``facts``.
    as_of
        The day whose law and releases count.
    scope
        ``control-lines`` asks only what geometry answers; the rest is listed as ``not_asked``.

    Returns
    -------
    pandas.DataFrame
        ``frames.judged.FINDINGS``, one row per parcel and rule, parcels in the order of ``facts``.

    Raises
    ------
    ContractBroken
        If a parcel occurs twice.
    RulePackError
        If a rule reads a layer of another kind than was supplied.
    """
    findings = pd.concat(evaluate_in_blocks(pack, evidence, as_of, scope), ignore_index=True)
    FINDINGS.require(findings)
    return findings


def evaluate_in_blocks(
    pack: RulePack, evidence: Evidence, as_of: date, scope: Scope, at_once: int = PARCELS_AT_ONCE
) -> Iterator[pd.DataFrame]:
    """Judge as `evaluate` does, and hand over the findings of some parcels at a time: memory does not grow with them.

    Parameters
    ----------
    pack, evidence, as_of, scope
        As of `evaluate`.
    at_once
        The most parcels in a block.
    """
    if not evidence.facts.index.is_unique:
        raise ContractBroken("待判定的地块编号有重复", "A parcel to be judged occurs twice")
    supplied = Supplied.by(evidence)
    asked = [ask(rule, pack, supplied, as_of, scope) for rule in pack.rules]
    for block in in_blocks(evidence, at_once):
        yield _findings(asked, block)


def _findings(asked: Sequence[Asking], evidence: Evidence) -> pd.DataFrame:
    """Judge a block by all rules; one row per parcel and rule, the rules of a parcel together."""
    parcels = evidence.facts["parcel_id"]
    ground = Ground.of(evidence)
    since = {asking.rule.values[0].start for asking in asked}
    dated = {day: replace(evidence, since=day) for day in since}
    by_rule = [_of_rule(asking, dated[asking.rule.values[0].start], ground) for asking in asked]
    columns = {"parcel_id": np.repeat(parcels.to_numpy(dtype=object), len(asked))}
    for name in FINDINGS.names[1:]:
        table = np.empty((len(parcels), len(asked)), dtype=object)
        for place, found in enumerate(by_rule):
            table[:, place] = found[name]
        columns[name] = table.ravel()
    return pd.DataFrame({name: pd.array(texts, dtype=TEXT) for name, texts in columns.items()})


def _of_rule(asking: Asking, evidence: Evidence, ground: Ground) -> Columns:
    if asking.answer is not None:
        return alike(asking, *asking.answer)
    rule = asking.rule
    return judged(asking, MEASURES[rule.measure].read(evidence, rule.layer or rule.fact), ground)
