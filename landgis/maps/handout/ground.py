"""The map of a hand-out: outlines in degrees, one layer per kind, whose names carry their samples and are the legend."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from folium.map import CustomPane
from folium.utilities import JsCode

from landgis.crs import GEOGRAPHIC, to_crs
from landgis.errors import CrsMissing
from landgis.maps import svg
from landgis.maps.material import ContextLayer
from landgis.maps.style import Hatch, Symbol, layer_symbol

_PX_PER_MM = 4.0
_DEGREES = 7  # decimals kept: about a centimetre
GeometryArray = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Weight:
    """What a layer weighs in the page."""

    name: str
    outlines: int
    vertices: int
    size: int


class Ground:
    """A folium map that grows layer by layer.

    Attributes
    ----------
    map
        The map; it shows no tiles and asks nobody.
    patterns
        Hatches of its symbols, as SVG.
    groups
        Names of the layers whose outlines can be chosen, as the page's script calls them.
    weights
        Of its layers.
    """

    def __init__(self, shapes: GeometryArray) -> None:
        """Begin a map that opens on some shapes (degrees)."""
        west, south, east, north = shapely.total_bounds(shapes)
        options: dict[str, Any] = {"zoom_snap": 0.25, "attribution_control": False, "fade_animation": False}
        self.map = folium.Map(tiles=None, zoom_control=True, max_zoom=22, **options)
        self.map.default_js, self.map.default_css = [], []
        self.map.fit_bounds([[south, west], [north, east]], padding=(24, 24))
        self.patterns: list[str] = []
        self.groups: list[folium.GeoJson] = []
        self.weights: list[Weight] = []

    def add_context(self, layer: ContextLayer) -> None:
        """Add a layer that lies under the parcels and cannot be chosen."""
        shapes = in_degrees(layer.features, layer.key)
        if not len(shapes):
            return
        pane = f"context-{len(self.patterns)}"
        CustomPane(pane, z_index=300 + len(self.patterns)).add_to(self.map)
        title = f"{layer.style.legend_zh}（{layer.release}）" if layer.release else layer.style.legend_zh
        words = (title + ("" if layer.style.official else "*"), layer.style.legend_en)
        symbol = layer_symbol(layer.style)
        self._add(shapes, range(len(shapes)), symbol, words, pane=pane, interactive=False)

    def add_parcels(
        self, shapes: GeometryArray, rows: npt.NDArray[np.intp], symbol: Symbol, words: tuple[str, str]
    ) -> None:
        """Add some of the parcels as a layer; each is chosen by its row.

        Parameters
        ----------
        shapes
            Outlines of all parcels of the page, degrees.
        rows
            Which of them; none: no layer.
        words
            Name in the legend, Chinese and English; how many there are is added.
        """
        if len(rows):
            named = (f"{words[0]}（{len(rows)} 宗）", words[1])
            self.groups.append(
                self._add(shapes[rows], rows.tolist(), symbol, named, on_each_feature=JsCode("landgisParcel"))
            )

    def _add(
        self, shapes: GeometryArray, numbers: Sequence[int], symbol: Symbol, words: tuple[str, str], **options: Any
    ) -> folium.GeoJson:
        drawn = [str(shape) for shape in shapely.to_geojson(shapes)]
        features = [
            {"type": "Feature", "id": int(number), "properties": {"n": int(number)}, "geometry": json.loads(shape)}
            for number, shape in zip(numbers, drawn, strict=True)
        ]
        style = self._style(symbol)
        layer = folium.GeoJson(
            {"type": "FeatureCollection", "features": features},
            name=f"{_sample(style)}<span>{escape(words[0])}<small>{escape(words[1])}</small></span>",
            style_function=lambda _feature: style,
            smooth_factor=0,
            **options,
        )
        layer.add_to(self.map)
        vertices = int(shapely.get_num_coordinates(shapes).sum())
        self.weights.append(Weight(words[0], len(shapes), vertices, sum(map(len, drawn))))
        return layer

    def _style(self, symbol: Symbol) -> dict[str, Any]:
        """Leaflet's path options of a symbol; hatches become patterns of the page."""
        identifier = f"hatch-{len(self.patterns)}"
        hatch = symbol.hatch
        if hatch is None:
            self.patterns.append("")
        else:
            drawn = Hatch(hatch.kind, hatch.ink, hatch.spacing_mm * _PX_PER_MM, hatch.width_mm * _PX_PER_MM)
            ground = f'<rect width="100" height="100" fill="{symbol.fill or "none"}" fill-opacity="{symbol.opacity}"/>'
            self.patterns.append(svg.pattern(identifier, drawn, ground))
        return {
            "color": symbol.stroke,
            "weight": max(1.0, symbol.stroke_mm * _PX_PER_MM),
            "fill": bool(symbol.fill or hatch),
            "fillColor": f"url(#{identifier})" if hatch else symbol.fill or "none",
            "fillOpacity": 1.0 if hatch else symbol.opacity,
            "dashArray": " ".join(f"{length * _PX_PER_MM:g}" for length in symbol.dash_mm) or None,
        }


def in_degrees(frame: gpd.GeoDataFrame, where: str) -> GeometryArray:
    """Return outlines in CGCS2000 degrees, to about a centimetre.

    Raises
    ------
    CrsMissing
        If the frame carries no CRS.
    """
    if frame.crs is None:
        raise CrsMissing("没有坐标系", "No CRS", where=where, next_zh="请先指明坐标系", next_en="Declare the CRS first")
    moved, _ = to_crs(np.asarray(frame.geometry), frame.crs, GEOGRAPHIC)
    return np.asarray(shapely.transform(moved, lambda points: np.round(points, _DEGREES)), dtype=object)


def _sample(style: dict[str, Any]) -> str:
    paint = f'fill="{style["fillColor"]}" fill-opacity="{style["fillOpacity"]}" stroke="{style["color"]}" stroke-width="1.5"'
    return f'<svg class="swatch" aria-hidden="true"><rect x="1" y="1" width="22" height="12" {paint}/></svg>'
