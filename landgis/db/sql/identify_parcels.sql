-- Parcels of one run at a point, as the run judged them.
-- Parameters: run_id; east, north (EPSG:4549, metres); tolerance_m.
-- Columns: parcel_id, verdict, town_name, distance_m (0 inside), outline (GeoJSON text, EPSG:4549, metres). Ordered by distance, number.
-- Indexes: parcel_version_geom_gist, run_parcel_pkey.
WITH here AS (
    SELECT ST_SetSRID(ST_MakePoint(%(east)s, %(north)s), 4549) AS point
)
SELECT v.parcel_id, r.verdict, v.town_name, ST_Distance(v.geom, here.point) AS distance_m, ST_AsGeoJSON(v.geom, 4) AS outline
FROM here
JOIN landgis.parcel_version v ON ST_DWithin(v.geom, here.point, %(tolerance_m)s)
JOIN landgis.run_parcel r ON r.parcel_id = v.parcel_id AND r.version = v.version
WHERE r.run_id = %(run_id)s
ORDER BY distance_m, v.parcel_id COLLATE "C"
