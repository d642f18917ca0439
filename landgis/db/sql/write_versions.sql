-- Write the new versions of the incoming parcels; what was current before is no longer.
-- Parameters: import_no, person_id.
WITH born AS (
    INSERT INTO landgis.parcel (parcel_id, district)
    SELECT parcel_id, district FROM incoming WHERE is_new
)
INSERT INTO landgis.parcel_version (parcel_id, version, district, town_code, town_name, village_name, facts, geom,
                                    content_hash, import_no, created_by, current)
SELECT parcel_id, version, district, town_code, town_name, village_name, facts, geom, content_hash, %(import_no)s,
       %(person_id)s, true
FROM incoming
WHERE version IS NOT NULL
