"""The page of one parcel: its maps, and its forms (HTML fragment, PDF, text). All print the same content."""
