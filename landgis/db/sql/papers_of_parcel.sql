-- Papers of a parcel, each as it was stated last, with the newest file of it.
-- Parameters: parcel_id; known_at or NULL for now.
-- Columns: document_no, kind, number, title_zh, dated_on, content_hash, file_name (both NULL: not handed in), told_by
--   (OS account), told_at.
SELECT DISTINCT ON (d.kind COLLATE "C", d.number COLLATE "C")
       d.document_no, d.kind, d.number, d.title_zh, d.dated_on, f.content_hash, s.name, p.os_account, d.created_at
FROM landgis.parcel_document d
JOIN landgis.person p ON p.person_id = d.created_by
LEFT JOIN LATERAL (
    SELECT content_hash FROM landgis.parcel_document f
    WHERE f.parcel_id = d.parcel_id AND f.kind = d.kind AND f.number = d.number AND f.content_hash IS NOT NULL
      AND f.created_at <= coalesce(%(known_at)s::timestamptz, 'infinity')
    ORDER BY f.document_no DESC LIMIT 1
) f ON true
LEFT JOIN landgis.source_file s ON s.content_hash = f.content_hash
WHERE d.parcel_id = %(parcel_id)s AND d.created_at <= coalesce(%(known_at)s::timestamptz, 'infinity')
ORDER BY d.kind COLLATE "C", d.number COLLATE "C", d.document_no DESC
