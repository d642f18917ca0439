-- Give every incoming parcel the version to write: 1 for a new one, the next where geometry or facts changed.
-- Columns: parcel_id, district and known_district of parcels that stand in the other district (none is expected).
WITH compared AS (
    UPDATE incoming i
    SET is_new = v.parcel_id IS NULL,
        version = CASE WHEN v.parcel_id IS NULL THEN 1 WHEN v.content_hash <> i.content_hash THEN v.version + 1 END
    FROM incoming j
    LEFT JOIN landgis.parcel_version v ON v.parcel_id = j.parcel_id AND v.current
    WHERE i.parcel_id = j.parcel_id
)
SELECT i.parcel_id, i.district, p.district AS known_district
FROM incoming i JOIN landgis.parcel p USING (parcel_id)
WHERE p.district <> i.district
ORDER BY 1
