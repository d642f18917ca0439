-- Parcels of a run at a place.
-- Parameters: run_id; east, north (EPSG:4549, metres). Columns: parcel_id.
-- Indexes: parcel_version_geom_gist, run_row_pkey.
SELECT r.parcel_id
FROM landgis.parcel_version v
JOIN landgis.run_row r ON r.parcel_id = v.parcel_id AND r.version = v.version AND r.run_id = %(run_id)s
WHERE v.geom && ST_SetSRID(ST_MakePoint(%(east)s, %(north)s), 4549)
  AND ST_Intersects(v.geom, ST_SetSRID(ST_MakePoint(%(east)s, %(north)s), 4549))
ORDER BY r.parcel_id COLLATE "C"
