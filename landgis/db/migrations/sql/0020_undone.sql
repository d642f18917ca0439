-- What revision 0020 made, taken back.
DO $$
DECLARE
    one record;
BEGIN
    FOR one IN SELECT tablename, policyname FROM pg_policies WHERE schemaname = 'landgis' LOOP
        EXECUTE format('DROP POLICY %I ON landgis.%I', one.policyname, one.tablename);
    END LOOP;
    FOR one IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'landgis'::regnamespace AND relrowsecurity LOOP
        EXECUTE format('ALTER TABLE %s DISABLE ROW LEVEL SECURITY', one.name);
    END LOOP;
    FOR one IN SELECT oid::regclass AS name FROM pg_class WHERE relnamespace = 'landgis'::regnamespace AND relkind = 'v' LOOP
        EXECUTE format('ALTER VIEW %s RESET (security_invoker)', one.name);
    END LOOP;
    FOR one IN SELECT oid::regprocedure AS name FROM pg_proc WHERE pronamespace = 'landgis'::regnamespace AND proname IN (
        'act_is_whole', 'decision_act_is_sound', 'decision_is_sound', 'export_may_leave', 'membership_begins',
        'membership_is_sound', 'owners_must_wish', 'paper_of_version', 'person_is', 'plan_holds', 'plan_is_sound',
        'plan_line_stands', 'planned_counted_once', 'pool_ground_taken_once', 'pool_stands_on_a_final_run',
        'refers_to_something', 'release_moves_on', 'sealed', 'supply_counted_once', 'wish_is_a_fact') LOOP
        EXECUTE format('ALTER FUNCTION %s SECURITY INVOKER RESET ALL', one.name);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO PUBLIC', one.name);
    END LOOP;
END
$$;
REVOKE EXECUTE ON FUNCTION landgis.person_is(integer, text[]) FROM landgis_app;
DROP FUNCTION landgis.viewer_id(), landgis.reaches(text[]), landgis.reaches_all(text[]), landgis.own_town(text[]),
    landgis.town_of(text), landgis.own_parcels(text[]), landgis.own_or_new(text, text[]);
