-- Rules of what leaves the house, for every client. A refusal carries SQLSTATE LG001, the message in Chinese and the
-- detail in English.

-- The interface account of a platform takes packages of a plan that was published, and what is public of them; whoever
-- else exports is a planner or reviewer in office.
CREATE FUNCTION landgis.export_may_leave() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF landgis.person_is(NEW.created_by, 'platform')
       AND (NEW.kind NOT IN ('package', 'delta') OR NEW.secrecy <> 'public' OR NEW.personal = 'keep'
            OR NOT EXISTS (SELECT FROM landgis.plan_step s
                           WHERE s.plan_id = NEW.plan_id AND s.to_status = 'published')) THEN
        PERFORM landgis.refuse('平台接口账号只能取已公布计划的公开成果包',
                               'The account of a platform takes public packages of published plans only');
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER may_leave BEFORE INSERT ON landgis.export_log
    FOR EACH ROW EXECUTE FUNCTION landgis.export_may_leave();
CREATE TRIGGER written_by_staff BEFORE INSERT ON landgis.export_log
    FOR EACH ROW EXECUTE FUNCTION landgis.written_by_staff('district_planner', 'district_reviewer', 'platform');
CREATE TRIGGER written_by_staff BEFORE INSERT ON landgis.export_receipt
    FOR EACH ROW EXECUTE FUNCTION landgis.written_by_staff('district_planner', 'district_reviewer');
CREATE TRIGGER written_by_staff BEFORE INSERT ON landgis.export_rejection
    FOR EACH ROW EXECUTE FUNCTION landgis.written_by_staff('district_planner', 'district_reviewer');
CREATE TRIGGER written_by_staff BEFORE INSERT ON landgis.export_rejection_end
    FOR EACH ROW EXECUTE FUNCTION landgis.written_by_staff('district_planner', 'district_reviewer');

CALL landgis.keep_forever('export_log');
CALL landgis.keep_forever('export_receipt');
CALL landgis.keep_forever('export_rejection');
CALL landgis.keep_forever('export_rejection_end');
-- Who gave what to whom is the house's own: not for the role that outsiders read with.
GRANT SELECT, INSERT ON landgis.export_log, landgis.export_receipt, landgis.export_rejection, landgis.export_rejection_end
    TO landgis_app;
GRANT USAGE ON SEQUENCE landgis.export_number, landgis.rejection_number TO landgis_app;
