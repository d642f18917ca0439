-- Features that two releases of a layer share in id, class and outline, near given ground. The inner question stands
-- apart (OFFSET 0), so that each box looks into the spatial index.
-- Parameters: layer, before, after (editions), boxes (WKB of a multipolygon of boxes, EPSG:4549).
-- Columns: class, geometry (WKB, EPSG:4549, metres).
SELECT DISTINCT ON (near.feature_id) near.class, ST_AsBinary(near.geom)
FROM ST_Dump(ST_GeomFromWKB(%(boxes)s, 4549)) AS box
CROSS JOIN LATERAL (
    SELECT a.feature_id, a.class, a.geom
    FROM landgis.layer_feature a
    WHERE a.layer = %(layer)s AND a.release = %(after)s AND a.geom && box.geom
    OFFSET 0
) near
JOIN landgis.layer_feature b
  ON b.layer = %(layer)s AND b.release = %(before)s
 AND b.feature_id = near.feature_id AND b.class = near.class AND b.geom = near.geom
ORDER BY near.feature_id
