-- Features of one release at a point.
-- Parameters: layer, release; east, north (EPSG:4549, metres); tolerance_m.
-- Columns: feature_id, class, label, distance_m (0 inside), outline (GeoJSON text, EPSG:4549, metres). Ordered by distance, number.
-- Indexes: GiST of the release's shelf.
WITH here AS (
    SELECT ST_SetSRID(ST_MakePoint(%(east)s, %(north)s), 4549) AS point
)
SELECT f.feature_id, f.class, f.label, ST_Distance(f.geom, here.point) AS distance_m, ST_AsGeoJSON(f.geom, 4) AS outline
FROM here
JOIN landgis.layer_feature f ON ST_DWithin(f.geom, here.point, %(tolerance_m)s)
WHERE f.layer = %(layer)s AND f.release = %(release)s
ORDER BY distance_m, f.feature_id COLLATE "C"
