-- What was stated belongs to its version: written with it, by the same transaction, and never again.
CREATE TRIGGER sealed AFTER INSERT ON landgis.plan_input REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.sealed('plan', 'p.plan_id = n.plan_id');
CALL landgis.keep_forever('plan_input');
GRANT SELECT, INSERT ON landgis.plan_input TO landgis_app;
