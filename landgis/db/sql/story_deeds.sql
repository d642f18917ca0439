-- Papers, answers, runs, pools and plans of a parcel. A paper that an import only repeats is told once. Answers are told
-- as they were ever known: one that was corrected later carries what it had been until then.
-- Parameters: parcel_id. Columns: those of parcel_story.DeedTold.
WITH papers AS (
    SELECT d.*, row_number() OVER (PARTITION BY kind, number, title_zh, dated_on, content_hash ORDER BY document_no) AS nth
    FROM landgis.parcel_document d WHERE d.parcel_id = %(parcel_id)s
), deeds AS (
    SELECT created_at AS told_at, created_by, 'paper' AS what,
           jsonb_build_object('kind', kind, 'number', number, 'title', title_zh, 'dated_on', dated_on,
                              'kept', content_hash IS NOT NULL, 'import_no', import_no) AS details
    FROM papers WHERE nth = 1
    UNION ALL
    SELECT r.created_at, r.created_by, 'run',
           jsonb_build_object('run_id', r.run_id, 'as_of', r.as_of, 'pack', r.pack_id, 'verdict', p.verdict)
    FROM landgis.run_parcel p JOIN landgis.screening_run r USING (run_id) WHERE p.parcel_id = %(parcel_id)s
    UNION ALL
    SELECT q.created_at, q.created_by, 'pooled',
           jsonb_build_object('pool_id', q.pool_id, 'run_id', q.run_id, 'rank', m.rank)
    FROM landgis.pool_member m JOIN landgis.pool q USING (pool_id) WHERE m.parcel_id = %(parcel_id)s
    UNION ALL
    SELECT q.created_at, q.created_by, 'not_pooled',
           jsonb_build_object('pool_id', q.pool_id, 'zh', l.detail_zh, 'en', l.detail_en)
    FROM landgis.pool_left_out l JOIN landgis.pool q USING (pool_id) WHERE l.parcel_id = %(parcel_id)s
    UNION ALL
    SELECT q.created_at, q.created_by, 'planned',
           jsonb_build_object('plan_id', q.plan_id, 'year', q.year, 'line_no', l.line_no)
    FROM landgis.plan_line l JOIN landgis.plan q USING (plan_id) WHERE l.parcel_id = %(parcel_id)s
)
SELECT d.told_at, p.os_account AS told_by, d.what, d.details
FROM deeds d JOIN landgis.person p ON p.person_id = d.created_by
UNION ALL
SELECT lower(a.known), a.known_by, CASE WHEN a.before IS NULL THEN 'asked' ELSE 'asked_again' END,
       a.answer || jsonb_build_object('before', a.before, 'why', a.known_why)
FROM (
    SELECT i.known, i.known_by, i.known_why, told.answer, lag(told.answer) OVER (PARTITION BY survey_no ORDER BY known) AS before
    FROM landgis.parcel_intention_ever i LEFT JOIN landgis.parcel_document p USING (document_no, parcel_id)
    CROSS JOIN LATERAL jsonb_build_object('asked', asked, 'asked_on', asked_on, 'wish', wish, 'use_wanted', use_wanted,
                                          'remark', remark, 'document', p.number) AS told (answer)
    WHERE i.parcel_id = %(parcel_id)s AND NOT isempty(i.known)
) a
ORDER BY told_at
