"""Use cases, one module each: the only rooms that join the database, the files and the verbs."""
