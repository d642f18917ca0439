-- The facts go back into the versions: into the newest what holds now, into each earlier one what was known when the
-- next was written.
UPDATE landgis.parcel_version v
SET facts = coalesce((
        SELECT jsonb_object_agg(f.fact, f.value ORDER BY f.valid_from)
        FROM landgis.parcel_fact_ever f
        WHERE f.parcel_id = v.parcel_id
          AND f.known @> coalesce((SELECT min(next.created_at) - interval '1 microsecond'
                                   FROM landgis.parcel_version next
                                   WHERE next.parcel_id = v.parcel_id AND next.version > v.version
                                     AND next.created_at > v.created_at), 'infinity')
    ), '{}'),
    import_no = coalesce(v.import_no, (
        SELECT max(old.import_no)
        FROM landgis.parcel_part child
        JOIN landgis.parcel_part parent ON parent.act_no = child.act_no AND parent.part = 'ends'
        JOIN landgis.parcel_version old ON old.parcel_id = parent.parcel_id
        WHERE child.parcel_id = v.parcel_id AND child.part = 'begins'
    ), (SELECT max(import_no) FROM landgis.parcel_import));
UPDATE landgis.parcel_version SET facts = jsonb_strip_nulls(facts);
UPDATE landgis.parcel_version
SET content_hash = encode(sha256(ST_AsBinary(ST_Normalize(geom)) || convert_to(facts::text, 'UTF8')), 'hex');
DELETE FROM landgis.parcel_document WHERE import_no IS NULL;
