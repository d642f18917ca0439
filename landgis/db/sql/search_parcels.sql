-- Parcels of a run whose number begins with a text, or whose whole number the text begins with (a unit code does).
-- Parameters: run_id; folded (as landgis.domain.catalogue.plain_name folds); most.
-- Columns: parcel_id, town_name, village_name, verdict, west_m, south_m, east_m, north_m, in all.
-- Indexes: run_row_place_idx.
SELECT r.parcel_id, r.town_name, r.village_name, r.verdict, r.west_m, r.south_m, r.east_m, r.north_m, count(*) OVER ()
FROM landgis.run_row r
WHERE r.run_id = %(run_id)s AND (starts_with(r.folded, %(folded)s)
    OR (length(split_part(r.folded, ' ', 1)) >= 9 AND starts_with(%(folded)s, split_part(r.folded, ' ', 1))))
ORDER BY r.place
LIMIT %(most)s
