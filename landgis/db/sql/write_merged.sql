-- Write the outline of the parcel that others merge into.
-- Parameters: the place columns, geom (EWKB), planar_m2, ellipsoidal_m2, act_no, valid_from, person_id.
INSERT INTO landgis.parcel_version (parcel_id, version, district, town_code, town_name, village_name, geom, planar_m2,
                                    ellipsoidal_m2, valid_from, act_no, created_by)
VALUES (%(parcel_id)s, 1, %(district)s, %(town_code)s, %(town_name)s, %(village_name)s, ST_GeomFromEWKB(%(geom)s),
        %(planar_m2)s, %(ellipsoidal_m2)s, %(valid_from)s, %(act_no)s, %(person_id)s)
