"""Declared tables: what a frame must look like where it crosses a room's border.

They check; they never coerce, reproject or stamp a CRS.
"""
