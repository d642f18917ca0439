"""Packs and their tables, from YAML: read, checked, merged; faults with file and line."""
