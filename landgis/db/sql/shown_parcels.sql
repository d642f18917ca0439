-- Parcels of a run as it judged them, for other programs; reasons_zh: what its findings say that are not clear.
-- Parameters: run_id. Columns: those of frames.shown.SHOWN_PARCELS, geom (EPSG:4549). No double quotes, no percent
--   signs: see shown_plan_lines.
-- Indexes: run_parcel_pkey, run_finding_pkey, parcel_version_pkey.
SELECT parcel_id, town_name, village_name, planned_use_code, verdict, ellipsoidal_m2, registered_m2, reasons_zh, geom
FROM landgis_open.project_parcels
WHERE run_id = %(run_id)s
