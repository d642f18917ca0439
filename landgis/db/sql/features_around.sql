-- Features of one release that touch a box, for comparing places.
-- Parameters: layer, name (edition); west, south, east, north (EPSG:4549, metres).
-- Columns: geometry (WKB, EPSG:4549, metres).
-- Indexes: GiST of the release's shelf.
SELECT ST_AsBinary(geom)
FROM landgis.layer_feature
WHERE layer = %(layer)s AND release = %(name)s
  AND geom && ST_MakeEnvelope(%(west)s, %(south)s, %(east)s, %(north)s, 4549)
