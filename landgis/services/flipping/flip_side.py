"""One of two runs that are compared, cut down to the parcels that flip, so that it can be looked up."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from landgis.db.parcel_columns import facts_of_columns
from landgis.db.run_meta import RuleStatement
from landgis.db.runs import StoredRun
from landgis.domain.layer import Coverage
from landgis.frames.spec import rows_of

Row = Mapping[str, Any]
_TOLD = ("outcome", "measured", "unit", "threshold", "layer", "release")
"""What of a finding tells why it is another."""


@dataclass(frozen=True)
class Side:
    """A run by parcel.

    Attributes
    ----------
    run
        The run itself.
    findings
        By parcel and rule.
    coverage, overlaps
        By parcel and layer: the row; the planar m² on the layer, whatever the class.
    outlines, facts
        By parcel: version and hash of the outline; the known facts.
    """

    run: StoredRun
    findings: Mapping[str, Mapping[str, Row]]
    coverage: Mapping[tuple[str, str], Row]
    overlaps: Mapping[tuple[str, str], float]
    outlines: Mapping[str, tuple[int, str | None]]
    facts: Mapping[str, Mapping[str, Any]]

    @classmethod
    def of(cls, run: StoredRun) -> Self:
        """Take a run."""
        findings: dict[str, dict[str, Row]] = {}
        for row in rows_of(run.judged.findings[["parcel_id", "rule_id", *_TOLD]]):
            measured = row["measured"] if isinstance(row["measured"], str) else None
            told = {name: row[name] for name in _TOLD} | {"measured": measured}
            findings.setdefault(row["parcel_id"], {})[row["rule_id"]] = told
        coverage = {(row["parcel_id"], row["layer"]): row for row in rows_of(run.measured.coverage)}
        whole = run.measured.overlaps[run.measured.overlaps["class"] == ""]
        overlaps = {(row["parcel_id"], row["layer"]): float(row["union_m2"]) for row in rows_of(whole)}
        ids, versions = run.versions["parcel_id"].tolist(), run.versions["version"].tolist()
        hashes = run.versions["outline_hash"].astype(object).where(run.versions["outline_hash"].notna(), None)
        outlines = dict(zip(ids, zip(versions, hashes, strict=True), strict=True))
        return cls(
            run, findings, coverage, overlaps, outlines, dict(zip(ids, facts_of_columns(run.versions), strict=True))
        )

    def release(self, layer: str) -> str:
        """Return the edition of a layer that the run stood on; '' for none."""
        return self.run.head.meta.releases.get(layer, "")

    def state(self, parcel_id: str, layer: str) -> Coverage:
        """Return how far the layer spoke of a parcel."""
        row = self.coverage.get((parcel_id, layer))
        return Coverage(row["state"]) if row else Coverage.ABSENT

    def uncovered_m2(self, parcel_id: str, layer: str) -> float:
        """Return how much of a parcel the layer said nothing of, planar m²."""
        row = self.coverage.get((parcel_id, layer))
        return float(row["uncovered_m2"]) if row else 0.0

    def overlap_m2(self, parcel_id: str, layer: str) -> float:
        """Return how much of a parcel lies on a layer, whatever its class, planar m²."""
        return self.overlaps.get((parcel_id, layer), 0.0)

    def statement(self, rule_id: str) -> RuleStatement | None:
        """Return what a rule judged by; None where the run is older than such records."""
        inputs = self.run.head.meta.inputs
        return inputs.rules.get(rule_id) if inputs else None
