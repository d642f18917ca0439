-- Write the facts that the incoming parcels state anew, each with the paper of the same delivery that proves it.
-- Parameters: import_no; evidence (jsonb: fact → kind of document).
INSERT INTO landgis.parcel_fact (parcel_id, fact, valid_from, state, value, document_no, import_no)
SELECT f.parcel_id, f.fact, f.valid_from, f.state, f.value, d.document_no, %(import_no)s
FROM incoming_fact f
LEFT JOIN LATERAL (
    SELECT max(d.document_no) AS document_no FROM landgis.parcel_document d
    WHERE f.state = 'known' AND d.parcel_id = f.parcel_id AND d.import_no = %(import_no)s
      AND d.kind = %(evidence)s::jsonb ->> f.fact
) d ON true
ON CONFLICT (parcel_id, fact, valid_from) DO UPDATE
SET state = excluded.state, value = excluded.value, document_no = excluded.document_no, source = '',
    import_no = excluded.import_no, act_no = NULL
