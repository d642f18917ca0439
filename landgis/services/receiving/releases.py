"""Releases as the receiving desk lists and shows them, and publishing by a second person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import Originals
from landgis.domain.catalogue import Catalogue
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import ReleaseStatus
from landgis.errors import FileMissing, InputError, NotAllowed
from landgis.services.layers.publish_layer import publish
from landgis.services.layers.release_diff import ReleaseDiff, touched_by_publishing
from landgis.services.quality.quality import Checking, check_release
from landgis.services.quality.repair_layer import proposed_repairs


@dataclass(frozen=True)
class Line:
    """A release in the list.

    Attributes
    ----------
    stored
        The release as it stands.
    title_zh, title_en
        Of its layer.
    """

    stored: StoredRelease
    title_zh: str
    title_en: str

    @property
    def fatal_count(self) -> int:
        """Open issues that forbid publishing."""
        return self.stored.issue_counts.get(Severity.FATAL, 0)


@dataclass(frozen=True)
class Review:
    """Everything that a second person looks at before publishing.

    Attributes
    ----------
    line
        The release.
    issues
        What the import said of it, in the order in which it was found.
    findings
        QualityFrame with places, EPSG:4549.
    repairs
        RepairFrame of what could be repaired, with the repaired shapes; None where the original cannot be read.
    changes
        Compared with every published release that it would take the place of.
    notes
        What else must be said, Chinese and English.
    refusal
        Why this person may not publish it, Chinese and English; None where he may.
    """

    line: Line
    issues: tuple[Issue, ...]
    findings: gpd.GeoDataFrame
    repairs: gpd.GeoDataFrame | None
    changes: tuple[ReleaseDiff, ...]
    notes: tuple[tuple[str, str], ...]
    refusal: tuple[str, str] | None


def originals_of(home: Path) -> Originals:
    """Return the folder of files as they came in."""
    return Originals(home)


def release_lines(database: Database, person: Person, catalogue: Catalogue) -> list[Line]:
    """Return every release, drafts first, then the newest import first.

    Raises
    ------
    NotAllowed
        By policy.
    """
    person.require(Action.READ_LAYERS)
    lines = [_line(stored, catalogue) for stored in LayerStore(database).list()]
    newest = sorted(lines, key=lambda line: line.stored.created_at, reverse=True)
    return sorted(newest, key=lambda line: line.stored.release.status is not ReleaseStatus.DRAFT)


def review(
    database: Database, originals: Originals, catalogue: Catalogue, person: Person, layer: str, name: str, day: date
) -> Review:
    """Look at one release: its issues in their places, what could be repaired, and what publishing would change.

    Parameters
    ----------
    day
        The day whose towns and parcels count.

    Raises
    ------
    NotAllowed, NotFound, UsageError
        By policy; no such release; a raster, which has no features.
    """
    person.require(Action.READ_LAYERS)
    store = LayerStore(database)
    stored = store.get(layer, name)
    report = check_release(database, originals, catalogue, layer, name, Checking(day, person.name_zh))
    notes, repairs = list(report.notes), None
    try:
        repairs = proposed_repairs(database, originals, catalogue, layer, name)
    except (FileMissing, InputError) as error:
        notes.append((f"修复建议未能得出：{error.zh}", f"No repair could be worked out: {error.en}"))
    return Review(
        _line(stored, catalogue),
        tuple(store.issues(layer, name)),
        report.findings,
        repairs,
        tuple(touched_by_publishing(database, layer, name, day)),
        tuple(notes),
        _refusal(stored, person),
    )


def publish_seconded(database: Database, person: Person, layer: str, name: str, reason: str = "") -> StoredRelease:
    """Publish a draft that somebody else brought in.

    Raises
    ------
    NotAllowed
        By policy; or the person brought it in himself: what one has imported another publishes.
    Conflict, NotFound
        As `publish`.
    """
    person.require(Action.PUBLISH_LAYER)
    refusal = _refusal(LayerStore(database).get(layer, name), person)
    if refusal is not None:
        raise NotAllowed(
            *refusal, where=f"{layer}@{name}", next_zh="请另一位区规划员或区审核员核对后发布",
            next_en="Have another planner or a reviewer look at it and publish it",
        )  # fmt: skip
    return publish(database, person, layer, name, reason)


def _line(stored: StoredRelease, catalogue: Catalogue) -> Line:
    spec = catalogue.require(stored.release.layer)
    return Line(stored, spec.title_zh, spec.title_en)


def _refusal(stored: StoredRelease, person: Person) -> tuple[str, str] | None:
    if not person.may(Action.PUBLISH_LAYER):
        return f"{person.role.zh}不能发布图层", f"A {person.role.en} does not publish layers"
    if stored.created_by == person.os_account:
        return "本人导入的版本须由他人发布", "What one has imported another publishes"
    return None
