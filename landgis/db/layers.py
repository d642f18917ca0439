"""Layer releases: drafts come in whole, are published, are superseded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from sqlalchemy import Select, func, select, update

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.crs import WORKING
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
    stored_release,
)
from landgis.db.statements import statement
from landgis.db.tables.layers import LAYER_FEATURE, LAYER_ISSUE, LAYER_RELEASE
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import ReleaseStatus
from landgis.frames.layer import LayerData
from landgis.frames.parcels import FEATURES
from landgis.frames.spec import Column

__all__ = ["LayerStore", "StoredRelease"]


class LayerStore:
    """Releases of all layers."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add_release(
        self, data: LayerData, issues: Sequence[Issue], *, source: SourceFile, person: Person
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
        with self._database.begin() as connection:
            record_source(connection, source, person)
            row = asdict(release) | {
                "content_hash": source.content_hash,
                "status": ReleaseStatus.DRAFT,
                "coverage": ewkb(np.array([data.coverage], dtype=object), [release.key])[0],
                "created_by": person.person_id,
            }
            copy_in(connection, LAYER_RELEASE, {name: [value] for name, value in row.items()})
            copy_in(connection, LAYER_FEATURE, feature_columns(release, data.features))
            add_issues(connection, LAYER_ISSUE, issues, layer=release.layer, release=release.name)
        return self.get(release.layer, release.name)

    def load(self, stored: StoredRelease) -> LayerData:
        """Return a release with its features, ready for measuring."""
        release = stored.release
        complete = Severity.FATAL not in stored.issue_counts
        return LayerData(release, self.features(release.layer, release.name), stored.coverage, complete)

    def get(self, layer: str, name: str) -> StoredRelease:
        """Return one release.

        Raises
        ------
        NotFound
            If the layer has no edition of that name.
        """
        found = self._select(releases_query().where(LAYER_RELEASE.c.layer == layer, LAYER_RELEASE.c.name == name))
        if not found:
            raise no_release(layer, name)
        return found[0]

    def current(self, layer: str, as_of: date) -> StoredRelease | None:
        """Return the release that speaks for a layer on a date, or None.

        The published one, if it was in force by then; else the latest superseded one that was. It may have expired:
        ``release.state_on`` tells.
        """
        table = LAYER_RELEASE.c
        query = (
            releases_query()
            .where(table.layer == layer, table.status != ReleaseStatus.DRAFT.value)
            .where(func.coalesce(table.in_force_from, as_of) <= as_of)
            .order_by(
                (table.status == ReleaseStatus.PUBLISHED.value).desc(),
                table.in_force_from.desc().nulls_last(),
                table.published_at.desc(),
            )
            .limit(1)
        )
        found = self._select(query)
        return found[0] if found else None

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

    def issues(self, layer: str, name: str) -> list[Issue]:
        """Return the issues of a release in the order they were found."""
        self.get(layer, name)
        with self._database.begin() as connection:
            return issues_of(connection, LAYER_ISSUE, layer=layer, release=name)

    def publish(self, layer: str, name: str, person: Person) -> StoredRelease:
        """Publish a draft; the edition published before is superseded in the same transaction.

        Raises
        ------
        NotAllowed, NotFound
            By policy; no such release.
        Conflict
            If it is no draft, has fatal issues, or its coverage is only assumed.
        """
        person.require(Action.PUBLISH_LAYER)
        draft = self.get(layer, name)
        require_publishable(draft)
        table = LAYER_RELEASE
        with self._database.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"publish {layer}"))))
            connection.execute(
                update(table)
                .where(table.c.layer == layer, table.c.status == ReleaseStatus.PUBLISHED.value)
                .values(status=ReleaseStatus.SUPERSEDED.value)
            )
            connection.execute(
                update(table)
                .where(table.c.layer == layer, table.c.name == name)
                .values(status=ReleaseStatus.PUBLISHED.value, published_by=person.person_id, published_at=func.now())
            )
        return self.get(layer, name)

    def list(self, layer: str | None = None) -> Sequence[StoredRelease]:
        """Return releases, by layer, the newest import first."""
        query = releases_query().order_by(
            LAYER_RELEASE.c.layer, LAYER_RELEASE.c.created_at.desc(), LAYER_RELEASE.c.name
        )
        return self._select(query if layer is None else query.where(LAYER_RELEASE.c.layer == layer))

    def _select(self, query: Select[Any]) -> Sequence[StoredRelease]:
        with self._database.begin() as connection:
            return [stored_release(row) for row in connection.execute(query)]
