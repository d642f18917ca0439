-- A stamp of who may come in and see what: new with every transaction that ends a session, or changes a person or a
-- password. What a server holds in memory of a session is good while the stamp is the same, and not a moment longer.

-- Stamp anew at the end of the transaction: seen together with the change, and the row is locked for the commit alone.
CREATE FUNCTION landgis.entry_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    UPDATE landgis.entry_state SET stamp = gen_random_uuid();
    RETURN NULL;
END
$$;

-- The policy by its content: written anew as it was, it is the same.
CREATE FUNCTION landgis.rules_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    UPDATE landgis.entry_state SET rules = (
        SELECT coalesce(md5(string_agg(concat_ws(',', role, action, reach), ';' ORDER BY role COLLATE "C", action COLLATE "C")), '')
        FROM landgis.access_rule);
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION landgis.entry_changed(), landgis.rules_changed() FROM PUBLIC;

-- The first stamp is of what is there: whoever goes back and comes again finds the same.
INSERT INTO landgis.entry_state (stamp, rules) SELECT md5(concat_ws('|',
        (SELECT md5(string_agg(concat_ws(',', session_no, ended_at IS NULL), ';' ORDER BY session_no)) FROM landgis.web_session),
        (SELECT md5(string_agg(p::text, ';' ORDER BY person_id)) FROM landgis.person p),
        (SELECT md5(string_agg(l::text, ';' ORDER BY person_id)) FROM landgis.person_login l)
    ))::uuid,
    coalesce(md5(string_agg(concat_ws(',', role, action, reach), ';' ORDER BY role COLLATE "C", action COLLATE "C")), '')
    FROM landgis.access_rule;

CREATE CONSTRAINT TRIGGER entry_changed AFTER UPDATE ON landgis.web_session DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (OLD.ended_at IS DISTINCT FROM NEW.ended_at) EXECUTE FUNCTION landgis.entry_changed();
CREATE CONSTRAINT TRIGGER entry_changed AFTER UPDATE ON landgis.person DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION landgis.entry_changed();
CREATE CONSTRAINT TRIGGER entry_changed AFTER INSERT OR UPDATE OR DELETE ON landgis.person_login
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION landgis.entry_changed();
CREATE TRIGGER rules_changed AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON landgis.access_rule
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.rules_changed();
GRANT SELECT ON landgis.entry_state TO landgis_app;
