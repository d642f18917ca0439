-- Rules of the parcel register, for every client. A refusal carries SQLSTATE LG001, the message in Chinese and the
-- detail in English.

-- The day in Shanghai, wherever the server stands.
CREATE FUNCTION landgis.today() RETURNS date LANGUAGE sql STABLE
RETURN (now() AT TIME ZONE 'Asia/Shanghai')::date;

CREATE FUNCTION landgis.refuse(zh text, en text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LG001', MESSAGE = zh, DETAIL = en;
END
$$;

-- A version never changes; it only ceases to be the current one (and never comes back: version_moves_on).
CREATE FUNCTION landgis.version_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        OLD.current := NEW.current;
        IF OLD IS NOT DISTINCT FROM NEW THEN
            RETURN NEW;
        END IF;
    END IF;
    PERFORM landgis.refuse(format('地块 %s 的版本 %s 不能修改或删除', OLD.parcel_id, OLD.version),
                           format('Version %s of parcel %s is never changed or deleted', OLD.version, OLD.parcel_id));
END
$$;
CREATE TRIGGER keeps BEFORE UPDATE OR DELETE ON landgis.parcel_version
    FOR EACH ROW EXECUTE FUNCTION landgis.version_stays();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON landgis.parcel_version
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change();

-- Of several versions the one that holds latest is current, and the newest of those. Whatever a client says.
CREATE FUNCTION landgis.version_is_current() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.current := NOT EXISTS (SELECT FROM landgis.parcel_version v
                               WHERE v.parcel_id = NEW.parcel_id AND (v.valid_from, v.version) > (NEW.valid_from, NEW.version));
    IF NEW.current THEN
        UPDATE landgis.parcel_version SET current = false WHERE parcel_id = NEW.parcel_id AND current;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER is_current BEFORE INSERT ON landgis.parcel_version
    FOR EACH ROW EXECUTE FUNCTION landgis.version_is_current();

-- When something became known is the moment of its transaction, whatever a client says.
CREATE FUNCTION landgis.told_now() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.created_at := now();
    RETURN NEW;
END
$$;
CREATE TRIGGER told_now BEFORE INSERT ON landgis.parcel_version FOR EACH ROW EXECUTE FUNCTION landgis.told_now();
CREATE TRIGGER told_now BEFORE INSERT ON landgis.parcel_act FOR EACH ROW EXECUTE FUNCTION landgis.told_now();
CREATE TRIGGER told_now BEFORE INSERT ON landgis.parcel_document FOR EACH ROW EXECUTE FUNCTION landgis.told_now();

-- Nothing is stated of days that have not come. Argument: the column.
CREATE FUNCTION landgis.not_in_future() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    stated date := (to_jsonb(NEW) ->> TG_ARGV[0])::date;
BEGIN
    IF stated > landgis.today() THEN
        PERFORM landgis.refuse(format('日期 %s 还没有到（%s.%s）', stated, TG_TABLE_NAME, TG_ARGV[0]),
                               format('The day %s has not come yet (%s.%s)', stated, TG_TABLE_NAME, TG_ARGV[0]));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER not_in_future BEFORE INSERT ON landgis.parcel_document
    FOR EACH ROW WHEN (NEW.dated_on IS NOT NULL) EXECUTE FUNCTION landgis.not_in_future('dated_on');
CREATE TRIGGER not_in_future BEFORE INSERT OR UPDATE ON landgis.parcel_intention
    FOR EACH ROW EXECUTE FUNCTION landgis.not_in_future('asked_on');
CREATE TRIGGER not_in_future BEFORE INSERT ON landgis.parcel_act
    FOR EACH ROW EXECUTE FUNCTION landgis.not_in_future('acted_on');
CREATE TRIGGER not_in_future BEFORE INSERT ON landgis.parcel_version
    FOR EACH ROW WHEN (NEW.valid_from > '-infinity') EXECUTE FUNCTION landgis.not_in_future('valid_from');
CREATE TRIGGER not_in_future BEFORE INSERT OR UPDATE ON landgis.parcel_fact
    FOR EACH ROW WHEN (NEW.valid_from > '-infinity') EXECUTE FUNCTION landgis.not_in_future('valid_from');

-- Facts speak of parcels, papers, imports and acts that exist. Rows come by the million, so this looks once per statement.
CREATE FUNCTION landgis.refers_to_something() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lost text;
BEGIN
    SELECT 'parcel_id ' || n.parcel_id INTO lost FROM new_rows n
        WHERE NOT EXISTS (SELECT FROM landgis.parcel p WHERE p.parcel_id = n.parcel_id) LIMIT 1;
    IF lost IS NULL THEN
        SELECT 'document_no ' || n.document_no INTO lost FROM new_rows n
            WHERE n.document_no IS NOT NULL AND NOT EXISTS (
                SELECT FROM landgis.parcel_document d
                WHERE d.document_no = n.document_no AND d.parcel_id = n.parcel_id) LIMIT 1;
    END IF;
    IF lost IS NULL THEN
        SELECT 'import_no ' || n.import_no INTO lost FROM (SELECT DISTINCT import_no FROM new_rows) n
            WHERE n.import_no IS NOT NULL
              AND NOT EXISTS (SELECT FROM landgis.parcel_import i WHERE i.import_no = n.import_no);
    END IF;
    IF lost IS NULL THEN
        SELECT 'act_no ' || n.act_no INTO lost FROM (SELECT DISTINCT act_no FROM new_rows) n
            WHERE n.act_no IS NOT NULL AND NOT EXISTS (SELECT FROM landgis.parcel_act a WHERE a.act_no = n.act_no);
    END IF;
    IF lost IS NOT NULL THEN
        PERFORM landgis.refuse(format('%s 不存在，或不属于该地块', lost),
                               format('There is no %s, or it is not of this parcel', lost));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER refers AFTER INSERT ON landgis.parcel_fact REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.refers_to_something();
CREATE TRIGGER refers_too AFTER UPDATE ON landgis.parcel_fact REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.refers_to_something();

-- A parcel that an act ended gets no version any more, and no fact from that day on: its number is never used again.
CREATE FUNCTION landgis.ended_stays_ended() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    dead record;
BEGIN
    SELECT n.parcel_id, a.act_no, a.acted_on INTO dead
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
CREATE TRIGGER ended_stays_ended AFTER INSERT ON landgis.parcel_version REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.ended_stays_ended();
CREATE TRIGGER ended_stays_ended AFTER INSERT ON landgis.parcel_fact REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.ended_stays_ended();
CREATE TRIGGER ended_stays_ended_too AFTER UPDATE ON landgis.parcel_fact REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.ended_stays_ended();

-- The shares of the owners are exact fractions and make one whole: [{"name", "level", "part": [numerator, denominator]}].
CREATE FUNCTION landgis.shares_make_one() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    one jsonb;
    above numeric := 0;
    below numeric := 1;
    common numeric;
    p numeric;
    q numeric;
BEGIN
    FOR one IN SELECT jsonb_array_elements(NEW.value) LOOP
        p := (one -> 'part' ->> 0)::numeric;
        q := (one -> 'part' ->> 1)::numeric;
        IF one ->> 'name' = '' OR one ->> 'level' NOT IN ('town', 'village', 'group') OR p % 1 <> 0 OR q % 1 <> 0
           OR p <= 0 OR q <= 0 OR num_nulls(one ->> 'name', one ->> 'level', p, q) > 0 THEN
            PERFORM landgis.refuse(format('地块 %s 的所有权份额有误：%s', NEW.parcel_id, one),
                                   format('The share of an owner of parcel %s is wrong: %s', NEW.parcel_id, one));
        END IF;
        above := above * q + p * below;
        below := below * q;
        common := gcd(above, below);
        above := trim_scale(above / common);
        below := trim_scale(below / common);
    END LOOP;
    IF above <> below OR (SELECT count(*) <> count(DISTINCT value ->> 'name') FROM jsonb_array_elements(NEW.value)) THEN
        PERFORM landgis.refuse(
            format('地块 %s 的所有权份额之和为 %s/%s，应为 1，且每个集体只列一次', NEW.parcel_id, above, below),
            format('The shares of parcel %s add up to %s/%s instead of 1, or an owner stands twice', NEW.parcel_id, above,
                   below));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER shares_make_one BEFORE INSERT OR UPDATE ON landgis.parcel_fact
    FOR EACH ROW WHEN (NEW.fact = 'owner_shares' AND NEW.value IS NOT NULL)
    EXECUTE FUNCTION landgis.shares_make_one();

-- What owners answered on a day is the fact owner_willing from that day on. One who is unwilling outweighs the others.
CREATE FUNCTION landgis.wish_is_a_fact() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    least record;
BEGIN
    SELECT wish, document_no INTO least FROM landgis.parcel_intention
        WHERE parcel_id = NEW.parcel_id AND asked_on = NEW.asked_on
        ORDER BY array_position(ARRAY['unwilling', 'undecided', 'willing'], wish), survey_no DESC LIMIT 1;
    INSERT INTO landgis.parcel_fact (parcel_id, fact, valid_from, state, value, document_no, source)
    VALUES (NEW.parcel_id, 'owner_willing', NEW.asked_on,
            CASE least.wish WHEN 'undecided' THEN 'pending' ELSE 'known' END,
            CASE least.wish WHEN 'undecided' THEN NULL ELSE to_jsonb(least.wish = 'willing') END,
            least.document_no, '意愿调查')
    ON CONFLICT (parcel_id, fact, valid_from) DO UPDATE
        SET state = excluded.state, value = excluded.value, document_no = excluded.document_no,
            source = excluded.source, import_no = NULL, act_no = NULL;
    RETURN NULL;
END
$$;
CREATE TRIGGER wish_is_a_fact AFTER INSERT OR UPDATE ON landgis.parcel_intention
    FOR EACH ROW EXECUTE FUNCTION landgis.wish_is_a_fact();

-- A parcel that ends has no current version any more.
CREATE FUNCTION landgis.end_parcel() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE landgis.parcel_version SET current = false WHERE parcel_id = NEW.parcel_id AND current;
    IF NOT FOUND THEN
        PERFORM landgis.refuse(format('地块 %s 没有现行图形，不能终止', NEW.parcel_id),
                               format('Parcel %s has no current outline and cannot end', NEW.parcel_id));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER end_parcel AFTER INSERT ON landgis.parcel_part
    FOR EACH ROW WHEN (NEW.part = 'ends') EXECUTE FUNCTION landgis.end_parcel();
CREATE TRIGGER sealed AFTER INSERT ON landgis.parcel_part REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('parcel_act', 'p.act_no = n.act_no');

-- When an act is committed: as many parcels end and begin as it says, those that begin are new, and the ground is the
-- same within the tolerance that the act states (at least 1e-6 m², the floor below which is touching).
CREATE FUNCTION landgis.act_is_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    ends text[];
    begins text[];
    off_m2 double precision;
    twice_m2 double precision;
BEGIN
    SELECT coalesce(array_agg(parcel_id) FILTER (WHERE part = 'ends'), '{}'),
           coalesce(array_agg(parcel_id) FILTER (WHERE part = 'begins'), '{}')
        INTO ends, begins FROM landgis.parcel_part WHERE act_no = NEW.act_no;
    IF NOT (CASE NEW.act WHEN 'split' THEN cardinality(ends) = 1 AND cardinality(begins) > 1
                        WHEN 'merge' THEN cardinality(ends) > 1 AND cardinality(begins) = 1
                        ELSE cardinality(ends) > 0 AND cardinality(begins) = 0 END) THEN
        PERFORM landgis.refuse(format('%s 由 %s 宗变为 %s 宗，不成立', NEW.act, cardinality(ends), cardinality(begins)),
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
        SELECT DISTINCT ON (parcel_id) geom FROM landgis.parcel_version WHERE parcel_id = ANY (ends)
        ORDER BY parcel_id, valid_from DESC, version DESC
    ), children AS (
        SELECT geom FROM landgis.parcel_version WHERE act_no = NEW.act_no
    ), ground AS (
        SELECT (SELECT ST_Union(geom) FROM parents) AS before_it, (SELECT ST_Union(geom) FROM children) AS after_it,
               (SELECT sum(ST_Area(geom)) FROM children) AS parts_m2
    )
    SELECT coalesce(ST_Area(ST_SymDifference(before_it, after_it)), 'infinity'), parts_m2 - ST_Area(after_it)
        INTO off_m2, twice_m2 FROM ground;
    IF greatest(off_m2, twice_m2) > greatest(NEW.tolerance_m2, 1e-6) THEN
        PERFORM landgis.refuse(
            format('前后范围相差 %s ㎡，新地块互相重叠 %s ㎡，超过 %s ㎡', off_m2, twice_m2, NEW.tolerance_m2),
            format('The ground before and after differs by %s m², the children overlap by %s m²: more than %s m²', off_m2,
                   twice_m2, NEW.tolerance_m2));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER act_is_whole AFTER INSERT ON landgis.parcel_act
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION landgis.act_is_whole();

-- The state of the register on a day (NULL: the newest), as known at a moment (NULL: now): outlines of the parcels that
-- had not ended, and the facts that held.
CREATE FUNCTION landgis.parcels_at(as_of date, known_at timestamptz) RETURNS SETOF landgis.parcel_version
LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (v.parcel_id) v.*
    FROM landgis.parcel_version v
    WHERE v.valid_from <= coalesce(as_of, 'infinity') AND v.created_at <= coalesce(known_at, 'infinity')
      AND NOT EXISTS (
          SELECT FROM landgis.parcel_part p JOIN landgis.parcel_act a USING (act_no)
          WHERE p.parcel_id = v.parcel_id AND p.part = 'ends' AND a.acted_on <= coalesce(as_of, 'infinity')
            AND a.created_at <= coalesce(known_at, 'infinity'))
    ORDER BY v.parcel_id, v.valid_from DESC, v.version DESC
$$;
CREATE FUNCTION landgis.facts_at(as_of date, known_at timestamptz) RETURNS TABLE (
    parcel_id text, fact text, state text, value jsonb, valid_from date, document_no integer, source text,
    import_no integer, act_no integer
) LANGUAGE sql STABLE AS $$
    SELECT DISTINCT ON (f.parcel_id, f.fact) f.parcel_id, f.fact, f.state, f.value, f.valid_from, f.document_no, f.source,
           f.import_no, f.act_no
    FROM landgis.parcel_fact_ever f
    WHERE f.valid_from <= coalesce(as_of, 'infinity') AND f.known @> coalesce(known_at, 'infinity')
    ORDER BY f.parcel_id, f.fact, f.valid_from DESC
$$;
