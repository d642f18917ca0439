-- How many rows of a filter stand before one parcel; no row where the filter does not hold it.
-- Parameters: those of the condition; around. key: what is sorted by; before: the sign of the direction.
SELECT (
    SELECT count(*) FROM landgis.run_row r
    WHERE {condition} AND ({key} {before} chosen.key OR ({key} = chosen.key AND r.place < chosen.place))
)
FROM (SELECT {key} AS key, r.place FROM landgis.run_row r WHERE {condition} AND r.parcel_id = %(around)s) chosen
