-- Exports with their newest receipt, the newest export first.
-- Parameters: export_id, district (those of both districts too), profile_id: each NULL for all; since: from that moment
-- on, NULL for all; accepted: only those whose newest receipt accepts them; most: how many, NULL for all.
-- Columns: export_id, by (name), account, at, those of domain.leaving.Leaving as far as they are not JSON, then rows,
-- releases, files, and outcome, receiver, document_no, on_date, noted by, noted at of the receipt.
SELECT e.export_id, p.name_zh, p.os_account, e.created_at,
       e.kind, e.district, e.why, e.secrecy, e.profile_id, e.profile_version, e.format, e.crs,
       coalesce(e.plan_id, ''), coalesce(e.pool_id, ''), coalesce(e.run_id, ''), coalesce(e.since, ''),
       e.receiver, e.personal, e.continuous_m2, e.asked, e.rows, e.releases, e.files,
       r.outcome, r.receiver, r.document_no, r.on_date, r.name_zh, r.created_at
FROM landgis.export_log e
JOIN landgis.person p ON p.person_id = e.created_by
LEFT JOIN LATERAL (
    SELECT t.outcome, t.receiver, t.document_no, t.on_date, q.name_zh, t.created_at
    FROM landgis.export_receipt t
    JOIN landgis.person q ON q.person_id = t.created_by
    WHERE t.export_id = e.export_id
    ORDER BY t.receipt_no DESC
    LIMIT 1
) r ON true
WHERE (%(export_id)s::text IS NULL OR e.export_id = %(export_id)s)
  AND (%(district)s::text IS NULL OR e.district IN (%(district)s, 'both'))
  AND (%(profile_id)s::text IS NULL OR e.profile_id = %(profile_id)s)
  AND (%(since)s::timestamptz IS NULL OR e.created_at >= %(since)s)
  AND (NOT %(accepted)s OR r.outcome = 'accepted')
ORDER BY length(e.export_id) DESC, e.export_id COLLATE "C" DESC
LIMIT %(most)s
