-- Incoming parcels whose number cannot take them: it stands in the other district, or its parcel has ended.
-- Columns: parcel_id, district (incoming), known_district, ended_on (NULL: it lives).
SELECT i.parcel_id, i.district, p.district AS known_district, a.acted_on AS ended_on
FROM incoming i
JOIN landgis.parcel p USING (parcel_id)
LEFT JOIN landgis.parcel_part e ON e.parcel_id = i.parcel_id AND e.part = 'ends'
LEFT JOIN landgis.parcel_act a ON a.act_no = e.act_no
WHERE p.district <> i.district OR a.act_no IS NOT NULL
ORDER BY 1
