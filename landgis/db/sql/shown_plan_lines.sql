-- Lines of a plan for other programs, with the outlines that the runs of their pools judged.
-- Parameters: plan_id. Columns: those of frames.shown.SHOWN_PLAN_LINES, geom (EPSG:4549). Kept free of double quotes and
--   percent signs: QGIS holds the text in its own quotes.
-- Indexes: plan_line_pkey, pool_member_pkey, parcel_version_pkey.
SELECT line_no, parcel_id, town_name, village_name, owner_name, planned_use_code, use_class, planned_use_zh, area_ha, area_mu,
       area_basis, verdict, quarter, open_points_zh, geom
FROM landgis_open.project_plan_lines
WHERE plan_id = %(plan_id)s
