-- Redrawing a parcel's outline from any client, QGIS above all: the view parcel_outline shows the parcels that stand in the
-- register; an UPDATE of it writes a new version, as an import would, and never changes the one that was there.
CREATE VIEW landgis.parcel_outline AS
SELECT v.parcel_id, v.district, v.town_name, v.village_name, v.version, v.planar_m2, v.ellipsoidal_m2, ''::text AS reason, v.geom
FROM landgis.parcel_version v
WHERE v.current AND NOT EXISTS (
    SELECT FROM landgis.parcel_part p WHERE p.parcel_id = v.parcel_id AND p.part = 'ends');

-- Who draws is the person whose account the session names (landgis.person, else the login); why stands in "reason". Somebody
-- else's newer version is never drawn over.
CREATE FUNCTION landgis.outline_redrawn() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    drawer landgis.person;
    known landgis.parcel_version;
BEGIN
    SELECT * INTO drawer FROM landgis.person p WHERE p.os_account = landgis.who();
    IF drawer.person_id IS NULL OR NOT landgis.person_is(drawer.person_id, 'district_planner', 'town_clerk') THEN
        PERFORM landgis.refuse(
            format('账号“%s”未登记、已停用或无权修改地块：请在连接中写明 landgis.person，或由区规划员办理', landgis.who()),
            format('The account “%s” is not registered, has left, or may not change parcels: name landgis.person in the connection',
                   landgis.who()));
    END IF;
    IF (NEW.parcel_id, NEW.district, NEW.version, NEW.town_name, NEW.village_name, NEW.planar_m2, NEW.ellipsoidal_m2)
       IS DISTINCT FROM (OLD.parcel_id, OLD.district, OLD.version, OLD.town_name, OLD.village_name, OLD.planar_m2, OLD.ellipsoidal_m2)
    THEN
        PERFORM landgis.refuse(
            format('地块 %s：这里只能改图形并填写 reason，其他内容请用 landgis parcel 办理', OLD.parcel_id),
            format('Parcel %s: only the outline and its reason are edited here, all else with landgis parcel', OLD.parcel_id));
    END IF;
    IF ST_Equals(NEW.geom, OLD.geom) AND ST_NPoints(NEW.geom) = ST_NPoints(OLD.geom) THEN
        RETURN NULL;  -- a reason alone is no news
    END IF;
    IF btrim(coalesce(NEW.reason, '')) = '' THEN
        PERFORM landgis.refuse(format('地块 %s：请在 reason 列写明修改依据', OLD.parcel_id),
                               format('Parcel %s: say in the column "reason" why it is redrawn', OLD.parcel_id));
    END IF;
    IF NOT ST_IsValid(NEW.geom) OR ST_IsEmpty(NEW.geom) THEN
        PERFORM landgis.refuse(format('地块 %s：图形无效（%s）', OLD.parcel_id, ST_IsValidReason(NEW.geom)),
                               format('Parcel %s: the outline is invalid (%s)', OLD.parcel_id, ST_IsValidReason(NEW.geom)));
    END IF;
    PERFORM pg_advisory_xact_lock(4549003);  -- the same as imports take
    SELECT * INTO known FROM landgis.parcel_version v WHERE v.parcel_id = OLD.parcel_id AND v.current;
    IF known.version <> OLD.version OR known.valid_from > landgis.today() THEN
        PERFORM landgis.refuse(format('地块 %s 已由他人更新为版本 %s：请刷新后再改', OLD.parcel_id, known.version),
                               format('Parcel %s is at version %s by now: refresh, then draw again', OLD.parcel_id, known.version));
    END IF;
    INSERT INTO landgis.parcel_version (parcel_id, version, district, town_code, town_name, village_name, geom, planar_m2,
                                        ellipsoidal_m2, valid_from, reason, created_by)
    SELECT known.parcel_id, max(v.version) + 1, known.district, known.town_code, known.town_name, known.village_name, NEW.geom,
           ST_Area(NEW.geom), ST_Area(ST_Transform(NEW.geom, 4490)::geography),
           CASE WHEN known.valid_from = '-infinity' THEN known.valid_from ELSE landgis.today() END,
           btrim(NEW.reason), drawer.person_id
    FROM landgis.parcel_version v WHERE v.parcel_id = OLD.parcel_id;
    RETURN NEW;
END
$$;
CREATE TRIGGER redrawn INSTEAD OF UPDATE ON landgis.parcel_outline
    FOR EACH ROW EXECUTE FUNCTION landgis.outline_redrawn();

-- Parcels are neither born nor ended by drawing: numbers, facts and ancestors belong to them (landgis parcel).
GRANT SELECT, UPDATE (geom, reason) ON landgis.parcel_outline TO landgis_app;
