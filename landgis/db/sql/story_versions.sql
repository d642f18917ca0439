-- Outlines of a parcel in the order they were told.
-- Parameters: parcel_id. Columns: those of parcel_story.VersionTold.
SELECT v.created_at AS told_at, p.os_account AS told_by, v.version, nullif(v.valid_from, '-infinity') AS valid_from,
       v.import_no, i.source_name AS file_name, v.act_no, v.reason, d.kind AS document_kind, d.number AS document_number,
       v.planar_m2,
       ST_Area(ST_SymDifference(lag(v.geom) OVER told, v.geom)) AS moved_m2,
       concat_ws(' ', v.town_name, v.village_name) AS place,
       lag(concat_ws(' ', v.town_name, v.village_name)) OVER told AS place_before
FROM landgis.parcel_version v
JOIN landgis.person p ON p.person_id = v.created_by
LEFT JOIN landgis.parcel_import i USING (import_no)
LEFT JOIN landgis.parcel_document d ON d.document_no = v.document_no
WHERE v.parcel_id = %(parcel_id)s
WINDOW told AS (ORDER BY v.version)
ORDER BY v.version
