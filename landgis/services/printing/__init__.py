"""Printing what the desk's map shows."""
