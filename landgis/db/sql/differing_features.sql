-- Features of two releases of a layer that the other one does not have just so: other id, class, outline, or words.
-- Parameters: layer, before, after (editions).
-- Columns: side ('before' or 'after'), feature_id, class, label, attributes (jsonb), geometry (WKB, EPSG:4549, metres).
SELECT found.side, found.feature_id, found.class, found.label, found.attributes, ST_AsBinary(found.geom)
FROM (SELECT * FROM landgis.layer_feature WHERE layer = %(layer)s AND release = %(before)s) b
FULL JOIN (SELECT * FROM landgis.layer_feature WHERE layer = %(layer)s AND release = %(after)s) a USING (feature_id)
CROSS JOIN LATERAL (VALUES
    ('before', b.feature_id, b.class, b.label, b.attributes, b.geom),
    ('after', a.feature_id, a.class, a.label, a.attributes, a.geom)
) AS found (side, feature_id, class, label, attributes, geom)
WHERE found.feature_id IS NOT NULL
  AND (a.class = b.class AND a.geom = b.geom AND a.label IS NOT DISTINCT FROM b.label AND a.attributes = b.attributes)
      IS NOT TRUE
ORDER BY 1, 2
