-- Members that hold ground, with the outline that each stands for, by parcel.
-- Parameters: district. Columns: member_id, parcel_id, standing, geometry (WKB, working CRS).
SELECT s.member_id, s.parcel_id, s.standing, ST_AsBinary(v.geom)
FROM landgis.membership_standing s JOIN landgis.parcel_version v USING (parcel_id, version)
WHERE s.district = %(district)s AND s.standing NOT IN ('lead', 'withdrawn')
ORDER BY s.parcel_id COLLATE "C"
