-- Where an import's parcels wait until they are compared with what is known; gone at the end of the transaction.
CREATE TEMPORARY TABLE incoming (
    parcel_id text PRIMARY KEY,
    district text NOT NULL,
    town_code text,
    town_name text,
    village_name text,
    facts jsonb NOT NULL,        -- facts of which the delivery speaks; null: an empty cell
    doubtful jsonb NOT NULL,     -- names of facts whose cell cannot be trusted
    geom geometry(MultiPolygon, 4549) NOT NULL,
    planar_m2 double precision NOT NULL,
    ellipsoidal_m2 double precision NOT NULL,
    version integer,             -- version to write; NULL: outline and place are known so
    valid_from date,             -- from when it holds
    is_new boolean
) ON COMMIT DROP
