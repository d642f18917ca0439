"""Faithful writing of files: whole or not at all."""
