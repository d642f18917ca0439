-- The newest statement of every milestone of the members that stand on the ground of some parcels.
-- Parameters: parcel_ids; at (NULL: now). Columns: those of frames.planned.MILESTONES.
SELECT DISTINCT ON (s.parcel_id COLLATE "C", t.milestone) s.parcel_id, t.milestone, t.state, t.on_date, t.note
FROM landgis.milestone t
JOIN landgis.membership_standing s USING (member_id)
WHERE s.parcel_id = ANY (%(parcel_ids)s) AND s.standing <> 'withdrawn'
  AND (%(at)s::timestamptz IS NULL OR t.created_at <= %(at)s)
ORDER BY s.parcel_id COLLATE "C", t.milestone, t.milestone_no DESC
