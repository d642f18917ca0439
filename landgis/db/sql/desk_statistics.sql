-- Rows of a filter counted by town, village, verdict, planned use and pool state.
-- Parameters: those of the condition.
-- Columns: dimension (town, village, verdict, use or pool), town_code, town_name, village_name, verdict, planned_use,
--   pool_state, count, area_um2 (ellipsoidal, millionths of a m²).
WITH standing AS (
    SELECT m.parcel_id, coalesce(max(m.standing) FILTER (WHERE m.standing <> 'withdrawn'), 'withdrawn') AS state
    FROM landgis.membership_standing m
    GROUP BY m.parcel_id
), inside AS (
    SELECT r.town_code, r.town_name, r.village_name, r.verdict, r.planned_use, coalesce(s.state, 'none') AS pool_state,
           (r.ellipsoidal_m2 * 1e6)::bigint AS area_um2
    FROM landgis.run_row r LEFT JOIN standing s ON s.parcel_id = r.parcel_id
    WHERE {condition}
)
SELECT CASE WHEN GROUPING(village_name) = 0 THEN 'village' WHEN GROUPING(town_code) = 0 THEN 'town'
            WHEN GROUPING(verdict) = 0 THEN 'verdict' WHEN GROUPING(planned_use) = 0 THEN 'use' ELSE 'pool' END,
       town_code, town_name, village_name, verdict, planned_use, pool_state, count(*), sum(area_um2)::bigint
FROM inside
GROUP BY GROUPING SETS ((town_code, town_name), (town_code, town_name, village_name), (verdict), (planned_use), (pool_state))
