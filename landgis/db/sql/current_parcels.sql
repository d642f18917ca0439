-- Current version of every parcel of a district or town.
-- Parameters: district (key) or NULL for both; town_code (nine digits) or NULL for all; parcel_id or NULL for all.
-- Columns: parcel_id, district, town_code, town_name, village_name, version, facts (jsonb), geometry (WKB, EPSG:4549, m).
-- Indexes: parcel_version_current_key, parcel_version_district_idx.
SELECT parcel_id, district, town_code, town_name, village_name, version, facts, ST_AsBinary(geom)
FROM landgis.parcel_version
WHERE current
  AND (%(district)s::text IS NULL OR district = %(district)s)
  AND (%(town_code)s::text IS NULL OR town_code = %(town_code)s)
  AND (%(parcel_id)s::text IS NULL OR parcel_id = %(parcel_id)s)
ORDER BY parcel_id COLLATE "C"
