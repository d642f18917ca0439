"""Whether a pack says what it should: its cases, and where two packs differ."""
