-- What is open of some parcels of a run: rules that were asked and are not clear.
-- Parameters: run_id, parcel_ids. Columns: parcel_id, rule_id, outcome, measured, unit.
-- Indexes: run_finding_pkey.
SELECT parcel_id, rule_id, outcome, measured, unit
FROM landgis.run_finding
WHERE run_id = %(run_id)s AND parcel_id = ANY (%(parcel_ids)s) AND outcome NOT IN ('clear', 'not_asked')
ORDER BY parcel_id COLLATE "C", rule_id COLLATE "C"
