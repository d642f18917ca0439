-- The views for outsiders, as far as a viewer of the desk may see them; for landgis_read as they were. Views run with the
-- rights of their owner, which no rights by row bind: they ask themselves. What a project of QGIS reads is not the desk's.
GRANT EXECUTE ON FUNCTION landgis.reaches_all(text[]), landgis.own_parcels(text[]) TO landgis_read;

CREATE OR REPLACE VIEW landgis_open.parcels AS
SELECT v.parcel_id, v.district, v.town_code, v.town_name, v.village_name, v.version,
       use_code.value #>> '{}' AS planned_use_code, v.planar_m2, v.ellipsoidal_m2,
       (registered.value #>> '{}')::double precision AS registered_m2, v.created_at AS recorded_at,
       'internal'::text AS secrecy, v.geom
FROM landgis.parcel_version v
LEFT JOIN LATERAL (
    SELECT f.value FROM landgis.parcel_fact f
    WHERE f.parcel_id = v.parcel_id AND f.fact = 'planned_use_code' AND f.valid_from <= current_date
    ORDER BY f.valid_from DESC LIMIT 1
) use_code ON true
LEFT JOIN LATERAL (
    SELECT f.value FROM landgis.parcel_fact f
    WHERE f.parcel_id = v.parcel_id AND f.fact = 'registered_area_m2' AND f.valid_from <= current_date
    ORDER BY f.valid_from DESC LIMIT 1
) registered ON true
WHERE v.current AND NOT EXISTS (
    SELECT FROM landgis.parcel_part p WHERE p.parcel_id = v.parcel_id AND p.part = 'ends')
  AND (current_user <> 'landgis_desk' OR (SELECT landgis.reaches_all('read_parcels')) OR v.parcel_id IN (SELECT landgis.own_parcels('read_parcels')));

CREATE OR REPLACE VIEW landgis_open.pool_members AS
SELECT s.member_id, s.parcel_id, s.district, m.tier, s.standing, landgis.standing_zh(s.standing) AS standing_zh,
       k.created_at AS standing_since, v.town_code, v.town_name, v.village_name, v.version, v.ellipsoidal_m2,
       'internal'::text AS secrecy, v.geom
FROM landgis.membership_standing s
JOIN landgis.membership m USING (member_id)
JOIN landgis.membership_move k ON k.member_id = s.member_id AND k.step = s.step
JOIN landgis.parcel_version v ON v.parcel_id = s.parcel_id AND v.version = s.version
WHERE s.standing IN ('pooled', 'planned', 'under_way', 'supplied')
  AND (current_user <> 'landgis_desk' OR (SELECT landgis.reaches_all('read_pool')) OR s.parcel_id IN (SELECT landgis.own_parcels('read_pool')));

CREATE OR REPLACE VIEW landgis_open.plan_lines AS
SELECT l.plan_id || '-' || l.line_no AS line_id, l.plan_id, p.year, l.line_no, l.parcel_id, l.district, l.town_code,
       l.town_name, l.village_name, l.planned_use_code, l.planned_use_zh, l.area_ha, l.area_mu, l.area_basis, l.quarter,
       l.term_years, l.trade_mode, t.created_at AS published_at, 'public'::text AS secrecy, v.geom
FROM landgis.plan_line l
JOIN landgis.plan p USING (plan_id)
JOIN LATERAL (
    SELECT s.created_at FROM landgis.plan_step s WHERE s.plan_id = p.plan_id AND s.to_status = 'published'
    ORDER BY s.step DESC LIMIT 1
) t ON true
JOIN landgis.pool_member m ON m.pool_id = l.pool_id AND m.parcel_id = l.parcel_id
JOIN landgis.parcel_version v ON v.parcel_id = m.parcel_id AND v.version = m.version
WHERE p.status = 'published'
  AND (current_user <> 'landgis_desk' OR (SELECT landgis.reaches_all('read_plans')) OR l.parcel_id IN (SELECT landgis.own_parcels('read_plans')));

CREATE OR REPLACE VIEW landgis_open.layer_features AS
SELECT f.release || '/' || f.feature_id AS feature_key, f.layer, f.release, r.district, f.feature_id, f.class, f.label,
       r.title_zh AS release_title_zh, r.document_no, r.attribution, r.approved_on, r.in_force_from, r.expires_on, r.substitute,
       CASE WHEN r.substitute THEN '替代数据，非法定成果' END AS notice_zh,
       CASE r.secrecy WHEN 'public' THEN 'public' ELSE 'internal' END AS secrecy, f.geom
FROM landgis.layer_release r
JOIN landgis.layer_feature f ON f.layer = r.layer AND f.release = r.name
WHERE r.status = 'published' AND r.legal_state = 'in_force'
  AND (current_user <> 'landgis_desk' OR (SELECT landgis.reaches_all('read_layers')));

CREATE OR REPLACE VIEW landgis_open.project_plan_lines AS
SELECT l.plan_id, l.line_no, l.parcel_id, l.town_name, l.village_name, l.owner_name, l.planned_use_code,
       landgis.use_class(l.planned_use_code) AS use_class, l.planned_use_zh, l.area_ha, l.area_mu, l.area_basis, l.verdict,
       l.quarter, l.open_points_zh, v.geom
FROM landgis.plan_line l
JOIN landgis.pool_member m USING (pool_id, parcel_id)
JOIN landgis.parcel_version v USING (parcel_id, version)
WHERE current_user <> 'landgis_desk';

CREATE OR REPLACE VIEW landgis_open.project_pool_members AS
SELECT m.pool_id, m.rank, m.parcel_id, v.town_name, v.village_name, m.verdict, m.area_m2, m.area_basis, m.open_points_zh,
       v.geom
FROM landgis.pool_member m
JOIN landgis.parcel_version v USING (parcel_id, version)
WHERE current_user <> 'landgis_desk';

CREATE OR REPLACE VIEW landgis_open.project_parcels AS
SELECT r.run_id, r.parcel_id, v.town_name, v.village_name, r.facts ->> 'planned_use_code' AS planned_use_code, r.verdict,
       r.ellipsoidal_m2, r.registered_m2,
       (SELECT string_agg(f.message_zh, '；' ORDER BY f.rule_id)
        FROM landgis.run_finding f
        WHERE f.run_id = r.run_id AND f.parcel_id = r.parcel_id AND f.outcome NOT IN ('clear', 'not_asked')) AS reasons_zh,
       v.geom
FROM landgis.run_parcel r
JOIN landgis.parcel_version v USING (parcel_id, version)
WHERE current_user <> 'landgis_desk';

CREATE OR REPLACE VIEW landgis_open.project_features AS
SELECT layer, release, feature_id, class, label, geom FROM landgis.layer_feature
WHERE current_user <> 'landgis_desk';
