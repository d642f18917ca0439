"""Readings against values in force: findings, set-based."""
