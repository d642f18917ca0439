-- How many features of one release lie in a box.
-- Parameters: layer, release; west, south, east, north (EPSG:4549, metres).
-- Columns: count.
-- Indexes: GiST of the release's shelf.
SELECT count(*)
FROM landgis.layer_feature
WHERE layer = %(layer)s AND release = %(release)s
  AND geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4549)
