-- Jobs that wait and are not in the queue.
SELECT j.job_no FROM landgis.job j
WHERE j.state = 'waiting' AND NOT EXISTS (SELECT FROM landgis_jobs.procrastinate_jobs q WHERE q.id = j.queue_no)
FOR UPDATE OF j SKIP LOCKED
