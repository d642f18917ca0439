-- Lines of a plan for other programs, with the outlines that the runs of their pools judged.
-- Parameters: plan_id. Columns: those of frames.shown.SHOWN_PLAN_LINES, geom (EPSG:4549). Kept free of double quotes and
--   percent signs: QGIS holds the text in its own quotes.
-- Indexes: plan_line_pkey, pool_member_pkey, parcel_version_pkey.
SELECT l.line_no, l.parcel_id, l.town_name, l.village_name, l.owner_name, l.planned_use_code,
       left(CASE length(btrim(l.planned_use_code))
            WHEN 6 THEN regexp_replace(btrim(l.planned_use_code), '(00)+$', '') ELSE btrim(l.planned_use_code) END, 4)
           AS use_class,
       l.planned_use_zh, l.area_ha, l.area_mu, l.area_basis, l.verdict, l.quarter, l.open_points_zh, v.geom
FROM landgis.plan_line l
JOIN landgis.pool_member m USING (pool_id, parcel_id)
JOIN landgis.parcel_version v USING (parcel_id, version)
WHERE l.plan_id = %(plan_id)s
