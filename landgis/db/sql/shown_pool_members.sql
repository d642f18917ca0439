-- Members of a pool for other programs, with the outlines that its run judged.
-- Parameters: pool_id. Columns: those of frames.shown.SHOWN_POOL_MEMBERS, geom (EPSG:4549). No double quotes, no
--   percent signs: see shown_plan_lines.
-- Indexes: pool_member_pkey, parcel_version_pkey.
SELECT m.rank, m.parcel_id, v.town_name, v.village_name, m.verdict, m.area_m2, m.area_basis, m.open_points_zh, v.geom
FROM landgis.pool_member m
JOIN landgis.parcel_version v USING (parcel_id, version)
WHERE m.pool_id = %(pool_id)s
