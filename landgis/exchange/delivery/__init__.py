"""Deliveries of several layers: a folder, its `layers.yaml`, coverage."""
