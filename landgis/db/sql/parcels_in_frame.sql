-- Parcels that share ground with a box: those of a run as it judged them, and current ones that it did not judge.
-- Parameters: run_id, district; west, south, east, north (EPSG:4549, metres); those of the condition over run_row r.
-- Columns: parcel_id, inside (whether the filter holds it), verdict, town_name, village_name, planned_use ('' where the run
--   did not judge it), area_um2 (ellipsoidal, millionths of a m²), cut (whether a part lies outside), geometry (WKB).
-- A parcel that only touches the box shares no ground with it. Ordered as the table of the run; those not judged last.
-- Indexes: parcel_version_geom_gist, run_row_pkey.
SELECT v.parcel_id, coalesce(r.run_id IS NOT NULL AND ({inside}), false), coalesce(r.verdict, ''), coalesce(v.town_name, ''),
       coalesce(v.village_name, ''), coalesce(r.planned_use, ''), (v.ellipsoidal_m2 * 1e6)::bigint,
       NOT ST_CoveredBy(v.geom, box.geom), ST_AsBinary(v.geom)
FROM (SELECT ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4549) AS geom) box
JOIN landgis.parcel_version v ON v.geom && box.geom
LEFT JOIN landgis.run_row r ON r.run_id = %(run_id)s AND r.parcel_id = v.parcel_id
WHERE v.version = CASE WHEN r.run_id IS NOT NULL THEN r.version WHEN v.current THEN v.version END
  AND v.district = %(district)s
  AND ST_Intersects(v.geom, box.geom) AND NOT ST_Touches(v.geom, box.geom)
ORDER BY r.place NULLS LAST, v.parcel_id COLLATE "C"
