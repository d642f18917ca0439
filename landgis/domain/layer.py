"""Layers, their releases and what a release covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Coverage(StrEnum):
    """How far a release can speak about a parcel."""

    COMPLETE = "complete"
    PARTIAL = "partial"
    """Part of the parcel lies outside the ground that the release covers."""
    ABSENT = "absent"
    """No release, not yet in force, or a release without features."""
    STALE = "stale"
    """The release had expired on the as-of date."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"complete": "完整", "partial": "部分未覆盖", "absent": "缺图层", "stale": "已过期"}[self.value]


class CoverageBasis(StrEnum):
    """Where the coverage polygon comes from."""

    DECLARED = "declared"
    ASSUMED = "assumed"
    """Taken as the bounding box of the folder's layers: good for a look, never stored or signed."""


class ReleaseStatus(StrEnum):
    """Life of a release."""

    DRAFT = "draft"
    PUBLISHED = "published"
    SUPERSEDED = "superseded"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"draft": "草稿", "published": "已发布", "superseded": "已被替代"}[self.value]


@dataclass(frozen=True)
class Release:
    """One dated edition of a layer; immutable once published.

    Attributes
    ----------
    layer
        Layer key of the catalogue, e.g. ``permanent_basic_farmland``.
    name
        Name of the edition, e.g. ``2024-01``; unique within the layer.
    title_zh
        What a legend prints.
    document_no, issuing_body
        文号 and 批准机关; empty when not known.
    attribution
        Credit that the licence asks of every map and file; empty when it asks none.
    issued_on, in_force_from, expires_on
        Dates; None when not known. The last day of force is ``expires_on``.
    content_hash
        SHA-256 of the original file's bytes.
    source_name, source_crs, transform
        File name, CRS found, and the named transform into the working CRS (empty: none needed).
    encoding
        Text encoding used to read the attributes.
    feature_count
        Number of features read.
    coverage_basis
        Declared or assumed; the polygon itself travels beside this record (working CRS).
    substitute
        True for stand-in and generated data: every map and sheet must say 替代数据，非法定成果.
    status
        Draft, published or superseded.
    """

    layer: str
    name: str
    title_zh: str
    document_no: str = ""
    issuing_body: str = ""
    attribution: str = ""
    issued_on: date | None = None
    in_force_from: date | None = None
    expires_on: date | None = None
    content_hash: str = ""
    source_name: str = ""
    source_crs: str = ""
    transform: str = ""
    encoding: str = ""
    feature_count: int = 0
    coverage_basis: CoverageBasis = CoverageBasis.DECLARED
    substitute: bool = False
    status: ReleaseStatus = ReleaseStatus.DRAFT

    @property
    def dates_contradict(self) -> bool:
        """Whether the release ends before it begins: then it never spoke on any day."""
        start, end = self.in_force_from, self.expires_on
        return start is not None and end is not None and end < start

    @property
    def key(self) -> str:
        """Layer and edition in one word, e.g. ``permanent_basic_farmland@2024-01``."""
        return f"{self.layer}@{self.name}"

    def state_on(self, as_of: date) -> Coverage:
        """Return complete, stale or absent on a date, as far as dates and emptiness tell."""
        if self.feature_count == 0 or (self.in_force_from is not None and self.in_force_from > as_of):
            return Coverage.ABSENT
        if self.expires_on is not None and self.expires_on < as_of:
            return Coverage.STALE
        return Coverage.COMPLETE


SUBSTITUTE_ZH = "替代数据，非法定成果"
SUBSTITUTE_EN = "Stand-in data, no legal force"
