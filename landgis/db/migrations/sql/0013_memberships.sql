-- Rules of membership in the pools, for every client. A refusal carries SQLSTATE LG001, the message in Chinese and the
-- detail in English.

CREATE FUNCTION landgis.standing_zh(standing text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE standing WHEN 'lead' THEN '线索' WHEN 'pooled' THEN '入库' WHEN 'planned' THEN '计划' WHEN 'under_way' THEN '在办'
                     WHEN 'supplied' THEN '已供' WHEN 'withdrawn' THEN '退出' ELSE '未入库' END;

-- From which standing to which, and why: landgis/domain/pooling.py says the same, and a test compares the two.
CREATE FUNCTION landgis.membership_may_move(before text, after text, why text) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN why = ANY (CASE (coalesce(before, '') || '>' || after)
    WHEN '>lead' THEN ARRAY['town_report', 'near_miss', 'investor_request']
    WHEN '>pooled' THEN ARRAY['criteria_met']
    WHEN 'lead>lead' THEN ARRAY['renewed']
    WHEN 'lead>pooled' THEN ARRAY['criteria_met']
    WHEN 'lead>withdrawn' THEN ARRAY['not_pursued', 'owner_declined', 'land_changed', 'entered_by_mistake']
    WHEN 'pooled>pooled' THEN ARRAY['renewed']
    WHEN 'pooled>planned' THEN ARRAY['in_plan']
    WHEN 'pooled>withdrawn' THEN ARRAY['verdict_changed', 'criteria_changed', 'overlaps_member', 'owner_declined',
                                       'use_changed', 'acquired', 'land_changed', 'entered', 'entered_by_mistake']
    WHEN 'planned>planned' THEN ARRAY['renewed']
    WHEN 'planned>pooled' THEN ARRAY['plan_adjusted']
    WHEN 'planned>under_way' THEN ARRAY['procedure_started']
    WHEN 'under_way>planned' THEN ARRAY['deal_failed']
    WHEN 'under_way>supplied' THEN ARRAY['deal_closed']
    ELSE ARRAY[]::text[] END);

-- How a member is called in a refusal: its parcel, who put it where it stands, and when.
CREATE FUNCTION landgis.member_told(which text, OUT zh text, OUT en text) LANGUAGE sql STABLE AS $$
    SELECT format('%s（%s，%s 于 %s 登记为“%s”）', m.parcel_id, m.member_id, p.name_zh, at.moment, landgis.standing_zh(s.standing)),
           format('%s (%s, made %s by %s at %s)', m.parcel_id, m.member_id, s.standing, p.os_account, at.moment)
    FROM landgis.membership_standing s
    JOIN landgis.membership_move m USING (member_id, step)
    JOIN landgis.person p ON p.person_id = m.created_by
    CROSS JOIN LATERAL (SELECT to_char(m.created_at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD HH24:MI:SS') AS moment) at
    WHERE s.member_id = which
$$;

CREATE FUNCTION landgis.membership_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    home text;
BEGIN
    NEW.created_at := now();
    SELECT p.district INTO home FROM landgis.parcel p WHERE p.parcel_id = NEW.parcel_id;
    IF home IS DISTINCT FROM NEW.district THEN
        PERFORM landgis.refuse(format('地块 %s 不属于该区', NEW.parcel_id),
                               format('Parcel %s is not of that district', NEW.parcel_id));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER is_sound BEFORE INSERT ON landgis.membership
    FOR EACH ROW EXECUTE FUNCTION landgis.membership_is_sound();

-- A membership without a move would stand nowhere.
CREATE FUNCTION landgis.membership_begins() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM landgis.membership_standing s WHERE s.member_id = NEW.member_id) THEN
        PERFORM landgis.refuse(format('在库登记 %s 没有登记状态', NEW.member_id),
                               format('Membership %s has no standing', NEW.member_id));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER begins AFTER INSERT ON landgis.membership DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION landgis.membership_begins();

CREATE FUNCTION landgis.membership_move_is_timed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Moves of one membership are told apart and ordered by their step; the moment is that of writing, under the lock.
    NEW.created_at := clock_timestamp();
    RETURN NEW;
END
$$;
CREATE TRIGGER is_timed BEFORE INSERT ON landgis.membership_move
    FOR EACH ROW EXECUTE FUNCTION landgis.membership_move_is_timed();

-- Writers of one district take turns; the look at how members stand comes after the wait and must see what the other
-- one stored, which a snapshot taken at the start of the transaction would hide.
CREATE FUNCTION landgis.membership_moves() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    bad record;
    one record;
    other record;
BEGIN
    IF current_setting('transaction_isolation') <> 'read committed' THEN
        PERFORM landgis.refuse('储备项目库只能在 read committed 隔离级别下写入',
                               'Members of a pool are written at isolation level read committed only');
    END IF;
    PERFORM pg_advisory_xact_lock(4549013, hashtext(d.district))
        FROM (SELECT DISTINCT m.district FROM new_rows n JOIN membership m USING (member_id) ORDER BY 1) d;

    -- One step after the other, from how it stands, to what is possible.
    SELECT n.member_id, n.parcel_id, n.from_standing, n.to_standing, n.reason, s.standing INTO bad
        FROM new_rows n LEFT JOIN membership_standing s USING (member_id) JOIN membership m USING (member_id)
        WHERE n.from_standing IS DISTINCT FROM s.standing OR n.step <> coalesce(s.step, 0) + 1
           OR n.parcel_id <> m.parcel_id
           OR NOT membership_may_move(n.from_standing, n.to_standing, n.reason)
           OR NOT person_is(n.created_by, 'district_planner', CASE n.to_standing WHEN 'lead' THEN 'town_clerk' ELSE '' END)
        LIMIT 1;
    IF FOUND THEN
        PERFORM landgis.refuse(
            format('地块 %s（%s）现为“%s”：由“%s”改为“%s”不在允许之列，或理由不符，或办理人无此权限', bad.parcel_id, bad.member_id,
                   standing_zh(bad.standing), standing_zh(bad.from_standing), standing_zh(bad.to_standing)),
            format('Parcel %s (%s) stands as %s: from %s to %s (%s) is no possible move, or not by this person',
                   bad.parcel_id, bad.member_id, coalesce(bad.standing, 'new'), coalesce(bad.from_standing, 'new'),
                   bad.to_standing, bad.reason));
    END IF;

    -- What enters, or is brought up to date, is the parcel as it is now; any other move keeps the version.
    SELECT n.parcel_id, n.version INTO bad
        FROM new_rows n JOIN parcel_version v USING (parcel_id, version) LEFT JOIN membership_standing s USING (member_id)
        WHERE CASE WHEN n.from_standing IS NULL OR n.reason IN ('criteria_met', 'renewed') THEN NOT v.current
                   ELSE n.version <> s.version END
        LIMIT 1;
    IF FOUND THEN
        PERFORM landgis.refuse(format('地块 %s 的图形已更新，请重新筛查后再入库', bad.parcel_id),
                               format('The outline of parcel %s has changed: screen again first', bad.parcel_id));
    END IF;

    -- Into the pool, and up to date in it, only by a build from a final run that let this very version in.
    SELECT n.parcel_id INTO bad FROM new_rows n
        WHERE n.reason IN ('criteria_met', 'renewed') AND n.to_standing <> 'lead' AND NOT EXISTS (
            SELECT FROM pool p JOIN pool_member k USING (pool_id)
            WHERE p.pool_id = n.pool_id AND p.run_id = n.run_id AND k.parcel_id = n.parcel_id AND k.version = n.version)
        LIMIT 1;
    IF FOUND THEN
        PERFORM landgis.refuse(format('地块 %s 不在所依据的建库批次内，不能入库', bad.parcel_id),
                               format('Parcel %s is not in the build named: it cannot enter the pool', bad.parcel_id));
    END IF;

    -- Into the plan and out of it only by a plan, and into it only on one of its lines.
    SELECT n.parcel_id INTO bad FROM new_rows n
        WHERE n.reason IN ('in_plan', 'plan_adjusted') AND (n.plan_id IS NULL OR n.reason = 'in_plan' AND NOT EXISTS (
            SELECT FROM plan_line l WHERE l.plan_id = n.plan_id AND l.parcel_id = n.parcel_id))
        LIMIT 1;
    IF FOUND THEN
        PERFORM landgis.refuse(format('地块 %s 没有列入所依据的供应计划', bad.parcel_id),
                               format('Parcel %s is on no line of the plan named', bad.parcel_id));
    END IF;

    -- One membership of a parcel at a time.
    SELECT n.parcel_id, s.member_id INTO bad
        FROM new_rows n JOIN membership_standing s ON s.parcel_id = n.parcel_id AND s.member_id <> n.member_id
        WHERE n.from_standing IS NULL AND s.standing <> 'withdrawn'
        LIMIT 1;
    IF FOUND THEN
        other := landgis.member_told(bad.member_id);
        PERFORM landgis.refuse(format('地块已在库：%s', other.zh), format('The parcel is in the pool already: %s', other.en));
    END IF;

    INSERT INTO membership_standing (member_id, step, standing, district, parcel_id, version)
        SELECT n.member_id, n.step, n.to_standing, m.district, n.parcel_id, n.version
        FROM new_rows n JOIN membership m USING (member_id)
        ON CONFLICT (member_id) DO UPDATE
        SET step = excluded.step, standing = excluded.standing, version = excluded.version;

    -- No land twice: overlaps above the signed tolerance (m²) of the build, or else of the district's newest, at least
    -- 1e-6 m², the floor below which is touching. Only who comes newly to hold ground, or by another outline, is asked.
    SELECT n.member_id, n.parcel_id, near.member_id AS other_id, near.area_m2 INTO bad
        FROM new_rows n
        JOIN parcel_version v USING (parcel_id, version)
        JOIN membership m USING (member_id)
        CROSS JOIN LATERAL (
            SELECT coalesce(max(p.overlap_tolerance_m2), 0) AS m2 FROM pool p WHERE p.pool_id = coalesce(n.pool_id, (
                SELECT q.pool_id FROM pool q WHERE q.district = m.district ORDER BY q.created_at DESC, q.pool_id DESC LIMIT 1))
        ) tolerated
        CROSS JOIN LATERAL (
            SELECT s.member_id, ST_Area(ST_Intersection(v.geom, w.geom)) AS area_m2
            FROM parcel_version w
            JOIN membership_standing s USING (parcel_id, version)
            WHERE w.geom && v.geom AND s.member_id <> n.member_id AND s.standing NOT IN ('lead', 'withdrawn')
            OFFSET 0
        ) near
        WHERE n.reason IN ('criteria_met', 'renewed') AND n.to_standing <> 'lead'
          AND near.area_m2 > greatest(tolerated.m2, 1e-6)
        ORDER BY near.area_m2 DESC LIMIT 1;
    IF FOUND THEN
        other := landgis.member_told(bad.other_id);
        PERFORM landgis.refuse(
            format('地块 %s 与在库地块 %s 重叠 %s ㎡，不能入库', bad.parcel_id, other.zh, round(bad.area_m2::numeric, 6)),
            format('Parcel %s overlaps member %s by %s m² and cannot enter the pool', bad.parcel_id, other.en,
                   round(bad.area_m2::numeric, 6)));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER moves AFTER INSERT ON landgis.membership_move REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.membership_moves();

-- Whoever may attach it to a table of his own would write standings with the owner's rights.
REVOKE EXECUTE ON FUNCTION landgis.membership_moves() FROM PUBLIC;

CALL landgis.keep_forever('membership');
CALL landgis.keep_forever('membership_move');
GRANT SELECT ON landgis.membership, landgis.membership_move, landgis.membership_standing TO landgis_app, landgis_read;
GRANT INSERT ON landgis.membership, landgis.membership_move TO landgis_app;
GRANT USAGE ON SEQUENCE landgis.member_number TO landgis_app;
