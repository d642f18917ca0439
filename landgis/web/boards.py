"""The boards of pool and plan: pages, and what they ask and send."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field

from landgis.access.roles import Action
from landgis.domain.district import DISTRICTS
from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.pooling import MoveReason, Standing
from landgis.errors import NotFound
from landgis.services.boards import asked, plain
from landgis.services.boards.plan_board import plan_board, save_adjustment, save_board, try_adjustment, try_board
from landgis.services.boards.pool_board import PER_COLUMN, move_card, pool_board
from landgis.services.desk.desk_map import verdict_legend
from landgis.services.planning.choose_portfolio import choose_portfolios
from landgis.services.planning.draft_plan import load_plan, plan_heads
from landgis.services.planning.revise_plan import load_adjustment
from landgis.services.pooling.pair_pool import pair_pool
from landgis.web.entering.visitor import Visitor, allowed
from landgis.web.query import today
from landgis.web.templating import language, render
from landgis.web.words import LANGUAGES, boards

if TYPE_CHECKING:
    from landgis.web.office import Office

PoolReader = Annotated[Visitor, Depends(allowed(Action.READ_POOL))]
Mover = Annotated[Visitor, Depends(allowed(Action.READ_POOL, Action.MOVE_MEMBER))]
PlanReader = Annotated[Visitor, Depends(allowed(Action.READ_PLANS))]
Drafter = Annotated[Visitor, Depends(allowed(Action.READ_PLANS, Action.DRAFT_PLAN))]
_MOST = 2_000
_Text = Annotated[str, Field(max_length=500)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class MoveSent(_Sent):
    """A move of a card; ``step``: the last one that was seen."""

    parcel_id: _Text
    step: int = Field(ge=1)
    after: Standing
    reason: MoveReason
    note: _Text = ""


class PlanSent(_Sent):
    """A plan as the board has it; fields as in the files of ``landgis plan draft``."""

    district: _Text
    plan_id: _Text | None = None
    targets: dict[str, Any]
    inputs: list[dict[str, Any]] = Field(default=[], max_length=_MOST)


class AdjustmentSent(_Sent):
    """Changes of a published plan; fields as in the files of ``landgis plan adjust``."""

    plan_id: _Text
    changes: list[dict[str, Any]] = Field(max_length=_MOST)
    purpose: _Text = ""


class ScenariosSent(_Sent):
    """Scenarios of one year; fields as in the files of ``landgis plan choose``."""

    district: _Text
    scenarios: list[dict[str, Any]] = Field(min_length=1, max_length=4)


def router(office: Office) -> APIRouter:
    """Return the routes of the boards."""
    routes = APIRouter()
    _pages(routes)
    _pool(routes, office)
    _plan(routes, office)
    return routes


def _pages(routes: APIRouter) -> None:
    @routes.get("/boards/pool", response_class=HTMLResponse)
    def pool_page(visitor: PoolReader, request: Request, district: str = "songjiang") -> HTMLResponse:  # noqa: ARG001
        names = {str(entry.key): (entry.zh, entry.en) for entry in verdict_legend()}
        return _rendered(request, "board_pool.html", "pool", district, verdict_names=names)

    @routes.get("/boards/plan", response_class=HTMLResponse)
    def plan_page(visitor: PlanReader, request: Request, district: str = "songjiang", plan: str = "") -> HTMLResponse:
        may_draft = visitor.person.may(Action.DRAFT_PLAN)
        facts = [fact for fact in FACT_BY_NAME.values() if fact.kind == "bool"]
        return _rendered(
            request,
            "board_plan.html",
            "plan",
            district,
            plan=plan,
            may_draft=may_draft,
            facts=facts,
            year=today().year + 1,
        )


def _rendered(request: Request, template: str, here: str, district: str, **values: Any) -> HTMLResponse:
    place = LANGUAGES.index(language(request))
    words = {key: said[place] for key, said in boards.WORDS.items()}
    return render(request, template, district=_district(district), here=here, board_words=words, **values)


def _pool(routes: APIRouter, office: Office) -> None:
    @routes.get("/data/boards/pool")
    def pool(
        visitor: PoolReader, district: str, town: str = "", q: Annotated[str, Query(max_length=100)] = "",
        shown: Annotated[int, Query(ge=1, le=100_000)] = PER_COLUMN,
    ) -> JSONResponse:  # fmt: skip
        database, person = office.as_seen_by(visitor), visitor.person
        board = pool_board(database, person, _district(district), today(), town=town, text=q, shown=shown)
        return JSONResponse(plain.pool_record(board))

    @routes.post("/data/boards/pool/move")
    def move(visitor: Mover, sent: MoveSent) -> JSONResponse:
        member = move_card(
            office.as_seen_by(visitor), visitor.person, sent.parcel_id, sent.step, sent.after, sent.reason, sent.note
        )
        return JSONResponse(
            {"parcel_id": member.parcel_id, "standing": str(member.standing), "step": len(member.moves)}
        )

    @routes.get("/data/boards/pairs")
    def pairs(visitor: PoolReader, district: str, plan: str = "") -> JSONResponse:
        paired = pair_pool(office.as_seen_by(visitor), visitor.person, _district(district), today(), plan or None)
        return JSONResponse(paired.as_dict())


def _plan(routes: APIRouter, office: Office) -> None:
    @routes.get("/data/boards/plans")
    def plans(visitor: PlanReader, district: str) -> JSONResponse:
        heads = plan_heads(office.as_seen_by(visitor), _district(district))
        return JSONResponse(
            [
                {"plan_id": head.plan_id, "year": head.year, "status": head.status, "adjusts": head.adjusts}
                for head in heads
            ]
        )

    @routes.get("/data/boards/plan")
    def plan(visitor: PlanReader, district: str, plan: str = "") -> JSONResponse:
        board = plan_board(office.as_seen_by(visitor), visitor.person, plan or None, _district(district))
        return JSONResponse(plain.plan_record(board))

    @routes.get("/data/boards/plan/map")
    def plan_map(visitor: PlanReader, plan: str) -> JSONResponse:
        """Lines with outlines; of an adjustment, before and after."""
        database = office.as_seen_by(visitor)
        stored = load_plan(database, plan, "")
        if stored.head.adjusts is None:
            return JSONResponse({"after": plain.outlines_record(stored), "before": None, "changes": []})
        adjustment = load_adjustment(database, plan)
        return JSONResponse(
            {
                "before": plain.outlines_record(adjustment.before),
                "after": plain.outlines_record(adjustment.plan),
                "changes": [plain.plain(row) for row in adjustment.table.to_dict("records")],
            }
        )

    @routes.post("/data/boards/plan/try")
    def try_(visitor: Drafter, sent: PlanSent) -> JSONResponse:
        board = try_board(
            office.as_seen_by(visitor), visitor.person, _district(sent.district), asked.targets_asked(sent.targets),
            asked.inputs_asked(sent.inputs), sent.plan_id,
        )  # fmt: skip
        return JSONResponse(plain.plan_record(board))

    @routes.post("/data/boards/plan/save")
    def save(visitor: Drafter, sent: PlanSent) -> JSONResponse:
        saved = save_board(
            office.as_seen_by(visitor), visitor.person, _district(sent.district), asked.targets_asked(sent.targets),
            asked.inputs_asked(sent.inputs), sent.plan_id,
        )  # fmt: skip
        return JSONResponse({"plan_id": saved.head.plan_id})

    @routes.post("/data/boards/plan/adjustment/try")
    def try_adjusting(visitor: Drafter, sent: AdjustmentSent) -> JSONResponse:
        changes = asked.changes_asked(sent.changes)
        return JSONResponse(
            plain.plan_record(try_adjustment(office.as_seen_by(visitor), visitor.person, sent.plan_id, changes))
        )

    @routes.post("/data/boards/plan/adjustment/save")
    def save_adjusting(visitor: Drafter, sent: AdjustmentSent) -> JSONResponse:
        changes = asked.changes_asked(sent.changes)
        saved = save_adjustment(office.as_seen_by(visitor), visitor.person, sent.plan_id, changes, sent.purpose)
        return JSONResponse({"plan_id": saved.plan.head.plan_id})

    @routes.post("/data/boards/plan/scenarios")
    def scenarios(visitor: Drafter, sent: ScenariosSent) -> JSONResponse:
        made = choose_portfolios(
            office.as_seen_by(visitor), _district(sent.district), asked.scenarios_asked(sent.scenarios)
        )
        return JSONResponse(plain.portfolios_record(made))


def _district(key: str) -> str:
    if key not in DISTRICTS:
        raise NotFound(
            f"没有“{key}”区", f"There is no district “{key}”", where="district",
            next_zh=f"可用：{'、'.join(DISTRICTS)}", next_en=f"Known: {', '.join(DISTRICTS)}",
        )  # fmt: skip
    return key
