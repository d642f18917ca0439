-- Rules of decisions that persons take beside computed findings, for every client. A refusal carries SQLSTATE LG001, the
-- message in Chinese and the detail in English.

-- Whether a person is active and of one of some roles (the policy table of the program, for every other client too).
CREATE FUNCTION landgis.person_is(who integer, VARIADIC roles text[]) RETURNS boolean LANGUAGE sql STABLE
RETURN EXISTS (SELECT FROM landgis.person p WHERE p.person_id = who AND p.active AND p.role = ANY (roles));

-- A decision is about a finding of a final run that was recorded, says something else than it, rests on a paper of the
-- parcel, and is a district planner's. Of the two red lines every decision takes a second person, whatever a client says.
CREATE FUNCTION landgis.decision_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    run landgis.screening_run;
    finding landgis.run_finding;
BEGIN
    NEW.created_at := now();
    SELECT * INTO run FROM landgis.screening_run r WHERE r.run_id = NEW.run_id;
    SELECT * INTO finding FROM landgis.run_finding f
        WHERE f.run_id = NEW.run_id AND f.parcel_id = NEW.parcel_id AND f.rule_id = NEW.rule_id;
    IF finding.run_id IS NULL THEN
        PERFORM landgis.refuse(format('筛查批次 %s 中没有地块 %s 的规则 %s', NEW.run_id, NEW.parcel_id, NEW.rule_id),
                               format('Run %s has no finding of parcel %s by rule %s', NEW.run_id, NEW.parcel_id, NEW.rule_id));
    END IF;
    IF run.legal_state <> 'in_force' OR run.known_at IS NOT NULL
       OR jsonb_typeof(run.record -> 'inputs') IS DISTINCT FROM 'object' THEN
        PERFORM landgis.refuse(format('筛查批次 %s 是预审、回溯，或没有依据指纹，不能据此认定', NEW.run_id),
                               format('Run %s is a preview, looks back, or has no record: nothing is decided on it', NEW.run_id));
    END IF;
    IF finding.outcome IN ('not_asked', NEW.outcome) THEN
        PERFORM landgis.refuse('未列入检查的规则，或与计算结论相同的结论，无需人工认定',
                               'A rule that was not asked, or what was computed anyway, needs no decision');
    END IF;
    IF NOT landgis.person_is(NEW.created_by, 'district_planner') THEN
        PERFORM landgis.refuse('人工认定由在岗的区规划员登记', 'A decision is recorded by an active district planner');
    END IF;
    IF NOT EXISTS (SELECT FROM landgis.parcel_document d
                   WHERE d.document_no = NEW.document_no AND d.parcel_id = NEW.parcel_id) THEN
        PERFORM landgis.refuse(format('所依据的文件不存在，或不属于地块 %s', NEW.parcel_id),
                               format('There is no such document, or it is not of parcel %s', NEW.parcel_id));
    END IF;
    NEW.second_person := NEW.second_person OR finding.layer IN ('permanent_basic_farmland', 'ecological_redline');
    RETURN NEW;
END
$$;
CREATE TRIGGER is_sound BEFORE INSERT ON landgis.decision
    FOR EACH ROW EXECUTE FUNCTION landgis.decision_is_sound();

-- Somebody else than its author confirms, a district reviewer; what was withdrawn or has expired is not confirmed.
CREATE FUNCTION landgis.decision_act_is_sound() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    decision landgis.decision;
BEGIN
    NEW.created_at := now();
    SELECT * INTO decision FROM landgis.decision d WHERE d.decision_id = NEW.decision_id;
    IF NEW.act = 'withdraw' AND NOT landgis.person_is(NEW.created_by, 'district_planner', 'district_reviewer') THEN
        PERFORM landgis.refuse('人工认定由在岗的区规划员或区审核员撤回',
                               'A decision is withdrawn by an active district planner or reviewer');
    END IF;
    IF NEW.act <> 'confirm' THEN
        RETURN NEW;
    END IF;
    IF NEW.created_by = decision.created_by THEN
        PERFORM landgis.refuse(format('人工认定 %s 须由认定人以外的第二人确认', NEW.decision_id),
                               format('Decision %s is confirmed by somebody else than its author', NEW.decision_id));
    END IF;
    IF NOT landgis.person_is(NEW.created_by, 'district_reviewer') THEN
        PERFORM landgis.refuse('人工认定由在岗的区审核员确认', 'A decision is confirmed by an active district reviewer');
    END IF;
    IF NOT decision.second_person THEN
        PERFORM landgis.refuse(format('人工认定 %s 无需第二人确认', NEW.decision_id),
                               format('Decision %s takes no second person', NEW.decision_id));
    END IF;
    IF landgis.today() > decision.expires_on
       OR EXISTS (SELECT FROM landgis.decision_act a WHERE a.decision_id = NEW.decision_id AND a.act = 'withdraw') THEN
        PERFORM landgis.refuse(format('人工认定 %s 已撤回或已过期，不能再确认', NEW.decision_id),
                               format('Decision %s was withdrawn or has expired: it cannot be confirmed', NEW.decision_id));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER is_sound BEFORE INSERT ON landgis.decision_act
    FOR EACH ROW EXECUTE FUNCTION landgis.decision_act_is_sound();

CALL landgis.keep_forever('decision');
CALL landgis.keep_forever('decision_act');
GRANT SELECT ON landgis.decision, landgis.decision_act TO landgis_app, landgis_read;
GRANT INSERT ON landgis.decision, landgis.decision_act TO landgis_app;
GRANT USAGE ON SEQUENCE landgis.decision_number TO landgis_app;
