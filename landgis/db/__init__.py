"""PostGIS: the private cluster, tables, migrations and stores. All SQL of the project lives here."""
