"""Boards: the pool and the year's plan as cards that are moved."""
