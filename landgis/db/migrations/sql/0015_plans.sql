-- Rules of the annual plan, for every client. A refusal carries SQLSTATE LG001, the message in Chinese and the detail in
-- English.

-- Lines, checks and changes of a version are written by the transaction that made the version, and by no other.
CREATE TRIGGER sealed AFTER INSERT ON landgis.plan_line REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('plan', 'p.plan_id = n.plan_id');
CREATE TRIGGER sealed AFTER INSERT ON landgis.plan_left_out REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('plan', 'p.plan_id = n.plan_id');
CREATE TRIGGER sealed AFTER INSERT ON landgis.plan_line_check REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('plan', 'p.plan_id = n.plan_id');
CREATE TRIGGER sealed AFTER INSERT ON landgis.plan_change REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('plan', 'p.plan_id = n.plan_id');
CREATE TRIGGER sealed AFTER INSERT ON landgis.other_supply REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('supply_batch', 'p.batch_no = n.batch_no');

-- A line stands in the pool of its plan; one that an adjustment keeps stays in the pool that it was taken from.
CREATE FUNCTION landgis.plan_line_stands() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad text;
BEGIN
    SELECT n.parcel_id INTO bad
        FROM new_rows n JOIN landgis.plan p USING (plan_id)
        WHERE n.pool_id <> p.pool_id AND NOT EXISTS (
            SELECT FROM landgis.plan_line k
            WHERE k.plan_id = p.adjusts AND k.parcel_id = n.parcel_id AND k.pool_id = n.pool_id)
        LIMIT 1;
    IF FOUND THEN
        PERFORM landgis.refuse(format('地块 %s 不是取自该计划所依据的储备项目库，也不是由所调整的计划保留', bad),
                               format('Parcel %s is neither of the pool of the plan nor kept from the plan adjusted', bad));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER stands AFTER INSERT ON landgis.plan_line REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.plan_line_stands();

CREATE FUNCTION landgis.plan_status_zh(status text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE status WHEN 'draft' THEN '编制' WHEN 'town_consultation' THEN '镇街会商' WHEN 'government_review' THEN '区政府审议'
                   WHEN 'reported' THEN '上报市规划资源局' WHEN 'published' THEN '公布' WHEN 'returned' THEN '退回'
                   WHEN 'superseded' THEN '已被调整替代' ELSE status END;

-- Where a version may go: landgis/domain/planning.py says the same, and a test compares the two.
CREATE FUNCTION landgis.plan_may_go(before text, after text) RETURNS boolean LANGUAGE sql IMMUTABLE
RETURN (before, after) IN (('draft', 'town_consultation'), ('town_consultation', 'government_review'),
                           ('government_review', 'reported'), ('reported', 'published'), ('published', 'superseded'))
    OR after = 'returned' AND before IN ('draft', 'town_consultation', 'government_review', 'reported');

-- A version begins as a draft of one district and year; it replaces what was returned, and adjusts what is published.
CREATE FUNCTION landgis.plan_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    earlier landgis.plan;
BEGIN
    NEW.status := 'draft';
    IF NOT landgis.person_is(NEW.created_by, 'district_planner') THEN
        PERFORM landgis.refuse('供应计划由在岗的区规划员编制', 'A plan is drafted by an active district planner');
    END IF;
    SELECT * INTO earlier FROM landgis.plan p WHERE p.plan_id = NEW.replaces;
    IF NEW.replaces IS NOT NULL AND ((earlier.district, earlier.year) IS DISTINCT FROM (NEW.district, NEW.year)
                                     OR earlier.adjusts IS DISTINCT FROM NEW.adjusts
                                     OR earlier.status NOT IN ('draft', 'returned')) THEN
        PERFORM landgis.refuse(format('计划 %s 不是同区同年度的草案或退回稿，不能替换', NEW.replaces),
                               format('Plan %s is no draft or returned version of the same year: it cannot be replaced', NEW.replaces));
    END IF;
    SELECT * INTO earlier FROM landgis.plan p WHERE p.plan_id = NEW.adjusts;
    IF NEW.adjusts IS NOT NULL AND ((earlier.district, earlier.year) IS DISTINCT FROM (NEW.district, NEW.year)
                                    OR earlier.status <> 'published') THEN
        PERFORM landgis.refuse(format('计划 %s 不是同区同年度已公布的计划，不能调整', NEW.adjusts),
                               format('Plan %s is not the published plan of that year: it cannot be adjusted', NEW.adjusts));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER is_sound BEFORE INSERT ON landgis.plan FOR EACH ROW EXECUTE FUNCTION landgis.plan_is_sound();

-- A version goes its way one step at a time; the author does not approve; approval and publication name a paper.
CREATE FUNCTION landgis.plan_steps() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    this plan;
    last integer;
BEGIN
    NEW.created_at := clock_timestamp();
    PERFORM pg_advisory_xact_lock(4549015, hashtext(p.district || p.year)) FROM plan p WHERE p.plan_id = NEW.plan_id;
    SELECT * INTO this FROM plan p WHERE p.plan_id = NEW.plan_id;
    SELECT coalesce(max(s.step), 0) INTO last FROM plan_step s WHERE s.plan_id = NEW.plan_id;
    IF NEW.from_status <> this.status OR NEW.step <> last + 1 OR NOT plan_may_go(NEW.from_status, NEW.to_status)
       OR NEW.to_status = 'superseded' AND pg_trigger_depth() < 2 THEN
        PERFORM landgis.refuse(
            format('计划 %s 现处“%s”，不能由“%s”转为“%s”', NEW.plan_id, plan_status_zh(this.status), plan_status_zh(NEW.from_status),
                   plan_status_zh(NEW.to_status)),
            format('Plan %s is %s and cannot go from %s to %s', NEW.plan_id, this.status, NEW.from_status, NEW.to_status));
    END IF;
    IF NEW.to_status = 'reported' AND (NEW.created_by = this.created_by
                                       OR NOT person_is(NEW.created_by, 'district_reviewer')) THEN
        PERFORM landgis.refuse(format('计划 %s 须由编制人以外的区审核员审定', NEW.plan_id),
                               format('Plan %s is approved by a district reviewer who did not draft it', NEW.plan_id));
    END IF;
    IF NOT person_is(NEW.created_by, 'district_planner', 'district_reviewer') THEN
        PERFORM landgis.refuse('计划由在岗的区规划员或区审核员办理', 'A plan is moved on by an active planner or reviewer');
    END IF;
    IF NEW.to_status IN ('reported', 'published') AND btrim(NEW.document) = ''
       OR NEW.to_status = 'returned' AND btrim(NEW.note) = '' THEN
        PERFORM landgis.refuse('审议和公布须注明文号，退回须注明理由', 'Approval and publication name a document, a return its reason');
    END IF;
    UPDATE plan SET status = NEW.to_status WHERE plan_id = NEW.plan_id AND NEW.to_status <> 'published';
    IF NEW.to_status = 'published' THEN
        IF this.adjusts IS DISTINCT FROM (
            SELECT p.plan_id FROM plan p WHERE (p.district, p.year, p.status) = (this.district, this.year, 'published')) THEN
            PERFORM landgis.refuse(
                format('%s 年已有公布的计划，须以调整方式替代', this.year),
                format('A plan of %s is published already: only its adjustment takes its place', this.year));
        END IF;
        INSERT INTO plan_step (plan_id, step, from_status, to_status, note, created_by)
            SELECT this.adjusts, (SELECT max(s.step) + 1 FROM plan_step s WHERE s.plan_id = this.adjusts), 'published',
                   'superseded', this.plan_id, NEW.created_by
            WHERE this.adjusts IS NOT NULL;
        UPDATE plan SET status = 'published' WHERE plan_id = NEW.plan_id;
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER steps BEFORE INSERT ON landgis.plan_step FOR EACH ROW EXECUTE FUNCTION landgis.plan_steps();

-- What is published is so in the pool too, at the end of the transaction: every line is planned or further, and what an
-- adjustment took out is planned no longer.
CREATE FUNCTION landgis.plan_holds() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad text;
BEGIN
    SELECT l.parcel_id INTO bad FROM landgis.plan_line l
        WHERE l.plan_id = NEW.plan_id AND NOT EXISTS (
            SELECT FROM landgis.membership_standing s
            WHERE s.parcel_id = l.parcel_id AND s.standing IN ('planned', 'under_way', 'supplied'))
        LIMIT 1;
    IF FOUND THEN
        PERFORM landgis.refuse(format('计划 %s 的地块 %s 没有以“计划”状态在库，不能公布', NEW.plan_id, bad),
                               format('Parcel %s of plan %s does not stand as planned: it cannot be published', bad, NEW.plan_id));
    END IF;
    SELECT l.parcel_id INTO bad
        FROM landgis.plan p JOIN landgis.plan_line l ON l.plan_id = p.adjusts
        JOIN landgis.membership_standing s ON s.parcel_id = l.parcel_id AND s.standing <> 'withdrawn'
        WHERE p.plan_id = NEW.plan_id AND s.standing <> 'pooled'
          AND NOT EXISTS (SELECT FROM landgis.plan_line k WHERE k.plan_id = p.plan_id AND k.parcel_id = l.parcel_id)
        LIMIT 1;
    IF FOUND THEN
        PERFORM landgis.refuse(format('地块 %s 已移出计划 %s，但在库状态仍在计划之中', bad, NEW.plan_id),
                               format('Parcel %s was taken out by plan %s but stands as planned still', bad, NEW.plan_id));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER holds AFTER INSERT ON landgis.plan_step DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.to_status = 'published') EXECUTE FUNCTION landgis.plan_holds();

-- No land in two columns of the balance: not twice in a list, and not in a list and among what enters the market.
CREATE FUNCTION landgis.supply_counted_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT least(n.supply_id, o.supply_id) AS one, greatest(n.supply_id, o.supply_id) AS other INTO bad
        FROM new_rows n JOIN landgis.other_supply o USING (batch_no)
        WHERE n.supply_id <> o.supply_id AND (n.parcel_id = o.parcel_id
              OR n.geom && o.geom AND ST_Area(ST_Intersection(n.geom, o.geom)) > 1e-6)
        LIMIT 1;
    IF FOUND THEN
        PERFORM landgis.refuse(format('供地清单中 %s 与 %s 为同一块地', bad.one, bad.other),
                               format('%s and %s of the list are the same land', bad.one, bad.other));
    END IF;
    SELECT n.supply_id AS one, s.parcel_id AS other INTO bad
        FROM new_rows n JOIN landgis.supply_batch b USING (batch_no)
        JOIN landgis.membership_standing s ON s.district = b.district AND s.standing IN ('planned', 'under_way', 'supplied')
        JOIN landgis.parcel_version v ON v.parcel_id = s.parcel_id AND v.version = s.version
        WHERE n.parcel_id = s.parcel_id OR n.geom && v.geom AND ST_Area(ST_Intersection(n.geom, v.geom)) > 1e-6
        LIMIT 1;
    IF FOUND THEN
        PERFORM landgis.refuse(format('供地清单中 %s 与列入入市计划的地块 %s 为同一块地', bad.one, bad.other),
                               format('%s of the list is the land of parcel %s, which enters the market', bad.one, bad.other));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER counted_once AFTER INSERT ON landgis.other_supply REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.supply_counted_once();

-- The reverse: what comes to be planned is not in the newest list of what else its year supplies.
CREATE FUNCTION landgis.planned_counted_once() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    bad record;
BEGIN
    SELECT l.parcel_id AS one, o.supply_id AS other INTO bad
        FROM landgis.plan p JOIN landgis.plan_line l USING (plan_id)
        JOIN landgis.pool_member m ON m.pool_id = l.pool_id AND m.parcel_id = l.parcel_id
        JOIN landgis.parcel_version v ON v.parcel_id = m.parcel_id AND v.version = m.version
        JOIN landgis.other_supply o ON o.batch_no = (
            SELECT max(b.batch_no) FROM landgis.supply_batch b WHERE b.district = p.district AND b.year = p.year)
        WHERE p.plan_id = NEW.plan_id
          AND (o.parcel_id = l.parcel_id OR o.geom && v.geom AND ST_Area(ST_Intersection(o.geom, v.geom)) > 1e-6)
        LIMIT 1;
    IF FOUND THEN
        PERFORM landgis.refuse(format('地块 %s 已列入其他供地清单（%s），不能重复供应', bad.one, bad.other),
                               format('Parcel %s is in the list of other supply (%s): no land is supplied twice', bad.one, bad.other));
    END IF;
    RETURN NULL;
END
$$;
CREATE CONSTRAINT TRIGGER counted_once AFTER INSERT ON landgis.plan_step DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (NEW.to_status = 'published') EXECUTE FUNCTION landgis.planned_counted_once();

CREATE TRIGGER written_by_staff BEFORE INSERT ON landgis.supply_batch
    FOR EACH ROW EXECUTE FUNCTION landgis.written_by_staff('district_planner');
CREATE TRIGGER written_by_staff BEFORE INSERT ON landgis.milestone
    FOR EACH ROW EXECUTE FUNCTION landgis.written_by_staff('district_planner', 'town_clerk');

-- What was done was done by today; what is expected may be any day.
CREATE FUNCTION landgis.milestone_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.state = 'done' AND NEW.on_date > landgis.today() THEN
        PERFORM landgis.refuse(format('完成日期 %s 还没有到', NEW.on_date), format('The day of completion, %s, has not come yet', NEW.on_date));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER is_sound BEFORE INSERT ON landgis.milestone FOR EACH ROW EXECUTE FUNCTION landgis.milestone_is_sound();

-- Whoever may attach it to a table of his own would move plans on with the owner's rights.
REVOKE EXECUTE ON FUNCTION landgis.plan_steps() FROM PUBLIC;

CALL landgis.keep_forever('plan_step');
CALL landgis.keep_forever('plan_line_check');
CALL landgis.keep_forever('plan_change');
CALL landgis.keep_forever('supply_batch');
CALL landgis.keep_forever('other_supply');
CALL landgis.keep_forever('milestone');
GRANT SELECT ON landgis.plan_step, landgis.plan_line_check, landgis.plan_change, landgis.supply_batch, landgis.other_supply,
    landgis.milestone TO landgis_app, landgis_read;
GRANT INSERT ON landgis.plan_step, landgis.plan_line_check, landgis.plan_change, landgis.supply_batch, landgis.other_supply,
    landgis.milestone TO landgis_app;
