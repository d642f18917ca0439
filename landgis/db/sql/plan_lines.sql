-- Lines of a plan by number.
-- Parameters: plan_id. Columns: those of frames.planned.LINES; area_ha and inside_ha 公顷, area_mu 亩 (numeric, 4 places).
SELECT line_no, parcel_id, district, town_code, town_name, village_name, owner_name, planned_use_code, planned_use_zh,
       area_ha, area_mu, area_basis, verdict, open_points_zh, pool_id, member_id, quarter, term_years, trade_mode,
       mode_certainty, mode_said_zh, mode_said_en, cost_yuan, inside_ha, rental_housing, in_housing_plan, market_zh,
       investor_zh
FROM landgis.plan_line
WHERE plan_id = %(plan_id)s
ORDER BY line_no
