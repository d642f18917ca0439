"""What sheets and hand-outs are made of beside the parcels: context layers, borders, sources."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from shapely.geometry.base import BaseGeometry

from landgis.domain.catalogue import LayerStyle
from landgis.maps.classes import LayerClass


@dataclass(frozen=True)
class ContextLayer:
    """A layer under the parcels: control lines, water, roads.

    Attributes
    ----------
    key
        Layer key of the catalogue.
    style
        Its style in the catalogue; gives the legend's words too.
    features
        Polygons or lines; only the geometry is used. CRS: that of the parcels on a sheet, any on a hand-out.
    release
        Edition shown in the legend, e.g. ``2024-01``.
    drawn_as
        Class of the layer that the features are all of: it gives symbol and words; None: the layer has one symbol.
    """

    key: str
    style: LayerStyle
    features: gpd.GeoDataFrame
    release: str = ""
    drawn_as: LayerClass | None = None


@dataclass(frozen=True)
class Boundary:
    """A named administrative area whose border is drawn. ``level``: district, town or village."""

    name_zh: str
    level: str
    geometry: BaseGeometry


@dataclass(frozen=True)
class Backdrop:
    """A picture of the ground, laid under everything: an orthophoto or a base raster.

    Attributes
    ----------
    cells
        (rows, columns, 3) red, green, blue; rows run south.
    bounds_m
        West, south, east, north of its outer edge, in the CRS of the sheet.
    """

    cells: npt.NDArray[np.uint8]
    bounds_m: tuple[float, float, float, float]


@dataclass(frozen=True)
class Source:
    """A release the sheet stands on, as the source note prints it."""

    title_zh: str
    release: str
    document_no: str = ""
    issued_on: date | None = None
    substitute: bool = False
    attribution: str = ""

    @property
    def label_zh(self) -> str:
        """Title with edition, document number, date and the credit its licence asks for, in brackets."""
        details = [
            self.release,
            self.document_no,
            self.issued_on.isoformat() if self.issued_on else "",
            self.attribution,
        ]
        return f"{self.title_zh}（{'，'.join(part for part in details if part)}）"
