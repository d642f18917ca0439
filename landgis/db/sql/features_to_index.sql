-- Features of one release, without what measuring does not need.
-- Parameters: layer, name (edition).
-- Columns: feature_id, class, label, geometry (WKB, EPSG:4549, metres).
SELECT feature_id, class, label, ST_AsBinary(geom)
FROM landgis.layer_feature
WHERE layer = %(layer)s AND release = %(name)s
ORDER BY feature_id COLLATE "C"
