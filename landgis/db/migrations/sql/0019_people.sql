-- Persons and their accounts: the owner changes them, or a security administrator whom the desk names as viewer.

-- Number of the active person who looks, if he has a role. The owner looks as nobody: 0.
CREATE FUNCTION landgis.looks_as(wanted text) RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE
    number integer;
BEGIN
    IF coalesce(nullif(current_setting('role'), 'none'), session_user) = 'landgis_owner' THEN
        RETURN 0;
    END IF;
    SELECT p.person_id INTO number FROM landgis.person p
        WHERE p.os_account = current_setting('landgis.viewer', true) AND p.active AND p.role = wanted;
    IF number IS NULL THEN
        RAISE insufficient_privilege USING MESSAGE = format('须由在岗的 %s 办理', wanted);
    END IF;
    RETURN number;
END
$$;

-- Number of the person of an account; nobody changes his own.
CREATE FUNCTION landgis.other_person(account text, viewer integer) RETURNS integer LANGUAGE plpgsql STABLE AS $$
DECLARE
    number integer := (SELECT p.person_id FROM landgis.person p WHERE p.os_account = account);
BEGIN
    IF number IS NULL THEN
        PERFORM landgis.refuse(format('没有登记为“%s”的人员', account), format('Nobody is registered as “%s”', account));
    END IF;
    IF number = viewer THEN
        PERFORM landgis.refuse('不能办理本人的账号，请另一位安全管理员办理',
                               'Nobody manages his own account: another security administrator does');
    END IF;
    RETURN number;
END
$$;

CREATE FUNCTION landgis.accounts()
RETURNS TABLE (person_id integer, os_account text, name_zh text, role text, active boolean, town_code text,
               department text, has_password boolean, must_change boolean, locked_until timestamptz, sessions bigint,
               last_entered timestamptz)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    PERFORM landgis.looks_as('security_admin');
    RETURN QUERY SELECT p.person_id, p.os_account, p.name_zh, p.role, p.active, p.town_code, p.department,
            l.person_id IS NOT NULL, coalesce(l.must_change, false),
            (SELECT k.locked_until FROM landgis.entry_lock k
             WHERE k.account = left(p.os_account, 100) AND k.locked_until > now()),
            (SELECT count(*) FROM landgis.web_session s WHERE s.person_id = p.person_id AND s.ended_at IS NULL
             AND s.expires_at > now() AND s.last_seen > now() - interval '30 minutes'),
            (SELECT max(s.created_at) FROM landgis.web_session s WHERE s.person_id = p.person_id)
        FROM landgis.person p LEFT JOIN landgis.person_login l ON l.person_id = p.person_id ORDER BY p.person_id;
END
$$;

CREATE FUNCTION landgis.person_registered(account text, name text, as_role text, town text, of_department text)
RETURNS integer LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    number integer;
BEGIN
    PERFORM landgis.looks_as('security_admin');
    INSERT INTO landgis.person (os_account, name_zh, role, town_code, department)
        VALUES (account, name, as_role, town, of_department) RETURNING person_id INTO number;
    RETURN number;
END
$$;

CREATE FUNCTION landgis.person_set(account text, as_role text, is_active boolean, town text, of_department text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    UPDATE landgis.person p SET role = as_role, active = is_active, town_code = town, department = of_department
        WHERE p.person_id = landgis.other_person(account, landgis.looks_as('security_admin'));
END
$$;

CREATE FUNCTION landgis.password_set(account text, new_argon2id text, address text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    number integer := landgis.other_person(account, landgis.looks_as('security_admin'));
BEGIN
    INSERT INTO landgis.person_login AS l (person_id, argon2id, must_change) VALUES (number, new_argon2id, true)
        ON CONFLICT (person_id) DO UPDATE SET argon2id = new_argon2id, must_change = true, changed_at = now();
    UPDATE landgis.entry_lock k SET failed_count = 0, locked_until = NULL WHERE k.account = left(password_set.account, 100);
    PERFORM landgis.log_entry(account, 'password_set', landgis.who(), address);
    PERFORM landgis.end_sessions(number, NULL, 'password_set', address);
END
$$;

CREATE FUNCTION landgis.unlocked(account text, address text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    PERFORM landgis.other_person(account, landgis.looks_as('security_admin'));
    UPDATE landgis.entry_lock k SET failed_count = 0, locked_until = NULL WHERE k.account = left(unlocked.account, 100);
    PERFORM landgis.log_entry(account, 'unlocked', landgis.who(), address);
END
$$;

REVOKE EXECUTE ON FUNCTION landgis.accounts(), landgis.person_registered(text, text, text, text, text),
    landgis.person_set(text, text, boolean, text, text), landgis.password_set(text, text, text),
    landgis.unlocked(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION landgis.accounts(), landgis.person_registered(text, text, text, text, text),
    landgis.person_set(text, text, boolean, text, text), landgis.password_set(text, text, text),
    landgis.unlocked(text, text) TO landgis_app;
