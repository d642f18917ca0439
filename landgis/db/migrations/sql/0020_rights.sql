-- Who sees and changes which rows, for whoever works in the role landgis_desk: the desk and the open services. Every
-- transaction names its viewer (landgis.viewer); without one there are no rows. The command line works in landgis_app,
-- which goes by no rights by row: it acts for the account at this machine, and asks the policy itself.
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'landgis_desk')
       OR NOT (SELECT rolbypassrls FROM pg_roles WHERE rolname = 'landgis_app') THEN
        PERFORM landgis.refuse(
            '数据库缺少角色 landgis_desk：请数据库管理员重新执行 landgis db roles 列出的语句，再运行 landgis db upgrade',
            'The role landgis_desk is missing: have the DBA run what landgis db roles prints, then landgis db upgrade');
    END IF;
END
$$;
GRANT SELECT ON landgis.access_rule TO landgis_app;

-- These are asked once a statement, by every statement of the desk: plpgsql keeps their plans.

-- The person who looks: in office, and named by the transaction. Nobody: NULL.
CREATE FUNCTION landgis.viewer_id() RETURNS integer LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    RETURN (SELECT p.person_id FROM landgis.person p WHERE p.os_account = current_setting('landgis.viewer', true) AND p.active);
END
$$;

-- Whether the policy lets the viewer do any of some actions: to whatever reach, or to all rows.
CREATE FUNCTION landgis.reaches(VARIADIC actions text[]) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    RETURN EXISTS (SELECT FROM landgis.person p JOIN landgis.access_rule a USING (role)
                   WHERE p.os_account = current_setting('landgis.viewer', true) AND p.active
                     AND a.action = ANY (actions) AND a.reach <> 'none');
END
$$;
CREATE FUNCTION landgis.reaches_all(VARIADIC actions text[]) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    RETURN EXISTS (SELECT FROM landgis.person p JOIN landgis.access_rule a USING (role)
                   WHERE p.os_account = current_setting('landgis.viewer', true) AND p.active
                     AND a.action = ANY (actions) AND a.reach = 'all');
END
$$;

-- The viewer's town, if he may do any of some actions there; a person without a town has none.
CREATE FUNCTION landgis.own_town(VARIADIC actions text[]) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    RETURN (SELECT p.town_code FROM landgis.person p
            WHERE p.person_id = landgis.viewer_id() AND landgis.reaches(VARIADIC actions));
END
$$;

-- A parcel is of the town where it lies now, or where it lay when it ended.
CREATE FUNCTION landgis.town_of(parcel text) RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    RETURN (SELECT v.town_code FROM landgis.parcel_version v WHERE v.parcel_id = parcel
            ORDER BY v.current DESC, v.valid_from DESC, v.version DESC LIMIT 1);
END
$$;
CREATE FUNCTION landgis.own_parcels(VARIADIC actions text[]) RETURNS SETOF text LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    town text := landgis.own_town(VARIADIC actions);
BEGIN
    IF town IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY SELECT v.parcel_id FROM landgis.parcel_version v WHERE v.current AND v.town_code = town
        UNION ALL
        SELECT p.parcel_id FROM landgis.parcel_part p WHERE p.part = 'ends' AND landgis.town_of(p.parcel_id) = town;
END
$$;

-- Whether a parcel is of the viewer's town, or not in the register yet.
CREATE FUNCTION landgis.own_or_new(parcel text, VARIADIC actions text[]) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    RETURN NOT EXISTS (SELECT FROM landgis.parcel_version v WHERE v.parcel_id = parcel)
        OR landgis.town_of(parcel) = landgis.own_town(VARIADIC actions);
END
$$;
REVOKE EXECUTE ON FUNCTION landgis.viewer_id(), landgis.reaches(text[]), landgis.reaches_all(text[]), landgis.own_town(text[]),
    landgis.town_of(text), landgis.own_parcels(text[]), landgis.own_or_new(text, text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION landgis.viewer_id(), landgis.reaches(text[]), landgis.reaches_all(text[]), landgis.own_town(text[]),
    landgis.own_parcels(text[]), landgis.own_or_new(text, text[]) TO landgis_app;

-- What an administrator may look at is what the policy says, as everywhere.
CREATE OR REPLACE FUNCTION landgis.looks_as(wanted text) RETURNS integer LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF coalesce(nullif(current_setting('role'), 'none'), session_user) = 'landgis_owner' THEN
        RETURN 0;
    END IF;
    IF NOT landgis.reaches_all(CASE wanted WHEN 'security_admin' THEN 'manage_people' WHEN 'audit_admin' THEN 'read_audit'
                                           WHEN 'system_admin' THEN 'manage_system' END) THEN
        RAISE insufficient_privilege USING MESSAGE = format('须由在岗的 %s 办理', wanted);
    END IF;
    RETURN landgis.viewer_id();
END
$$;

-- Rules that guard the land look at all of it, whoever writes. As they now run with the owner's rights, nobody else may
-- hang them on a table of his own.
DO $$
DECLARE
    one regprocedure;
BEGIN
    FOR one IN SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'landgis'::regnamespace AND proname IN (
        'act_is_whole', 'decision_act_is_sound', 'decision_is_sound', 'export_may_leave', 'membership_begins',
        'membership_is_sound', 'owners_must_wish', 'paper_of_version', 'person_is', 'plan_holds', 'plan_is_sound',
        'plan_line_stands', 'planned_counted_once', 'pool_ground_taken_once', 'pool_stands_on_a_final_run',
        'refers_to_something', 'release_moves_on', 'sealed', 'supply_counted_once', 'wish_is_a_fact') LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY DEFINER SET search_path = pg_catalog, landgis, public', one);
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', one);
    END LOOP;
END
$$;
GRANT EXECUTE ON FUNCTION landgis.person_is(integer, text[]) TO landgis_app;

-- What rows are and were is shown as far as the rows are.
CREATE OR REPLACE PROCEDURE landgis.show_ever(name text) LANGUAGE plpgsql AS $$
DECLARE
    reader text;
BEGIN
    EXECUTE format('CREATE VIEW landgis.%I WITH (security_invoker = true) AS
                    SELECT NULL::text AS ended_by, NULL::text AS ended_why, * FROM landgis.%I
                    UNION ALL SELECT * FROM landgis.%I', name || '_ever', name, name || '_history');
    FOREACH reader IN ARRAY ARRAY['landgis_app', 'landgis_read'] LOOP
        IF has_table_privilege(reader, format('landgis.%I', name), 'SELECT') THEN
            EXECUTE format('GRANT SELECT ON landgis.%I, landgis.%I TO %I', name || '_history', name || '_ever', reader);
        END IF;
    END LOOP;
END
$$;
DO $$
DECLARE
    one regclass;
BEGIN
    FOR one IN SELECT oid::regclass FROM pg_class WHERE relnamespace = 'landgis'::regnamespace AND relkind = 'v' LOOP
        EXECUTE format('ALTER VIEW %s SET (security_invoker = true)', one);
    END LOOP;
END
$$;
