"""What the map asks: its layers, what lies at a point, what a drawing measures, what two states do not share."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query
from fastapi.responses import JSONResponse
from pydantic import BaseModel

from landgis.access.roles import Action
from landgis.errors import UsageError
from landgis.services.desk.comparing import comparable_runs, editions, release_changes, run_changes
from landgis.services.desk.identifying import identified
from landgis.services.desk.measuring import measured
from landgis.services.imagery import imagery_of
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import today

if TYPE_CHECKING:
    from landgis.domain.layer import Release
    from landgis.maps.style import Symbol
    from landgis.services.basemaps import BaseMaps
    from landgis.services.desk.desk import Desk
    from landgis.services.desk.desk_map import MapLayer
    from landgis.web.office import Office

Judging = Annotated[Visitor, Depends(allowed(Action.READ_VERDICTS, Action.READ_PARCELS, Action.READ_LAYERS))]
Comparing = Annotated[Visitor, Depends(allowed(Action.READ_VERDICTS, Action.READ_PARCELS))]
Layers = Annotated[Visitor, Depends(allowed(Action.READ_LAYERS))]
Anyone = Annotated[Visitor, Depends(allowed(Action.READ))]
Metres = Annotated[float, Query(ge=-1e7, le=1e7, allow_inf_nan=False)]
Tolerance = Annotated[float, Query(ge=0, le=1000, allow_inf_nan=False)]


class Drawing(BaseModel):
    """A line or the outline of an area: corners in EPSG:4549, metres."""

    kind: Literal["length", "area"]
    points: list[tuple[float, float]]


def router(office: Office, *, tianditu: bool, basemaps: BaseMaps) -> APIRouter:
    """Return the routes of the map's data; ``tianditu``: whether the server can fetch that base map."""
    routes = APIRouter(prefix="/data")

    @routes.get("/map")
    def map_(visitor: Judging, run: str) -> JSONResponse:
        """Return what the map needs: grid, layers, symbols, extent."""
        found, day = _map(office.desk(visitor), run), today()
        imagery = imagery_of(office.as_seen_by(visitor), office.catalogue, found["district"], day)
        return JSONResponse(found | {"tianditu": tianditu, "basemaps": [*basemaps.listed(day), *imagery]})

    @routes.get("/identify")
    def identify(
        visitor: Judging,
        run: str,
        east: Metres,
        north: Metres,
        tolerance: Tolerance = 0.0,
        layer: Annotated[list[str] | None, Query()] = None,
    ) -> JSONResponse:
        """Return everything at a point, of the parcels and of the releases named (``layer@release``)."""
        shown = [_edition(text) for text in layer or ()]
        database = office.as_seen_by(visitor)
        return JSONResponse(identified(database, office.catalogue, run, (east, north), tolerance, shown))

    @routes.post("/measure")
    def measure(_visitor: Anyone, drawing: Drawing) -> JSONResponse:
        """Return a length or an area in the plane of EPSG:4549 and on the ellipsoid."""
        return JSONResponse(measured(drawing.points, drawing.kind).as_dict())

    @routes.get("/editions")
    def layer_editions(visitor: Layers, layer: str, district: str) -> JSONResponse:
        """Return the releases of a layer that the map can show."""
        spec = office.catalogue.require(layer)
        return JSONResponse(editions(office.as_seen_by(visitor), spec.key, district))

    @routes.get("/runs")
    def runs(visitor: Comparing, district: str) -> JSONResponse:
        """Return the runs of a district, to compare two of them."""
        return JSONResponse(comparable_runs(office.as_seen_by(visitor), district))

    @routes.get("/changes/layer")
    def layer_changes(visitor: Layers, layer: str, before: str, after: str) -> JSONResponse:
        """Return the features that two releases of a layer do not share."""
        spec = office.catalogue.require(layer)
        return JSONResponse(release_changes(office.as_seen_by(visitor), spec.key, before, after, today()))

    @routes.get("/changes/run")
    def runs_changes(visitor: Comparing, before: str, after: str) -> JSONResponse:
        """Return the parcels that two runs judge differently."""
        return JSONResponse(run_changes(office.as_seen_by(visitor), before, after))

    return routes


def _edition(text: str) -> tuple[str, str]:
    layer, at, name = text.partition("@")
    if not at:
        raise UsageError(
            f"图层“{text}”没有写版本", f"Layer “{text}” names no release", where="layer",
            next_zh="请写成 图层@版本", next_en="Write it as layer@release",
        )  # fmt: skip
    return layer, name


def _map(desk: Desk, run: str) -> dict[str, Any]:
    overview = desk.overview(run)
    return {
        "crs": overview.head.meta.crs,
        "district": overview.head.meta.district,
        "grid": desk.grid(),
        "extent": overview.extent,
        "layers": [_layer(layer, layer.release) for layer in overview.layers if layer.release is not None],
        "parcels": {"url": _parcel_tiles(run)},
        "verdicts": {entry.key: _symbol(entry.symbol) for entry in desk.legend()},
        "labels": desk.labels(run),
    }


def _layer(layer: MapLayer, release: Release) -> dict[str, Any]:
    return {
        "key": layer.key,
        "title_zh": layer.title_zh,
        "title_en": layer.title_en,
        "release": release.name,
        "url": f"/tiles/layers/{layer.key}/{quote(release.name, safe='')}/{{z}}/{{x}}/{{y}}",
        "symbol": _symbol(layer.symbol),
        "classes": {each.key: _symbol(each.symbol) for each in layer.classes},
        "above": layer.above,
        "coarsest_m_per_px": layer.coarsest_m_per_px,
        "visible": layer.visible,
    }


def _parcel_tiles(run: str) -> str:
    return f"/tiles/parcels/{quote(run, safe='')}/{{z}}/{{x}}/{{y}}"


def _symbol(symbol: Symbol) -> dict[str, Any]:
    return asdict(symbol)
