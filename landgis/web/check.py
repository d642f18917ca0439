"""Checking now in the browser: draw, paste or drop; answer questions; take the card, keep it, or let it go."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, JSONResponse, Response

from landgis.access.roles import Action, may
from landgis.domain.documents import DocumentKind
from landgis.domain.outcome import Scope
from landgis.errors import Conflict, InputError, NeedsAnswer
from landgis.rules.reading.load import load_pack, pack_names
from landgis.screening.cut_back import Terms
from landgis.services.checking.joint import JointCheck
from landgis.services.desk.check_layers import CheckLayers
from landgis.services.desk.check_now import Breadth, CheckNow
from landgis.services.desk.check_save import Saving, save
from landgis.services.desk.check_subject import Answers, Subject, as_file, delivered, drawn, is_wkt, pasted
from landgis.services.desk.check_uploads import MOST_BYTES, Kept, Uploads
from landgis.services.explaining.explain_files import explained_bytes
from landgis.web.check_asked import ASKED, Asked, Keeping, asked_of, poured, require_room
from landgis.web.description import body_of, pictured
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import today
from landgis.web.templating import language, render
from landgis.web.words import LANGUAGES
from landgis.web.words.check import WORDS

if TYPE_CHECKING:
    from landgis.web.office import Office

Checker = Annotated[Visitor, Depends(allowed(Action.CHECK, Action.READ_LAYERS))]
Keeper = Annotated[Visitor, Depends(allowed(Action.CHECK, Action.READ_LAYERS, Action.IMPORT_PARCELS))]


@dataclass(frozen=True)
class _Room:
    """What the routes work with: the office, its layers kept warm, and what persons gave for a while."""

    office: Office
    layers: CheckLayers
    uploads: Uploads

    def now(self, visitor: Visitor) -> CheckNow:
        """Return the checks of a visitor."""
        office = self.office
        return CheckNow(
            office.as_seen_by(visitor), visitor.person, office.catalogue, self.layers, finding=office.sitting.find
        )

    def answer(self, visitor: Visitor, asked: Asked) -> JSONResponse:
        """Check, or ask back: a question is an answer too."""
        kept = self.uploads.find(visitor.person, asked.upload) if asked.upload else None
        asked = asked if asked.as_of else asked.model_copy(update={"as_of": today()})
        try:
            subject = _subject(asked, kept)
        except NeedsAnswer as asks:
            return JSONResponse({"upload": asked.upload, **asks.as_dict()})
        checked, told = self._told(visitor, asked, subject)
        if asked.keep or kept is not None:
            told["token"] = self._keep(visitor, asked, kept).token
        if asked.cut_back is not None:
            terms = Terms(**asked.cut_back.model_dump())
            told["cut_back"] = self.now(visitor).cut_back(checked, _day(asked), terms)
        return JSONResponse(told)

    def again(self, visitor: Visitor, token: str) -> tuple[Kept, Asked, Subject, JointCheck]:
        """Check anew what was kept, as it was asked for then."""
        kept = self.uploads.find(visitor.person, token)
        if "asked" not in kept.said:
            raise InputError(
                "这次上传还没有核查", "This was not checked yet", next_zh="请先核查", next_en="Check it first"
            )
        asked = Asked.model_validate(kept.said["asked"])
        subject = _subject(asked, kept)
        return kept, asked, subject, self.now(visitor).check(subject, _breadth(asked))

    def file_of(self, kept: Kept, asked: Asked) -> Path | None:
        """Return the file that was checked; None for a drawing, which is none."""
        if kept.files:
            return kept.main
        return as_file(asked.text, kept.folder) if asked.text is not None and not is_wkt(asked.text) else None

    def take(self, visitor: Visitor, upload: str) -> Kept:
        """Return the upload that a file belongs to, a new one where none is named."""
        return self.uploads.find(visitor.person, upload) if upload else self.uploads.keep(visitor.person, {})

    def _told(self, visitor: Visitor, asked: Asked, subject: Subject) -> tuple[JointCheck, dict[str, Any]]:
        now = self.now(visitor)
        checked = now.check(subject, _breadth(asked))
        return checked, now.told(checked, subject, _day(asked))

    def _keep(self, visitor: Visitor, asked: Asked, kept: Kept | None) -> Kept:
        said = {"asked": asked.model_dump(mode="json", exclude={"upload", "keep", "cut_back"})}
        if kept is not None:
            return self.uploads.say(kept, said)
        return self.uploads.keep(visitor.person, said)


def router(office: Office) -> APIRouter:
    """Return the routes of checking now."""
    routes = APIRouter()
    room = _Room(office, office.layers, Uploads.of(office.home))
    room.uploads.sweep()  # what was over while nobody served

    @routes.get("/check/panel", response_class=HTMLResponse)
    def panel(visitor: Checker, request: Request) -> HTMLResponse:
        """Return the panel of the page."""
        role = visitor.person.role
        return render(
            request, "check_form.html", may_keep=may(role, Action.IMPORT_PARCELS), may_lead=may(role, Action.REPORT_LEAD),
            scopes=tuple(map(str, Scope)), kinds=tuple(DocumentKind), today=today().isoformat(), packs=pack_names(),
            most_mb=MOST_BYTES >> 20, words=_words(language(request)),
        )  # fmt: skip

    @routes.post("/data/check", openapi_extra=body_of(ASKED))
    async def check(visitor: Checker, request: Request) -> JSONResponse:
        """Check a drawing, a text or what was uploaded; or ask back."""
        return await run_in_threadpool(room.answer, visitor, await asked_of(request))

    @routes.post("/data/check/answers", openapi_extra=body_of(ASKED))
    async def answers(visitor: Checker, request: Request) -> JSONResponse:
        """Check the same with answers; or ask again."""
        return await run_in_threadpool(room.answer, visitor, await asked_of(request))

    @routes.post(
        "/data/check/file",
        openapi_extra=body_of({"type": "string", "format": "binary"}, "application/octet-stream"),
    )
    async def file(visitor: Checker, request: Request, name: str, upload: str = "") -> JSONResponse:
        """Take one file as it is, in the body; further parts name the upload that they belong to. Nothing is read yet."""
        require_room(request, MOST_BYTES)
        kept = await run_in_threadpool(room.take, visitor, upload)
        try:
            with kept.place(name).open("xb") as out:
                await poured(request, out.write, kept.room_bytes)
        except BaseException:
            await run_in_threadpool(room.uploads.drop, kept)
            raise
        return JSONResponse({"upload": kept.token, "files": [path.name for path in kept.files]})

    @routes.post("/data/check/save")
    def keep(visitor: Keeper, said: Keeping) -> JSONResponse:
        """Enter what was checked into the register, and where asked into the pool as a lead."""
        kept, asked, subject, checked = room.again(visitor, said.token)
        file = room.file_of(kept, asked)
        if file is not None:
            _require_as_given(subject)
        saving = Saving(**said.model_dump(exclude={"token"}))
        done = save(
            room.now(visitor), room.layers.originals, checked, saving, _day(asked), file=file, answers=_answers(asked)
        )
        room.uploads.drop(kept)
        return JSONResponse(asdict(done))

    @routes.post("/data/check/discard")
    def discard(visitor: Checker, token: str) -> JSONResponse:
        """Let go of what was kept; nothing of it stays."""
        room.uploads.drop(room.uploads.find(visitor.person, token))
        return JSONResponse({"discarded": True})

    @routes.get("/data/check/{token}/card.pdf", response_class=Response, responses=pictured("application/pdf"))
    def card(visitor: Checker, request: Request, token: str) -> Response:
        """Return the cards of a check as a PDF."""
        _, asked, _, checked = room.again(visitor, token)
        pages = room.now(visitor).explained(checked, _day(asked))
        pdf = explained_bytes(pages, "pdf", today(), language(request), drawn_by=visitor.person.name_zh)
        name = f"inline; filename*=UTF-8''{quote('核查说明.pdf')}"
        return Response(pdf, media_type="application/pdf", headers={"Content-Disposition": name})

    return routes


def _words(lang: str) -> dict[str, str]:
    """Return the words that the panel says by itself, in one language."""
    return {key: pair[LANGUAGES.index(lang)] for key, pair in WORDS.items()}


def _subject(asked: Asked, kept: Kept | None) -> Subject:
    said = _answers(asked)
    if asked.geometry is not None:
        return drawn(asked.geometry, said)
    if asked.text is not None:
        return pasted(asked.text, said)
    if kept is None:
        raise InputError("没有内容可核查", "There is nothing to check")
    return delivered(kept.main, said)


def _answers(asked: Asked) -> Answers:
    return Answers(**asked.answers.model_dump())


def _breadth(asked: Asked) -> Breadth:
    pack = load_pack(asked.rules) if asked.rules else None
    return Breadth(_day(asked), asked.scope, pack, roads=asked.cut_back is not None)


def _day(asked: Asked) -> date:
    return asked.as_of or today()


def _require_as_given(subject: Subject) -> None:
    """A file is kept as it came: what was repaired for the check alone is not what would be stored."""
    if any(step["what"] == "repaired" for step in subject.steps):
        raise Conflict(
            "图形只为核查作了修复，原件仍有误，不能直接登记", "The outline was repaired for the check alone; the file is still wrong",
            next_zh="请更正原件后重新核查、登记", next_en="Correct the file, check and keep it again",
        )  # fmt: skip
