"""What a run reads of the inventory beside its frames: hashes of releases, areas that the register keeps, the moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pandas as pd
from sqlalchemy import select, text, tuple_

from landgis.db.bulk import read_frame
from landgis.db.connect import Database
from landgis.db.statements import statement
from landgis.db.tables.layers import RELEASE_HASH
from landgis.frames.spec import Column

_NOW = text("SELECT features, sha256 FROM landgis.features_hash(:layer, :name)")
_AREA = (Column("parcel_id", "text"), Column("geodesic_m2", "float"))


@dataclass(frozen=True)
class FeaturesHash:
    """The features of a release: how many, and one hash over all of them (migration 0010 says how)."""

    count: int
    sha256: str


def kept_hashes(database: Database, releases: Mapping[str, str]) -> dict[str, FeaturesHash]:
    """Return what was noted of releases when they were stored, by layer; ``releases`` gives the edition by layer."""
    noted = RELEASE_HASH.c
    query = select(noted.layer, noted.features, noted.sha256).where(
        tuple_(noted.layer, noted.name).in_(releases.items())
    )
    with database.begin() as connection:
        return {row.layer: FeaturesHash(row.features, row.sha256) for row in connection.execute(query)}


def features_hash(database: Database, layer: str, name: str) -> FeaturesHash:
    """Return what the features of a release are now."""
    with database.begin() as connection:
        row = connection.execute(_NOW, {"layer": layer, "name": name}).one()
    return FeaturesHash(row.features, row.sha256)


def areas_of_versions(database: Database, versions: pd.DataFrame) -> pd.Series:
    """Return the geodesic areas (m²) that the register keeps of certain outlines, by parcel.

    Parameters
    ----------
    versions
        ``parcel_id`` and ``version``.
    """
    keys = {"parcel_ids": versions["parcel_id"].tolist(), "versions": versions["version"].tolist()}
    with database.begin() as connection:
        found = read_frame(connection, statement("areas_of_versions"), keys, _AREA)
    return found.set_index("parcel_id")["geodesic_m2"]


def this_moment(database: Database) -> datetime:
    """Return the database's own time, with its zone."""
    with database.begin() as connection:
        moment: datetime = connection.execute(text("SELECT clock_timestamp()")).scalar_one()
    return moment
