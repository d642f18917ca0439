-- What landgis_read may read: the views of landgis_open and nothing else. Views run with the rights of their owner, so the
-- reading role needs none on the tables behind them. No name, number or document of a person is in any of them.
-- secrecy: 'public' or 'internal'; what is not marked public is internal.
DO $$
BEGIN
    IF to_regnamespace('landgis_open') IS NULL THEN
        PERFORM landgis.refuse(
            '数据库缺少模式 landgis_open：请数据库管理员重新执行 landgis db roles 列出的语句，再运行 landgis db upgrade',
            'The schema landgis_open is missing: have the DBA run what landgis db roles prints, then landgis db upgrade');
    END IF;
END
$$;

CALL landgis.keep_forever('access_token');
CALL landgis.keep_forever('access_token_end');
GRANT SELECT ON landgis.access_token, landgis.access_token_end TO landgis_app;  -- issued and revoked by the owner alone

REVOKE ALL ON ALL TABLES IN SCHEMA landgis FROM landgis_read;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA landgis FROM landgis_read;
GRANT SELECT ON landgis.alembic_version TO landgis_read;

-- The class of a planned use as the maps colour it: padded codes lose their padding, four digits count.
CREATE FUNCTION landgis.use_class(code text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN left(CASE length(btrim(code)) WHEN 6 THEN regexp_replace(btrim(code), '(00)+$', '') ELSE btrim(code) END, 4);

-- Parcels that stand in the register, with their present outlines.
CREATE VIEW landgis_open.parcels AS
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
    SELECT FROM landgis.parcel_part p WHERE p.parcel_id = v.parcel_id AND p.part = 'ends');

-- Members of the pools that hold their ground; leads are nobody's yet, the withdrawn are gone.
CREATE VIEW landgis_open.pool_members AS
SELECT s.member_id, s.parcel_id, s.district, m.tier, s.standing, landgis.standing_zh(s.standing) AS standing_zh,
       k.created_at AS standing_since, v.town_code, v.town_name, v.village_name, v.version, v.ellipsoidal_m2,
       'internal'::text AS secrecy, v.geom
FROM landgis.membership_standing s
JOIN landgis.membership m USING (member_id)
JOIN landgis.membership_move k ON k.member_id = s.member_id AND k.step = s.step
JOIN landgis.parcel_version v ON v.parcel_id = s.parcel_id AND v.version = s.version
WHERE s.standing IN ('pooled', 'planned', 'under_way', 'supplied');

-- Lines of the plans that are published; a plan on its way is not for outsiders.
CREATE VIEW landgis_open.plan_lines AS
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
WHERE p.status = 'published';

-- Features of the releases that are published and in force, layer by layer.
CREATE VIEW landgis_open.layer_features AS
SELECT f.release || '/' || f.feature_id AS feature_key, f.layer, f.release, r.district, f.feature_id, f.class, f.label,
       r.title_zh AS release_title_zh, r.document_no, r.attribution, r.approved_on, r.in_force_from, r.expires_on, r.substitute,
       CASE WHEN r.substitute THEN '替代数据，非法定成果' END AS notice_zh,
       CASE r.secrecy WHEN 'public' THEN 'public' ELSE 'internal' END AS secrecy, f.geom
FROM landgis.layer_release r
JOIN landgis.layer_feature f ON f.layer = r.layer AND f.release = r.name
WHERE r.status = 'published' AND r.legal_state = 'in_force';

-- What a project of QGIS reads that is joined to the database: one plan, its pool, its run, their layers. It is the
-- bureau's own working state, drafts too: the open services do not publish it.
CREATE VIEW landgis_open.project_plan_lines AS
SELECT l.plan_id, l.line_no, l.parcel_id, l.town_name, l.village_name, l.owner_name, l.planned_use_code,
       landgis.use_class(l.planned_use_code) AS use_class, l.planned_use_zh, l.area_ha, l.area_mu, l.area_basis, l.verdict,
       l.quarter, l.open_points_zh, v.geom
FROM landgis.plan_line l
JOIN landgis.pool_member m USING (pool_id, parcel_id)
JOIN landgis.parcel_version v USING (parcel_id, version);

CREATE VIEW landgis_open.project_pool_members AS
SELECT m.pool_id, m.rank, m.parcel_id, v.town_name, v.village_name, m.verdict, m.area_m2, m.area_basis, m.open_points_zh,
       v.geom
FROM landgis.pool_member m
JOIN landgis.parcel_version v USING (parcel_id, version);

CREATE VIEW landgis_open.project_parcels AS
SELECT r.run_id, r.parcel_id, v.town_name, v.village_name, r.facts ->> 'planned_use_code' AS planned_use_code, r.verdict,
       r.ellipsoidal_m2, r.registered_m2,
       (SELECT string_agg(f.message_zh, '；' ORDER BY f.rule_id)
        FROM landgis.run_finding f
        WHERE f.run_id = r.run_id AND f.parcel_id = r.parcel_id AND f.outcome NOT IN ('clear', 'not_asked')) AS reasons_zh,
       v.geom
FROM landgis.run_parcel r
JOIN landgis.parcel_version v USING (parcel_id, version);

CREATE VIEW landgis_open.project_features AS
SELECT layer, release, feature_id, class, label, geom FROM landgis.layer_feature;

GRANT SELECT ON ALL TABLES IN SCHEMA landgis_open TO landgis_app, landgis_read;
