-- The facts of the incoming parcels that differ from what is known for that day, with the day from which they hold.
-- Parameters: valid_from (day from which the delivery holds) or NULL.
-- Indexes: parcel_fact_pkey.
CREATE TEMPORARY TABLE incoming_fact ON COMMIT DROP AS
SELECT s.parcel_id, s.fact, s.state, s.value,
       CASE WHEN %(valid_from)s::date IS NOT NULL THEN %(valid_from)s::date
            WHEN h.valid_from > '-infinity' THEN landgis.today() ELSE '-infinity' END AS valid_from
FROM (
    SELECT i.parcel_id, f.key AS fact, nullif(f.value, 'null') AS value,
           CASE WHEN f.value <> 'null' THEN 'known' WHEN i.doubtful ? f.key THEN 'unknown' ELSE 'pending' END AS state
    FROM incoming i CROSS JOIN LATERAL jsonb_each(i.facts) f
) s
LEFT JOIN LATERAL (
    SELECT * FROM landgis.parcel_fact h
    WHERE h.parcel_id = s.parcel_id AND h.fact = s.fact AND h.valid_from <= coalesce(%(valid_from)s::date, 'infinity')
    ORDER BY h.valid_from DESC LIMIT 1
) h ON true
WHERE (h.state, h.value) IS DISTINCT FROM (s.state, s.value)
