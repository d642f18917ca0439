-- Features of one release for other programs.
-- Parameters: layer, name (edition). Columns: those of frames.shown.SHOWN_FEATURES, geom (EPSG:4549). No double quotes,
--   no percent signs: see shown_plan_lines.
SELECT feature_id, class, label, geom
FROM landgis_open.project_features
WHERE layer = %(layer)s AND release = %(name)s
