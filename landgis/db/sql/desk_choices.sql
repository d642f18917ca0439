-- What occurs in a run to filter by.
-- Parameters: run_id. Columns: kind (town, village, use, owner, year), first, second, count.
WITH seen AS (SELECT * FROM landgis.run_row WHERE run_id = %(run_id)s),
found (kind, first, second, count) AS (
    SELECT 'town', town_code, town_name, count(*) FROM seen GROUP BY town_code, town_name
    UNION ALL SELECT 'village', town_name, village_name, count(*) FROM seen WHERE village_name <> '' GROUP BY town_name, village_name
    UNION ALL SELECT 'use', use, '', sum(n) FROM (SELECT uses, count(*) AS n FROM seen GROUP BY uses) u, unnest(u.uses) use
        GROUP BY use
    UNION ALL SELECT 'owner', owner_level, '', count(*) FROM seen GROUP BY owner_level
    UNION ALL SELECT 'year', p.year::text, '', 0 FROM landgis.plan p JOIN landgis.screening_run s ON s.district = p.district
        WHERE s.run_id = %(run_id)s AND p.status = 'published'
)
SELECT kind, first, second, count::bigint FROM found ORDER BY kind, first COLLATE "C", second COLLATE "C"
