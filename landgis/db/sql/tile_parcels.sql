-- Vector tile of the parcels of one run as it judged them, with their verdicts, and of the current parcels that it did
-- not judge, without a verdict: they came since. Small ones are summed up by cells.
-- Parameters: those of Tile.parameters; run_id, district; and the filter over run_row r, put in its place, with its own.
-- one_by_one: OFFSET 0 where parcels are few, so that each row of the run is looked up by its key, whatever the
--   statistics say of a run that has just been stored; nothing where a tile may hold every parcel.
-- Result: one bytea of two MVT layers. "parcels": parcel_id, district, town_code, town_name, version, verdict, inside
--   (whether the filter holds it), generalised (true where the outline was smoothed by more than a unit of the tile).
--   "parcels_many": points; n, n_inside, area_m2, area_inside_m2 (ellipsoidal), inside_clear … inside_excluded,
--   unjudged, worst (verdict, of those inside).
-- A parcel stands in one cell of one tile: by the middle of its bounding box, borders belonging to the east and south.
-- One whose outline comes to nothing on the tile's units is a point. A cell's point is the middle of its parcels weighted
-- by area, kept off the cell's border by a quarter: two never lie on each other.
-- Outlines and middles are made once, not once more for each condition on them: hence MATERIALIZED.
-- Indexes: parcel_version_geom_gist, run_row_pkey.
WITH tile AS (
    SELECT ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, %(srid)s) AS box
), near AS (
    SELECT v.parcel_id, v.version, v.district, v.town_code, v.town_name, v.geom, v.ellipsoidal_m2, r.verdict,
           coalesce(r.run_id IS NOT NULL AND ({inside}), false) AS inside,
           greatest(ST_XMax(v.geom) - ST_XMin(v.geom), ST_YMax(v.geom) - ST_YMin(v.geom)) < %(small_m)s AS small
    FROM landgis.parcel_version v
    LEFT JOIN LATERAL (
        SELECT * FROM landgis.run_row judged WHERE judged.run_id = %(run_id)s AND judged.parcel_id = v.parcel_id {one_by_one}
    ) r ON true
    WHERE v.geom && ST_MakeEnvelope(%(from_x)s, %(from_y)s, %(to_x)s, %(to_y)s, 4549)
      AND v.version = CASE WHEN r.run_id IS NOT NULL THEN r.version WHEN v.current THEN v.version END
      AND v.district = %(district)s
), parcels AS MATERIALIZED (
    SELECT parcel_id, district, town_code, town_name, version, verdict, inside,
           CASE WHEN %(small_m)s > 0 THEN true END AS generalised,
           coalesce(
               ST_AsMVTGeom(
                   ST_Transform(ST_Simplify(geom, %(smooth_m)s, true), %(srid)s), box, %(extent)s, %(buffer)s, true),
               ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(geom), %(srid)s), box, %(extent)s, %(buffer)s, true)
           ) AS geom
    FROM near CROSS JOIN tile
    WHERE NOT small
), middle AS MATERIALIZED (
    SELECT near.*, ST_Transform(
        ST_SetSRID(ST_Point((ST_XMin(geom) + ST_XMax(geom)) / 2, (ST_YMin(geom) + ST_YMax(geom)) / 2), 4549), %(srid)s
    ) AS at
    FROM near
    WHERE small
), placed AS (
    SELECT *, least(floor((ST_X(at) - %(west)s) / (%(east)s - %(west)s) * %(cells)s), %(cells)s - 1) AS i,
           least(floor((%(north)s - ST_Y(at)) / (%(north)s - %(south)s) * %(cells)s), %(cells)s - 1) AS j
    FROM middle
    WHERE ST_X(at) >= %(west)s AND ST_X(at) < %(east)s AND ST_Y(at) > %(south)s AND ST_Y(at) <= %(north)s
), summed AS (
    SELECT i, j, count(*) AS n, count(*) FILTER (WHERE inside) AS n_inside,
           sum(ellipsoidal_m2) AS area_m2, coalesce(sum(ellipsoidal_m2) FILTER (WHERE inside), 0) AS area_inside_m2,
           count(*) FILTER (WHERE inside AND verdict = 'clear') AS inside_clear,
           count(*) FILTER (WHERE inside AND verdict = 'flagged') AS inside_flagged,
           count(*) FILTER (WHERE inside AND verdict = 'unknown') AS inside_unknown,
           count(*) FILTER (WHERE inside AND verdict = 'excluded') AS inside_excluded,
           count(*) FILTER (WHERE verdict IS NULL) AS unjudged,
           (sum(ST_X(at) * ellipsoidal_m2) / sum(ellipsoidal_m2) - %(west)s) / (%(east)s - %(west)s) * %(cells)s AS x,
           (%(north)s - sum(ST_Y(at) * ellipsoidal_m2) / sum(ellipsoidal_m2)) / (%(north)s - %(south)s) * %(cells)s AS y
    FROM placed
    GROUP BY i, j
), parcels_many AS (
    SELECT n, n_inside, area_m2, area_inside_m2, inside_clear, inside_flagged, inside_unknown, inside_excluded, unjudged,
           CASE WHEN inside_excluded > 0 THEN 'excluded' WHEN inside_unknown > 0 THEN 'unknown'
                WHEN inside_flagged > 0 THEN 'flagged' WHEN inside_clear > 0 THEN 'clear' END AS worst,
           ST_AsMVTGeom(ST_SetSRID(ST_Point(
               %(west)s + least(greatest(x, i + 0.25), i + 0.75) * (%(east)s - %(west)s) / %(cells)s,
               %(north)s - least(greatest(y, j + 0.25), j + 0.75) * (%(north)s - %(south)s) / %(cells)s
           ), %(srid)s), box, %(extent)s, %(buffer)s, true) AS geom
    FROM summed CROSS JOIN tile
)
SELECT coalesce((SELECT ST_AsMVT(parcels, 'parcels', %(extent)s, 'geom') FROM parcels WHERE geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(parcels_many, 'parcels_many', %(extent)s, 'geom') FROM parcels_many), '')
