-- Releases: draft, published, superseded, retired, never back. Nothing of a release changes but its status, and nothing
-- is deleted, by whatever client.

-- What a release lacks to be published: in Chinese, in English. No row: nothing.
CREATE FUNCTION landgis.release_lacks(r landgis.layer_release) RETURNS TABLE (zh text, en text) LANGUAGE sql STABLE
AS $$
    SELECT gap.zh, gap.en FROM (VALUES
        (r.document_no = '' AND r.no_document_reason = '' AND NOT r.substitute,
         '批准文号，或没有文号的理由', 'a document number, or the reason why there is none'),
        (coalesce(r.in_force_from, r.approved_on) IS NULL,
         '生效日期或批准日期', 'the first day in force, or the day of approval'),
        (r.coverage_basis <> 'declared',
         '声明的覆盖范围（现为推定）', 'a declared coverage (it is only assumed)')
    ) AS gap (missing, zh, en) WHERE gap.missing
    UNION ALL
    SELECT format('无致命问题（现有 %s 个致命问题）', count(*)), format('freedom from fatal issues (it has %s fatal issues)', count(*))
    FROM landgis.layer_issue i WHERE i.layer = r.layer AND i.release = r.name AND i.severity = 'fatal' HAVING count(*) > 0
$$;

CREATE FUNCTION landgis.release_begins_as_draft() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.status <> 'draft' OR NEW.published_at IS NOT NULL OR NEW.published_by IS NOT NULL THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('图层版本 %s@%s 须先作为草稿入库', NEW.layer, NEW.name),
            DETAIL = format('Release %s@%s must come in as a draft', NEW.layer, NEW.name);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER release_begins_as_draft BEFORE INSERT ON landgis.layer_release
    FOR EACH ROW EXECUTE FUNCTION landgis.release_begins_as_draft();

CREATE OR REPLACE FUNCTION landgis.release_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    allowed landgis.layer_release := OLD;
    gaps record;
BEGIN
    IF (OLD.status, NEW.status) NOT IN (('draft', 'published'), ('published', 'superseded'), ('superseded', 'retired'),
                                        ('draft', 'retired'), ('published', 'retired')) THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('图层版本 %s@%s 不能由 %s 改为 %s', OLD.layer, OLD.name, OLD.status, NEW.status),
            DETAIL = format('Release %s@%s cannot go from %s to %s', OLD.layer, OLD.name, OLD.status, NEW.status);
    END IF;
    allowed.status := NEW.status;
    IF NEW.status = 'published' THEN
        NEW.published_at := now();
        allowed.published_at := now();
        allowed.published_by := NEW.published_by;
        SELECT string_agg(l.zh, '、') AS zh, string_agg(l.en, '; ') AS en INTO gaps FROM landgis.release_lacks(OLD) l;
        IF gaps.zh IS NOT NULL THEN
            RAISE EXCEPTION USING ERRCODE = 'LG001',
                MESSAGE = format('图层版本 %s@%s 不能发布，缺：%s', OLD.layer, OLD.name, gaps.zh),
                DETAIL = format('Release %s@%s cannot be published, it lacks: %s', OLD.layer, OLD.name, gaps.en);
        END IF;
    END IF;
    IF NEW IS DISTINCT FROM allowed THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('图层版本 %s@%s 除状态外不能修改', OLD.layer, OLD.name),
            DETAIL = format('Nothing of release %s@%s may change but its status', OLD.layer, OLD.name);
    END IF;
    IF NEW.status = 'retired' AND landgis.why() = '' THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('停用图层版本 %s@%s 须说明理由（landgis.reason）', OLD.layer, OLD.name),
            DETAIL = format('A reason is needed to retire release %s@%s (set landgis.reason)', OLD.layer, OLD.name);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER never_deleted BEFORE DELETE ON landgis.layer_release
    FOR EACH ROW EXECUTE FUNCTION landgis.refuse_change();

-- A pool stands on a run of what is in force, as it is known now.
CREATE FUNCTION landgis.pool_stands_on_a_final_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM landgis.screening_run r
               WHERE r.run_id = NEW.run_id AND (r.legal_state <> 'in_force' OR r.known_at IS NOT NULL)) THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('筛查批次 %s 是预审或回溯筛查（非最终结论），不能据此建库', NEW.run_id),
            DETAIL = format('Run %s is a preview or looks back; no pool can be built from it', NEW.run_id);
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER pool_stands_on_a_final_run BEFORE INSERT OR UPDATE ON landgis.pool
    FOR EACH ROW EXECUTE FUNCTION landgis.pool_stands_on_a_final_run();
