-- Parcels of a run as it judged them, with the facts by which the desk filters.
-- Parameters: run_id. Columns: those of frames.run_row.JUDGED; areas in m², bounds in metres
--   of the working CRS.
-- Indexes: run_parcel_pkey, parcel_version_pkey.
SELECT r.parcel_id, r.version, v.district, v.town_code, v.town_name, v.village_name, r.verdict, r.ellipsoidal_m2,
       r.planar_m2, ST_XMin(v.geom), ST_YMin(v.geom), ST_XMax(v.geom), ST_YMax(v.geom), r.facts ->> 'planned_use_code', r.facts ->> 'planned_use_scheme', r.facts ->> 'current_use_code',
       r.facts ->> 'current_use_scheme', r.facts ->> 'owner_level'
FROM landgis.run_parcel r
JOIN landgis.parcel_version v USING (parcel_id, version)
WHERE r.run_id = %(run_id)s
ORDER BY r.parcel_id COLLATE "C"
