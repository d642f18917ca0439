-- Features of one release, in the order of their ids.
-- Parameters: layer, name (edition).
-- Columns: feature_id, class, label, attributes (jsonb), geometry (WKB, EPSG:4549, metres).
SELECT feature_id, class, label, attributes, ST_AsBinary(geom)
FROM landgis.layer_feature
WHERE layer = %(layer)s AND release = %(name)s
ORDER BY feature_id COLLATE "C"
