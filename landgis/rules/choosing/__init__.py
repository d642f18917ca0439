"""Trading mode, term and preference: what is said of a parcel that may enter."""
