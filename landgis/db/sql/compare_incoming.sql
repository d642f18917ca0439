-- Give every incoming parcel the version to write, if its outline or place differs from what is known for that day.
-- A statement without a day corrects one without a day; after a dated one it begins today. An empty place says nothing.
-- An outline with as many vertices, each to within same_m of the one that is known, and no ground between the two that is
-- wider on average, is the one that is known: what went out in another projection or to the millimetre comes home as it was.
-- Parameters: valid_from (day from which the delivery holds) or NULL; same_m (metres).
-- Indexes: parcel_version_pkey.
WITH held AS (
    SELECT i.parcel_id, v.version, v.valid_from, v.geom, v.town_code, v.town_name, v.village_name, w.top, w.latest
    FROM incoming i
    LEFT JOIN LATERAL (
        SELECT * FROM landgis.parcel_version v
        WHERE v.parcel_id = i.parcel_id AND v.valid_from <= coalesce(%(valid_from)s::date, 'infinity')
        ORDER BY v.valid_from DESC, v.version DESC LIMIT 1
    ) v ON true
    LEFT JOIN LATERAL (
        SELECT max(version) AS top, max(valid_from) AS latest FROM landgis.parcel_version w
        WHERE w.parcel_id = i.parcel_id
    ) w ON true
)
UPDATE incoming i
SET is_new = h.top IS NULL,
    town_code = coalesce(i.town_code, h.town_code),
    town_name = coalesce(i.town_name, h.town_name),
    village_name = coalesce(i.village_name, h.village_name),
    valid_from = CASE WHEN %(valid_from)s::date IS NOT NULL THEN %(valid_from)s::date
                      WHEN h.latest > '-infinity' THEN landgis.today() ELSE '-infinity' END,
    version = CASE
        WHEN h.version IS NULL THEN coalesce(h.top, 0) + 1
        WHEN CASE
                 WHEN ST_Normalize(h.geom) = ST_Normalize(i.geom) THEN false
                 WHEN ST_NPoints(h.geom) <> ST_NPoints(i.geom) THEN true
                 WHEN ST_HausdorffDistance(h.geom, i.geom) > %(same_m)s THEN true
                 ELSE ST_Area(ST_SymDifference(h.geom, i.geom)) > %(same_m)s * ST_Perimeter(h.geom)
             END
          OR coalesce(i.town_code, h.town_code) IS DISTINCT FROM h.town_code
          OR coalesce(i.town_name, h.town_name) IS DISTINCT FROM h.town_name
          OR coalesce(i.village_name, h.village_name) IS DISTINCT FROM h.village_name THEN h.top + 1
    END
FROM held h WHERE h.parcel_id = i.parcel_id
