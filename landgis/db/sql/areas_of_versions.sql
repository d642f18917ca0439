-- Areas on the ellipsoid as the register keeps them of certain versions.
-- Parameters: parcel_ids, versions (arrays of one length).
-- Columns: parcel_id, geodesic_m2 (on the CGCS2000 ellipsoid).
-- Indexes: parcel_version_pkey.
SELECT v.parcel_id, v.ellipsoidal_m2
FROM unnest(%(parcel_ids)s::text[], %(versions)s::integer[]) AS wanted (parcel_id, version)
JOIN landgis.parcel_version v USING (parcel_id, version)
ORDER BY v.parcel_id COLLATE "C"
