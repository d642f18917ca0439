"""Screening the inventory, and ranking what may enter."""
