-- Jobs by number, the newest first, with who asked.
SELECT j.job_no, j.kind, j.arguments, j.asked_by, p.os_account, p.name_zh, j.state, j.share, j.step_zh, j.step_en,
       j.result, j.error, j.created_at, j.started_at, j.ended_at, j.worker, coalesce(c.os_account, ''), j.cleared_at
FROM landgis.job j
JOIN landgis.person p ON p.person_id = j.asked_by
LEFT JOIN landgis.person c ON c.person_id = j.cancel_by
WHERE (%(job_no)s::integer IS NULL OR j.job_no = %(job_no)s)
  AND (%(key)s::text IS NULL OR j.key = %(key)s AND j.state IN ('waiting', 'running'))
  AND (j.asked_by = %(asked_by)s OR j.kind = ANY (%(kinds)s::text[]) OR %(anybody)s)
ORDER BY j.job_no DESC
LIMIT %(most)s OFFSET %(skip)s
