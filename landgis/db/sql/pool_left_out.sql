-- Parcels left out of a pool, with the reason.
-- Parameters: pool_id. Columns: those of frames.pooled.POOL_LEFT_OUT.
SELECT parcel_id, reason, detail_zh, detail_en
FROM landgis.pool_left_out
WHERE pool_id = %(pool_id)s
ORDER BY parcel_id COLLATE "C"
