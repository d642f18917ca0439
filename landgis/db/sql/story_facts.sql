-- Every fact that was ever known of a parcel; what changed twice within one transaction was never known in between.
-- Parameters: parcel_id. Columns: those of parcel_story.FactTold.
SELECT lower(f.known) AS told_at, f.known_by AS told_by, f.known_why AS told_why, upper(f.known) AS ended_at, f.ended_by,
       f.ended_why, f.fact, f.state, f.value, nullif(f.valid_from, '-infinity') AS valid_from, d.kind AS document_kind,
       d.number AS document_number, f.source, f.import_no, f.act_no
FROM landgis.parcel_fact_ever f
LEFT JOIN landgis.parcel_document d ON d.document_no = f.document_no
WHERE f.parcel_id = %(parcel_id)s AND NOT isempty(f.known)
ORDER BY 1, f.valid_from, f.fact COLLATE "C"
