"""Explaining verdicts, one page a parcel, and what would cure them."""
