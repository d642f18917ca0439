-- The functions of revision 0019, taken back.
DROP TRIGGER sends_out ON landgis.person;
DROP FUNCTION landgis.sends_out(), landgis.entries(timestamptz, timestamptz, text),
    landgis.changes(timestamptz, timestamptz, text), landgis.sessions_open(), landgis.accounts(),
    landgis.person_registered(text, text, text, text, text), landgis.person_set(text, text, boolean, text, text),
    landgis.password_set(text, text, text), landgis.unlocked(text, text), landgis.other_person(text, integer),
    landgis.looks_as(text), landgis.entry_tried(text, text), landgis.entry_refused(text, text, text),
    landgis.session_opened(integer, text, text, text, text), landgis.session_seen(text), landgis.session_left(text, text),
    landgis.link_made(integer, text, text), landgis.link_used(text), landgis.vouched_for(text), landgis.own_hash(text),
    landgis.own_password(text, text, text), landgis.end_sessions(integer, integer, text, text),
    landgis.log_entry(text, text, text, text);
