-- What an audit administrator reads: who came in, and who changed which kind of record when; never what it says. And
-- what a system administrator reads of the door.

CREATE FUNCTION landgis.entries(first_moment timestamptz, end_moment timestamptz, of_account text)
RETURNS TABLE (entry_no bigint, at timestamptz, account text, name_zh text, what text, why text, address text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    PERFORM landgis.looks_as('audit_admin');
    RETURN QUERY SELECT e.entry_no, e.at, e.account, p.name_zh, e.what, e.why, e.address
        FROM landgis.entry_log e LEFT JOIN landgis.person p ON p.person_id = e.person_id
        WHERE e.at >= first_moment AND e.at < end_moment AND (of_account = '' OR e.account = of_account);
END
$$;

-- One row for what one person did at one moment to one kind of record: tables that remember say since when their rows
-- are known so and by whom; of the others those that say who wrote them.
CREATE FUNCTION landgis.changes(first_moment timestamptz, end_moment timestamptz, of_account text)
RETURNS TABLE (at timestamptz, account text, why text, of_table text, zh text, en text, row_count bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
DECLARE
    name text;
BEGIN
    PERFORM landgis.looks_as('audit_admin');
    FOR name IN SELECT left(c.relname, -8) FROM pg_class c
                WHERE c.relnamespace = 'landgis'::regnamespace AND c.relname LIKE '%\_history' AND c.relkind = 'r' LOOP
        RETURN QUERY EXECUTE format(
            'SELECT lower(r.known), r.known_by, r.known_why, $4, w.zh, w.en, count(*)
             FROM (SELECT known, known_by, known_why FROM landgis.%I UNION ALL
                   SELECT known, known_by, known_why FROM landgis.%I) r, landgis.called($4) w
             WHERE lower(r.known) >= $1 AND lower(r.known) < $2 AND ($3 = '''' OR r.known_by = $3)
             GROUP BY 1, 2, 3, 5, 6', name, name || '_history') USING first_moment, end_moment, of_account, name;
    END LOOP;
    FOR name IN SELECT c.relname FROM pg_class c
                WHERE c.relnamespace = 'landgis'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
                  AND c.relname NOT LIKE '%\_history' AND to_regclass(format('landgis.%I', c.relname || '_history')) IS NULL
                  AND 2 = (SELECT count(*) FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped
                           AND a.attname IN ('created_by', 'created_at')) LOOP
        RETURN QUERY EXECUTE format(
            'SELECT r.created_at, coalesce(p.os_account, ''''), '''', $4, w.zh, w.en, count(*)
             FROM landgis.%I r LEFT JOIN landgis.person p ON p.person_id = r.created_by, landgis.called($4) w
             WHERE r.created_at >= $1 AND r.created_at < $2 AND ($3 = '''' OR p.os_account = $3)
             GROUP BY 1, 2, 5, 6', name) USING first_moment, end_moment, of_account, name;
    END LOOP;
END
$$;

CREATE FUNCTION landgis.sessions_open() RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, landgis, public AS $$
BEGIN
    PERFORM landgis.looks_as('system_admin');
    RETURN (SELECT count(*) FROM landgis.web_session s WHERE s.ended_at IS NULL AND s.expires_at > now()
            AND s.last_seen > now() - interval '30 minutes');
END
$$;

REVOKE EXECUTE ON FUNCTION landgis.entries(timestamptz, timestamptz, text), landgis.changes(timestamptz, timestamptz, text),
    landgis.sessions_open() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION landgis.entries(timestamptz, timestamptz, text), landgis.changes(timestamptz, timestamptz, text),
    landgis.sessions_open() TO landgis_app;
