-- History: every table of the business either remembers what its rows were (keep_history) or never changes a row
-- (keep_forever). Both hold for every client, QGIS and psql included.
--
-- known      from when to when the inventory knew the row so; what was true of the world has its own dates
-- known_by   who told it: the person the program names, else the database role
-- known_why  the reason given with it

CREATE FUNCTION landgis.who() RETURNS text LANGUAGE sql STABLE
RETURN coalesce(nullif(current_setting('landgis.person', true), ''), session_user::text);

CREATE FUNCTION landgis.why() RETURNS text LANGUAGE sql STABLE
RETURN coalesce(current_setting('landgis.reason', true), '');

-- A row is known so from the moment its transaction began. A transaction that began earlier than another and writes
-- after it must not unsay what the other one told: then the moment of writing counts. What changed twice within one
-- transaction was never known in between.
CREATE FUNCTION landgis.remember() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    moment timestamptz := now();
BEGIN
    IF TG_OP <> 'INSERT' THEN
        IF moment <= lower(OLD.known) AND OLD.xmin <> pg_current_xact_id()::xid THEN
            moment := greatest(clock_timestamp(), lower(OLD.known) + interval '1 microsecond');
        END IF;
        moment := greatest(moment, lower(OLD.known));
        IF moment > lower(OLD.known) THEN
            OLD.known := tstzrange(lower(OLD.known), moment);
            EXECUTE format('INSERT INTO landgis.%I SELECT $2, $3, ($1).*', TG_TABLE_NAME || '_history')
                USING OLD, landgis.who(), landgis.why();
        END IF;
    END IF;
    IF TG_OP = 'DELETE' THEN
        RETURN OLD;
    END IF;
    NEW.known := tstzrange(moment, NULL);
    NEW.known_by := landgis.who();
    NEW.known_why := landgis.why();
    RETURN NEW;
END
$$;

CREATE FUNCTION landgis.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION USING ERRCODE = 'LG001',
        MESSAGE = format('%s 的记录不能修改或删除', TG_TABLE_NAME),
        DETAIL = format('Rows of %s are never changed or deleted', TG_TABLE_NAME);
END
$$;

-- Make the view of what rows are and were. A column that a table gets later goes to the end of the table and to the end
-- of its history table, between a DROP VIEW and this.
CREATE PROCEDURE landgis.show_ever(name text) LANGUAGE plpgsql AS $$
DECLARE
    reader text;
BEGIN
    EXECUTE format('CREATE VIEW landgis.%I AS SELECT NULL::text AS ended_by, NULL::text AS ended_why, * FROM landgis.%I
                    UNION ALL SELECT * FROM landgis.%I', name || '_ever', name, name || '_history');
    FOREACH reader IN ARRAY ARRAY['landgis_app', 'landgis_read'] LOOP
        IF has_table_privilege(reader, format('landgis.%I', name), 'SELECT') THEN
            EXECUTE format('GRANT SELECT ON landgis.%I, landgis.%I TO %I', name || '_history', name || '_ever', reader);
        END IF;
    END LOOP;
END
$$;

-- Give a table its history table, the view of both, and the triggers. The table has the three columns already.
CREATE PROCEDURE landgis.keep_history(name text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE landgis.%I (ended_by text NOT NULL, ended_why text NOT NULL, LIKE landgis.%I)',
                   name || '_history', name);
    EXECUTE format('CREATE INDEX %I ON landgis.%I USING gist (known)', name || '_history_known_gist', name || '_history');
    CALL landgis.show_ever(name);
    EXECUTE format('CREATE TRIGGER remember BEFORE INSERT OR DELETE ON landgis.%I
                    FOR EACH ROW EXECUTE FUNCTION landgis.remember()', name);
    EXECUTE format('CREATE TRIGGER remember_change BEFORE UPDATE ON landgis.%I
                    FOR EACH ROW WHEN (OLD.* IS DISTINCT FROM NEW.*) EXECUTE FUNCTION landgis.remember()', name);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON landgis.%I
                    FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change()', name);
    EXECUTE format('CREATE TRIGGER keeps BEFORE UPDATE OR DELETE ON landgis.%I
                    FOR EACH ROW EXECUTE FUNCTION landgis.refuse_change()', name || '_history');
    EXECUTE format('CREATE TRIGGER only_remembered BEFORE INSERT ON landgis.%I
                    FOR EACH STATEMENT WHEN (pg_trigger_depth() = 0) EXECUTE FUNCTION landgis.refuse_change()',
                   name || '_history');
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON landgis.%I
                    FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change()', name || '_history');
END
$$;

CREATE PROCEDURE landgis.forget_history(name text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP VIEW landgis.%I', name || '_ever');
    EXECUTE format('DROP TABLE landgis.%I', name || '_history');
    EXECUTE format('DROP TRIGGER remember ON landgis.%I', name);
    EXECUTE format('DROP TRIGGER remember_change ON landgis.%I', name);
    EXECUTE format('DROP TRIGGER never_emptied ON landgis.%I', name);
END
$$;

-- Give a table whose rows are written once the triggers that keep them so.
CREATE PROCEDURE landgis.keep_forever(name text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER keeps BEFORE UPDATE OR DELETE ON landgis.%I
                    FOR EACH ROW EXECUTE FUNCTION landgis.refuse_change()', name);
    EXECUTE format('CREATE TRIGGER never_emptied BEFORE TRUNCATE ON landgis.%I
                    FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change()', name);
END
$$;

CREATE PROCEDURE landgis.keep_no_longer(name text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('DROP TRIGGER keeps ON landgis.%I', name);
    EXECUTE format('DROP TRIGGER never_emptied ON landgis.%I', name);
END
$$;
