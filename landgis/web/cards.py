"""The explained card of a parcel: as text, as PDF, its pictures, its history, and what persons decide beside it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, JSONResponse, PlainTextResponse, Response
from pydantic import BaseModel, ConfigDict, Field

from landgis.access.roles import Action, may
from landgis.domain.decision import DECIDABLE
from landgis.domain.outcome import Outcome
from landgis.maps.card.told import told
from landgis.rules.reading.load import load_pack
from landgis.services.deciding.decide import confirm_decision, record_decision, withdraw_decision
from landgis.services.desk.explain_card import ExplainCards, moments
from landgis.services.explaining.explain_files import explained_bytes, explained_text
from landgis.web.description import pictured
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import today
from landgis.web.templating import language, render

if TYPE_CHECKING:
    from landgis.services.deciding.decisions import Standing
    from landgis.services.explaining.explain import Explained
    from landgis.web.office import Office

Reader = Annotated[Visitor, Depends(allowed(Action.READ_VERDICTS, Action.READ_PARCELS, Action.READ_LAYERS))]
Decider = Annotated[Visitor, Depends(allowed(Action.RECORD_DECISION))]
Confirmer = Annotated[Visitor, Depends(allowed(Action.CONFIRM_DECISION))]
Withdrawer = Annotated[Visitor, Depends(allowed(Action.WITHDRAW_DECISION))]
_USUAL_DAYS = 180
_Text = Annotated[str, Field(max_length=2_000)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Deciding(_Strict):
    """What a person decides of a finding."""

    parcel: Annotated[str, Field(max_length=200)]
    rule: Annotated[str, Field(max_length=200)]
    outcome: Literal["clear", "flagged", "excluded"]
    reason: _Text
    document: Annotated[str, Field(max_length=300)]
    expires_on: date


class Ending(_Strict):
    """What a person says of a decision that was taken."""

    decision: Annotated[str, Field(max_length=20)]
    reason: _Text = ""


def router(office: Office) -> APIRouter:
    """Return the routes of the card."""
    routes = APIRouter()
    cards = ExplainCards(office.catalogue, office.layers)

    def page(visitor: Visitor, run: str, parcel: str) -> Explained:
        return cards.page(office.as_seen_by(visitor), visitor.person, run, parcel, today())

    @routes.get("/card.txt", response_class=PlainTextResponse)
    def text(visitor: Reader, request: Request, run: str, parcel: str) -> PlainTextResponse:
        """Return the card as plain text, to be copied."""
        return PlainTextResponse(explained_text([page(visitor, run, parcel)], language(request)))

    @routes.get("/card.pdf", response_class=Response, responses=pictured("application/pdf"))
    def pdf(visitor: Reader, request: Request, run: str, parcel: str) -> Response:
        """Return the card as a PDF, a working paper like the sheets: it says its mark, the day and who had it drawn."""
        made = explained_bytes(
            [page(visitor, run, parcel)], "pdf", today(), language(request), drawn_by=visitor.person.name_zh
        )
        name = f"inline; filename*=UTF-8''{quote(f'{parcel}.pdf', safe='')}"
        return Response(made, media_type="application/pdf", headers={"Content-Disposition": name})

    @routes.get("/card/picture.svg", response_class=Response, responses=pictured("image/svg+xml"))
    def picture(visitor: Reader, run: str, parcel: str, rule: str) -> Response:
        """Return the picture of a finding; ``rule=context``: the surroundings."""
        svg = cards.picture(office.as_seen_by(visitor), visitor.person, run, parcel, rule, today())
        return Response(svg, media_type="image/svg+xml")

    @routes.get("/card/more", response_class=HTMLResponse)
    def more(visitor: Reader, request: Request, run: str, parcel: str) -> HTMLResponse:
        """Return what is told below the findings: surroundings, what would help, deciding, history."""
        found, lang = page(visitor, run, parcel), language(request)
        card = office.desk(visitor).card(run, parcel, today())
        role = visitor.person.role
        return render(
            request, "card_more.html", run=run, card=card, said=told(found.page, lang),
            pictured=bool(found.drawings.context), moments=moments(office.as_seen_by(visitor), parcel),
            may_decide=may(role, Action.RECORD_DECISION), may_confirm=may(role, Action.CONFIRM_DECISION),
            may_withdraw=may(role, Action.WITHDRAW_DECISION), decidable=DECIDABLE,
            until=(today() + timedelta(days=_USUAL_DAYS)).isoformat(),
        )  # fmt: skip

    @routes.post("/data/card/decision")
    def decide(visitor: Decider, said: Deciding) -> JSONResponse:
        """Record a decision beside the computed outcome; of red lines it waits for a second person."""
        made = record_decision(
            office.as_seen_by(visitor), visitor.person, load_pack, said.parcel, said.rule, Outcome(said.outcome),
            reason=said.reason, document=said.document, expires_on=said.expires_on, today=today(),
        )  # fmt: skip
        return _told(made)

    @routes.post("/data/card/confirm")
    def confirm(visitor: Confirmer, said: Ending) -> JSONResponse:
        """Confirm a decision as the second person."""
        return _told(
            confirm_decision(office.as_seen_by(visitor), visitor.person, load_pack, said.decision, today=today())
        )

    @routes.post("/data/card/withdraw")
    def withdraw(visitor: Withdrawer, said: Ending) -> JSONResponse:
        """Withdraw a decision; it stays on record."""
        return _told(
            withdraw_decision(office.as_seen_by(visitor), visitor.person, load_pack, said.decision, said.reason)
        )

    return routes


def _told(standing: Standing) -> JSONResponse:
    return JSONResponse(standing.as_dict())
