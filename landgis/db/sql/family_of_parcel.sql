-- Every act that a parcel's family went through: its ancestors' and descendants', and theirs.
-- Parameters: parcel_id.
-- Columns: act_no, act, acted_on, document, reason, tolerance_m2, difference_m2, overlap_m2, gap_m, apart_reason, ends
--   (parcels), begins (parcels), told_by (OS account), told_at.
-- Indexes: parcel_part_pkey, parcel_part_act_idx.
WITH RECURSIVE family AS (
    SELECT act_no FROM landgis.parcel_part WHERE parcel_id = %(parcel_id)s
    UNION
    SELECT other.act_no
    FROM family f
    JOIN landgis.parcel_part one USING (act_no)
    JOIN landgis.parcel_part other ON other.parcel_id = one.parcel_id
)
SELECT a.act_no, a.act, a.acted_on, a.document, a.reason, a.tolerance_m2, a.difference_m2, a.overlap_m2,
       a.gap_m, a.apart_reason,
       array_remove(array_agg(CASE p.part WHEN 'ends' THEN p.parcel_id END ORDER BY p.parcel_id COLLATE "C"), NULL),
       array_remove(array_agg(CASE p.part WHEN 'begins' THEN p.parcel_id END ORDER BY p.parcel_id COLLATE "C"), NULL),
       person.os_account, a.created_at
FROM family
JOIN landgis.parcel_act a USING (act_no)
JOIN landgis.parcel_part p USING (act_no)
JOIN landgis.person ON person.person_id = a.created_by
GROUP BY a.act_no, person.os_account
ORDER BY a.acted_on, a.act_no
