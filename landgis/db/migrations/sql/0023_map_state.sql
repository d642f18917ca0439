-- A stamp of what tiles show, new with every transaction that changes parcels, pools or plans.

-- Note that this transaction changes the map: once, however many statements do.
CREATE FUNCTION landgis.map_changes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    INSERT INTO landgis.map_change VALUES (pg_current_xact_id()::text::bigint) ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;

-- Stamp anew at the end of the transaction: the row is locked for the commit alone, and a long import keeps nobody waiting.
-- The new stamp is seen together with the change and never before it. Chance makes it, not a count: a database that was
-- restored must not come to a stamp that it had before.
CREATE FUNCTION landgis.map_changed() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    DELETE FROM landgis.map_change WHERE transaction = NEW.transaction;
    UPDATE landgis.map_state SET stamp = gen_random_uuid();
    RETURN NULL;
END
$$;
REVOKE EXECUTE ON FUNCTION landgis.map_changes(), landgis.map_changed() FROM PUBLIC;

-- The first stamp is of what is there: whoever goes back and comes again finds no tile of another state.
INSERT INTO landgis.map_state (stamp) SELECT md5(concat_ws('|',
    (SELECT md5(string_agg(concat_ws(',', parcel_id, version, current), ';' ORDER BY parcel_id COLLATE "C", version))
     FROM landgis.parcel_version),
    (SELECT md5(string_agg(m::text, ';' ORDER BY m::text COLLATE "C")) FROM landgis.membership_standing m),
    (SELECT md5(string_agg(concat_ws(',', plan_id, year, status), ';' ORDER BY plan_id COLLATE "C")) FROM landgis.plan),
    (SELECT md5(string_agg(concat_ws(',', plan_id, parcel_id), ';' ORDER BY plan_id COLLATE "C", parcel_id COLLATE "C"))
     FROM landgis.plan_line)
))::uuid;

CREATE CONSTRAINT TRIGGER map_changed AFTER INSERT ON landgis.map_change DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION landgis.map_changed();
CREATE TRIGGER map_changes AFTER INSERT OR UPDATE OR DELETE ON landgis.parcel_version
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.map_changes();
CREATE TRIGGER map_changes AFTER INSERT OR UPDATE OR DELETE ON landgis.membership_standing
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.map_changes();
CREATE TRIGGER map_changes AFTER INSERT OR UPDATE OR DELETE ON landgis.plan
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.map_changes();
CREATE TRIGGER map_changes AFTER INSERT OR UPDATE OR DELETE ON landgis.plan_line
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.map_changes();
GRANT SELECT ON landgis.map_state, landgis.map_change TO landgis_app;
