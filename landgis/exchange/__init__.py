"""Guarded reading and faithful writing of files. Everything foreign comes in and everything leaves through here."""
