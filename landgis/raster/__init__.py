"""Imagery, land cover and terrain as evidence: what their cells mean, and how much of them lies on a parcel."""
