-- The three areas of every parcel on a day, as known at a moment.
-- Parameters: as_of or NULL for the newest; known_at or NULL for now; district (key) or NULL for both; town_code or NULL;
--   parcel_id or NULL.
-- Columns: parcel_id, town_name, planar_m2 (EPSG:4549), ellipsoidal_m2 (CGCS2000), registered_m2 (NULL: none known).
SELECT o.parcel_id, o.town_name, o.planar_m2, o.ellipsoidal_m2, (f.value #>> '{}')::double precision
FROM landgis.parcels_at(%(as_of)s::date, %(known_at)s::timestamptz) o
LEFT JOIN landgis.facts_at(%(as_of)s::date, %(known_at)s::timestamptz) f
    ON f.parcel_id = o.parcel_id AND f.fact = 'registered_area_m2'
WHERE (%(district)s::text IS NULL OR o.district = %(district)s)
  AND (%(town_code)s::text IS NULL OR o.town_code = %(town_code)s)
  AND (%(parcel_id)s::text IS NULL OR o.parcel_id = %(parcel_id)s)
ORDER BY o.parcel_id COLLATE "C"
