-- Pool members left out of a plan, with the reason.
-- Parameters: plan_id. Columns: those of frames.pooled.PLAN_LEFT_OUT.
SELECT parcel_id, reason, detail_zh, detail_en
FROM landgis.plan_left_out
WHERE plan_id = %(plan_id)s
ORDER BY parcel_id COLLATE "C"
