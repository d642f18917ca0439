-- Parcels of a run as it judged them, for other programs; reasons_zh: what its findings say that are not clear.
-- Parameters: run_id. Columns: those of frames.shown.SHOWN_PARCELS, geom (EPSG:4549). No double quotes, no percent
--   signs: see shown_plan_lines.
-- Indexes: run_parcel_pkey, run_finding_pkey, parcel_version_pkey.
SELECT r.parcel_id, v.town_name, v.village_name, r.facts ->> 'planned_use_code' AS planned_use_code, r.verdict,
       r.ellipsoidal_m2, r.registered_m2,
       (SELECT string_agg(f.message_zh, '；' ORDER BY f.rule_id)
        FROM landgis.run_finding f
        WHERE f.run_id = r.run_id AND f.parcel_id = r.parcel_id AND f.outcome NOT IN ('clear', 'not_asked')) AS reasons_zh,
       v.geom
FROM landgis.run_parcel r
JOIN landgis.parcel_version v USING (parcel_id, version)
WHERE r.run_id = %(run_id)s
