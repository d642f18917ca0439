"""The print of a view: what can be chosen, how much lies in the frame, and the sheet itself."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import JSONResponse, Response

from landgis.access.roles import Action
from landgis.domain.district import BEIJING
from landgis.errors import UsageError
from landgis.maps.sheet.prints import SCALES, sheets
from landgis.services.printing.frame_count import counted_in_frame
from landgis.services.printing.place import Place
from landgis.services.printing.print_view import Wanted, printed_view
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import BESIDE, filter_of

if TYPE_CHECKING:
    from landgis.domain.parcel_filter import ParcelFilter
    from landgis.web.office import Office

Printer = Annotated[Visitor, Depends(allowed(Action.READ_VERDICTS, Action.READ_PARCELS, Action.READ_LAYERS))]
Counter = Annotated[Visitor, Depends(allowed(Action.READ_VERDICTS, Action.READ_PARCELS))]
Metres = Annotated[float, Query(ge=-1e7, le=1e7, allow_inf_nan=False)]
_DPI = 200
_PLACE = frozenset({"scale", "paper", "turn", "east", "north"})
_PRINT = _PLACE | {"layer", "title", "numbered"}


def _place(
    scale: int, paper: Annotated[str, Query(max_length=20)], turn: Annotated[str, Query(max_length=20)], east: Metres,
    north: Metres,
) -> Place:  # fmt: skip
    return Place(scale, paper, turn, east, north)


Frame = Annotated[Place, Depends(_place)]


def router(office: Office) -> APIRouter:
    """Return the routes of the print."""
    routes = APIRouter()

    @routes.get("/data/print/papers")
    def papers(_visitor: Counter) -> JSONResponse:
        """Return papers with the size of their map, millimetres, and the scales."""
        return JSONResponse({"papers": [asdict(sheet) for sheet in sheets()], "scales": SCALES})

    @routes.get("/data/print/count")
    def count(visitor: Counter, request: Request, run: str, frame: Frame) -> JSONResponse:
        """Return how many parcels of the filter share ground with the frame, and their area."""
        total = counted_in_frame(office.as_seen_by(visitor), run, _filter(request, _PLACE), frame)
        return JSONResponse(asdict(total) | {"area_ha": str(total.area_ha), "area_mu": str(total.area_mu)})

    @routes.get("/data/print/view.{form}")
    def view(
        visitor: Printer,
        request: Request,
        run: str,
        frame: Frame,
        form: Literal["pdf", "png"],
        layer: Annotated[list[str] | None, Query(max_length=40)] = None,
        title: Annotated[str, Query(max_length=200)] = "",
        numbered: bool = True,
    ) -> Response:
        """Return the sheet: the map as a georeferenced PDF with its pages, or its first page as a picture."""
        moment = datetime.now(BEIJING)
        shown = [_edition(text) for text in layer or ()]
        wanted = Wanted(run, _filter(request, _PRINT), frame, shown, title, numbered)
        checked = printed_view(office.as_seen_by(visitor), office.catalogue, wanted, visitor.person, moment)
        made = checked.sound()
        content = made.pdf if form == "pdf" else made.pictures(_DPI)[0]
        name = quote(f"{made.request.title_zh}-{frame.scale}-{moment:%Y%m%d}.{form}", safe="")
        return Response(
            content,
            media_type="application/pdf" if form == "pdf" else "image/png",
            headers={"Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
        )

    return routes


def _filter(request: Request, own: frozenset[str]) -> ParcelFilter:
    return filter_of(request, BESIDE | own)


def _edition(text: str) -> tuple[str, str]:
    key, at, name = text.partition("@")
    if not at:
        raise UsageError(
            f"图层“{text}”没有写版本", f"Layer “{text}” names no release", where="layer",
            next_zh="请写成 图层@版本", next_en="Write it as layer@release",
        )  # fmt: skip
    return key, name
