-- How many parcels of a run are not any more what it judged: ended, or of another outline or other facts.
-- Parameters: run_id. outdated: of `db.desk_rows`.
-- A fact that differs became known after the run read its parcels; a run that does not say when read them
-- within the hour before it began at most.
-- What it costs to compare facts is paid for the parcels that were touched alone: hence MATERIALIZED, twice.
-- Indexes: run_row_pkey, parcel_version_current_key, parcel_fact_known_brin.
WITH run AS (
    SELECT coalesce(
        (record -> 'inputs' ->> 'read_at')::timestamptz, created_at - make_interval(secs => seconds + 3600)
    ) AS read_at
    FROM landgis.screening_run WHERE run_id = %(run_id)s
), touched AS MATERIALIZED (
    SELECT landgis.touched_since((SELECT read_at FROM run)) AS parcel_id
), redrawn AS (
    SELECT r.parcel_id FROM landgis.run_row r
    LEFT JOIN landgis.parcel_version v ON v.parcel_id = r.parcel_id AND v.current
    WHERE r.run_id = %(run_id)s AND v.version IS DISTINCT FROM r.version
), asked AS MATERIALIZED (
    SELECT r.parcel_id, r.version FROM landgis.run_row r JOIN touched USING (parcel_id) WHERE r.run_id = %(run_id)s
), restated AS (
    SELECT r.parcel_id FROM asked r WHERE {outdated}
)
SELECT count(*) FROM (SELECT parcel_id FROM redrawn UNION SELECT parcel_id FROM restated) changed
