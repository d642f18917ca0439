-- Documents of a parcel, each as it was stated last.
-- Parameters: parcel_id.
-- Columns: parcel_id, kind, number, title_zh, dated_on.
SELECT DISTINCT ON (kind COLLATE "C", number COLLATE "C") parcel_id, kind, number, title_zh, dated_on
FROM landgis.parcel_document
WHERE parcel_id = %(parcel_id)s
ORDER BY kind COLLATE "C", number COLLATE "C", document_no DESC
