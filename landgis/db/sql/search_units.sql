-- Plots of the use-right layer that a run stood on, whose code begins with a text.
-- Parameters: release; folded (letters small); most. Columns: feature_id, label, west_m, south_m, east_m, north_m, in all.
SELECT f.feature_id, coalesce(f.label, ''), ST_XMin(f.geom), ST_YMin(f.geom), ST_XMax(f.geom), ST_YMax(f.geom), count(*) OVER ()
FROM landgis.layer_feature f
WHERE f.layer = 'use_right_parcel' AND f.release = %(release)s AND starts_with(lower(f.feature_id), %(folded)s)
ORDER BY f.feature_id COLLATE "C"
LIMIT %(most)s
