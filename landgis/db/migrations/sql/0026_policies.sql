-- Rights by row of later tables, as landgis/db/row_rights.py said them at this revision.
ALTER TABLE landgis.run_row ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.run_row FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_verdicts')) OR parcel_id IN (SELECT landgis.own_parcels('read_verdicts')));
CREATE POLICY adds ON landgis.run_row FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('screen')) OR parcel_id IN (SELECT landgis.own_parcels('screen'))));
ALTER TABLE landgis.plan_input ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.plan_input FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_plans')) OR parcel_id IN (SELECT landgis.own_parcels('read_plans')));
CREATE POLICY adds ON landgis.plan_input FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('draft_plan')) OR parcel_id IN (SELECT landgis.own_parcels('draft_plan'))));
ALTER TABLE landgis.job ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.job FOR SELECT TO landgis_desk
    USING (((kind = 'import_layer') AND ((SELECT landgis.reaches_all('import_layer')))) OR ((kind = 'import_parcels') AND ((SELECT landgis.reaches_all('import_parcels')))) OR ((kind = 'screen') AND ((SELECT landgis.reaches_all('screen')))) OR ((kind = 'atlas') AND ((SELECT landgis.reaches_all('read_exports')))) OR ((kind = 'package') AND ((SELECT landgis.reaches_all('read_exports')))) OR ((SELECT landgis.reaches('read')) AND asked_by = (SELECT landgis.viewer_id())));
CREATE POLICY adds ON landgis.job FOR INSERT TO landgis_desk
    WITH CHECK (asked_by = (SELECT landgis.viewer_id()) AND (((kind = 'import_layer') AND ((SELECT landgis.reaches_all('import_layer')))) OR ((kind = 'import_parcels') AND ((SELECT landgis.reaches('import_parcels')))) OR ((kind = 'screen') AND ((SELECT landgis.reaches_all('screen')))) OR ((kind = 'atlas') AND ((SELECT landgis.reaches_all('export_internal')))) OR ((kind = 'package') AND ((SELECT landgis.reaches_all('export'))))));
CREATE POLICY changes ON landgis.job FOR UPDATE TO landgis_desk
    USING (((kind = 'import_layer') AND ((SELECT landgis.reaches_all('import_layer')))) OR ((kind = 'import_parcels') AND ((SELECT landgis.reaches_all('import_parcels')))) OR ((kind = 'screen') AND ((SELECT landgis.reaches_all('screen')))) OR ((kind = 'atlas') AND ((SELECT landgis.reaches_all('read_exports')))) OR ((kind = 'package') AND ((SELECT landgis.reaches_all('read_exports')))) OR ((SELECT landgis.reaches('read')) AND asked_by = (SELECT landgis.viewer_id()))) WITH CHECK (((kind = 'import_layer') AND ((SELECT landgis.reaches_all('import_layer')))) OR ((kind = 'import_parcels') AND ((SELECT landgis.reaches_all('import_parcels')))) OR ((kind = 'screen') AND ((SELECT landgis.reaches_all('screen')))) OR ((kind = 'atlas') AND ((SELECT landgis.reaches_all('read_exports')))) OR ((kind = 'package') AND ((SELECT landgis.reaches_all('read_exports')))) OR ((SELECT landgis.reaches('read')) AND asked_by = (SELECT landgis.viewer_id())));
ALTER TABLE landgis.bookmark ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.bookmark FOR SELECT TO landgis_desk
    USING (((shared) AND ((SELECT landgis.reaches('read')))) OR ((SELECT landgis.reaches('read')) AND created_by = (SELECT landgis.viewer_id())));
CREATE POLICY adds ON landgis.bookmark FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches('read'))));
ALTER TABLE landgis.bookmark_end ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.bookmark_end FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read')) OR (SELECT landgis.reaches('read')) AND (bookmark_no) IN (SELECT bookmark_no FROM landgis.bookmark));
CREATE POLICY adds ON landgis.bookmark_end FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches('read'))));
