-- What an adjustment changed, by parcel.
-- Parameters: plan_id. Columns: those of frames.planned.CHANGES.
SELECT parcel_id, change, reason
FROM landgis.plan_change
WHERE plan_id = %(plan_id)s
ORDER BY parcel_id COLLATE "C"
