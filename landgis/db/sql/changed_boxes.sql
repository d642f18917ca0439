-- Boxes of the features of two releases of a layer that are not the same in both for measuring: other outline, class or
--   label under an id, or an id that one alone has; of each side.
-- Parameters: layer, before, after (editions).
-- Columns: west, south, east, north (EPSG:4549, metres).
SELECT ST_XMin(found.geom), ST_YMin(found.geom), ST_XMax(found.geom), ST_YMax(found.geom)
FROM (SELECT * FROM landgis.layer_feature WHERE layer = %(layer)s AND release = %(before)s) b
FULL JOIN (SELECT * FROM landgis.layer_feature WHERE layer = %(layer)s AND release = %(after)s) a USING (feature_id)
CROSS JOIN LATERAL (VALUES (b.geom), (a.geom)) AS found (geom)
WHERE found.geom IS NOT NULL
  AND (a.class = b.class AND a.label IS NOT DISTINCT FROM b.label
       AND ST_AsBinary(a.geom) = ST_AsBinary(b.geom)) IS NOT TRUE
