-- Members of a pool by rank.
-- Parameters: pool_id. Columns: those of frames.pooled.POOL_MEMBERS; area_m2 on the basis that area_basis names.
SELECT parcel_id, rank, verdict, area_m2, area_basis, open_points_zh, open_points_en
FROM landgis.pool_member
WHERE pool_id = %(pool_id)s
ORDER BY rank
