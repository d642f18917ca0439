-- Write the new versions of the incoming parcels; a trigger decides which one is current.
-- Parameters: import_no, act_no (a split that the file delivers) or NULL, person_id.
WITH born AS (
    INSERT INTO landgis.parcel (parcel_id, district)
    SELECT parcel_id, district FROM incoming WHERE is_new
)
INSERT INTO landgis.parcel_version (parcel_id, version, district, town_code, town_name, village_name, geom, planar_m2,
                                    ellipsoidal_m2, valid_from, import_no, act_no, created_by)
SELECT parcel_id, version, district, town_code, town_name, village_name, geom, planar_m2, ellipsoidal_m2, valid_from,
       %(import_no)s, %(act_no)s, %(person_id)s
FROM incoming
WHERE version IS NOT NULL
