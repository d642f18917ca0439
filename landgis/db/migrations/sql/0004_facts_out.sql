ALTER TABLE landgis.parcel_fact_history DISABLE TRIGGER only_remembered;
-- The facts of the versions become rows. Nobody stated since when they hold, so valid_from is -infinity; what earlier
-- versions said is history: known from the version's moment until the next one.
INSERT INTO landgis.parcel_fact (parcel_id, fact, state, value, import_no)
SELECT v.parcel_id, f.key, 'known', f.value, v.import_no
FROM landgis.parcel_version v CROSS JOIN LATERAL jsonb_each(v.facts) f
WHERE v.current;
UPDATE landgis.parcel_fact f
SET known = tstzrange(v.created_at, NULL), known_by = p.os_account
FROM landgis.parcel_version v JOIN landgis.person p ON p.person_id = v.created_by
WHERE v.current AND v.parcel_id = f.parcel_id;
INSERT INTO landgis.parcel_fact_history (ended_by, ended_why, parcel_id, fact, valid_from, state, value, source,
                                         import_no, known, known_by, known_why)
SELECT ender.os_account, '', v.parcel_id, f.key, '-infinity', 'known', f.value, '', v.import_no,
       tstzrange(v.created_at, next.created_at), teller.os_account, ''
FROM landgis.parcel_version v
JOIN landgis.parcel_version next ON next.parcel_id = v.parcel_id AND next.version = v.version + 1
JOIN landgis.person teller ON teller.person_id = v.created_by
JOIN landgis.person ender ON ender.person_id = next.created_by
CROSS JOIN LATERAL jsonb_each(v.facts) f;
UPDATE landgis.run_parcel r SET facts = v.facts
FROM landgis.parcel_version v WHERE v.parcel_id = r.parcel_id AND v.version = r.version;
-- A parcel without a current version ended before (the register went down and came up again): its number stays dead.
WITH gone AS (
    SELECT parcel_id, max(created_by) AS created_by, max(created_at) AS created_at
    FROM landgis.parcel_version GROUP BY parcel_id HAVING NOT bool_or(current)
), act AS (
    INSERT INTO landgis.parcel_act (act, acted_on, document, reason, tolerance_m2, difference_m2, overlap_m2, created_by,
                                    created_at)
    SELECT 'retire', max(created_at)::date, '', '数据库升级前已无现行版本', 0, 0, 0, max(created_by), max(created_at)
    FROM gone HAVING count(*) > 0
    RETURNING act_no
)
INSERT INTO landgis.parcel_part (act_no, parcel_id, part) SELECT act_no, parcel_id, 'ends' FROM gone, act;
ALTER TABLE landgis.parcel_fact_history ENABLE TRIGGER only_remembered;
