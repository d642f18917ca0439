-- Every move of the memberships of a parcel, by membership and step.
-- Parameters: parcel_id. Columns: member_id, district, parcel_id, tier, then those of domain.pooling.Move.
SELECT m.member_id, m.district, m.parcel_id, m.tier,
       v.step, v.from_standing, v.to_standing, v.reason, v.note, v.version, v.run_id, v.pool_id, v.plan_id, p.name_zh, v.created_at
FROM landgis.membership m
JOIN landgis.membership_move v USING (member_id)
JOIN landgis.person p ON p.person_id = v.created_by
WHERE m.parcel_id = %(parcel_id)s
ORDER BY m.member_id COLLATE "C", v.step
