-- Outlines as certain versions have them.
-- Parameters: parcel_ids, versions (arrays of one length).
-- Columns: parcel_id, district, town_code, town_name, village_name, version, geometry (WKB, EPSG:4549, m).
-- Indexes: parcel_version_pkey.
SELECT v.parcel_id, v.district, v.town_code, v.town_name, v.village_name, v.version, ST_AsBinary(v.geom)
FROM unnest(%(parcel_ids)s::text[], %(versions)s::integer[]) AS wanted (parcel_id, version)
JOIN landgis.parcel_version v USING (parcel_id, version)
ORDER BY v.parcel_id COLLATE "C"
