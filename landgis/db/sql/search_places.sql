-- Towns and villages of a run with their initials, counts and bounds.
-- Parameters: run_id. Columns: town_code, town_name, village_name, initials, count, west_m, south_m, east_m, north_m.
-- Indexes: run_row_pkey.
SELECT r.town_code, r.town_name, r.village_name, r.initials, count(*), min(r.west_m), min(r.south_m), max(r.east_m),
       max(r.north_m)
FROM landgis.run_row r
WHERE r.run_id = %(run_id)s
GROUP BY r.town_code, r.town_name, r.village_name, r.initials
ORDER BY r.town_code COLLATE "C", r.village_name COLLATE "C"
