"""Bringing files in at the receiving desk: uploaded, looked into, answered for, and given to a job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, Response

from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.domain.land_use import Scheme
from landgis.domain.layer import LegalState, Secrecy
from landgis.errors import NotFound
from landgis.services.checking.check_files import facts_table
from landgis.services.desk.check_uploads import KEPT_S, MOST_BYTES, Kept, Uploads
from landgis.services.inspecting.inspect_file import Answers
from landgis.services.receiving.intake import (
    Arrival,
    Columns,
    answered,
    layer_columns,
    layers_of,
    look,
    parcel_columns,
    start,
    suggested,
)
from landgis.services.receiving.trial import TriedRows, refused_list, try_rows
from landgis.services.register.import_parcels import ParcelDelivery
from landgis.web.check_asked import poured, require_room
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.intake_asked import (
    Discarded,
    LayerColumnsAsked,
    LayerStarted,
    LookAsked,
    ParcelColumnsAsked,
    ParcelsStarted,
    RowsAsked,
    Said,
)
from landgis.web.templating import language, render
from landgis.web.words import LANGUAGES, boards, intake

if TYPE_CHECKING:
    from landgis.web.office import Office

SHOWN = 100
"""Refused rows that the page lists; it says how many there are, and the list to download has them all."""


def router(office: Office) -> APIRouter:
    """Return the routes of bringing in layers and parcels; each kind of arrival demands its own action."""
    routes = APIRouter()
    uploads = Uploads.of(office.home)
    for arrival in Arrival:
        _of_both(routes, office, uploads, arrival)
    _of_layers(routes, office, uploads)
    _of_parcels(routes, office, uploads)
    return routes


def _of_both(routes: APIRouter, office: Office, uploads: Uploads, arrival: Arrival) -> None:
    bringer = Depends(allowed(arrival.action))
    path = f"/data/intake/{arrival}"

    @routes.get(f"/intake/{arrival}", response_class=HTMLResponse, dependencies=[bringer])
    def page(request: Request) -> HTMLResponse:
        place = LANGUAGES.index(language(request))
        return render(
            request, "intake.html", arrival=str(arrival), most_mb=MOST_BYTES >> 20, minutes=KEPT_S // 60,
            layers=layers_of(office.catalogue),
            pilot=tuple(DISTRICTS), states=tuple(LegalState), secrecies=(Secrecy.PUBLIC, Secrecy.INTERNAL, Secrecy.UNSTATED),
            schemes=tuple(Scheme), page_words={key: said[place] for key, said in (intake.WORDS | boards.WORDS).items()},
        )  # fmt: skip

    @routes.post(f"{path}/file")
    async def file(request: Request, name: str, visitor: Visitor = bringer) -> JSONResponse:
        """Take one file as it is, in the body. Nothing is read yet."""
        require_room(request, MOST_BYTES)
        kept = await run_in_threadpool(uploads.keep, visitor.person, {})
        try:
            with kept.place(name).open("xb") as out:
                await poured(request, out.write, MOST_BYTES)
        except BaseException:
            await run_in_threadpool(uploads.drop, kept)
            raise
        return JSONResponse({"upload": kept.token, "name": kept.main.name, "bytes": kept.main.stat().st_size})

    @routes.post(f"{path}/look")
    def looked(asked: LookAsked, visitor: Visitor = bringer) -> JSONResponse:
        """Say what the file holds, what it asks, and whether it would be accepted."""
        kept = uploads.find(visitor.person, asked.upload)
        return JSONResponse(_looked(uploads, office.catalogue, kept, _answers(asked.answers)))

    @routes.post(f"{path}/discard")
    def discard(sent: Discarded, visitor: Visitor = bringer) -> JSONResponse:
        """Let go of what was uploaded; nothing of it stays."""
        for token in sent.uploads:
            uploads.drop(uploads.find(visitor.person, token))
        return JSONResponse({"discarded": len(sent.uploads)})


def _of_layers(routes: APIRouter, office: Office, uploads: Uploads) -> None:
    bringer = Depends(allowed(Arrival.LAYER.action))

    @routes.post("/data/intake/layer/columns", dependencies=[bringer])
    def columns(asked: LayerColumnsAsked) -> JSONResponse:
        """Tell what columns are known by their names in this layer, and what the others can stand for."""
        return JSONResponse(_columns(layer_columns(office.catalogue, asked.as_layer, asked.columns)))

    @routes.post("/data/intake/layer/start", status_code=202)
    def begin(sent: LayerStarted, visitor: Visitor = bringer) -> JSONResponse:
        """Keep the file as an original and ask for its import."""
        files = _files(uploads, visitor, {"file": sent.upload, "coverage": sent.coverage})
        said, answers = sent.says.model_dump(mode="json", exclude_defaults=True), sent.answers
        says = said | answers.model_dump(include={"crs", "encoding"}, exclude_none=True)
        told = {"as_layer": sent.as_layer, "source_layer": answers.layer, "says": says}
        return _started(office, uploads, visitor, Arrival.LAYER, files, answers, told)


def _of_parcels(routes: APIRouter, office: Office, uploads: Uploads) -> None:
    bringer = Depends(allowed(Arrival.PARCELS.action))

    @routes.post("/data/intake/parcels/columns", dependencies=[bringer])
    def columns(asked: ParcelColumnsAsked) -> JSONResponse:
        """Tell what columns are known by their names, and what the others can stand for."""
        return JSONResponse(_columns(parcel_columns(asked.columns)))

    @routes.post("/data/intake/parcels/rows")
    def rows(asked: RowsAsked, visitor: Visitor = bringer) -> JSONResponse:
        """Tell which rows would be stored and which would stay out, and why."""
        files = _files(uploads, visitor, {"file": asked.upload, "facts": asked.facts})
        said, facts = asked.answers, files.get("facts")
        delivery = ParcelDelivery(
            files["file"].main, said.layer, said.crs, said.encoding, facts_table(facts.main, said.encoding) if facts else None,
            district=asked.district, columns=asked.columns,
        )  # fmt: skip
        return JSONResponse(_rows(files["file"], try_rows(visitor.person, files["file"], delivery)))

    @routes.get("/data/intake/parcels/{upload}/refused.csv")
    def refused(upload: str, visitor: Visitor = bringer) -> Response:
        """Hand out the list of rows that would stay out, and everything else that was noticed."""
        kept = uploads.find(visitor.person, upload)
        path = refused_list(kept)
        if not path.is_file():
            raise NotFound(
                "各行还没有试读",
                "The rows were not tried yet",
                where=kept.main.name,
                next_zh="请先试读",
                next_en="Try them first",
            )
        name = quote(f"{kept.main.stem}-未入库和问题.csv")
        told = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(path.read_bytes(), media_type="text/csv; charset=utf-8", headers=told)

    @routes.post("/data/intake/parcels/start", status_code=202)
    def begin(sent: ParcelsStarted, visitor: Visitor = bringer) -> JSONResponse:
        """Keep the file as an original and ask for its import."""
        files = _files(uploads, visitor, {"file": sent.upload, "facts": sent.facts, "documents": sent.documents})
        told = {
            **sent.answers.model_dump(), "district": sent.district, "columns": sent.columns,
            "valid_from": sent.valid_from.isoformat() if sent.valid_from else None,
        }  # fmt: skip
        return _started(office, uploads, visitor, Arrival.PARCELS, files, sent.answers, told)


def _looked(uploads: Uploads, catalogue: Catalogue, kept: Kept, answers: Answers) -> dict[str, Any]:
    found = look(kept, answers)
    one = len(found.layers) < 2 or answers.layer is not None
    ready = found.accepted and one
    uploads.say(kept, {"accepted": answered(answers)} if ready else {})
    told = found.as_dict()
    told["issues"] = [_placed(kept, issue) for issue in told["issues"]]
    return {
        "upload": kept.token, **told, "ready": ready, "bytes": kept.main.stat().st_size,
        "suggested": suggested(catalogue, found, answers),
    }  # fmt: skip


def _columns(found: Columns) -> dict[str, Any]:
    meanings = [{"read_as": each.read_as, "zh": each.zh, "en": each.en} for each in found.meanings]
    return {"meanings": meanings, "known": {column: each.read_as for column, each in found.known.items()}}


def _placed(kept: Kept, told: dict[str, Any]) -> dict[str, Any]:
    """Say where by the file's name alone: where it lies on the server is nobody's business."""
    return told | {"where": str(told.get("where", "")).replace(str(kept.main), kept.main.name)}


def _rows(kept: Kept, tried: TriedRows) -> dict[str, Any]:
    return {
        "good": tried.good, "refused_count": len(tried.refused), "refused": [vars(row) for row in tried.refused[:SHOWN]],
        "issues_count": len(tried.issues), "blocked": _placed(kept, tried.blocked.as_dict()) if tried.blocked else None,
    }  # fmt: skip


def _started(
    office: Office, uploads: Uploads, visitor: Visitor, arrival: Arrival, files: dict[str, Kept], said: Said,
    told: dict[str, Any],
) -> JSONResponse:  # fmt: skip
    done = start(
        office.as_seen_by(visitor), visitor.person, office.home, arrival, files, _answers(said),
        {name: value for name, value in told.items() if value is not None},
    )  # fmt: skip
    for kept in files.values():
        uploads.drop(kept)
    kept_as = [{"name": source.name, "content_hash": source.content_hash} for source in done.kept.values()]
    return JSONResponse({"job": done.asked.job.as_dict(), "new": done.asked.new, "kept": kept_as}, 202)


def _files(uploads: Uploads, visitor: Visitor, tokens: dict[str, str | None]) -> dict[str, Kept]:
    return {name: uploads.find(visitor.person, token) for name, token in tokens.items() if token}


def _answers(said: Said) -> Answers:
    return Answers(said.layer, said.crs, said.encoding)
