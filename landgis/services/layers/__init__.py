"""Layers as dated releases: in, published, compared, speaking or silent."""
