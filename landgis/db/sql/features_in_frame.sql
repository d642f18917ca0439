-- Features of one release in a box, with their class.
-- Parameters: layer, release; west, south, east, north (EPSG:4549, metres).
-- Columns: class ('' where there is none), geometry (WKB, EPSG:4549, metres). Ordered by feature_id: the same drawing always.
-- Indexes: GiST of the release's shelf.
SELECT coalesce(class, ''), ST_AsBinary(geom)
FROM landgis.layer_feature
WHERE layer = %(layer)s AND release = %(release)s
  AND geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4549)
ORDER BY feature_id COLLATE "C"
