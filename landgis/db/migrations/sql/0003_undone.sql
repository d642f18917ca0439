-- Back before 0003: a status or a line of publication that was unknown then becomes the nearest that was known.
ALTER TABLE landgis.layer_release DISABLE TRIGGER USER;
UPDATE landgis.layer_release SET status = CASE WHEN published_at IS NULL THEN 'draft' ELSE 'superseded' END
    WHERE status = 'retired';
UPDATE landgis.layer_release r SET status = 'superseded' WHERE status = 'published' AND EXISTS (
    SELECT FROM landgis.layer_release later
    WHERE later.layer = r.layer AND later.status = 'published'
      AND (later.legal_state = 'in_force', later.published_at, later.name)
        > (r.legal_state = 'in_force', r.published_at, r.name));
ALTER TABLE landgis.layer_release ENABLE TRIGGER USER;

CREATE OR REPLACE FUNCTION landgis.release_moves_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.status, NEW.status) NOT IN (('draft', 'published'), ('published', 'superseded')) THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('图层版本 %s@%s 不能由 %s 改为 %s', OLD.layer, OLD.name, OLD.status, NEW.status),
            DETAIL = format('Release %s@%s cannot go from %s to %s', OLD.layer, OLD.name, OLD.status, NEW.status);
    END IF;
    IF NEW.status = 'published' AND EXISTS (
        SELECT FROM landgis.layer_issue i WHERE i.layer = OLD.layer AND i.release = OLD.name AND i.severity = 'fatal')
    THEN
        RAISE EXCEPTION USING ERRCODE = 'LG001',
            MESSAGE = format('图层版本 %s@%s 有致命问题，不能发布', OLD.layer, OLD.name),
            DETAIL = format('Release %s@%s has fatal issues and cannot be published', OLD.layer, OLD.name);
    END IF;
    RETURN NEW;
END
$$;
