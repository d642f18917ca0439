-- Rules of intents and tasks, for every client. A refusal carries SQLSTATE LG001, the message in Chinese and the detail
-- in English.

-- Written by persons in office of the roles named, at the moment of the transaction, whatever a client says.
CREATE FUNCTION landgis.written_by_staff() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    what record := landgis.called(TG_TABLE_NAME);
BEGIN
    NEW.created_at := now();
    IF NOT landgis.person_is(NEW.created_by, VARIADIC TG_ARGV) THEN
        PERFORM landgis.refuse(format('办理人已停用，或无权登记%s', what.zh),
                               format('The person has left, or may not record %s', what.en));
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER written_by_staff BEFORE INSERT ON landgis.investor_intent
    FOR EACH ROW EXECUTE FUNCTION landgis.written_by_staff('district_planner', 'town_clerk');
CREATE TRIGGER written_by_staff BEFORE INSERT ON landgis.investor_intent_end
    FOR EACH ROW EXECUTE FUNCTION landgis.written_by_staff('district_planner');
CREATE TRIGGER written_by_staff BEFORE INSERT ON landgis.task
    FOR EACH ROW EXECUTE FUNCTION landgis.written_by_staff('district_planner');
CREATE TRIGGER written_by_staff BEFORE INSERT ON landgis.task_end
    FOR EACH ROW EXECUTE FUNCTION landgis.written_by_staff('district_planner', 'district_reviewer');

CALL landgis.keep_forever('investor_intent');
CALL landgis.keep_forever('investor_intent_end');
CALL landgis.keep_forever('task');
CALL landgis.keep_forever('task_end');
GRANT SELECT ON landgis.investor_intent, landgis.investor_intent_end TO landgis_app;  -- they name people: not for outsiders
GRANT SELECT ON landgis.task, landgis.task_end TO landgis_app;
GRANT INSERT ON landgis.investor_intent, landgis.investor_intent_end, landgis.task, landgis.task_end TO landgis_app;
GRANT USAGE ON SEQUENCE landgis.intent_number, landgis.task_number TO landgis_app;
