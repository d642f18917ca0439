-- What the working role and the reading role may do with the register. Nothing is deleted.
GRANT SELECT ON landgis.parcel_act, landgis.parcel_part, landgis.parcel_fact TO landgis_app, landgis_read;
GRANT SELECT ON landgis.parcel_intention TO landgis_app;  -- it names people: not for outsiders
GRANT INSERT ON landgis.parcel_act, landgis.parcel_part, landgis.parcel_fact, landgis.parcel_intention TO landgis_app;
GRANT UPDATE (state, value, document_no, source, import_no, act_no) ON landgis.parcel_fact TO landgis_app;
GRANT UPDATE (asked, wish, use_wanted, remark, document_no) ON landgis.parcel_intention TO landgis_app;
