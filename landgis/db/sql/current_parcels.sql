-- State of every parcel of a district or town on a day, as known at a moment.
-- Parameters: as_of or NULL for the newest; known_at or NULL for now; district (key) or NULL for both; town_code (nine
--   digits) or NULL for all; parcel_ids or NULL for all; facts (names).
-- Columns: parcel_id, district, town_code, town_name, village_name, version, facts (jsonb; null: not known), geometry
--   (WKB, EPSG:4549, m), geodesic_m2 (on the CGCS2000 ellipsoid).
-- Indexes: parcel_version_pkey, parcel_fact_pkey.
WITH outline AS (
    SELECT * FROM landgis.parcels_at(%(as_of)s::date, %(known_at)s::timestamptz)
    WHERE (%(parcel_ids)s::text[] IS NULL OR parcel_id = ANY (%(parcel_ids)s::text[]))
      AND (%(district)s::text IS NULL OR district = %(district)s)
      AND (%(town_code)s::text IS NULL OR town_code = %(town_code)s)
), stated AS (
    SELECT parcel_id, jsonb_object_agg(fact, value ORDER BY valid_from) AS facts  -- the last of one name stays
    FROM landgis.parcel_fact_ever
    WHERE known @> coalesce(%(known_at)s::timestamptz, 'infinity') AND valid_from <= coalesce(%(as_of)s::date, 'infinity')
      AND fact = ANY (%(facts)s) AND (%(parcel_ids)s::text[] IS NULL OR parcel_id = ANY (%(parcel_ids)s::text[]))
    GROUP BY parcel_id
)
SELECT parcel_id, district, town_code, town_name, village_name, version, coalesce(facts, '{}'), ST_AsBinary(geom),
    ellipsoidal_m2 AS geodesic_m2
FROM outline LEFT JOIN stated USING (parcel_id)
ORDER BY parcel_id COLLATE "C"
