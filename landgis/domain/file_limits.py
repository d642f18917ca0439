"""What file formats hold of a text, as far as a delivery is judged by it before anything is written."""

ENCODED = frozenset({"shapefile", "txt"})
"""Formats whose texts are in the encoding that the receiver wants; those of all others are Unicode."""
DBF_TEXT_BYTES = 254
"""Longest text of a dBASE table, in bytes of its encoding."""
DBF_NAME_BYTES = 10
"""Longest field name of a dBASE table."""
