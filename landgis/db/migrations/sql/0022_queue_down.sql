-- Take the queue out of its schema; the empty schema stays the DBA's.
DO $$
DECLARE
    thing record;
BEGIN
    FOR thing IN SELECT relname FROM pg_class WHERE relnamespace = 'landgis_jobs'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('DROP TABLE landgis_jobs.%I CASCADE', thing.relname);
    END LOOP;
    FOR thing IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'landgis_jobs'::regnamespace LOOP
        EXECUTE format('DROP FUNCTION %s CASCADE', thing.name);
    END LOOP;
    FOR thing IN SELECT typname FROM pg_type WHERE typnamespace = 'landgis_jobs'::regnamespace
                 AND (typtype = 'e' OR typtype = 'c') LOOP
        EXECUTE format('DROP TYPE landgis_jobs.%I CASCADE', thing.typname);
    END LOOP;
END
$$;
