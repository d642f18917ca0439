-- Rules of bookmarks, for every client. A refusal carries SQLSTATE LG001, the message in Chinese and the detail in English.

-- Whoever may look at the map keeps views of it.
CREATE TRIGGER written_by_staff BEFORE INSERT ON landgis.bookmark
    FOR EACH ROW EXECUTE FUNCTION landgis.written_by_staff(
        'town_clerk', 'district_planner', 'district_reviewer', 'leader', 'consulted');

-- A bookmark is given up by nobody but its owner.
CREATE FUNCTION landgis.bookmark_ends() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    NEW.created_at := now();
    IF NOT EXISTS (SELECT FROM landgis.bookmark b
                   WHERE b.bookmark_no = NEW.bookmark_no AND b.created_by = NEW.created_by) THEN
        PERFORM landgis.refuse('书签只能由保存它的人删除', 'A bookmark is given up by whoever keeps it');
    END IF;
    RETURN NEW;
END
$$;
REVOKE EXECUTE ON FUNCTION landgis.bookmark_ends() FROM PUBLIC;
CREATE TRIGGER ends BEFORE INSERT ON landgis.bookmark_end
    FOR EACH ROW EXECUTE FUNCTION landgis.bookmark_ends();

CALL landgis.keep_forever('bookmark');
CALL landgis.keep_forever('bookmark_end');
-- What somebody looks at is the house's own: not for the role that outsiders read with.
GRANT SELECT, INSERT ON landgis.bookmark, landgis.bookmark_end TO landgis_app;
