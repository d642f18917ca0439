-- Tasks with how they ended, by number.
-- Parameters: task_id, district, run_id: each NULL for all; open (only those not ended).
-- Columns: task_id, district, those of domain.tasks.Todo, then run_id, opened by, at, end, note, ended by.
SELECT t.task_id, t.district, t.kind, t.parcel_id, t.member_id, t.plan_id, t.said_zh, t.said_en,
       t.run_id, p.os_account, t.created_at, e.outcome, coalesce(e.note, ''), coalesce(q.os_account, '')
FROM landgis.task t
JOIN landgis.person p ON p.person_id = t.created_by
LEFT JOIN landgis.task_end e USING (task_id)
LEFT JOIN landgis.person q ON q.person_id = e.created_by
WHERE (%(task_id)s::text IS NULL OR t.task_id = %(task_id)s)
  AND (%(district)s::text IS NULL OR t.district = %(district)s)
  AND (%(run_id)s::text IS NULL OR t.run_id = %(run_id)s)
  AND NOT (%(open)s AND e.outcome IS NOT NULL)
ORDER BY t.task_id COLLATE "C"
