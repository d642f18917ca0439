-- Vector tile of the features of one release.
-- Parameters: those of Tile.parameters; layer, release; cover, the name of the layer that sums up.
-- Result: one bytea of two MVT layers. One is named as the layer key: class, and feature_id and label; where outlines
--   were smoothed, generalised (true) instead of these two. The other, named cover: squares; class, area_m2 (planar) of
--   the small features in the square, share of the square. Their sum over all tiles of a zoom is their area.
-- A small feature that reaches over several squares is shared out among them as its bounding box is: at most
-- two of them each way, being half as wide.
-- Indexes: layer_feature_geom_gist.
WITH tile AS (
    SELECT ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, %(srid)s) AS box
), drawn AS MATERIALIZED (
    SELECT CASE WHEN %(small_m)s = 0 THEN f.feature_id END AS feature_id, f.class,
           CASE WHEN %(small_m)s = 0 THEN f.label END AS label,
           CASE WHEN %(small_m)s > 0 THEN true END AS generalised,
           coalesce(
               ST_AsMVTGeom(
                   ST_Transform(ST_Simplify(f.geom, %(smooth_m)s, true), %(srid)s), box, %(extent)s, %(buffer)s, true),
               ST_AsMVTGeom(ST_Transform(ST_PointOnSurface(f.geom), %(srid)s), box, %(extent)s, %(buffer)s, true)
           ) AS geom
    FROM landgis.layer_feature f CROSS JOIN tile
    WHERE f.layer = %(layer)s AND f.release = %(release)s
      AND f.geom && ST_MakeEnvelope(%(from_x)s, %(from_y)s, %(to_x)s, %(to_y)s, 4549)
      AND greatest(ST_XMax(f.geom) - ST_XMin(f.geom), ST_YMax(f.geom) - ST_YMin(f.geom)) >= %(small_m)s
), small AS (
    SELECT f.class, ST_Area(f.geom) AS area_m2, box2d(ST_Transform(ST_Envelope(f.geom), %(srid)s)) AS box
    FROM landgis.layer_feature f
    WHERE %(small_m)s > 0 AND f.layer = %(layer)s AND f.release = %(release)s
      AND f.geom && ST_MakeEnvelope(%(from_x)s, %(from_y)s, %(to_x)s, %(to_y)s, 4549)
      AND greatest(ST_XMax(f.geom) - ST_XMin(f.geom), ST_YMax(f.geom) - ST_YMin(f.geom)) < %(small_m)s
), placed AS MATERIALIZED (
    SELECT class, area_m2,
           (ST_XMin(box) - %(west)s) / (%(east)s - %(west)s) * %(cells)s AS x_from,
           (ST_XMax(box) - %(west)s) / (%(east)s - %(west)s) * %(cells)s AS x_to,
           (%(north)s - ST_YMax(box)) / (%(north)s - %(south)s) * %(cells)s AS y_from,
           (%(north)s - ST_YMin(box)) / (%(north)s - %(south)s) * %(cells)s AS y_to
    FROM small
), shared AS (
    SELECT class, i, j, sum(
               area_m2 * (least(x_to, i + 1) - greatest(x_from, i)) / (x_to - x_from)
                       * (least(y_to, j + 1) - greatest(y_from, j)) / (y_to - y_from)) AS area_m2
    FROM placed, (VALUES (0), (1)) across (dx), (VALUES (0), (1)) down (dy),
         LATERAL (SELECT floor(x_from)::int + dx AS i, floor(y_from)::int + dy AS j) cell
    WHERE i < x_to AND j < y_to AND i BETWEEN 0 AND %(cells)s - 1 AND j BETWEEN 0 AND %(cells)s - 1
    GROUP BY class, i, j
), squares AS (
    SELECT class, area_m2, ST_MakeEnvelope(
               %(west)s + i * (%(east)s - %(west)s) / %(cells)s, %(north)s - (j + 1) * (%(north)s - %(south)s) / %(cells)s,
               %(west)s + (i + 1) * (%(east)s - %(west)s) / %(cells)s, %(north)s - j * (%(north)s - %(south)s) / %(cells)s,
               %(srid)s) AS square
    FROM shared
    WHERE area_m2 > 0
), cover AS (
    SELECT class, area_m2, area_m2 / ST_Area(ST_Transform(square, 4549)) AS share,
           ST_AsMVTGeom(square, box, %(extent)s, 0, true) AS geom
    FROM squares CROSS JOIN tile
)
SELECT coalesce((SELECT ST_AsMVT(drawn, %(layer)s, %(extent)s, 'geom') FROM drawn WHERE geom IS NOT NULL), '')
    || coalesce((SELECT ST_AsMVT(cover, %(cover)s, %(extent)s, 'geom') FROM cover), '')
