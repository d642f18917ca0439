"""The rule engine: packs, dated values, named measures, outcomes. Knows no geometry engine and no database."""
