-- What the working role and the reading role may do. What is not granted is refused: nothing is deleted, runs and
-- releases are never changed, persons are registered by the owner.
GRANT SELECT ON ALL TABLES IN SCHEMA landgis TO landgis_app, landgis_read;
REVOKE SELECT ON landgis.person FROM landgis_read;
GRANT INSERT ON
    landgis.source_file, landgis.layer_release, landgis.layer_feature, landgis.layer_issue,
    landgis.parcel, landgis.parcel_version, landgis.parcel_import, landgis.parcel_issue, landgis.parcel_document,
    landgis.screening_run, landgis.run_parcel, landgis.run_overlap, landgis.run_hit, landgis.run_coverage,
    landgis.run_finding,
    landgis.pool, landgis.pool_member, landgis.pool_left_out,
    landgis.plan, landgis.plan_line, landgis.plan_left_out
    TO landgis_app;
GRANT UPDATE (status, published_by, published_at) ON landgis.layer_release TO landgis_app;
GRANT UPDATE (current) ON landgis.parcel_version TO landgis_app;
GRANT USAGE ON SEQUENCE landgis.run_number, landgis.pool_number, landgis.plan_number TO landgis_app;
