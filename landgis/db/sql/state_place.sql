-- State the place of a parcel from a day on: the outline that held then, and those of later days that only carried the
-- same place along, come again with the new one. An outline of a later day with a place of its own keeps it.
-- Parameters: parcel_id; valid_from or NULL for the beginning; town (whether town_code and town_name are stated, else
--   village_name); town_code, town_name, village_name; reason; document_no or NULL; person_id.
-- Result: how many outlines held on that day (0: the parcel began later).
-- Indexes: parcel_version_pkey.
WITH told AS (
    SELECT DISTINCT ON (valid_from) *, max(version) OVER () AS top,
           CASE WHEN %(town)s THEN concat_ws('|', town_code, town_name) ELSE coalesce(village_name, '') END AS place
    FROM landgis.parcel_version WHERE parcel_id = %(parcel_id)s
    ORDER BY valid_from, version DESC
), held AS (
    SELECT * FROM told
    WHERE valid_from <= coalesce(%(valid_from)s::date, (SELECT min(valid_from) FROM told))
    ORDER BY valid_from DESC LIMIT 1
), carried AS (
    SELECT t.*, greatest(t.valid_from, CASE WHEN t.valid_from = h.valid_from THEN %(valid_from)s::date END) AS since
    FROM told t JOIN held h ON t.valid_from >= h.valid_from AND t.place = h.place
    WHERE h.place <> CASE WHEN %(town)s THEN concat_ws('|', %(town_code)s::text, %(town_name)s::text)
                          ELSE coalesce(%(village_name)s::text, '') END
), written AS (
    INSERT INTO landgis.parcel_version (parcel_id, version, district, town_code, town_name, village_name, geom, planar_m2,
                                        ellipsoidal_m2, valid_from, reason, document_no, created_by)
    SELECT parcel_id, top + row_number() OVER (ORDER BY since), district,
           CASE WHEN %(town)s THEN %(town_code)s::text ELSE town_code END,
           CASE WHEN %(town)s THEN %(town_name)s::text ELSE town_name END,
           CASE WHEN %(town)s THEN village_name ELSE %(village_name)s::text END,
           geom, planar_m2, ellipsoidal_m2, since, %(reason)s, %(document_no)s::integer, %(person_id)s
    FROM carried
)
SELECT count(*) FROM held
