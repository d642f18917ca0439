"""The hand-out of a screening run: parcels coloured by verdict, each with what its verdict rests on."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.domain.outcome import VERDICTS
from landgis.frames.judged import FINDINGS
from landgis.frames.parcels import POLYGONS
from landgis.frames.spec import Column, FrameSpec
from landgis.maps.handout.binding import bound
from landgis.maps.handout.cards import cards
from landgis.maps.handout.ground import Ground, in_degrees
from landgis.maps.handout.leaf import Leaf, require_few
from landgis.maps.style import VERDICT_EN, verdict_symbol

PARCELS = FrameSpec(
    name="HandoutFrame 分发地块",
    columns=(
        Column("parcel_id", "text"),
        Column("verdict", "text"),
        Column("town_name", "text", nullable=True),
        Column("village_name", "text", nullable=True),
    ),
    key=("parcel_id",),
    geometry=POLYGONS,
)


@dataclass(frozen=True, kw_only=True)
class Handout(Leaf):
    """What a hand-out of a run shows.

    Attributes
    ----------
    parcels
        ``PARCELS`` of this module with geometry, any CRS that pyproj can turn into CGCS2000 degrees.
    findings
        ``frames.judged.FINDINGS``; those of other parcels are ignored.
    """

    parcels: gpd.GeoDataFrame
    findings: pd.DataFrame


def handout(request: Handout, assets: Path) -> bytes:
    """Make a self-contained HTML page of judged parcels.

    Coordinates are CGCS2000 degrees (EPSG:4490). The browser draws them in Web Mercator, so the page says that it is
    not for measuring. The page can fetch nothing and runs no script but its own; the same request gives the same bytes.

    Parameters
    ----------
    request
        What to show.
    assets
        Folder with ``leaflet.js``, ``leaflet.css`` and ``images/`` as ``make setup`` leaves them.

    Raises
    ------
    InputError
        No parcels, more than ``MAX_FEATURES`` outlines, or more than ``MAX_BYTES``.
    ContractBroken, CrsMissing
        The frames do not keep their declaration, or carry no CRS.
    ToolMissing
        A browser asset is missing.
    """
    PARCELS.require(request.parcels)
    FINDINGS.require(request.findings)
    require_few(request, {"地块 parcels": len(request.parcels)})
    shapes = in_degrees(request.parcels, "parcels")
    ground = Ground(shapes)
    for layer in request.context:
        ground.add_context(layer)
    for verdict in VERDICTS:
        rows = np.flatnonzero(request.parcels["verdict"] == verdict.value)
        ground.add_parcels(shapes, rows, verdict_symbol(verdict), (verdict.zh, VERDICT_EN[verdict]))
    content = cards(request.parcels, request.findings)
    return bound(request, ground, assets, ("handout.js", "screening.js"), content)
