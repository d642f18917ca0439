"""The web application."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from starlette.routing import Route

from landgis.engines.tile_cache import TileCache
from landgis.errors import ToolMissing
from landgis.services.basemaps import BaseMaps
from landgis.services.imagery import Imagery
from landgis.settings import Tianditu
from landgis.web import (
    basemap,
    boards,
    bookmarks,
    cards,
    chapters,
    check,
    data,
    errors,
    intake,
    jobs,
    map_data,
    pages,
    parcel_list,
    printing,
    receiving,
    tiles,
)
from landgis.web.description import describe
from landgis.web.entering import audit, oidc, people, system
from landgis.web.entering import pages as entering
from landgis.web.entering.landing import to_the_door
from landgis.web.entering.sessions import Sessions
from landgis.web.entering.visitor import Entrance
from landgis.web.open_api.door import OpenDoor
from landgis.web.open_api.links import PREFIX
from landgis.web.security import Guard

if TYPE_CHECKING:
    from landgis.services.open_data import OpenData
    from landgis.web.office import Office

STATIC = Path(__file__).parent / "static"
VENDORED = ("ol/ol.js", "ol/ol.css", "proj4/proj4.js", "htmx/htmx.min.js")


def create_app(
    office: Office,
    entrance: Entrance,
    *,
    hosts: Iterable[str] = (),
    static: Path = STATIC,
    open_data: Callable[[], OpenData] | None = None,
    tianditu: Tianditu | None = None,
    basemaps: Path | None = None,
) -> Guard:
    """Make the application of an office's desk: an ASGI application, guarded.

    Parameters
    ----------
    office
        What the routes work with.
    entrance
        Tells who asks.
    hosts
        Host names answered besides loopback.
    static
        Folder of scripts and styles, with the vendored libraries under ``vendor/``.
    open_data
        Opens what other programs are given under ``/ogc``, when one first asks; None: nothing is.
    tianditu
        Base map fetched from outside; None: as without a key.
    basemaps
        Folder of local base maps with their list; None: there are none.

    Raises
    ------
    ToolMissing
        If a vendored library is not installed.
    """
    require_vendored(static)
    app = FastAPI(title="landgis", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.entrance = entrance
    app.include_router(tiles.router(office))  # first: routes are tried in order, and a map asks for tiles by the dozen
    app.include_router(pages.router(office))
    outside = tianditu or Tianditu(tianditu_key_file=None)
    pictures = TileCache(office.home / "basemaps", office.tiles_mb << 20)
    local = BaseMaps(basemaps, pictures, office.catalogue.keys())
    app.include_router(map_data.router(office, tianditu=bool(outside.key()), basemaps=local))
    app.include_router(data.router(office))
    app.include_router(parcel_list.router(office))
    app.include_router(printing.router(office))
    app.include_router(boards.router(office))
    app.include_router(receiving.router(office))
    app.include_router(intake.router(office))
    app.include_router(audit.router(office))
    app.include_router(system.router(office))
    if isinstance(entrance, Sessions):
        app.include_router(entering.router(entrance))
        app.include_router(people.router(office, entrance.hashing))
        if entrance.provider is not None:
            app.include_router(oidc.router(entrance, entrance.provider))
    app.include_router(check.router(office))
    app.include_router(cards.router(office))
    app.include_router(basemap.router(outside))
    app.include_router(basemap.local_router(local))
    app.include_router(basemap.release_router(office, Imagery(office.originals, pictures)))
    app.include_router(bookmarks.router(office))
    app.include_router(jobs.router(office))
    app.include_router(chapters.router())
    app.mount("/static", StaticFiles(directory=static))
    if open_data is not None:
        door = OpenDoor(open_data)
        app.router.routes.append(Route(PREFIX, door))
        app.mount(PREFIX, door)
    errors.install(app, to_the_door)
    describe(app)
    return Guard(app, hosts)


def require_vendored(static: Path = STATIC) -> None:
    """Raise `ToolMissing` unless every vendored library is there."""
    missing = [name for name in VENDORED if not (static / "vendor" / name).is_file()]
    if missing:
        listed = "、".join(missing)
        raise ToolMissing(
            f"网页所需的程序库未安装：{listed}",
            f"Libraries of the page are not installed: {listed}",
            where="landgis/web/static/vendor",
            next_zh="请运行 make setup",
            next_en="Run make setup",
        )
