"""Tests against a real PostGIS."""
