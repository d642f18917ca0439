COPY landgis.run_row (
    run_id, parcel_id, version, district, town_code, town_name, village_name, uses, planned_use, owner_level, verdict,
    severity, place, ellipsoidal_m2, planar_m2, west_m, south_m, east_m, north_m, folded, initials
) FROM STDIN
