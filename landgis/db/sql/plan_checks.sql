-- What was asked of the lines of a plan, by line, in the order of the checks.
-- Parameters: plan_id, checks (all of them, in order). Columns: those of frames.planned.CHECKS.
SELECT line_no, check_id, outcome, said_zh, said_en
FROM landgis.plan_line_check
WHERE plan_id = %(plan_id)s
ORDER BY line_no, array_position(%(checks)s::text[], check_id)
