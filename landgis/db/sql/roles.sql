-- The roles, the extension and the schemas of landgis; may be run again.
-- Run as a superuser in the database of landgis. landgis itself runs it in its private cluster; on an office server
-- the DBA runs it once ("landgis db roles" prints it with the grants for the login account).
--   landgis_owner  owns the schema and migrates it       landgis_app   works: neither owner nor superuser
--   landgis_read   reads the views of landgis_open, for QGIS and other outsiders
--   landgis_desk   works for whoever looks at the desk: what landgis_app may, but row by row as the policy has it. It is
--                  no member of landgis_app, or it could take that role and see every row: "landgis db upgrade" gives
--                  it the same rights one by one.
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['landgis_owner', 'landgis_app', 'landgis_read', 'landgis_desk'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', name);
        END IF;
    END LOOP;
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO landgis_owner, landgis_app, landgis_desk', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO landgis_read', current_database());
END
$$;
ALTER ROLE landgis_app BYPASSRLS;  -- the command line acts for whoever holds the account: rights by row are the desk's
REVOKE landgis_app FROM landgis_desk;  -- it was a member once
CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public;
-- Whether two boxes meet tells nothing of what is in them. Said here, so that an index on outlines serves the desk too.
ALTER FUNCTION public.geometry_overlaps(public.geometry, public.geometry) LEAKPROOF;
CREATE SCHEMA IF NOT EXISTS landgis AUTHORIZATION landgis_owner;
CREATE SCHEMA IF NOT EXISTS landgis_open AUTHORIZATION landgis_owner;
CREATE SCHEMA IF NOT EXISTS landgis_jobs AUTHORIZATION landgis_owner;
GRANT USAGE ON SCHEMA landgis, landgis_open TO landgis_app, landgis_desk, landgis_read;
