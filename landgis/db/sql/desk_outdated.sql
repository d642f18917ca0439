-- How many parcels of a run are not any more what it judged: ended, or of another outline or other facts.
-- Parameters: run_id. outdated: of `db.desk_rows`.
-- A fact that differs became known after the run read its parcels; a run that does not say when read them
-- within the hour before it began at most.
-- Indexes: run_row_pkey, parcel_version_current_key.
WITH run AS (
    SELECT coalesce(
        (record -> 'inputs' ->> 'read_at')::timestamptz, created_at - make_interval(secs => seconds + 3600)
    ) AS read_at
    FROM landgis.screening_run WHERE run_id = %(run_id)s
), touched AS MATERIALIZED (
    SELECT DISTINCT f.parcel_id FROM landgis.parcel_fact f WHERE lower(f.known) >= (SELECT read_at FROM run)
), redrawn AS (
    SELECT r.parcel_id FROM landgis.run_row r
    LEFT JOIN landgis.parcel_version v ON v.parcel_id = r.parcel_id AND v.current
    WHERE r.run_id = %(run_id)s AND v.version IS DISTINCT FROM r.version
), restated AS (
    SELECT r.parcel_id FROM landgis.run_row r JOIN touched USING (parcel_id)
    WHERE r.run_id = %(run_id)s AND {outdated}
)
SELECT count(*) FROM (SELECT parcel_id FROM redrawn UNION SELECT parcel_id FROM restated) changed
