"""Boundary points (界址点): the exchange text and tables of points, read as found and written so that they read back."""
