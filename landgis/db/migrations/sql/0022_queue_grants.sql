-- The queue is worked with the working role's rights. Its rows go when a job is over: the record is landgis.job.
GRANT USAGE ON SCHEMA landgis_jobs TO landgis_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA landgis_jobs TO landgis_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA landgis_jobs TO landgis_app;
