-- Vector tile of the parcels of one run as it judged them, with their verdicts, and of the current parcels that it did
-- not judge, without a verdict: they came since. Without a run: the current parcels.
-- Parameters: z, x, y (tile, y downward); origin_x, origin_y (upper left corner of the grid, EPSG:4549, metres);
--   size_m (side of the one tile at zoom 0); extent (units per tile side); run_id or NULL; district or NULL for both.
-- Result: one bytea, MVT layer "parcels": parcel_id, district, town_code, town_name, version, verdict. Empty: no rows.
-- Indexes: parcel_version_geom_gist, run_parcel_pkey.
WITH box AS (
    SELECT ST_TileEnvelope(
        %(z)s, %(x)s, %(y)s,
        ST_MakeEnvelope(%(origin_x)s, %(origin_y)s - %(size_m)s, %(origin_x)s + %(size_m)s, %(origin_y)s, 4549)
    ) AS tile
), reach AS (
    SELECT tile, ST_Expand(tile, (ST_XMax(tile) - ST_XMin(tile)) / 64) AS wide FROM box
), judged AS (
    SELECT parcel_id, version, verdict FROM landgis.run_parcel WHERE run_id = %(run_id)s
), shown AS (
    SELECT v.parcel_id, v.district, v.town_code, v.town_name, v.version, r.verdict,
           ST_AsMVTGeom(v.geom, reach.tile, %(extent)s, %(extent)s / 64, true) AS geom
    FROM reach
    JOIN landgis.parcel_version v ON v.geom && reach.wide
    LEFT JOIN judged r ON r.parcel_id = v.parcel_id
    WHERE v.version = CASE WHEN r.parcel_id IS NOT NULL THEN r.version WHEN v.current THEN v.version END
      AND (%(district)s::text IS NULL OR v.district = %(district)s)
)
SELECT ST_AsMVT(shown, 'parcels', %(extent)s, 'geom') FROM shown WHERE geom IS NOT NULL
