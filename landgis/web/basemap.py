"""Base maps of others, fetched by the server: the browser talks to no other host, and never sees the key."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPRedirectHandler, Request, build_opener

from fastapi import APIRouter, Depends, Path, Response

from landgis.access.roles import Action
from landgis.errors import ExternalError, NotFound
from landgis.services.desk.desk_tiles import tile_of
from landgis.web.description import pictured
from landgis.web.entering.visitor import Visitor, allowed

if TYPE_CHECKING:
    from landgis.engines.tile_cache import KeptTile
    from landgis.services.basemaps import BaseMaps
    from landgis.services.imagery import Imagery
    from landgis.settings import Tianditu
    from landgis.web.office import Office

Reader = Annotated[Visitor, Depends(allowed(Action.READ_LAYERS))]
Level = Annotated[int, Path(ge=1, le=18)]
Place = Annotated[int, Path(ge=0)]
_SECONDS = 10
_MOST_BYTES = 2_000_000
_PICTURES = ("image/png", "image/jpeg")


class _Straight(HTTPRedirectHandler):
    """Follow nobody elsewhere: a redirect would carry the key to another host."""

    def redirect_request(self, *_args: object, **_options: object) -> None:
        """Return no request."""


_OPENER = build_opener(_Straight)


def router(tianditu: Tianditu) -> APIRouter:
    """Return the route of 天地图: the matrix set of CGCS2000 degrees (``_c``), layers vec, img and their names cva, cia."""
    routes = APIRouter(prefix="/basemap")

    @routes.get("/tianditu/{layer}/{z}/{x}/{y}", response_class=Response, responses=pictured(*_PICTURES))
    def tile(_visitor: Reader, layer: Literal["vec", "cva", "img", "cia"], z: Level, x: Place, y: Place) -> Response:
        key = tianditu.key()
        if not key:
            raise NotFound(
                "未配置天地图", "天地图 is not configured", where="LANDGIS_TIANDITU_KEY_FILE",
                next_zh="请管理员把密钥写入文件，并用 LANDGIS_TIANDITU_KEY_FILE 指明",
                next_en="Have the administrator write the key to a file and name it by LANDGIS_TIANDITU_KEY_FILE",
            )  # fmt: skip
        kind, content = _fetched(f"{tianditu.tianditu_url.rstrip('/')}/{layer}_c/wmts?{query_of(layer, z, x, y, key)}")
        return Response(content, headers={"Cache-Control": "private, max-age=86400"}, media_type=kind)

    return routes


def local_router(basemaps: BaseMaps) -> APIRouter:
    """Return the route of the local base maps: PNG tiles in each grid of the desk."""
    routes = APIRouter(prefix="/basemap/local")

    @routes.get("/{key}/{epsg}/{z}/{x}/{y}")
    def tile(_visitor: Reader, key: str, epsg: int, z: Place, x: Place, y: Place) -> Response:
        return _png(basemaps.tile(key, tile_of(epsg, z, x, y)))

    return routes


def release_router(office: Office, imagery: Imagery) -> APIRouter:
    """Return the route of imagery of the catalogue: PNG tiles of a release in each grid of the desk."""
    routes = APIRouter(prefix="/basemap/release")

    @routes.get("/{layer}/{release}/{epsg}/{z}/{x}/{y}")
    def tile(visitor: Reader, layer: str, release: str, epsg: int, z: Place, x: Place, y: Place) -> Response:
        return _png(imagery.tile(office.as_seen_by(visitor), layer, release, tile_of(epsg, z, x, y)))

    return routes


def _png(tile: KeptTile) -> Response:
    return Response(tile.content, headers={"Cache-Control": "private, no-cache"}, media_type="image/png")


def query_of(layer: str, z: int, x: int, y: int, key: str) -> str:
    """Return the query of a WMTS tile as 天地图 asks for it."""
    asked = {
        "SERVICE": "WMTS", "REQUEST": "GetTile", "VERSION": "1.0.0", "LAYER": layer, "STYLE": "default",
        "TILEMATRIXSET": "c", "FORMAT": "tiles", "TILEMATRIX": z, "TILEROW": y, "TILECOL": x, "tk": key,
    }  # fmt: skip
    return urlencode(asked)


def _fetched(address: str) -> tuple[str, bytes]:
    """Fetch a picture; what goes wrong is told without the address, which holds the key."""
    try:
        with _OPENER.open(Request(address, headers={"User-Agent": "landgis"}), timeout=_SECONDS) as answer:
            kind = answer.headers.get_content_type()
            content = answer.read(_MOST_BYTES + 1)
    except (URLError, OSError, http.client.HTTPException) as error:
        raise _silent(type(error).__name__) from None
    if kind not in _PICTURES or len(content) > _MOST_BYTES:
        raise _silent(kind)
    return kind, content


def _silent(said: str) -> ExternalError:
    return ExternalError(
        f"天地图没有给出图片（{said}）", f"天地图 gave no picture ({said})", where="tianditu",
        next_zh="请检查网络与密钥；地图的其他内容不受影响", next_en="Check network and key; the rest of the map is not affected",
    )  # fmt: skip
