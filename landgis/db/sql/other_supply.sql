-- The list of other supply of a year that spoke at a moment.
-- Parameters: district, year, at (NULL: now). Columns: those of frames.planned.OTHER_SUPPLY; areas 公顷 (numeric, 4 places).
SELECT o.supply_id, o.name_zh, o.ownership, o.channel, o.parcel_id, o.town_code, o.town_name, o.planned_use_code,
       o.area_ha, o.inside_ha, o.quarter, o.rental_housing, o.in_housing_plan
FROM landgis.other_supply o
WHERE o.batch_no = (
    SELECT max(b.batch_no) FROM landgis.supply_batch b
    WHERE b.district = %(district)s AND b.year = %(year)s AND (%(at)s::timestamptz IS NULL OR b.created_at <= %(at)s))
ORDER BY o.channel, o.supply_id COLLATE "C"
