-- How the memberships of a district stood at a moment, by parcel and membership.
-- Parameters: district; at (NULL: now). Columns: those of frames.pooled.STANDINGS.
SELECT m.member_id, m.parcel_id, m.tier, last.to_standing, last.step, last.version, last.reason, last.note,
       last.run_id, last.pool_id, last.plan_id, p.os_account, last.created_at
FROM landgis.membership m
JOIN LATERAL (
    SELECT * FROM landgis.membership_move v
    WHERE v.member_id = m.member_id AND (%(at)s::timestamptz IS NULL OR v.created_at <= %(at)s)
    ORDER BY v.step DESC LIMIT 1
) last ON true
JOIN landgis.person p ON p.person_id = last.created_by
WHERE m.district = %(district)s
ORDER BY m.parcel_id COLLATE "C", m.member_id COLLATE "C"
