-- Jobs whose files need not be kept: those that made none, and those whose time is over.
SELECT job_no FROM landgis.job
WHERE cleared_at IS NULL
  AND (state IN ('failed', 'cancelled', 'interrupted') OR state = 'done' AND ended_at < now() - %(kept)s::interval)
