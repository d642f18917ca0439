"""Checks on layers and parcels: what is wrong, where, how badly, and what would repair it. Never changes data."""
