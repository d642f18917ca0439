"""Guarded reading of foreign files: what a file is, what it holds, and proof that it is whole."""
