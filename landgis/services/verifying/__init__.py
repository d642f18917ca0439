"""Recomputing a stored run and naming every difference."""
