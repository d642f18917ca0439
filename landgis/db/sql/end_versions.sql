-- Versions that an incoming one replaces cease to be current; to be run before the new ones are written.
UPDATE landgis.parcel_version v SET current = false
FROM incoming i
WHERE v.parcel_id = i.parcel_id AND v.current AND i.version > 1
