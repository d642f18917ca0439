"""The same overlaps by PostGIS, which shares no code with the kernel's path."""

from __future__ import annotations

import numpy as np
import shapely
from sqlalchemy import text

from landgis.db.connect import Database

_UNION = text(
    """
    WITH parcel AS (SELECT * FROM unnest(CAST(:ids AS int[]), CAST(:parcels AS bytea[])) AS p (id, wkb)),
         feature AS (SELECT ST_GeomFromWKB(wkb, 4549) AS geom FROM unnest(CAST(:features AS bytea[])) AS f (wkb)),
         cut AS (
            SELECT parcel.id, ST_CollectionExtract(ST_Intersection(ST_GeomFromWKB(parcel.wkb, 4549), feature.geom), 3) AS geom
            FROM parcel JOIN feature ON ST_Intersects(ST_GeomFromWKB(parcel.wkb, 4549), feature.geom)
         )
    SELECT id, ST_Area(ST_Union(geom)) AS union_m2, sum(ST_Area(geom)) AS sum_m2,
           count(*) FILTER (WHERE ST_Area(geom) > 1e-6) AS hits
    FROM cut GROUP BY id
    """
)


def overlaps(
    database: Database, parcels: np.ndarray, features: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return union m², summed m² and hits per parcel."""
    union, summed, hits = (np.zeros(len(parcels)) for _ in range(3))
    values = {
        "ids": list(range(len(parcels))),
        "parcels": shapely.to_wkb(parcels).tolist(),
        "features": shapely.to_wkb(features).tolist(),
    }
    with database.begin() as connection:
        for row in connection.execute(_UNION, values):
            union[row.id], summed[row.id], hits[row.id] = row.union_m2 or 0.0, row.sum_m2, row.hits
    return union, summed, hits


_PAIRS = text(
    """
    SELECT ST_Area(ST_Intersection(ST_GeomFromWKB(one, 4549), ST_GeomFromWKB(other, 4549)))
    FROM unnest(CAST(:ones AS bytea[]), CAST(:others AS bytea[])) WITH ORDINALITY AS p (one, other, place)
    ORDER BY place
    """
)


def pair_areas(database: Database, ones: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Return the shared area of each pair, m², by ST_Intersection."""
    values = {"ones": shapely.to_wkb(ones).tolist(), "others": shapely.to_wkb(others).tolist()}
    with database.begin() as connection:
        return np.array(connection.execute(_PAIRS, values).scalars().all())
