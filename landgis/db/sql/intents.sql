-- Intents with how they ended, by number.
-- Parameters: intent_id, district, recorded_by (person number): each NULL for all; open (only those still pursued).
-- Columns: those of domain.intents.Wanted, then intent_id, recorded by, at, end, note.
SELECT i.district, i.investor, i.uses, i.min_area_m2, i.max_area_m2, i.towns, i.wanted_by, i.required_facts, i.requirements,
       i.intent_id, p.os_account, i.created_at, e.reason, coalesce(e.note, '')
FROM landgis.investor_intent i
JOIN landgis.person p ON p.person_id = i.created_by
LEFT JOIN landgis.investor_intent_end e USING (intent_id)
WHERE (%(intent_id)s::text IS NULL OR i.intent_id = %(intent_id)s)
  AND (%(district)s::text IS NULL OR i.district = %(district)s)
  AND (%(recorded_by)s::integer IS NULL OR i.created_by = %(recorded_by)s)
  AND NOT (%(open)s AND e.reason IS NOT NULL)
ORDER BY i.intent_id COLLATE "C"
