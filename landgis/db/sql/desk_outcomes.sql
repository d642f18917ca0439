-- Rows of a filter counted by rule and outcome, where a rule was asked and is not clear.
-- Parameters: those of the condition (run_id among them).
-- Columns: rule_id, outcome, count, area_um2 (ellipsoidal, millionths of a m²).
-- Indexes: run_finding_outcome_idx.
SELECT f.rule_id, f.outcome, count(*), sum((r.ellipsoidal_m2 * 1e6)::bigint)::bigint
FROM landgis.run_finding f JOIN landgis.run_row r ON r.run_id = f.run_id AND r.parcel_id = f.parcel_id
WHERE f.run_id = %(run_id)s AND f.outcome NOT IN ('clear', 'not_asked') AND {condition}
GROUP BY f.rule_id, f.outcome
ORDER BY f.rule_id COLLATE "C", f.outcome COLLATE "C"
