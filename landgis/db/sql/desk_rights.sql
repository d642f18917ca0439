-- What landgis_app may, landgis_desk may, and nothing else: tables, columns, sequences, functions and schemas, one by one.
-- The owner runs it whenever the tables were brought up to date; a migration has to name landgis_app alone.
DO $$
DECLARE
    one text;
BEGIN
    IF to_regrole('landgis_desk') IS NULL THEN
        RETURN;  -- tables from before the desk
    END IF;
    FOR one IN
        WITH held (what, privilege, grantee) AS (
            SELECT format('SCHEMA %I', n.nspname), a.privilege_type, a.grantee
            FROM pg_namespace n, aclexplode(n.nspacl) a
            WHERE n.nspname IN ('landgis', 'landgis_open', 'landgis_jobs')
            UNION ALL
            SELECT format('%s %s', CASE c.relkind WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END, c.oid::regclass),
                   a.privilege_type, a.grantee
            FROM pg_class c, aclexplode(c.relacl) a
            WHERE c.relnamespace::regnamespace::text IN ('landgis', 'landgis_open', 'landgis_jobs')
            UNION ALL
            SELECT format('TABLE %s', c.oid::regclass), format('%s (%I)', a.privilege_type, t.attname), a.grantee
            FROM pg_class c JOIN pg_attribute t ON t.attrelid = c.oid AND NOT t.attisdropped, aclexplode(t.attacl) a
            WHERE c.relnamespace::regnamespace::text IN ('landgis', 'landgis_open', 'landgis_jobs')
            UNION ALL
            SELECT format('ROUTINE %s', p.oid::regprocedure), a.privilege_type, a.grantee
            FROM pg_proc p, aclexplode(p.proacl) a
            WHERE p.pronamespace::regnamespace::text IN ('landgis', 'landgis_open', 'landgis_jobs')
        ),
        of_app AS (SELECT what, privilege FROM held WHERE grantee = 'landgis_app'::regrole),
        of_desk AS (SELECT what, privilege FROM held WHERE grantee = 'landgis_desk'::regrole)
        SELECT format('REVOKE %s ON %s FROM landgis_desk', privilege, what) FROM (TABLE of_desk EXCEPT TABLE of_app) gone
        UNION ALL
        SELECT format('GRANT %s ON %s TO landgis_desk', privilege, what) FROM (TABLE of_app EXCEPT TABLE of_desk) new
    LOOP
        EXECUTE one;
    END LOOP;
END
$$;
