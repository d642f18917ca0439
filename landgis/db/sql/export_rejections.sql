-- Rejections with the rules that they became, oldest first.
-- Parameters: rejection_id, profile_id: each NULL for all; open (only rules that are still tried).
-- Columns: export_id, those of domain.receiver_rule.ReceiverRule, code, row_key, noted by (name), noted at, ended why.
SELECT r.export_id, r.rejection_id, r.profile_id, r.layer, r.field, r.test, r.value, r.reason,
       r.code, r.row_key, p.name_zh, r.created_at, coalesce(e.reason, '')
FROM landgis.export_rejection r
JOIN landgis.person p ON p.person_id = r.created_by
LEFT JOIN landgis.export_rejection_end e USING (rejection_id)
WHERE (%(rejection_id)s::text IS NULL OR r.rejection_id = %(rejection_id)s)
  AND (%(profile_id)s::text IS NULL OR r.profile_id = %(profile_id)s)
  AND NOT (%(open)s AND e.rejection_id IS NOT NULL)
ORDER BY length(r.rejection_id), r.rejection_id COLLATE "C"
