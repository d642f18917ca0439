"""Layer releases: drafts come in whole, are published, are superseded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Connection, Select, func, select, text, update

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.crs import WORKING, GeometryArray
from landgis.db.bulk import copy_in, ewkb, read_frame
from landgis.db.connect import Database
from landgis.db.issues import add_issues, issues_of
from landgis.db.originals import SourceFile, record_source
from landgis.db.release_rows import (
    StoredRelease,
    feature_columns,
    no_release,
    releases_query,
    require_consistent,
    require_publishable,
    speaking_query,
    stored_release,
)
from landgis.db.shelves import open_shelf
from landgis.db.statements import statement
from landgis.db.tables.layers import LAYER_ISSUE, LAYER_RELEASE, LAYER_RELEASE_EVER
from landgis.db.wire import Cells
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import BOTH, LegalState, ReleaseStatus
from landgis.errors import UsageError
from landgis.frames.layer import LayerData
from landgis.frames.parcels import FEATURES
from landgis.frames.spec import Column

__all__ = ["LayerStore", "StoredRelease"]

_LACKS = text(
    "SELECT gap.zh, gap.en FROM landgis.layer_release r, LATERAL landgis.release_lacks(r) gap"
    " WHERE r.layer = :layer AND r.name = :name"
)
_STAMP = text("SELECT count(*) || ' ' || coalesce(max(lower(known))::text, '') FROM landgis.layer_release")

_ROWS = 20_000
"""Features turned into rows at a time: it bounds the memory."""


class LayerStore:
    """Releases of all layers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_release(
        self,
        data: LayerData,
        issues: Sequence[Issue],
        *,
        source: SourceFile,
        person: Person,
        late_issues: Callable[[], Sequence[Issue]] = tuple,
        then: Callable[[Connection], None] | None = None,
    ) -> StoredRelease:
        """Store a draft with its features and issues, all or nothing.

        Parameters
        ----------
        data
            Release, FeatureFrame and coverage in the working CRS. It is stored as a draft whatever its status says;
            further columns of the frame are kept as attributes. There may be no feature at all.
        issues
            What was wrong; a fatal one forbids publishing. Incomplete data must bring one.
        source
            The original file; its hash becomes the release's content hash.
        person
            Who imports.
        late_issues
            Asked for further issues when the features are in: they may be looked for meanwhile.
        then
            What else belongs to the same transaction, such as accepted repairs.

        Raises
        ------
        NotAllowed, GeometryInvalid
            By policy; by the kernel's view of validity.
        ContractBroken
            If a frame is not as declared, or hash or completeness contradict the other arguments.
        Conflict
            If the layer has an edition of that name.
        """
        person.require(Action.IMPORT_LAYER)
        release = data.release
        FEATURES.require(data.features, WORKING)
        require_consistent(data, issues, source)
        with self._database.begin(person) as connection:
            record_source(connection, source, person)
            row = asdict(release) | {
                "content_hash": source.content_hash,
                "status": ReleaseStatus.DRAFT,
                "coverage": ewkb(np.array([data.coverage], dtype=object), [release.key])[0],
                "created_by": person.person_id,
            }
            shelf = open_shelf(connection, release.layer, release.name)
            copy_in(connection, LAYER_RELEASE, {name: [value] for name, value in row.items()})
            for columns in _prepared(data.features):
                shelf.add(columns)
            shelf.close()
            every = (*issues, *late_issues())
            add_issues(connection, LAYER_ISSUE, every, layer=release.layer, release=release.name)
            if then is not None:
                then(connection)
        return self.get(release.layer, release.name)

    def load(self, stored: StoredRelease) -> LayerData:
        """Return a release with its features, ready for measuring."""
        release = stored.release
        complete = Severity.FATAL not in stored.issue_counts
        return LayerData(release, self.features(release.layer, release.name), stored.coverage, complete)

    def get(self, layer: str, name: str, *, known_at: datetime | None = None) -> StoredRelease:
        """Return one release, as it is or as it was known at a moment.

        Raises
        ------
        NotFound
            If the layer has (or had then) no edition of that name.
        """
        table = LAYER_RELEASE_EVER.c
        found = self._select(releases_query(known_at).where(table.layer == layer, table.name == name))
        if not found:
            raise no_release(layer, name)
        return found[0]

    def current(
        self,
        layer: str,
        as_of: date,
        *,
        district: str | None = None,
        known_at: datetime | None = None,
        legal_state: LegalState = LegalState.IN_FORCE,
    ) -> StoredRelease | None:
        """Return the release that speaks for a layer on a date, or None.

        The published one, if it was in force by then; else the latest one before it that was. It may have expired:
        ``release.state_on`` tells. Where that release was retired, none speaks.

        Parameters
        ----------
        layer, as_of
            Which layer, on which day.
        district
            Only releases that speak for this district (its own and those for both); None: any.
        known_at
            As the inventory knew it at that moment; None: now.
        legal_state
            Which line of releases; days in force count only for those in force.
        """
        found = self.last_voice(layer, as_of, district=district, known_at=known_at, legal_state=legal_state)
        return None if found is None or found.release.status is ReleaseStatus.RETIRED else found

    def last_voice(
        self,
        layer: str,
        as_of: date,
        *,
        district: str | None = None,
        known_at: datetime | None = None,
        legal_state: LegalState = LegalState.IN_FORCE,
    ) -> StoredRelease | None:
        """Return what `current` does, or the retired release because of which none speaks."""
        query = speaking_query(layer, as_of, district=district, known_at=known_at, legal_state=legal_state)
        return next(iter(self._select(query)), None)

    def features(self, layer: str, name: str, *, attributes: bool = False) -> gpd.GeoDataFrame:
        """Return the features of a release.

        Parameters
        ----------
        layer, name
            Which release.
        attributes
            Whether the delivered attributes follow as further columns.

        Returns
        -------
        geopandas.GeoDataFrame
            FeatureFrame, multipolygons in EPSG:4549, ordered by ``feature_id``.

        Raises
        ------
        NotFound
            If there is no such release.
        """
        columns = [*FEATURES.columns, Column("attributes", "object"), Column("geometry", "object")]
        self.get(layer, name)
        with self._database.begin() as connection:
            frame = read_frame(connection, statement("features_of_release"), {"layer": layer, "name": name}, columns)
        extra = frame.pop("attributes")
        if attributes and len(frame):
            frame = frame.join(pd.DataFrame(list(extra), index=frame.index))
        return gpd.GeoDataFrame(frame)

    def around(self, layer: str, name: str, window: Sequence[float]) -> GeometryArray:
        """Return the geometry of a release inside a window (west, south, east, north, EPSG:4549, metres)."""
        keys = {"layer": layer, "name": name} | dict(
            zip(("west", "south", "east", "north"), map(float, window), strict=True)
        )
        with self._database.begin() as connection:
            frame = read_frame(connection, statement("features_around"), keys, [Column("geometry", "object")])
        return np.asarray(frame.geometry.array, dtype=object)

    def issues(self, layer: str, name: str) -> list[Issue]:
        """Return the issues of a release in the order they were found."""
        self.get(layer, name)
        with self._database.begin() as connection:
            return issues_of(connection, LAYER_ISSUE, layer=layer, release=name)

    def publish(self, layer: str, name: str, person: Person, reason: str = "") -> StoredRelease:
        """Publish a draft; the edition of its line published before is superseded in the same transaction.

        A line is the releases of one legal state for one district. A release for both districts supersedes those of
        each; one for a single district leaves the others alone.

        Raises
        ------
        NotAllowed, NotFound
            By policy; no such release.
        Conflict
            If it is no draft, or lacks something; all of it is named.
        """
        person.require(Action.PUBLISH_LAYER)
        draft = self.get(layer, name)
        require_publishable(draft, self._lacks(layer, name))
        table, release = LAYER_RELEASE, draft.release
        line = [table.c.layer == layer, table.c.legal_state == release.legal_state.value]
        if release.district != BOTH:
            line.append(table.c.district == release.district)
        with self._database.begin(person, reason) as connection:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"publish {layer}"))))
            connection.execute(
                update(table)
                .where(*line, table.c.status == ReleaseStatus.PUBLISHED.value)
                .values(status=ReleaseStatus.SUPERSEDED.value)
            )
            connection.execute(
                update(table)
                .where(table.c.layer == layer, table.c.name == name)
                .values(status=ReleaseStatus.PUBLISHED.value, published_by=person.person_id)
            )
        return self.get(layer, name)

    def retire(self, layer: str, name: str, reason: str, person: Person) -> StoredRelease:
        """Withdraw a release: it is kept with everything that stood on it, and speaks no more.

        Raises
        ------
        NotAllowed, NotFound
            By policy; no such release.
        UsageError
            Without a reason.
        Conflict
            If it was retired before.
        """
        person.require(Action.PUBLISH_LAYER)
        self.get(layer, name)
        if not reason.strip():
            raise UsageError(
                "停用图层版本须说明理由",
                "Retiring a release needs a reason",
                where=f"{layer}@{name}",
                next_zh="请用 --reason 写明理由",
                next_en="Give it with --reason",
            )
        table = LAYER_RELEASE
        with self._database.begin(person, reason.strip()) as connection:
            connection.execute(
                update(table)
                .where(table.c.layer == layer, table.c.name == name)
                .values(status=ReleaseStatus.RETIRED.value)
            )
        return self.get(layer, name)

    def list(self, layer: str | None = None, *, known_at: datetime | None = None) -> Sequence[StoredRelease]:
        """Return releases, by layer, the newest import first; as they are or as they were known at a moment."""
        table = LAYER_RELEASE_EVER.c
        query = releases_query(known_at).order_by(table.layer, table.created_at.desc(), table.name)
        return self._select(query if layer is None else query.where(table.layer == layer))

    def stamp(self) -> str:
        """Return a text that is another as soon as any release comes, changes or goes; cheap to ask for."""
        with self._database.begin() as connection:
            return str(connection.execute(_STAMP).scalar_one())

    def _lacks(self, layer: str, name: str) -> Sequence[tuple[str, str]]:
        """What a release lacks to be published, zh and en, by the database's own rule."""
        with self._database.begin() as connection:
            return [(row.zh, row.en) for row in connection.execute(_LACKS, {"layer": layer, "name": name})]

    def _select(self, query: Select[Any]) -> Sequence[StoredRelease]:
        with self._database.begin() as connection:
            return [stored_release(row) for row in connection.execute(query)]


def _prepared(features: gpd.GeoDataFrame) -> Iterator[dict[str, Cells]]:
    """Turn features into rows, the next ones while the server still takes those before."""
    parts = (features.iloc[start : start + _ROWS] for start in range(0, len(features), _ROWS))
    with ThreadPoolExecutor(1) as beside:
        coming: Future[dict[str, Cells]] | None = None
        for part in parts:
            ready, coming = coming, beside.submit(feature_columns, part)
            if ready is not None:
                yield ready.result()
        if coming is not None:
            yield coming.result()
