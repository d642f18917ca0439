"""Cases beside a pack: a sentence, what is given, what every rule must then say. A jurist can write them.

A case starts from a parcel of 1000 m² that is clear in everything; ``given`` changes that. Every rule has a case of
each kind: one it passes, one it fails, one on the edge, one that lacks what must be known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from typing import Any

from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.fault import Fault
from landgis.domain.outcome import Scope
from landgis.rules.judging.evaluate import evaluate
from landgis.rules.pack import RulePack
from landgis.rules.reading.case_schema import CasesYaml, CaseYaml
from landgis.rules.reading.faults import checked, refuse
from landgis.rules.reading.folder import read_folder, shipped
from landgis.rules.reading.load import load_pack
from landgis.rules.reading.marked import Marked
from landgis.rules.trying.case_parcel import case_evidence

KINDS = {
    "pass": ("clear",),
    "fail": ("excluded", "flagged"),
    "edge": ("clear", "excluded", "flagged", "unknown"),
    "missing": ("unknown",),
}
"""Kind of case → the outcomes by which it counts for a rule that it names."""


@dataclass(frozen=True)
class CaseResult:
    """One case run: its name and kind, and for each rule named the outcome wanted and the outcome given."""

    name: str
    kind: str | None
    wanted: dict[str, str]
    given: dict[str, str]

    @property
    def passed(self) -> bool:
        """Whether every rule named said what the case expects."""
        return all(self.given.get(rule) == outcome for rule, outcome in self.wanted.items())


def run_cases(pack: RulePack, folder: Traversable | None = None) -> list[CaseResult]:
    """Run the cases beside a pack, and those of the pack under it for the rules that it inherits.

    Parameters
    ----------
    folder
        Where the pack lies; None: the shipped pack of that id.

    Raises
    ------
    RulePackError
        If a case does not keep the schema, or names a rule or fact that there is not.
    """
    cases = read_cases(pack, folder or shipped(pack.pack_id))
    if pack.base:
        base = load_pack(pack.base)
        kept = {rule.rule_id for rule in base.rules if rule in pack.rules}
        cases += [narrowed for case in read_cases(base, shipped(pack.base)) if (narrowed := _only(case, kept))]
    judged = _outcomes(pack, cases)
    return [
        CaseResult(case.name, case.kind, dict(case.expect), given) for case, given in zip(cases, judged, strict=True)
    ]


def read_cases(pack: RulePack, folder: Traversable) -> list[CaseYaml]:
    """Read the cases in a pack's folder."""
    cases: list[CaseYaml] = []
    faults: list[Fault] = []
    for file in read_folder(folder).below("cases"):
        raw, more = checked(CasesYaml, file)
        faults += more or _unnamed(raw, file, pack)
        cases += raw.root if raw else ()
    if faults:
        raise refuse(faults)
    return cases


def untried(pack: RulePack, results: Iterable[CaseResult]) -> list[tuple[str, str]]:
    """List the rules and kinds of case that no case tries."""
    tried = {
        (rule, result.kind)
        for result in results
        for rule, outcome in result.wanted.items()
        if result.kind and outcome in KINDS[result.kind]
    }
    return [(rule.rule_id, kind) for rule in pack.rules for kind in KINDS if (rule.rule_id, kind) not in tried]


def _unnamed(raw: CasesYaml | None, file: Marked, pack: RulePack) -> list[Fault]:
    """Find rules and facts that a case names and nothing has: it would try nothing."""
    rules = {rule.rule_id for rule in pack.rules}
    found = []
    for place, case in enumerate(raw.root if raw else ()):
        for rule in case.expect.keys() - rules:
            line = file.line((place, "expect", rule))
            zh, en = f"{pack.pack_id} 没有名为“{rule}”的规则", f"{pack.pack_id} has no rule “{rule}”"
            found.append(Fault(file.name, line, rule, zh, en))
        for fact, value in case.given.facts.items():
            where = (place, "given", "facts", fact)
            if fact not in FACT_BY_NAME:
                found.append(file.fault(where, f"没有名为“{fact}”的事实", f"there is no fact “{fact}”"))
            elif value is not None and isinstance(value, bool) != (FACT_BY_NAME[fact].kind == "bool"):
                zh, en = f"事实“{fact}”不能是 {value}", f"the fact “{fact}” cannot be {value}"
                found.append(file.fault(where, zh, en))
    return found


def _only(case: CaseYaml, rules: set[str]) -> CaseYaml | None:
    expect = {rule: outcome for rule, outcome in case.expect.items() if rule in rules}
    return case.model_copy(update={"expect": expect}) if expect else None


def _outcomes(pack: RulePack, cases: Sequence[CaseYaml]) -> list[dict[str, str]]:
    """Judge every case, many at a time: cases of one day, scope and set of layers are parcels of one check."""
    checks: dict[tuple[Any, ...], dict[str, int]] = {}
    known = {rule.layer for rule in pack.rules}
    for place, case in enumerate(cases):
        lacking = frozenset(layer for layer, state in case.given.coverage.items() if state == "not_supplied")
        parcel = case.given.parcel_id or f"case {place}"
        alike = (case.as_of, case.scope, lacking, frozenset(case.given.overlaps.keys() - known))
        turn = sum(parcel in parcels for key, parcels in checks.items() if key[:-1] == alike)
        checks.setdefault((*alike, turn), {})[parcel] = place
    judged: list[dict[str, str]] = [{} for _case in cases]
    for parcels in checks.values():
        first = cases[next(iter(parcels.values()))]
        evidence = case_evidence(pack, {parcel: cases[place].given for parcel, place in parcels.items()})
        findings = evaluate(pack, evidence, first.as_of, Scope(first.scope))
        rows = zip(findings["parcel_id"], findings["rule_id"], findings["outcome"], strict=True)
        for parcel, rule, outcome in rows:
            judged[parcels[parcel]][rule] = outcome
    return judged
