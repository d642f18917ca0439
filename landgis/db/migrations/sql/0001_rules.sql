-- Rules that hold for every client, QGIS and psql included. A refusal carries SQLSTATE LG001, the message in Chinese
-- and the detail in English.

-- Results of a run and rows of a release are written by the transaction that made the run or the release, and by no
-- other. Arguments: parent table; condition that joins parent p and new rows n. No savepoint may lie between the two.
CREATE FUNCTION landgis.sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM landgis.%I p WHERE p.xmin <> pg_current_xact_id()::xid
                        AND EXISTS (SELECT FROM new_rows n WHERE %s))', TG_ARGV[0], TG_ARGV[1]) INTO late;
    IF late THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('%s 已存档，不能再向 %s 追加记录', TG_ARGV[0], TG_TABLE_NAME),
            DETAIL = format('%s is sealed: no row may be added to %s', TG_ARGV[0], TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER sealed AFTER INSERT ON landgis.layer_feature REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('layer_release', 'p.layer = n.layer AND p.name = n.release');
CREATE TRIGGER sealed AFTER INSERT ON landgis.layer_issue REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('layer_release', 'p.layer = n.layer AND p.name = n.release');
CREATE TRIGGER sealed AFTER INSERT ON landgis.run_parcel REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('screening_run', 'p.run_id = n.run_id');
CREATE TRIGGER sealed AFTER INSERT ON landgis.run_overlap REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('screening_run', 'p.run_id = n.run_id');
CREATE TRIGGER sealed AFTER INSERT ON landgis.run_hit REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('screening_run', 'p.run_id = n.run_id');
CREATE TRIGGER sealed AFTER INSERT ON landgis.run_coverage REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('screening_run', 'p.run_id = n.run_id');
CREATE TRIGGER sealed AFTER INSERT ON landgis.run_finding REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('screening_run', 'p.run_id = n.run_id');

-- A release goes from draft to published to superseded, never back, and never to published with a fatal issue.
CREATE FUNCTION landgis.release_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (('draft', 'published'), ('published', 'superseded')) THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('图层版本 %s@%s 不能由 %s 改为 %s', OLD.layer, OLD.name, OLD.status, NEW.status),
            DETAIL = format('Release %s@%s cannot go from %s to %s', OLD.layer, OLD.name, OLD.status, NEW.status);
    END IF;
    IF NEW.status = 'published' AND EXISTS (
        SELECT FROM landgis.layer_issue i WHERE i.layer = OLD.layer AND i.release = OLD.name AND i.severity = 'fatal')
    THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('图层版本 %s@%s 有致命问题，不能发布', OLD.layer, OLD.name),
            DETAIL = format('Release %s@%s has fatal issues and cannot be published', OLD.layer, OLD.name);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER release_moves_on BEFORE UPDATE ON landgis.layer_release
    FOR EACH ROW EXECUTE FUNCTION landgis.release_moves_on();

-- A version of a parcel ceases to be the current one; none that ceased comes back.
CREATE FUNCTION landgis.version_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LG001',
        MESSAGE = format('地块 %s 的历史版本 %s 不能恢复为现行版本', OLD.parcel_id, OLD.version),
        DETAIL = format('Version %s of parcel %s is past and cannot become current again', OLD.version, OLD.parcel_id);
END
$$;
CREATE TRIGGER version_moves_on BEFORE UPDATE ON landgis.parcel_version
    FOR EACH ROW WHEN (NEW.current AND NOT OLD.current) EXECUTE FUNCTION landgis.version_moves_on();

-- No two members of a pool over the same ground: overlaps above the pool's signed tolerance (m²), at least 1e-6 m², the
-- floor below which is touching. Writers of
-- one pool take turns; the look at the pool comes after the wait and must see what the other one stored, which a
-- snapshot taken at the start of the transaction would hide.
CREATE FUNCTION landgis.pool_ground_taken_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    clash record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = '储备项目库只能在 read committed 隔离级别下写入',
            DETAIL = 'Members of a pool are written at isolation level read committed only';
    END IF;
    PERFORM pg_advisory_xact_lock(4549002, hashtext(p.pool_id))
        FROM (SELECT DISTINCT pool_id FROM new_rows ORDER BY pool_id) p;
    SELECT n.pool_id, n.parcel_id AS one, near.parcel_id AS other, near.area_m2 INTO clash
        FROM new_rows n
        JOIN landgis.parcel_version v USING (parcel_id, version)
        CROSS JOIN LATERAL (
            SELECT m.parcel_id, ST_Area(ST_Intersection(v.geom, w.geom)) AS area_m2
            FROM landgis.parcel_version w
            JOIN landgis.pool_member m ON m.pool_id = n.pool_id AND m.parcel_id = w.parcel_id AND m.version = w.version
            WHERE w.geom && v.geom AND w.parcel_id <> n.parcel_id
            OFFSET 0
        ) near
        JOIN landgis.pool p ON p.pool_id = n.pool_id
        WHERE near.area_m2 > greatest(p.overlap_tolerance_m2, 1e-6)
        LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('储备项目库 %s：地块 %s 与 %s 重叠 %s ㎡', clash.pool_id, clash.one, clash.other,
                             round(clash.area_m2::numeric, 6)),
            DETAIL = format('Pool %s: parcels %s and %s overlap by %s m²', clash.pool_id, clash.one, clash.other,
                            round(clash.area_m2::numeric, 6));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER pool_ground_taken_once AFTER INSERT ON landgis.pool_member REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.pool_ground_taken_once();
