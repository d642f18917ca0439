-- One page of the rows of a filter. condition: of `db.parcel_where`; order: of `db.desk_rows`.
-- Parameters: those of the condition; size, start (rows before the page).
-- Columns: parcel_id, verdict, town_name, village_name, planned_use, ellipsoidal_m2, outdated (since the run the parcel
--   ended, or has another outline or other facts).
-- Indexes: run_row_pkey, parcel_version_pkey, parcel_fact_pkey.
WITH shown AS MATERIALIZED (
    SELECT r.* FROM landgis.run_row r WHERE {condition} ORDER BY {order} LIMIT %(size)s OFFSET %(start)s
)
SELECT r.parcel_id, r.verdict, r.town_name, r.village_name, r.planned_use, r.ellipsoidal_m2, {outdated}
FROM shown r
ORDER BY {order}
