"""Bad input: files that go wrong in every way known, made by script, each with the outcome it must have."""
