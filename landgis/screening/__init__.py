"""Screening: measure parcels against releases, then judge by a pack; findings, coverage, verdicts."""
