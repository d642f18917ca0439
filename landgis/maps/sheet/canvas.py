"""A drawing in millimetres that keeps account of every symbol used."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import shapely

from landgis.maps import svg
from landgis.maps.sheet.view import View
from landgis.maps.style import Symbol
from landgis.maps.svg import GeometryArray

_HAIRLINE_MM = 0.08
_DETAIL_MM = 0.03
"""What lies around the parcels is thinned by at most this much on paper, a third of the thinnest line."""


@dataclass(frozen=True)
class LegendEntry:
    """One symbol that was drawn.

    Attributes
    ----------
    key
        ``use-0901``, a layer key, ``boundary-town`` …
    title_zh, title_en
        Words of the legend.
    symbol
        How it was drawn.
    kind
        Sample in the legend: ``area``, ``line`` or ``point``.
    group
        ``use`` or ``context``.
    official
        False for a symbol that no public standard gives.
    """

    key: str
    title_zh: str
    title_en: str
    symbol: Symbol
    kind: str
    group: str
    official: bool = True


@dataclass
class Canvas:
    """The drawing as it grows: what is painted enters the legend, and nothing else does."""

    view: View
    parts: list[str] = field(default_factory=list)
    defs: list[str] = field(default_factory=list)
    drawn: list[LegendEntry] = field(default_factory=list)

    def paint(self, entry: LegendEntry, path: str, fine: str = "", lines: str = "") -> None:
        """Draw path data with an entry's symbol; nothing to draw leaves no trace in the legend.

        Parameters
        ----------
        fine
            Drawn with a hairline and without hatch.
        lines
            Drawn by the symbol's line alone: what a line seems to enclose is not its own.
        """
        if not path and not fine and not lines:
            return
        identifier = f"h{len(self.drawn)}"
        if entry.symbol.hatch is not None:
            self.defs.append(svg.pattern(identifier, entry.symbol.hatch))
        shape = svg.painted(f'<path d="{path}"', entry.symbol, identifier) if path else ""
        if lines:
            shape += svg.painted(f'<path d="{lines}"', replace(entry.symbol, fill="", hatch=None))
        if fine:
            shape += svg.painted(f'<path d="{fine}"', replace(entry.symbol, hatch=None, stroke_mm=_HAIRLINE_MM))
        self.parts.append(f'<g id="symbol-{len(self.drawn)}">{shape}</g>')
        self.drawn.append(entry)

    def on_paper(self, geometries: GeometryArray) -> GeometryArray:
        """Move ground geometries to millimetres."""
        return np.asarray(shapely.transform(geometries, self.view.to_mm))

    def seen(self, geometries: GeometryArray) -> GeometryArray:
        """Cut ground geometries to a little more than the frame, thin them below what print shows, move to millimetres."""
        west, south, east, north = self.view.bounds_m
        spare = 3 * self.view.metres_per_mm
        window = (west - spare, south - spare, east + spare, north + spare)
        near = geometries[shapely.intersects(shapely.box(*window), shapely.envelope(geometries))]
        # Cut before thinning: an inset shows a thousandth of what a district-wide polygon holds.
        cut = np.asarray(shapely.clip_by_rect(near, *window))
        kept = shapely.simplify(cut, _DETAIL_MM * self.view.metres_per_mm)
        return self.on_paper(kept[shapely.intersects(kept, shapely.box(*self.view.bounds_m))])
