-- The door: what the working role may do with passwords, lock-outs, sessions and links is what these functions do. It
-- reads and writes none of the tables itself.

-- What is written of a session or a link stays; it may be seen again, used or ended, once.
CREATE FUNCTION landgis.stays_as_it_was() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    may_change text[] := TG_ARGV[0]::text[];
    once text := TG_ARGV[1];
    word record := landgis.called(TG_TABLE_NAME);
BEGIN
    IF TG_OP = 'UPDATE' AND to_jsonb(OLD) - may_change - once = to_jsonb(NEW) - may_change - once
       AND (to_jsonb(OLD) ->> once IS NULL OR to_jsonb(OLD) = to_jsonb(NEW)) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING ERRCODE = 'LG001', MESSAGE = format('%s存入后不能修改或删除', word.zh),
        DETAIL = format('Rows of %s are never changed or deleted', word.en);
END
$$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON landgis.web_session
    FOR EACH ROW EXECUTE FUNCTION landgis.stays_as_it_was('{last_seen}', 'ended_at');
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON landgis.entry_link
    FOR EACH ROW EXECUTE FUNCTION landgis.stays_as_it_was('{}', 'used_at');
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON landgis.web_session
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON landgis.entry_link
    FOR EACH STATEMENT EXECUTE FUNCTION landgis.refuse_change();
CALL landgis.keep_forever('entry_log');

CREATE FUNCTION landgis.log_entry(account text, what text, why text, address text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
    INSERT INTO landgis.entry_log (account, person_id, what, why, address)
    SELECT left($1, 100), (SELECT p.person_id FROM landgis.person p WHERE p.os_account = $1), $2, $3, left($4, 100)
$$;

-- Somebody tries to log in. The try is counted before it is judged, so that many at once are no more than five in a row;
-- an account that nobody has is counted and locked like any other. No hash: nobody may come in so.
CREATE FUNCTION landgis.entry_tried(account text, address text)
RETURNS TABLE (person_id integer, argon2id text, locked_until timestamptz)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    name text := left(account, 100);
    lock landgis.entry_lock;
BEGIN
    INSERT INTO landgis.entry_lock AS l (account, failed_count) VALUES (name, 0) ON CONFLICT DO NOTHING;
    SELECT * INTO lock FROM landgis.entry_lock l WHERE l.account = name FOR UPDATE;
    IF lock.locked_until > clock_timestamp() THEN
        PERFORM landgis.log_entry(entry_tried.account, 'refused', 'locked', entry_tried.address);
        RETURN QUERY SELECT NULL::integer, NULL::text, lock.locked_until;
        RETURN;
    END IF;
    lock.failed_count := CASE WHEN lock.locked_until IS NULL THEN lock.failed_count ELSE 0 END + 1;
    lock.locked_until := CASE WHEN lock.failed_count >= 5 THEN clock_timestamp() + interval '15 minutes' END;
    UPDATE landgis.entry_lock l SET failed_count = lock.failed_count, locked_until = lock.locked_until
        WHERE l.account = name;
    RETURN QUERY SELECT p.person_id, o.argon2id, NULL::timestamptz
        FROM (VALUES (1)) one LEFT JOIN landgis.person p ON p.os_account = entry_tried.account AND p.active
        LEFT JOIN landgis.person_login o ON o.person_id = p.person_id;
END
$$;

-- The try was wrong; until when the account is locked, if this was one too many.
CREATE FUNCTION landgis.entry_refused(account text, why text, address text) RETURNS timestamptz
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    until timestamptz := (SELECT l.locked_until FROM landgis.entry_lock l WHERE l.account = left($1, 100));
BEGIN
    PERFORM landgis.log_entry(account, 'refused', why, address);
    IF why = 'password' AND until > clock_timestamp() THEN
        PERFORM landgis.log_entry(account, 'locked', why, address);
        RETURN until;
    END IF;
    RETURN NULL;
END
$$;

CREATE FUNCTION landgis.session_opened(person integer, hash text, way text, rehashed text, address text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    who landgis.person;
    number integer;
BEGIN
    SELECT * INTO who FROM landgis.person p WHERE p.person_id = person AND p.active FOR SHARE;
    IF who.person_id IS NULL THEN
        RETURN NULL;
    END IF;
    IF rehashed IS NOT NULL THEN
        UPDATE landgis.person_login l SET argon2id = rehashed WHERE l.person_id = person;
    END IF;
    IF way = 'password' THEN
        UPDATE landgis.entry_lock l SET failed_count = 0, locked_until = NULL WHERE l.account = who.os_account;
    END IF;
    INSERT INTO landgis.web_session (sha256, person_id, expires_at, how)
        VALUES (hash, person, now() + interval '12 hours', way) RETURNING session_no INTO number;
    PERFORM landgis.log_entry(who.os_account, 'entered', way, address);
    RETURN number;
END
$$;

-- Whose session this is, if it holds: not ended, opened less than 12 hours ago, seen less than 30 minutes ago. It is
-- noted once a minute that it was seen; not where nothing can be written.
CREATE FUNCTION landgis.session_seen(hash text)
RETURNS TABLE (session_no integer, must_change boolean, person_id integer, os_account text, name_zh text, role text,
               active boolean, town_code text, department text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    session landgis.web_session;
BEGIN
    SELECT * INTO session FROM landgis.web_session s
        WHERE s.sha256 = hash AND s.ended_at IS NULL AND s.expires_at > now() AND s.last_seen > now() - interval '30 minutes';
    IF session.session_no IS NULL THEN
        RETURN;
    END IF;
    IF session.last_seen < now() - interval '1 minute' AND current_setting('transaction_read_only') = 'off' THEN
        UPDATE landgis.web_session s SET last_seen = now() WHERE s.session_no = session.session_no AND s.ended_at IS NULL;
    END IF;
    RETURN QUERY SELECT session.session_no, session.how = 'password' AND coalesce(l.must_change, false), p.person_id,
                        p.os_account, p.name_zh, p.role, p.active, p.town_code, p.department
        FROM landgis.person p LEFT JOIN landgis.person_login l ON l.person_id = p.person_id
        WHERE p.person_id = session.person_id AND p.active;
END
$$;

CREATE FUNCTION landgis.session_left(hash text, address text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    account text;
BEGIN
    UPDATE landgis.web_session s SET ended_at = now() FROM landgis.person p
        WHERE s.sha256 = hash AND s.ended_at IS NULL AND p.person_id = s.person_id RETURNING p.os_account INTO account;
    IF FOUND THEN
        PERFORM landgis.log_entry(account, 'left', '', address);
    END IF;
END
$$;

-- End what sessions a person has but one, and say why in the log.
CREATE FUNCTION landgis.end_sessions(person integer, but integer, why text, address text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    UPDATE landgis.web_session s SET ended_at = now()
        WHERE s.person_id = person AND s.ended_at IS NULL AND s.session_no IS DISTINCT FROM but;
    IF FOUND THEN
        PERFORM landgis.log_entry((SELECT p.os_account FROM landgis.person p WHERE p.person_id = person), 'ended', why, address);
    END IF;
    UPDATE landgis.entry_link l SET used_at = now() WHERE l.person_id = person AND l.used_at IS NULL;
END
$$;

-- Who has left, or is something else now, is out at once: whoever changed it, by whatever client.
CREATE FUNCTION landgis.sends_out() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    PERFORM landgis.end_sessions(NEW.person_id, NULL, 'person_changed', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER sends_out AFTER UPDATE ON landgis.person FOR EACH ROW
    WHEN ((OLD.role, OLD.active, OLD.town_code, OLD.department) IS DISTINCT FROM
          (NEW.role, NEW.active, NEW.town_code, NEW.department))
    EXECUTE FUNCTION landgis.sends_out();

CREATE FUNCTION landgis.link_made(person integer, hash text, address text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    INSERT INTO landgis.entry_link (sha256, person_id, expires_at)
        SELECT hash, p.person_id, now() + interval '10 minutes' FROM landgis.person p WHERE p.person_id = person AND p.active;
    PERFORM landgis.log_entry((SELECT p.os_account FROM landgis.person p WHERE p.person_id = person), 'link_made', '', address);
END
$$;

-- The person of a link, which holds no longer from here on; NULL where it holds no longer, or never did.
CREATE FUNCTION landgis.link_used(hash text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
    UPDATE landgis.entry_link l SET used_at = now()
        WHERE l.sha256 = hash AND l.used_at IS NULL AND l.expires_at > now() RETURNING l.person_id
$$;

-- Who is meant where another house vouches for an account; NULL: nobody active.
CREATE FUNCTION landgis.vouched_for(account text) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
    SELECT p.person_id FROM landgis.person p WHERE p.os_account = account AND p.active
$$;

-- One's own password: the session says whose, and stays; every other one ends.
CREATE FUNCTION landgis.own_hash(hash text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
    SELECT l.argon2id FROM landgis.web_session s JOIN landgis.person_login l ON l.person_id = s.person_id
    WHERE s.sha256 = hash AND s.ended_at IS NULL
$$;
CREATE FUNCTION landgis.own_password(hash text, new_argon2id text, address text) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    session landgis.web_session;
BEGIN
    SELECT * INTO session FROM landgis.web_session s WHERE s.sha256 = hash AND s.ended_at IS NULL;
    IF session.session_no IS NULL THEN
        RETURN false;
    END IF;
    INSERT INTO landgis.person_login AS l (person_id, argon2id, must_change) VALUES (session.person_id, new_argon2id, false)
        ON CONFLICT (person_id) DO UPDATE SET argon2id = new_argon2id, must_change = false, changed_at = now();
    UPDATE landgis.entry_lock k SET failed_count = 0, locked_until = NULL
        WHERE k.account = (SELECT left(p.os_account, 100) FROM landgis.person p WHERE p.person_id = session.person_id);
    PERFORM landgis.log_entry((SELECT p.os_account FROM landgis.person p WHERE p.person_id = session.person_id),
                              'password_changed', '', address);
    PERFORM landgis.end_sessions(session.person_id, session.session_no, 'password_changed', address);
    RETURN true;
END
$$;

REVOKE EXECUTE ON FUNCTION landgis.log_entry(text, text, text, text), landgis.end_sessions(integer, integer, text, text),
    landgis.sends_out(), landgis.entry_tried(text, text), landgis.entry_refused(text, text, text),
    landgis.session_opened(integer, text, text, text, text), landgis.session_seen(text), landgis.session_left(text, text),
    landgis.link_made(integer, text, text), landgis.link_used(text), landgis.vouched_for(text),
    landgis.own_hash(text),
    landgis.own_password(text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION landgis.entry_tried(text, text), landgis.entry_refused(text, text, text),
    landgis.session_opened(integer, text, text, text, text), landgis.session_seen(text), landgis.session_left(text, text),
    landgis.link_made(integer, text, text), landgis.link_used(text), landgis.vouched_for(text),
    landgis.own_hash(text),
    landgis.own_password(text, text, text) TO landgis_app;
