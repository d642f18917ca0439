-- Rights by row, as landgis/db/row_rights.py said them at this revision. Every condition that is the same for all rows is
-- a sub-select of its own: it is asked once a statement.
ALTER TABLE landgis.layer_release ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.layer_release FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_layers')));
CREATE POLICY adds ON landgis.layer_release FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('import_layer'))));
CREATE POLICY changes ON landgis.layer_release FOR UPDATE TO landgis_desk
    USING ((SELECT landgis.reaches_all('publish_layer'))) WITH CHECK ((SELECT landgis.reaches_all('publish_layer')));
ALTER TABLE landgis.layer_release_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.layer_release_history FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_layers')));
ALTER TABLE landgis.layer_feature ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.layer_feature FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_layers')));
ALTER TABLE landgis.layer_issue ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.layer_issue FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_layers')));
CREATE POLICY adds ON landgis.layer_issue FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('import_layer'))));
ALTER TABLE landgis.layer_repair ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.layer_repair FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_layers')));
CREATE POLICY adds ON landgis.layer_repair FOR INSERT TO landgis_desk
    WITH CHECK (accepted_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('import_layer'))));
ALTER TABLE landgis.release_hash ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.release_hash FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_layers')));
ALTER TABLE landgis.parcel ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.parcel FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('read_parcels')));
CREATE POLICY adds ON landgis.parcel FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches('import_parcels', 'reshape_parcels'))));
ALTER TABLE landgis.parcel_version ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.parcel_version FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('read_parcels')));
CREATE POLICY adds ON landgis.parcel_version FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND (((act_no IS NOT NULL) AND ((SELECT landgis.reaches_all('reshape_parcels')) OR town_code = (SELECT landgis.own_town('reshape_parcels')) AND landgis.own_or_new(parcel_id, 'reshape_parcels'))) OR ((act_no IS NULL AND import_no IS NOT NULL) AND ((SELECT landgis.reaches_all('import_parcels')) OR town_code = (SELECT landgis.own_town('import_parcels')) AND landgis.own_or_new(parcel_id, 'import_parcels'))) OR ((num_nonnulls(act_no, import_no) = 0) AND ((SELECT landgis.reaches_all('state_facts')) OR town_code = (SELECT landgis.own_town('state_facts')) AND landgis.own_or_new(parcel_id, 'state_facts')))));
ALTER TABLE landgis.parcel_fact ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.parcel_fact FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('read_parcels')));
CREATE POLICY adds ON landgis.parcel_fact FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('import_parcels', 'state_facts', 'reshape_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('import_parcels', 'state_facts', 'reshape_parcels'))));
CREATE POLICY changes ON landgis.parcel_fact FOR UPDATE TO landgis_desk
    USING ((SELECT landgis.reaches_all('import_parcels', 'state_facts', 'reshape_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('import_parcels', 'state_facts', 'reshape_parcels'))) WITH CHECK ((SELECT landgis.reaches_all('import_parcels', 'state_facts', 'reshape_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('import_parcels', 'state_facts', 'reshape_parcels')));
ALTER TABLE landgis.parcel_fact_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.parcel_fact_history FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('read_parcels')));
ALTER TABLE landgis.parcel_intention ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.parcel_intention FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('read_parcels')));
CREATE POLICY adds ON landgis.parcel_intention FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('state_facts')) OR parcel_id IN (SELECT landgis.own_parcels('state_facts'))));
CREATE POLICY changes ON landgis.parcel_intention FOR UPDATE TO landgis_desk
    USING ((SELECT landgis.reaches_all('state_facts')) OR parcel_id IN (SELECT landgis.own_parcels('state_facts'))) WITH CHECK ((SELECT landgis.reaches_all('state_facts')) OR parcel_id IN (SELECT landgis.own_parcels('state_facts')));
ALTER TABLE landgis.parcel_intention_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.parcel_intention_history FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('read_parcels')));
ALTER TABLE landgis.parcel_document ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.parcel_document FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_documents')) OR parcel_id IN (SELECT landgis.own_parcels('read_documents')));
CREATE POLICY adds ON landgis.parcel_document FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('state_facts', 'import_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('state_facts', 'import_parcels'))));
ALTER TABLE landgis.parcel_import ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.parcel_import FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_parcels')) OR (SELECT landgis.reaches('read_parcels')) AND created_by = (SELECT landgis.viewer_id()));
CREATE POLICY adds ON landgis.parcel_import FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches('import_parcels', 'reshape_parcels'))));
ALTER TABLE landgis.parcel_issue ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.parcel_issue FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_parcels')) OR (SELECT landgis.reaches('read_parcels')) AND (import_no) IN (SELECT import_no FROM landgis.parcel_import));
CREATE POLICY adds ON landgis.parcel_issue FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('import_parcels', 'reshape_parcels')) OR (SELECT landgis.reaches('import_parcels', 'reshape_parcels')) AND (import_no) IN (SELECT import_no FROM landgis.parcel_import)));
ALTER TABLE landgis.parcel_act ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.parcel_act FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_parcels')) OR (SELECT landgis.reaches('read_parcels')) AND (act_no) IN (SELECT act_no FROM landgis.parcel_part));
CREATE POLICY adds ON landgis.parcel_act FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches('reshape_parcels'))));
ALTER TABLE landgis.parcel_part ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.parcel_part FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('read_parcels')));
CREATE POLICY adds ON landgis.parcel_part FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('reshape_parcels')) OR parcel_id IN (SELECT landgis.own_parcels('reshape_parcels'))));
ALTER TABLE landgis.source_file ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.source_file FOR SELECT TO landgis_desk
    USING (((SELECT landgis.reaches_all('read_documents')) OR (SELECT landgis.reaches('read_documents')) AND (content_hash) IN (SELECT content_hash FROM landgis.parcel_document)) OR ((SELECT landgis.reaches('import_layer', 'import_parcels', 'state_facts', 'import_supply')) AND received_by = (SELECT landgis.viewer_id())));
CREATE POLICY adds ON landgis.source_file FOR INSERT TO landgis_desk
    WITH CHECK (received_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches('import_layer', 'import_parcels', 'reshape_parcels', 'state_facts', 'import_supply'))));
ALTER TABLE landgis.screening_run ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.screening_run FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches('read_verdicts')));
CREATE POLICY adds ON landgis.screening_run FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('screen'))));
ALTER TABLE landgis.run_parcel ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.run_parcel FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_verdicts')) OR parcel_id IN (SELECT landgis.own_parcels('read_verdicts')));
CREATE POLICY adds ON landgis.run_parcel FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('screen')) OR parcel_id IN (SELECT landgis.own_parcels('screen'))));
ALTER TABLE landgis.run_finding ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.run_finding FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_verdicts')) OR parcel_id IN (SELECT landgis.own_parcels('read_verdicts')));
CREATE POLICY adds ON landgis.run_finding FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('screen')) OR parcel_id IN (SELECT landgis.own_parcels('screen'))));
ALTER TABLE landgis.run_overlap ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.run_overlap FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_verdicts')) OR parcel_id IN (SELECT landgis.own_parcels('read_verdicts')));
CREATE POLICY adds ON landgis.run_overlap FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('screen')) OR parcel_id IN (SELECT landgis.own_parcels('screen'))));
ALTER TABLE landgis.run_hit ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.run_hit FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_verdicts')) OR parcel_id IN (SELECT landgis.own_parcels('read_verdicts')));
CREATE POLICY adds ON landgis.run_hit FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('screen')) OR parcel_id IN (SELECT landgis.own_parcels('screen'))));
ALTER TABLE landgis.run_coverage ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.run_coverage FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_verdicts')) OR parcel_id IN (SELECT landgis.own_parcels('read_verdicts')));
CREATE POLICY adds ON landgis.run_coverage FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('screen')) OR parcel_id IN (SELECT landgis.own_parcels('screen'))));
ALTER TABLE landgis.run_cell ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.run_cell FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_verdicts')) OR parcel_id IN (SELECT landgis.own_parcels('read_verdicts')));
CREATE POLICY adds ON landgis.run_cell FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('screen')) OR parcel_id IN (SELECT landgis.own_parcels('screen'))));
ALTER TABLE landgis.decision ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.decision FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_verdicts')) OR parcel_id IN (SELECT landgis.own_parcels('read_verdicts')));
CREATE POLICY adds ON landgis.decision FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('record_decision')) OR parcel_id IN (SELECT landgis.own_parcels('record_decision'))));
ALTER TABLE landgis.decision_act ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.decision_act FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_verdicts')) OR (SELECT landgis.reaches('read_verdicts')) AND (decision_id) IN (SELECT decision_id FROM landgis.decision));
CREATE POLICY adds ON landgis.decision_act FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND (((act = 'confirm') AND ((SELECT landgis.reaches_all('confirm_decision')) OR (SELECT landgis.reaches('confirm_decision')) AND (decision_id) IN (SELECT decision_id FROM landgis.decision))) OR ((act = 'withdraw') AND ((SELECT landgis.reaches_all('withdraw_decision')) OR (SELECT landgis.reaches('withdraw_decision')) AND (decision_id) IN (SELECT decision_id FROM landgis.decision)))));
ALTER TABLE landgis.pool ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.pool FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches('read_pool')));
CREATE POLICY adds ON landgis.pool FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('build_pool'))));
ALTER TABLE landgis.pool_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.pool_history FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches('read_pool')));
ALTER TABLE landgis.pool_member ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.pool_member FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_pool')) OR parcel_id IN (SELECT landgis.own_parcels('read_pool')));
CREATE POLICY adds ON landgis.pool_member FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('build_pool')) OR parcel_id IN (SELECT landgis.own_parcels('build_pool'))));
ALTER TABLE landgis.pool_left_out ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.pool_left_out FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_pool')) OR parcel_id IN (SELECT landgis.own_parcels('read_pool')));
CREATE POLICY adds ON landgis.pool_left_out FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('build_pool')) OR parcel_id IN (SELECT landgis.own_parcels('build_pool'))));
ALTER TABLE landgis.membership ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.membership FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_pool')) OR parcel_id IN (SELECT landgis.own_parcels('read_pool')));
CREATE POLICY adds ON landgis.membership FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('report_lead', 'build_pool')) OR parcel_id IN (SELECT landgis.own_parcels('report_lead', 'build_pool'))));
ALTER TABLE landgis.membership_move ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.membership_move FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_pool')) OR parcel_id IN (SELECT landgis.own_parcels('read_pool')));
CREATE POLICY adds ON landgis.membership_move FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND (((from_standing IS NULL AND to_standing = 'lead') AND ((SELECT landgis.reaches_all('report_lead')) OR parcel_id IN (SELECT landgis.own_parcels('report_lead')))) OR ((pool_id IS NOT NULL) AND ((SELECT landgis.reaches_all('build_pool')) OR parcel_id IN (SELECT landgis.own_parcels('build_pool')))) OR ((plan_id IS NOT NULL) AND ((SELECT landgis.reaches_all('publish_plan')) OR parcel_id IN (SELECT landgis.own_parcels('publish_plan')))) OR ((num_nonnulls(pool_id, plan_id) = 0 AND NOT (from_standing IS NULL AND to_standing = 'lead')) AND ((SELECT landgis.reaches_all('move_member')) OR parcel_id IN (SELECT landgis.own_parcels('move_member'))))));
ALTER TABLE landgis.membership_standing ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.membership_standing FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_pool')) OR parcel_id IN (SELECT landgis.own_parcels('read_pool')));
ALTER TABLE landgis.task ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.task FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_pool')) OR parcel_id IN (SELECT landgis.own_parcels('read_pool')));
CREATE POLICY adds ON landgis.task FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('screen')) OR parcel_id IN (SELECT landgis.own_parcels('screen'))));
ALTER TABLE landgis.task_end ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.task_end FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_pool')) OR (SELECT landgis.reaches('read_pool')) AND (task_id) IN (SELECT task_id FROM landgis.task));
CREATE POLICY adds ON landgis.task_end FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('end_task')) OR (SELECT landgis.reaches('end_task')) AND (task_id) IN (SELECT task_id FROM landgis.task)));
ALTER TABLE landgis.investor_intent ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.investor_intent FOR SELECT TO landgis_desk
    USING (((SELECT landgis.reaches_all('read_intents'))) OR ((SELECT landgis.reaches('record_intent')) AND created_by = (SELECT landgis.viewer_id())));
CREATE POLICY adds ON landgis.investor_intent FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('record_intent')) OR (SELECT landgis.reaches('record_intent')) AND towns <@ ARRAY[(SELECT landgis.own_town('record_intent'))]));
ALTER TABLE landgis.investor_intent_end ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.investor_intent_end FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_intents', 'record_intent')) OR (SELECT landgis.reaches('read_intents', 'record_intent')) AND (intent_id) IN (SELECT intent_id FROM landgis.investor_intent));
CREATE POLICY adds ON landgis.investor_intent_end FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('end_intent')) OR (SELECT landgis.reaches('end_intent')) AND (intent_id) IN (SELECT intent_id FROM landgis.investor_intent)));
ALTER TABLE landgis.plan ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.plan FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches('read_plans')));
CREATE POLICY adds ON landgis.plan FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('draft_plan'))));
ALTER TABLE landgis.plan_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.plan_history FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches('read_plans')));
ALTER TABLE landgis.plan_line ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.plan_line FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_plans')) OR parcel_id IN (SELECT landgis.own_parcels('read_plans')));
CREATE POLICY adds ON landgis.plan_line FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('draft_plan')) OR parcel_id IN (SELECT landgis.own_parcels('draft_plan'))));
ALTER TABLE landgis.plan_left_out ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.plan_left_out FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_plans')) OR parcel_id IN (SELECT landgis.own_parcels('read_plans')));
CREATE POLICY adds ON landgis.plan_left_out FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('draft_plan')) OR parcel_id IN (SELECT landgis.own_parcels('draft_plan'))));
ALTER TABLE landgis.plan_change ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.plan_change FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_plans')) OR parcel_id IN (SELECT landgis.own_parcels('read_plans')));
CREATE POLICY adds ON landgis.plan_change FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('draft_plan')) OR parcel_id IN (SELECT landgis.own_parcels('draft_plan'))));
ALTER TABLE landgis.plan_line_check ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.plan_line_check FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_plans')) OR (SELECT landgis.reaches('read_plans')) AND (plan_id, line_no) IN (SELECT plan_id, line_no FROM landgis.plan_line));
CREATE POLICY adds ON landgis.plan_line_check FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('draft_plan')) OR (SELECT landgis.reaches('draft_plan')) AND (plan_id, line_no) IN (SELECT plan_id, line_no FROM landgis.plan_line)));
ALTER TABLE landgis.plan_step ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.plan_step FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches('read_plans')));
CREATE POLICY adds ON landgis.plan_step FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND (((to_status = 'reported') AND ((SELECT landgis.reaches_all('approve_plan')))) OR ((to_status = 'published') AND ((SELECT landgis.reaches_all('publish_plan')))) OR ((to_status NOT IN ('reported', 'published')) AND ((SELECT landgis.reaches_all('move_plan'))))));
ALTER TABLE landgis.supply_batch ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.supply_batch FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches('read_plans')));
CREATE POLICY adds ON landgis.supply_batch FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('import_supply'))));
ALTER TABLE landgis.other_supply ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.other_supply FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_plans')) OR town_code = (SELECT landgis.own_town('read_plans')));
CREATE POLICY adds ON landgis.other_supply FOR INSERT TO landgis_desk
    WITH CHECK (((SELECT landgis.reaches_all('import_supply')) OR town_code = (SELECT landgis.own_town('import_supply'))));
ALTER TABLE landgis.milestone ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.milestone FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_plans')) OR (SELECT landgis.reaches('read_plans')) AND (member_id) IN (SELECT member_id FROM landgis.membership));
CREATE POLICY adds ON landgis.milestone FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('record_milestone')) OR (SELECT landgis.reaches('record_milestone')) AND (member_id) IN (SELECT member_id FROM landgis.membership)));
ALTER TABLE landgis.export_log ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.export_log FOR SELECT TO landgis_desk
    USING (((SELECT landgis.reaches_all('read_exports'))) OR ((SELECT landgis.reaches('export')) AND created_by = (SELECT landgis.viewer_id())));
CREATE POLICY adds ON landgis.export_log FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND (((secrecy = 'public') AND ((SELECT landgis.reaches_all('export')))) OR ((secrecy <> 'public') AND ((SELECT landgis.reaches_all('export_internal'))))));
ALTER TABLE landgis.export_receipt ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.export_receipt FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_exports')) OR (SELECT landgis.reaches('read_exports')) AND (export_id) IN (SELECT export_id FROM landgis.export_log));
CREATE POLICY adds ON landgis.export_receipt FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('note_receipt'))));
ALTER TABLE landgis.export_rejection ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.export_rejection FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_exports', 'export')));
CREATE POLICY adds ON landgis.export_rejection FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('note_receipt'))));
ALTER TABLE landgis.export_rejection_end ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.export_rejection_end FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('read_exports', 'export')));
CREATE POLICY adds ON landgis.export_rejection_end FOR INSERT TO landgis_desk
    WITH CHECK (created_by = (SELECT landgis.viewer_id()) AND ((SELECT landgis.reaches_all('note_receipt'))));
ALTER TABLE landgis.person ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.person FOR SELECT TO landgis_desk
    USING (((SELECT landgis.reaches_all('read', 'manage_people', 'read_audit'))) OR (person_id = (SELECT landgis.viewer_id())));
ALTER TABLE landgis.person_history ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.person_history FOR SELECT TO landgis_desk
    USING ((SELECT landgis.reaches_all('manage_people', 'read_audit')));
ALTER TABLE landgis.access_token ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.access_token FOR SELECT TO landgis_desk
    USING (((SELECT landgis.reaches_all('manage_people'))) OR (person_id = (SELECT landgis.viewer_id())));
ALTER TABLE landgis.access_token_end ENABLE ROW LEVEL SECURITY;
CREATE POLICY sees ON landgis.access_token_end FOR SELECT TO landgis_desk
    USING (((SELECT landgis.reaches_all('manage_people'))) OR (token_no IN (SELECT token_no FROM landgis.access_token)));
