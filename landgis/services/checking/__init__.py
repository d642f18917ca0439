"""Checking what is not kept: files, folders, lists, drawn polygons."""
