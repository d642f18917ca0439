"""The geometry kernel: exact overlap areas, unions and distances. Knows no law and no database."""

from landgis.overlay.index import LayerIndex
from landgis.overlay.polygons import Polygons
from landgis.overlay.result import ByClass, Measurement, Pairs, Parcels

__all__ = ["ByClass", "LayerIndex", "Measurement", "Pairs", "Parcels", "Polygons"]
