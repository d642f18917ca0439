-- Parcels of which a fact became known since a moment. With the owner's rights: where rights by row hold, a condition on
-- known may not use its index. It tells numbers alone; whoever asks joins them with rows that he sees.
CREATE FUNCTION landgis.touched_since(moment timestamptz) RETURNS SETOF text LANGUAGE sql STABLE PARALLEL SAFE
SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
    SELECT DISTINCT f.parcel_id FROM landgis.parcel_fact f WHERE lower(f.known) >= moment
$$;
REVOKE EXECUTE ON FUNCTION landgis.touched_since(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION landgis.touched_since(timestamptz) TO landgis_app;
