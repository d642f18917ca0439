-- Lines of a plan whose land is in a list of other supply too; what is to be published is refused for the same (0015).
-- Parameters: plan_id, district, year, at (NULL: now). Columns: parcel_id, supply_id.
SELECT l.parcel_id, o.supply_id
FROM landgis.plan_line l
JOIN landgis.pool_member m ON m.pool_id = l.pool_id AND m.parcel_id = l.parcel_id
JOIN landgis.parcel_version v ON v.parcel_id = m.parcel_id AND v.version = m.version
JOIN landgis.other_supply o ON o.batch_no = (
    SELECT max(b.batch_no) FROM landgis.supply_batch b
    WHERE b.district = %(district)s AND b.year = %(year)s AND (%(at)s::timestamptz IS NULL OR b.created_at <= %(at)s))
WHERE l.plan_id = %(plan_id)s
  AND (o.parcel_id = l.parcel_id OR o.geom && v.geom AND ST_Area(ST_Intersection(o.geom, v.geom)) > 1e-6)
ORDER BY l.parcel_id COLLATE "C", o.supply_id COLLATE "C"
