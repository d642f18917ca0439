-- How a plan went on its way, step by step.
-- Parameters: plan_id. Columns: step, from_status, to_status, document, note, by whom (name), at what moment.
SELECT s.step, s.from_status, s.to_status, s.document, s.note, p.name_zh, s.created_at
FROM landgis.plan_step s
JOIN landgis.person p ON p.person_id = s.created_by
WHERE s.plan_id = %(plan_id)s
ORDER BY s.step
