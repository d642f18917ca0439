-- Lines of the plans that count now: in each district and year the published one, and what is drafted after it; or of one
-- plan, whatever became of it.
-- Parameters: district; plan_id or NULL.
-- Columns: those of frames.paired.PLANNED.
-- Of several drafts of a year the newest that was neither returned nor replaced counts.
WITH counted AS (
    SELECT p.plan_id, p.year, p.status FROM landgis.plan p
    WHERE p.district = %(district)s AND CASE WHEN %(plan_id)s::text IS NOT NULL THEN p.plan_id = %(plan_id)s
        ELSE p.status = 'published' OR p.plan_id = (
            SELECT q.plan_id FROM landgis.plan q
            WHERE q.district = p.district AND q.year = p.year AND q.status NOT IN ('published', 'superseded', 'returned')
              AND NOT EXISTS (SELECT FROM landgis.plan r WHERE r.replaces = q.plan_id)
            ORDER BY q.created_at DESC, q.plan_id DESC LIMIT 1) END
)
SELECT c.plan_id, c.year, c.status, l.line_no, l.parcel_id, coalesce(l.town_code, ''), coalesce(l.town_name, ''),
       l.planned_use_code, l.area_ha, l.quarter
FROM counted c JOIN landgis.plan_line l USING (plan_id)
ORDER BY c.plan_id COLLATE "C", l.line_no
