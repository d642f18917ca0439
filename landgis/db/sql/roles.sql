-- The four roles, the extension and the schema of landgis; may be run again.
-- Run as a superuser in the database of landgis. landgis itself runs it in its private cluster; on an office server
-- the DBA runs it once ("landgis db roles" prints it with the grants for the login account).
--   landgis_owner  owns the schema and migrates it       landgis_app   works: neither owner nor superuser
--   landgis_read   reads the views of landgis_open, for QGIS and other outsiders
DO $$
DECLARE
    name text;
BEGIN
    FOREACH name IN ARRAY ARRAY['landgis_owner', 'landgis_app', 'landgis_read'] LOOP
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name) THEN
            EXECUTE format('CREATE ROLE %I NOLOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS', name);
        END IF;
    END LOOP;
    EXECUTE format('GRANT CONNECT, TEMPORARY ON DATABASE %I TO landgis_owner, landgis_app', current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %I TO landgis_read', current_database());
END
$$;
CREATE EXTENSION IF NOT EXISTS postgis SCHEMA public;
CREATE SCHEMA IF NOT EXISTS landgis AUTHORIZATION landgis_owner;
CREATE SCHEMA IF NOT EXISTS landgis_open AUTHORIZATION landgis_owner;
GRANT USAGE ON SCHEMA landgis, landgis_open TO landgis_app, landgis_read;
