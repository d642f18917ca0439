-- Facts of one parcel on a day, as known at a moment, each with the paper that proves it.
-- Parameters: parcel_id; as_of or NULL for the newest; known_at or NULL for now.
-- Columns: fact, state, value (jsonb), valid_from (NULL: nobody said since when), document_no, kind, number, source,
--   import_no, act_no.
-- Indexes: parcel_fact_pkey, parcel_fact_history_parcel_idx.
SELECT f.fact, f.state, f.value, nullif(f.valid_from, '-infinity'), f.document_no, d.kind, d.number, f.source, f.import_no,
       f.act_no
FROM landgis.facts_at(%(as_of)s::date, %(known_at)s::timestamptz) f
LEFT JOIN landgis.parcel_document d USING (document_no)
WHERE f.parcel_id = %(parcel_id)s
