-- Rows of a filter without its verdicts, by verdict.
-- Parameters: those of the condition.
-- Columns: verdict, count, area_um2 (ellipsoidal, millionths of a m²: whole numbers add up the same in any order),
--   west_m, south_m, east_m, north_m (EPSG:4549).
SELECT r.verdict, count(*), sum((r.ellipsoidal_m2 * 1e6)::bigint)::bigint, min(r.west_m), min(r.south_m), max(r.east_m),
       max(r.north_m)
FROM landgis.run_row r
WHERE {condition}
GROUP BY r.verdict
