"""The report of one check: what was checked, with which tolerances, by whom, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from landgis.domain.issue import Issue, Severity
from landgis.frames.quality import FINDINGS
from landgis.frames.spec import rows_of
from landgis.quality.catalogue import Rule, rules
from landgis.quality.found import Geometries

_FIRST = 5


@dataclass(frozen=True)
class Subject:
    """What was checked.

    Attributes
    ----------
    key
        ``layer@release``, a file name, or what parcels they are.
    title_zh, title_en
        What a report is headed with.
    feature_count
        Rows looked at.
    crs
        CRS that places and areas are in.
    facts
        Further lines of the heading: Chinese label, English label, value.
    substitute
        Whether the data are stand-ins.
    """

    key: str
    title_zh: str
    title_en: str
    feature_count: int
    crs: str
    facts: tuple[tuple[str, str, str], ...] = ()
    substitute: bool = False


@dataclass(frozen=True)
class QualityReport:
    """What a check found.

    Attributes
    ----------
    subject
        What was checked.
    findings
        QualityFrame.
    asked
        Codes of the rules that were asked.
    limits
        Tolerance by name, as used.
    checked_on, checked_by
        Day and person.
    program
        Name and version of the program and its geometry engine.
    ground, backdrop
        What the overview map shows under the places: ground to keep to, and polygons of the features; or None.
    notes
        What else must be said, Chinese and English.
    matrix
        LineFrame, where control lines were held against each other.
    titles
        Chinese titles of the layers in ``matrix``, by key.
    repairs
        RepairFrame, where repairs were asked for.
    """

    subject: Subject
    findings: gpd.GeoDataFrame
    asked: frozenset[str]
    limits: Mapping[str, float]
    checked_on: date
    checked_by: str
    program: str
    ground: shapely.Geometry | None = None
    backdrop: Geometries | None = None
    notes: tuple[tuple[str, str], ...] = ()
    matrix: pd.DataFrame | None = None
    titles: Mapping[str, str] = field(default_factory=dict)
    repairs: gpd.GeoDataFrame | None = None

    @property
    def counts(self) -> dict[Severity, int]:
        """Number of findings by severity, zeros included."""
        found = self.findings["severity"].value_counts()
        return {severity: int(found.get(severity.value, 0)) for severity in Severity}

    @property
    def exit_code(self) -> int:
        """0: nothing above 一般; 1: something serious; 2: something fatal, the data cannot be used as they are."""
        counts = self.counts
        return 2 if counts[Severity.FATAL] else 1 if counts[Severity.SERIOUS] else 0

    def as_dict(self) -> dict[str, Any]:
        """Return the whole report as JSON can hold it; places as WKT."""
        frame = pd.DataFrame(self.findings[FINDINGS.names])
        frame["place_wkt"] = [None if shape is None else shape.wkt for shape in self.findings.geometry]
        return {
            "subject": {
                "key": self.subject.key, "title_zh": self.subject.title_zh, "title_en": self.subject.title_en,
                "features": self.subject.feature_count, "crs": self.subject.crs,
                "substitute": self.subject.substitute, "facts": [list(fact) for fact in self.subject.facts],
            },
            "checked_on": self.checked_on.isoformat(), "checked_by": self.checked_by, "program": self.program,
            "counts": {severity.value: count for severity, count in self.counts.items()},
            "rules_asked": sorted(self.asked),
            "tolerances": dict(self.limits),
            "notes": [{"zh": zh, "en": en} for zh, en in self.notes],
            "summary": [row.as_dict() for row in summary(self.findings)],
            "findings": _plain(frame),
            "matrix": _plain(self.matrix) if self.matrix is not None else None,
            "repairs": _plain(pd.DataFrame(self.repairs.drop(columns="geometry"))) if self.repairs is not None else None,
        }  # fmt: skip


@dataclass(frozen=True)
class RuleCount:
    """What one rule found: how often, in how many features, the worst measured value, the first five features."""

    rule: Rule
    count: int
    features: int
    worst: float | None
    first: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields with the words of the rule."""
        rule = self.rule
        return {
            "rule": rule.code, "name": rule.name, "severity": rule.severity.value, "title_zh": rule.zh,
            "title_en": rule.en, "count": self.count, "features": self.features, "worst": self.worst,
            "unit": rule.unit, "first": list(self.first),
        }  # fmt: skip


def summary(findings: pd.DataFrame) -> list[RuleCount]:
    """Count findings by rule, worst severity first."""
    counts = []
    for code, group in findings.groupby("rule", sort=False):
        rule = rules()[str(code)]
        measured = group["measured"].dropna()
        worst = None if measured.empty else float(measured.min() if rule.worst == "least" else measured.max())
        ids = [str(name) for name in group["feature_id"].drop_duplicates()]
        counts.append(RuleCount(rule, len(group), len(ids), worst, tuple(ids[:_FIRST])))
    return counts


def worst_of(findings: gpd.GeoDataFrame, each: int) -> gpd.GeoDataFrame:
    """Return the worst few findings of every rule, in the order of the rules."""
    least = findings["rule"].map({code: rule.worst == "least" for code, rule in rules().items()}).astype(bool)
    badness = findings["measured"].where(~least, -findings["measured"]).fillna(-np.inf)
    rule = pd.factorize(findings["rule"])[0]
    order = np.lexsort((np.arange(len(findings)), -badness.to_numpy(), rule))
    ordered = findings.iloc[order]
    return ordered[ordered.groupby("rule", sort=False).cumcount() < each]


def summary_issues(findings: pd.DataFrame, where: str) -> list[Issue]:
    """Return one issue per rule, for the list that is stored with a release."""
    return [
        Issue(
            row.rule.name, row.rule.severity, where,
            f"{row.rule.code} {row.rule.zh}：{row.count} 处，如 {'、'.join(row.first)}",
            f"{row.rule.code} {row.rule.en}: {row.count}, such as {', '.join(row.first)}",
        )
        for row in summary(findings)
    ]  # fmt: skip


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [{name: _none(value) for name, value in row.items()} for row in rows_of(frame)]


def _none(value: Any) -> Any:
    """Missing becomes None; JSON knows no NaN."""
    return None if isinstance(value, float) and value != value else value
