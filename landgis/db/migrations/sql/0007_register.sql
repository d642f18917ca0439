-- The register for several hands at once: nobody but the rules themselves touches what is current, whoever ends a
-- parcel and whoever speaks of it take turns, all owners count, and a refusal speaks of the thing and not of the table.

-- What a table holds, as a planner calls it.
CREATE FUNCTION landgis.called(name text, OUT zh text, OUT en text) LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN name LIKE '%\_history' THEN word.zh || '的历史' ELSE word.zh END,
           CASE WHEN name LIKE '%\_history' THEN 'history of ' || word.en ELSE word.en END
    FROM (VALUES
        ('source_file', '原始文件', 'original files'),
        ('layer_release', '图层版本', 'layer release'),
        ('layer_feature', '图层要素', 'layer features'),
        ('layer_issue', '图层问题', 'layer issues'),
        ('layer_repair', '图层修复', 'layer repairs'),
        ('parcel', '地块', 'parcels'),
        ('parcel_version', '地块图形', 'outlines of parcels'),
        ('parcel_import', '地块导入', 'imports of parcels'),
        ('parcel_issue', '地块导入问题', 'issues of parcels'),
        ('parcel_document', '地块文件', 'documents of parcels'),
        ('parcel_act', '分割、合并、注销', 'splits, mergers and strikings off'),
        ('parcel_part', '沿革', 'families of parcels'),
        ('parcel_fact', '地块事实', 'facts of parcels'),
        ('parcel_intention', '意愿调查', 'answers of owners'),
        ('screening_run', '筛查批次', 'screening run'),
        ('run_parcel', '筛查结论', 'verdicts of a run'),
        ('run_overlap', '压占记录', 'overlaps of a run'),
        ('run_hit', '压占要素', 'hits of a run'),
        ('run_coverage', '覆盖记录', 'coverage of a run'),
        ('run_finding', '筛查记录', 'findings of a run'),
        ('pool', '储备项目库', 'pools'),
        ('pool_member', '在库地块', 'members of pools'),
        ('pool_left_out', '未入库地块', 'parcels left out of pools'),
        ('plan', '供应计划', 'plans'),
        ('plan_line', '计划行', 'plan lines'),
        ('plan_left_out', '未列入计划的地块', 'parcels left out of plans'),
        ('person', '人员', 'persons')
    ) word (of_table, zh, en)
    WHERE word.of_table = regexp_replace(name, '_history$|(?<=^layer_feature)_.*$', '')
    UNION ALL SELECT '该类记录', 'such records'  -- a table of somebody else's
    LIMIT 1
$$;

CREATE OR REPLACE FUNCTION landgis.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    what record := landgis.called(TG_TABLE_NAME);
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LG001',
        MESSAGE = format('%s存入后不能修改或删除', what.zh),
        DETAIL = format('Rows of %s are never changed or deleted', what.en);
END
$$;

CREATE OR REPLACE FUNCTION landgis.sealed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    late boolean;
    whole record := landgis.called(TG_ARGV[0]);
    part record := landgis.called(TG_TABLE_NAME);
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM landgis.%I p WHERE p.xmin <> pg_current_xact_id()::xid
                        AND EXISTS (SELECT FROM new_rows n WHERE %s))', TG_ARGV[0], TG_ARGV[1]) INTO late;
    IF late THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('%s已存档，不能再追加%s', whole.zh, part.zh),
            DETAIL = format('The record of the %s is sealed: it takes no further %s', whole.en, part.en);
    END IF;
    RETURN NULL;
END
$$;

-- What a client says of currency is ignored, and no client may say it any more.
CREATE OR REPLACE FUNCTION landgis.version_is_current() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    NEW.current := NOT EXISTS (SELECT FROM landgis.parcel_version v
                               WHERE v.parcel_id = NEW.parcel_id AND (v.valid_from, v.version) > (NEW.valid_from, NEW.version));
    IF NEW.current THEN
        UPDATE landgis.parcel_version SET current = false WHERE parcel_id = NEW.parcel_id AND current;
    END IF;
    RETURN NEW;
END
$$;

-- A parcel that ends has no current version any more. Its row is locked to the end: whoever speaks of the parcel holds
-- a share of that lock (ended_stays_ended, and the foreign keys), so that one of the two sees what the other one did.
CREATE OR REPLACE FUNCTION landgis.end_parcel() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    PERFORM FROM landgis.parcel WHERE parcel_id = NEW.parcel_id FOR UPDATE;
    UPDATE landgis.parcel_version SET current = false WHERE parcel_id = NEW.parcel_id AND current;
    IF NOT FOUND THEN
        PERFORM landgis.refuse(format('地块 %s 没有现行图形，不能终止', NEW.parcel_id),
                               format('Parcel %s has no current outline and cannot end', NEW.parcel_id));
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION landgis.ended_stays_ended() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    dead record;
BEGIN
    PERFORM FROM landgis.parcel p WHERE p.parcel_id IN (SELECT n.parcel_id FROM new_rows n) FOR KEY SHARE;
    SELECT n.parcel_id, a.acted_on INTO dead
        FROM new_rows n JOIN landgis.parcel_part p USING (parcel_id) JOIN landgis.parcel_act a ON a.act_no = p.act_no
        WHERE p.part = 'ends' AND (TG_TABLE_NAME = 'parcel_version' OR n.valid_from >= a.acted_on)
        LIMIT 1;
    IF FOUND THEN
        PERFORM landgis.refuse(
            format('地块 %s 已于 %s 终止，编号不再使用', dead.parcel_id, dead.acted_on),
            format('Parcel %s ended on %s; its number is never used again', dead.parcel_id, dead.acted_on));
    END IF;
    RETURN NULL;
END
$$;

CREATE OR REPLACE FUNCTION landgis.not_in_future() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stated date := (to_jsonb(NEW) ->> TG_ARGV[0])::date;
    word record;
BEGIN
    IF stated > landgis.today() THEN
        SELECT w.zh, w.en INTO word FROM (VALUES
            ('dated_on', '文件日期', 'date of the document'),
            ('asked_on', '询问日期', 'day of the question'),
            ('acted_on', '发生日期', 'day of the act'),
            ('valid_from', '起始日期', 'first day')
        ) w (name, zh, en) WHERE w.name = TG_ARGV[0];
        PERFORM landgis.refuse(format('%s %s 还没有到，请写不晚于今天的日期', word.zh, stated),
                               format('The %s, %s, has not come yet; state a day not after today', word.en, stated));
    END IF;
    RETURN NEW;
END
$$;

CREATE OR REPLACE FUNCTION landgis.refers_to_something() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lost text;
BEGIN
    SELECT n.parcel_id INTO lost FROM new_rows n
        WHERE NOT EXISTS (SELECT FROM landgis.parcel p WHERE p.parcel_id = n.parcel_id) LIMIT 1;
    IF lost IS NOT NULL THEN
        PERFORM landgis.refuse(format('地块 %s 不存在，请核对编号', lost),
                               format('There is no parcel %s; check its number', lost));
    END IF;
    SELECT n.parcel_id INTO lost FROM new_rows n
        WHERE n.document_no IS NOT NULL AND NOT EXISTS (
            SELECT FROM landgis.parcel_document d
            WHERE d.document_no = n.document_no AND d.parcel_id = n.parcel_id) LIMIT 1;
    IF lost IS NOT NULL THEN
        PERFORM landgis.refuse(format('所依据的文件不存在，或不属于地块 %s', lost),
                               format('There is no such document, or it is not of parcel %s', lost));
    END IF;
    SELECT n.parcel_id INTO lost
        FROM (SELECT DISTINCT ON (import_no, act_no) parcel_id, import_no, act_no FROM new_rows) n
        WHERE (n.import_no IS NOT NULL
               AND NOT EXISTS (SELECT FROM landgis.parcel_import i WHERE i.import_no = n.import_no))
           OR (n.act_no IS NOT NULL
               AND NOT EXISTS (SELECT FROM landgis.parcel_act a WHERE a.act_no = n.act_no)) LIMIT 1;
    IF lost IS NOT NULL THEN
        PERFORM landgis.refuse(format('地块 %s 的事实所依据的导入或事项不存在', lost),
                               format('There is no such import or act as the facts of parcel %s name', lost));
    END IF;
    RETURN NULL;
END
$$;

-- What the owners wish on a day, out of their answers until then. Of every collective that was asked its latest answer
-- counts (of several on one day the one recorded last); among the collectives the least willing outweighs the others:
--     unwilling  >  undecided, or a co-owner (fact owner_shares of two and more) without an answer  >  willing
-- No row: nobody has been asked yet. A co-owner answers under the name that its share carries.
CREATE FUNCTION landgis.wish_on(parcel text, day date) RETURNS TABLE (wish text, document_no integer)
LANGUAGE sql STABLE AS $$
    WITH latest AS (
        SELECT DISTINCT ON (btrim(i.asked)) btrim(i.asked) AS asked, i.wish, i.document_no, i.asked_on, i.survey_no
        FROM landgis.parcel_intention i
        WHERE i.parcel_id = wish_on.parcel AND i.asked_on <= wish_on.day
        ORDER BY btrim(i.asked), i.asked_on DESC, i.survey_no DESC
    ), shares AS (
        SELECT f.value FROM landgis.parcel_fact f
        WHERE f.parcel_id = wish_on.parcel AND f.fact = 'owner_shares' AND f.valid_from <= wish_on.day
        ORDER BY f.valid_from DESC LIMIT 1
    ), silent AS (
        SELECT FROM shares s CROSS JOIN LATERAL jsonb_array_elements(s.value) AS share (owner)
        WHERE jsonb_array_length(s.value) > 1
          AND NOT EXISTS (SELECT FROM latest l WHERE l.asked = btrim(share.owner ->> 'name'))
    ), heard AS (
        SELECT wish, document_no, asked_on, survey_no FROM latest
        UNION ALL
        SELECT 'undecided', NULL, NULL, NULL FROM silent WHERE EXISTS (SELECT FROM latest)
    )
    SELECT heard.wish, heard.document_no FROM heard
    ORDER BY array_position(ARRAY['unwilling', 'undecided', 'willing'], heard.wish), heard.asked_on DESC NULLS LAST,
             heard.survey_no DESC
    LIMIT 1
$$;

-- Write the fact owner_willing anew: for a day, and for every later day of the parcel's life whose fact stands on answers.
-- What a person stated of another day stays. Two who write about one parcel take turns, so that neither misses the
-- other's answer.
CREATE FUNCTION landgis.restate_wish(parcel text, first_day date) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(4549007, hashtext(parcel));
    INSERT INTO landgis.parcel_fact (parcel_id, fact, valid_from, state, value, document_no, source)
    SELECT parcel, 'owner_willing', d.day, CASE w.wish WHEN 'undecided' THEN 'pending' ELSE 'known' END,
           CASE w.wish WHEN 'undecided' THEN NULL ELSE to_jsonb(w.wish = 'willing') END, w.document_no, '意愿调查'
    FROM (
        SELECT first_day AS day
        UNION
        SELECT f.valid_from FROM landgis.parcel_fact f
        WHERE f.parcel_id = parcel AND f.fact = 'owner_willing' AND f.source = '意愿调查' AND f.valid_from > first_day
          AND NOT EXISTS (SELECT FROM landgis.parcel_part p JOIN landgis.parcel_act a USING (act_no)
                          WHERE p.parcel_id = parcel AND p.part = 'ends' AND a.acted_on <= f.valid_from)
    ) d CROSS JOIN LATERAL landgis.wish_on(parcel, d.day) w
    ON CONFLICT (parcel_id, fact, valid_from) DO UPDATE
        SET state = excluded.state, value = excluded.value, document_no = excluded.document_no,
            source = excluded.source, import_no = NULL, act_no = NULL;
END
$$;

-- An answer speaks for the day it was given, and for the later ones until its owner answers again.
CREATE OR REPLACE FUNCTION landgis.wish_is_a_fact() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.parcel_id, OLD.asked_on) <> (NEW.parcel_id, NEW.asked_on) THEN
        PERFORM landgis.refuse('意愿答复的地块和日期不能改动，请另行登记一次答复',
                               'The parcel and the day of an answer never change; record another answer');
    END IF;
    PERFORM landgis.restate_wish(NEW.parcel_id, NEW.asked_on);
    RETURN NULL;
END
$$;

-- Who owns a parcel decides who had to be asked.
CREATE FUNCTION landgis.owners_must_wish() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM landgis.restate_wish(NEW.parcel_id, NEW.valid_from)
    WHERE EXISTS (SELECT FROM landgis.parcel_intention i WHERE i.parcel_id = NEW.parcel_id);
    RETURN NULL;
END
$$;
CREATE TRIGGER owners_must_wish AFTER INSERT OR UPDATE ON landgis.parcel_fact
    FOR EACH ROW WHEN (NEW.fact = 'owner_shares') EXECUTE FUNCTION landgis.owners_must_wish();

-- When an act is committed: as many parcels end and begin as it says, those that begin are new, the ground is the same
-- within the tolerance that the act states (at least 1e-6 m², the floor below which is touching), and parcels that lie
-- apart (more than 1 mm, the last digit of a survey) or in several villages merge only where the act says why.
CREATE OR REPLACE FUNCTION landgis.act_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ends text[];
    begins text[];
    off_m2 double precision;
    twice_m2 double precision;
    groups integer;
    villages integer;
    act_zh text := CASE NEW.act WHEN 'split' THEN '分割' WHEN 'merge' THEN '合并' ELSE '注销' END;
BEGIN
    SELECT coalesce(array_agg(parcel_id) FILTER (WHERE part = 'ends'), '{}'),
           coalesce(array_agg(parcel_id) FILTER (WHERE part = 'begins'), '{}')
        INTO ends, begins FROM landgis.parcel_part WHERE act_no = NEW.act_no;
    IF NOT (CASE NEW.act WHEN 'split' THEN cardinality(ends) = 1 AND cardinality(begins) > 1
                        WHEN 'merge' THEN cardinality(ends) > 1 AND cardinality(begins) = 1
                        ELSE cardinality(ends) > 0 AND cardinality(begins) = 0 END) THEN
        PERFORM landgis.refuse(format('%s由 %s 宗变为 %s 宗，不成立', act_zh, cardinality(ends), cardinality(begins)),
                               format('A %s of %s parcels into %s', NEW.act, cardinality(ends), cardinality(begins)));
    END IF;
    IF NEW.act = 'retire' THEN
        RETURN NULL;
    END IF;
    IF EXISTS (SELECT FROM landgis.parcel_version WHERE parcel_id = ANY (begins) AND act_no IS DISTINCT FROM NEW.act_no)
    THEN
        PERFORM landgis.refuse('分割、合并只能产生新的地块编号', 'A split or merger makes new parcel numbers only');
    END IF;
    WITH parents AS (
        SELECT DISTINCT ON (parcel_id) geom, village_name FROM landgis.parcel_version WHERE parcel_id = ANY (ends)
        ORDER BY parcel_id, valid_from DESC, version DESC
    ), grouped AS (
        SELECT village_name, ST_ClusterDBSCAN(geom, 0.001, 1) OVER () AS part FROM parents
    ), children AS (
        SELECT geom FROM landgis.parcel_version WHERE act_no = NEW.act_no
    ), ground AS (
        SELECT (SELECT ST_Union(geom) FROM parents) AS before_it, (SELECT ST_Union(geom) FROM children) AS after_it,
               (SELECT sum(ST_Area(geom)) FROM children) AS parts_m2
    )
    SELECT coalesce(ST_Area(ST_SymDifference(before_it, after_it)), 'infinity'), parts_m2 - ST_Area(after_it),
           (SELECT count(DISTINCT part) FROM grouped), (SELECT count(DISTINCT village_name) FROM grouped)
        INTO off_m2, twice_m2, groups, villages FROM ground;
    IF greatest(off_m2, twice_m2) > greatest(NEW.tolerance_m2, 1e-6) THEN
        PERFORM landgis.refuse(
            format('前后范围相差 %s ㎡，新地块互相重叠 %s ㎡，超过 %s ㎡', round(off_m2::numeric, 6),
                   round(twice_m2::numeric, 6), NEW.tolerance_m2),
            format('The ground before and after differs by %s m², the children overlap by %s m²: more than %s m²',
                   round(off_m2::numeric, 6), round(twice_m2::numeric, 6), NEW.tolerance_m2));
    END IF;
    IF NEW.act = 'merge' AND NEW.apart_reason = '' AND (groups > 1 OR villages > 1) THEN
        PERFORM landgis.refuse(
            format('合并的地块互不相连（%s 处）或分属 %s 个村，须写明不相邻、跨村合并的理由', groups, villages),
            format('The parcels lie in %s separate places or in %s villages: such a merger must say why', groups, villages));
    END IF;
    RETURN NULL;
END
$$;

-- Whoever may attach these to a table of his own would write history with the owner's rights.
REVOKE EXECUTE ON FUNCTION landgis.remember(), landgis.version_is_current(), landgis.end_parcel(),
    landgis.ended_stays_ended() FROM PUBLIC;
REVOKE UPDATE (current) ON landgis.parcel_version FROM landgis_app;

-- When something became known is the moment of its transaction, whatever a client says.
CREATE TRIGGER told_now BEFORE INSERT ON landgis.parcel FOR EACH ROW EXECUTE FUNCTION landgis.told_now();
CREATE TRIGGER told_now BEFORE INSERT ON landgis.parcel_import FOR EACH ROW EXECUTE FUNCTION landgis.told_now();
CREATE TRIGGER told_now BEFORE INSERT ON landgis.screening_run FOR EACH ROW EXECUTE FUNCTION landgis.told_now();
CREATE TRIGGER told_now BEFORE INSERT ON landgis.pool FOR EACH ROW EXECUTE FUNCTION landgis.told_now();
CREATE TRIGGER told_now BEFORE INSERT ON landgis.plan FOR EACH ROW EXECUTE FUNCTION landgis.told_now();

-- A place that a person states by itself comes with a reason, and with a paper of the same parcel.
CREATE FUNCTION landgis.paper_of_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM landgis.parcel_document d
                   WHERE d.document_no = NEW.document_no AND d.parcel_id = NEW.parcel_id) THEN
        PERFORM landgis.refuse(format('所依据的文件不存在，或不属于地块 %s', NEW.parcel_id),
                               format('There is no such document, or it is not of parcel %s', NEW.parcel_id));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER paper_of_version BEFORE INSERT ON landgis.parcel_version
    FOR EACH ROW WHEN (NEW.document_no IS NOT NULL) EXECUTE FUNCTION landgis.paper_of_version();

-- The facts that stand on answers already are weighed anew; what they were stays known.
SELECT set_config('landgis.reason', '所有权人意愿改按每个集体最近一次答复、从严认定', true);
SELECT landgis.restate_wish(i.parcel_id, min(i.asked_on)) FROM landgis.parcel_intention i
WHERE NOT EXISTS (SELECT FROM landgis.parcel_part p WHERE p.parcel_id = i.parcel_id AND p.part = 'ends')
GROUP BY i.parcel_id;
SELECT set_config('landgis.reason', '', true);
