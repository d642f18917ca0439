-- Features of a release lie on a shelf of their own: a partition that one transaction fills, indexes and puts in its
-- place. Loading needs no index row by row, and looking into one release never walks through the others.

CREATE SEQUENCE landgis.shelf_number;

-- Make an empty table for the features of a release that is about to be stored; return its name.
CREATE FUNCTION landgis.open_shelf(layer text, release text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    shelf text := format('layer_feature_%s_%s', layer, nextval('landgis.shelf_number'));
BEGIN
    IF EXISTS (SELECT FROM landgis.layer_release r WHERE r.layer = open_shelf.layer AND r.name = open_shelf.release) THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('layer_release 已存档，不能再向 layer_feature 追加记录（%s@%s）', layer, release),
            DETAIL = format('layer_release is sealed: no row may be added to layer_feature (%s@%s)', layer, release);
    END IF;
    EXECUTE format('CREATE TABLE landgis.%I (LIKE landgis.layer_feature INCLUDING CONSTRAINTS INCLUDING COMMENTS)', shelf);
    EXECUTE format('GRANT INSERT ON landgis.%I TO landgis_app', shelf);
    RETURN shelf;
END
$$;

-- Index a filled shelf and put it in its place. The release must be this transaction's own. Two at a time would wait
-- for each other's locks in either order: they take turns.
CREATE FUNCTION landgis.close_shelf(shelf text, layer text, release text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
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
END
$$;
REVOKE EXECUTE ON FUNCTION landgis.open_shelf(text, text), landgis.close_shelf(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION landgis.open_shelf(text, text), landgis.close_shelf(text, text, text) TO landgis_app;
