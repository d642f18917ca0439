-- Members of a pool for other programs, with the outlines that its run judged.
-- Parameters: pool_id. Columns: those of frames.shown.SHOWN_POOL_MEMBERS, geom (EPSG:4549). No double quotes, no
--   percent signs: see shown_plan_lines.
-- Indexes: pool_member_pkey, parcel_version_pkey.
SELECT rank, parcel_id, town_name, village_name, verdict, area_m2, area_basis, open_points_zh, geom
FROM landgis_open.project_pool_members
WHERE pool_id = %(pool_id)s
