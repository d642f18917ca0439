-- Decisions of persons with what became of them, by district, parcel, rule and time.
-- Parameters: decision_id, district, parcel_ids; NULL for all.
-- Columns: decision_id, district, parcel_id, rule_id, run_id, computed, outcome, expires_on, second_person; kind, number,
--   title_zh, dated_on, content_hash of the paper; decided, confirmed and withdrawn by (OS account), by (name), at, why
--   (NULL: nobody did); replaced_at.
SELECT d.decision_id, r.district, d.parcel_id, d.rule_id, d.run_id, f.outcome, d.outcome, d.expires_on, d.second_person,
       paper.kind, paper.number, paper.title_zh, paper.dated_on, coalesce(paper.content_hash, later.content_hash),
       author.os_account, author.name_zh, d.created_at, d.reason,
       confirmer.os_account, confirmer.name_zh, confirmed.created_at, confirmed.reason,
       withdrawer.os_account, withdrawer.name_zh, withdrawn.created_at, withdrawn.reason,
       d.replaced_at
FROM (
    SELECT *, lead(created_at) OVER (PARTITION BY parcel_id, rule_id ORDER BY created_at, decision_id COLLATE "C") AS replaced_at
    FROM landgis.decision
    WHERE %(parcel_ids)s::text[] IS NULL OR parcel_id = ANY (%(parcel_ids)s::text[])
) d
JOIN landgis.screening_run r USING (run_id)
JOIN landgis.run_finding f USING (run_id, parcel_id, rule_id)
JOIN landgis.parcel_document paper USING (document_no)
LEFT JOIN LATERAL (  -- a paper that was listed first, and handed in later
    SELECT content_hash FROM landgis.parcel_document f
    WHERE f.parcel_id = paper.parcel_id AND f.kind = paper.kind AND f.number = paper.number AND f.content_hash IS NOT NULL
    ORDER BY f.document_no DESC LIMIT 1
) later ON true
JOIN landgis.person author ON author.person_id = d.created_by
LEFT JOIN landgis.decision_act confirmed ON confirmed.decision_id = d.decision_id AND confirmed.act = 'confirm'
LEFT JOIN landgis.person confirmer ON confirmer.person_id = confirmed.created_by
LEFT JOIN landgis.decision_act withdrawn ON withdrawn.decision_id = d.decision_id AND withdrawn.act = 'withdraw'
LEFT JOIN landgis.person withdrawer ON withdrawer.person_id = withdrawn.created_by
WHERE (%(decision_id)s::text IS NULL OR d.decision_id = %(decision_id)s)
  AND (%(district)s::text IS NULL OR r.district = %(district)s)
ORDER BY r.district COLLATE "C", d.parcel_id COLLATE "C", d.rule_id COLLATE "C", d.created_at, d.decision_id COLLATE "C"
