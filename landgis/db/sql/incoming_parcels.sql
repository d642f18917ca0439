-- Where an import's parcels wait until they are compared with the current ones; gone at the end of the transaction.
CREATE TEMPORARY TABLE incoming (
    parcel_id text PRIMARY KEY,
    district text NOT NULL,
    town_code text,
    town_name text,
    village_name text,
    facts jsonb NOT NULL,
    geom geometry(MultiPolygon, 4549) NOT NULL,
    content_hash text NOT NULL,
    version integer,      -- version to write; NULL: nothing changed
    is_new boolean
) ON COMMIT DROP
