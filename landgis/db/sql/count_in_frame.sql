-- How many parcels of a filter share ground with a box, and their area.
-- Parameters: run_id; west, south, east, north (EPSG:4549, metres); those of the condition over run_row r.
-- Columns: count, area_um2 (ellipsoidal, millionths of a m²).
-- Indexes: run_row_pkey, parcel_version_pkey.
SELECT count(*), coalesce(sum((r.ellipsoidal_m2 * 1e6)::bigint), 0)::bigint
FROM (SELECT ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4549) AS geom) box
JOIN landgis.run_row r ON r.west_m <= %(east)s AND r.east_m >= %(west)s AND r.south_m <= %(north)s AND r.north_m >= %(south)s
JOIN landgis.parcel_version v ON v.parcel_id = r.parcel_id AND v.version = r.version
WHERE {condition}
  AND ST_Intersects(v.geom, box.geom) AND NOT ST_Touches(v.geom, box.geom)
