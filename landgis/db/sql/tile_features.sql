-- Vector tile of the features of one release.
-- Parameters: z, x, y (tile, y downward); origin_x, origin_y (upper left corner of the grid, EPSG:4549, metres);
--   size_m (side of the one tile at zoom 0); extent (units per tile side); layer, release.
-- Result: one bytea, MVT layer named as the layer key: feature_id, class, label. Empty: no rows.
-- Indexes: layer_feature_geom_gist.
WITH box AS (
    SELECT ST_TileEnvelope(
        %(z)s, %(x)s, %(y)s,
        ST_MakeEnvelope(%(origin_x)s, %(origin_y)s - %(size_m)s, %(origin_x)s + %(size_m)s, %(origin_y)s, 4549)
    ) AS tile
), reach AS (
    SELECT tile, ST_Expand(tile, (ST_XMax(tile) - ST_XMin(tile)) / 64) AS wide FROM box
), shown AS (
    SELECT f.feature_id, f.class, f.label,
           ST_AsMVTGeom(f.geom, reach.tile, %(extent)s, %(extent)s / 64, true) AS geom
    FROM reach
    JOIN landgis.layer_feature f ON f.geom && reach.wide
    WHERE f.layer = %(layer)s AND f.release = %(release)s
)
SELECT ST_AsMVT(shown, %(layer)s, %(extent)s, 'geom') FROM shown WHERE geom IS NOT NULL
