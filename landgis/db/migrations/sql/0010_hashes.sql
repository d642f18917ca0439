-- What the features of a release are, in one hash that is taken when they are stored.

-- Count and hash the features of a release: SHA-256 over the SHA-256 of every feature (id, class, label, attributes, and
-- the outline as little-endian WKB), in the order of the ids.
CREATE FUNCTION landgis.features_hash(layer text, release text, OUT features bigint, OUT sha256 text) LANGUAGE sql STABLE
SET search_path = pg_catalog, landgis, public AS $$
    SELECT count(*), encode(sha256(coalesce(string_agg(hashed.told, ''::bytea ORDER BY hashed.feature_id COLLATE "C"), '')), 'hex')
    FROM (
        SELECT f.feature_id, sha256(convert_to(ROW(f.feature_id, f.class, f.label, f.attributes,
            encode(sha256(ST_AsBinary(f.geom, 'NDR')), 'hex'))::text, 'UTF8')) AS told
        FROM landgis.layer_feature f
        WHERE f.layer = features_hash.layer AND f.release = features_hash.release
    ) hashed
$$;

-- Index a filled shelf, put it in its place, and note what lies on it. The release must be this transaction's own. Two at
-- a time would wait for each other's locks in either order: they take turns.
CREATE OR REPLACE FUNCTION landgis.close_shelf(shelf text, layer text, release text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    rack text := format('layer_feature_%s', layer);
BEGIN
    IF shelf !~ format('^layer_feature_%s_[0-9]+$', layer)
       OR NOT EXISTS (
        SELECT FROM pg_class c WHERE c.oid = to_regclass(format('landgis.%I', shelf))
                                 AND c.xmin = pg_current_xact_id()::xid)
       OR EXISTS (
        SELECT FROM pg_inherits WHERE inhrelid = format('landgis.%I', shelf)::regclass)
       OR NOT EXISTS (
        SELECT FROM landgis.layer_release r WHERE r.layer = close_shelf.layer AND r.name = close_shelf.release
                                              AND r.xmin = pg_current_xact_id()::xid)
    THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('要素只能与其图层版本（%s@%s）一并入库', layer, release),
            DETAIL = format('Features are stored together with their release (%s@%s) or not at all', layer, release);
    END IF;
    EXECUTE format('REVOKE INSERT ON landgis.%I FROM landgis_app', shelf);
    EXECUTE format('ALTER TABLE landgis.%I ADD PRIMARY KEY (layer, release, feature_id)', shelf);
    EXECUTE format('CREATE INDEX ON landgis.%I USING gist (geom)', shelf);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON landgis.%I
                    FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change()', shelf);
    EXECUTE format('CREATE TRIGGER sealed BEFORE INSERT ON landgis.%I
                    FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change()', shelf);
    PERFORM pg_advisory_xact_lock(4549006);
    IF to_regclass(format('landgis.%I', rack)) IS NULL THEN
        EXECUTE format('CREATE TABLE landgis.%I (LIKE landgis.layer_feature INCLUDING CONSTRAINTS INCLUDING COMMENTS)
                        PARTITION BY LIST (release)', rack);
        EXECUTE format('CREATE TRIGGER sealed BEFORE INSERT ON landgis.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change()', rack);
        EXECUTE format('ALTER TABLE landgis.layer_feature ATTACH PARTITION landgis.%I FOR VALUES IN (%L)', rack, layer);
    END IF;
    EXECUTE format('ALTER TABLE landgis.%I ATTACH PARTITION landgis.%I FOR VALUES IN (%L)', rack, shelf, release);
    EXECUTE format('ANALYZE landgis.%I', shelf);
    INSERT INTO landgis.release_hash (layer, name, features, sha256)
        SELECT close_shelf.layer, close_shelf.release, hashed.features, hashed.sha256
        FROM landgis.features_hash(close_shelf.layer, close_shelf.release) hashed;
END
$$;
