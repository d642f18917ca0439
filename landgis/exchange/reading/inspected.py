"""What looking into a file gives: every layer, every question, every issue, and whether it would be accepted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from landgis.domain.issue import Issue, Severity
from landgis.domain.question import Question
from landgis.errors import LandgisError
from landgis.exchange.reading.layer_tally import LayerTally


@dataclass(frozen=True)
class InspectedCrs:
    """What is known of the coordinates.

    Attributes
    ----------
    code, name, evidence
        ``EPSG:4528``, its full name, and who says it; None and empty while it is a question.
    axis_order
        ``east-north`` or ``north-east``, as the numbers stand in the file.
    zone
        Zone number that the eastings carry; None without prefix.
    degrees
        Extent in degrees; None while it is not known.
    districts
        District key → share of the vertices inside its coarse box.
    """

    code: str | None = None
    name: str = ""
    evidence: str = ""
    axis_order: str = "east-north"
    zone: int | None = None
    degrees: tuple[float, ...] | None = None
    districts: dict[str, float] | None = None


@dataclass(frozen=True)
class InspectedLayer:
    """One layer of a file.

    Attributes
    ----------
    name
        As delivered.
    encoding, encoding_evidence
        None while it is a question.
    declared
        Rows that the file promises; None where its format promises none.
    shift
        ``excluded``, ``not_excluded`` or the web map's system.
    accepted
        Whether it would be read.
    attributes_only
        Whether it is a table without geometry, to be joined by parcel number.
    """

    name: str
    tally: LayerTally
    crs: InspectedCrs
    encoding: str | None
    encoding_evidence: str
    declared: int | None
    shift: str
    accepted: bool
    readable: bool = True
    attributes_only: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields."""
        tally = self.tally
        return {
            "name": self.name,
            "accepted": self.accepted,
            "attributes_only": self.attributes_only,
            "count": tally.rows if self.readable else None,
            "geometry_types": dict(tally.kinds.most_common()),
            "crs": self.crs.code,
            "crs_name": self.crs.name,
            "crs_evidence": self.crs.evidence,
            "axis_order": self.crs.axis_order,
            "zone": self.crs.zone,
            "encoding": self.encoding,
            "encoding_evidence": self.encoding_evidence,
            "null_geometries": tally.null.count,
            "empty": tally.empty.count,
            "invalid": tally.invalid.count,
            "duplicates": tally.duplicates.count,
            "first_places": {
                "null": tally.null.as_list(),
                "empty": tally.empty.as_list(),
                "invalid": tally.invalid.as_list(),
                "duplicates": tally.duplicates.as_list(),
            },
            "extent": tally.extent,
            "extent_degrees": list(self.crs.degrees) if self.crs.degrees else None,
            "districts": self.crs.districts,
            "completeness": {
                "declared": self.declared,
                "read": tally.rows if self.readable else None,
                "undeclared_null": 0 if self.readable else None,
            },
            "shift": self.shift,
            "fields": [
                {"name": name, "type": kind, "filled": tally.filled[name]} for name, kind in tally.types.items()
            ],
            "preview": tally.preview,
        }


@dataclass(frozen=True)
class Inspection:
    """One file.

    Attributes
    ----------
    source_name, format, content_hash, members
        Name, format by content, SHA-256 of what was read, names inside an archive.
    refusals
        Why it would not be accepted.
    raster
        Facts of a raster; None for anything else.
    """

    source_name: str
    format: str
    content_hash: str
    members: tuple[str, ...]
    layers: tuple[InspectedLayer, ...]
    questions: tuple[Question, ...]
    issues: tuple[Issue, ...]
    refusals: tuple[LandgisError, ...]
    raster: dict[str, Any] | None = None

    @property
    def accepted(self) -> bool:
        """Whether the file would be read as it is, with the answers given."""
        return not (self.refusals or self.questions)

    def as_dict(self) -> dict[str, Any]:
        """Return the inspection in its published form."""
        return {
            "accepted": self.accepted,
            "source_name": self.source_name,
            "format": self.format,
            "content_hash": self.content_hash,
            "members": list(self.members),
            "layers": [layer.as_dict() for layer in self.layers],
            "raster": self.raster,
            "questions": [question.as_dict() for question in self.questions],
            "issues": [*(_refusal_as_issue(error) for error in self.refusals), *(row.as_dict() for row in self.issues)],
        }


def _refusal_as_issue(error: LandgisError) -> dict[str, Any]:
    told = {key: value for key, value in error.as_dict().items() if key != "questions"}
    return told | {"severity": str(Severity.FATAL), "refused": True}
