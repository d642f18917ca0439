"""Boards as plain data; areas as text, since a float is no Decimal."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.domain.criteria import PlanTargets
from landgis.domain.planning import PlanStatus
from landgis.domain.pooling import Standing
from landgis.frames.spec import rows_of
from landgis.services.boards.plan_board import PlanBoard
from landgis.services.boards.pool_board import PoolBoard
from landgis.services.planning.choose_portfolio import Portfolios
from landgis.services.planning.draft_plan import DraftedPlan

Row = dict[str, Any]


def pool_record(board: PoolBoard) -> Row:
    """Return the pool's board: columns with cards and totals, and the moves a person may make with their reasons."""
    columns = [
        {
            "standing": str(column.standing),
            "title_zh": column.standing.zh,
            "title_en": column.standing.en,
            "count": column.count,
            "area_ha": str(column.area_ha),
            "area_mu": str(column.area_mu),
            "cards": [
                plain(asdict(card)) | {"tier_zh": card.tier.zh, "tier_en": card.tier.en} for card in column.cards
            ],
        }
        for column in board.columns
    ]
    moves = {
        str(before): {
            str(after): [{"reason": str(reason), "zh": reason.zh, "en": reason.en} for reason in reasons]
            for after, reasons in possible.items()
        }
        for before, possible in board.moves.items()
    }
    return {
        "district": board.district, "run_id": board.run_id, "towns": list(board.towns), "columns": columns, "moves": moves,
        "substitute": board.substitute,
        "overtaken": None if board.overtaken is None else dict(zip(("zh", "en"), board.overtaken, strict=True)),
    }  # fmt: skip


def plan_record(board: PlanBoard) -> Row:
    """Return a plan's board."""
    head = board.plan
    told = None
    if head is not None:
        status = PlanStatus(head.status)
        told = {
            "plan_id": head.plan_id, "status": str(status), "status_zh": status.zh, "status_en": status.en,
            "created_by": head.created_by, "created_at": head.created_at.isoformat(), "purpose": head.purpose,
            "replaces": head.replaces, "adjusts": head.adjusts, "targets": targets_record(head.targets),
        }  # fmt: skip
    rows = {name: [plain(row) for row in getattr(board, name)] for name in ("lines", "left_out", "quotas")}
    stated = {parcel_id: _asked(said.stated()) for parcel_id, said in board.inputs.items()}
    area = {"area_ha": str(board.area_ha), "area_mu": str(board.area_mu), "substitute": board.substitute}
    return {"plan": told, "pool_id": board.pool_id, "year": board.year, "inputs": stated} | rows | area


def targets_record(targets: PlanTargets) -> Row:
    """Return targets in the form in which they are asked for."""
    given = plain(asdict(targets))
    return {name: value for name, value in given.items() if value not in (None, [], ())}


def outlines_record(plan: DraftedPlan) -> Row:
    """Return a plan's lines as GeoJSON-like features; coordinates in the working CRS, metres."""
    shown = plan.lines[["line_no", "parcel_id", "area_ha", "geometry"]].astype({"area_ha": "str"})
    features: list[Row] = list(shown.iterfeatures())
    return {"type": "FeatureCollection", "features": features}


def portfolios_record(made: Portfolios) -> Row:
    """Return scenarios side by side."""
    choices = [
        {
            "name": choice.scenario.name, "name_zh": choice.scenario.name_zh, "proof": str(choice.proof),
            "proof_zh": choice.proof.zh, "said_zh": choice.said_zh, "said_en": choice.said_en,
            "use": _table(choice.use), "conflict": _table(choice.conflict),
            "left_out": _table(choice.left_out[["parcel_id", "detail_zh", "detail_en"]]),
        }
        for choice in made.choices
    ]  # fmt: skip
    return {
        "pool_id": made.pool.pool_id, "choices": choices, "parcels": _table(made.comparison.parcels),
        "totals": _table(made.comparison.totals),
        "notices": [{"zh": zh, "en": en} for zh, en in made.notices],
    }  # fmt: skip


def plain(value: Any) -> Any:
    """Return a value as JSON has it: Decimals and names of lists as text, missing as None."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, Decimal | Standing):
        return str(value)
    return None if value is pd.NA or value != value else value


def _table(frame: pd.DataFrame) -> list[Row]:
    return [plain(row) for row in rows_of(frame)]


_NAMES = {"market_zh": "market", "investor_zh": "investor"}


def _asked(stated: Row) -> Row:
    """Name what was stated as a page states it."""
    return {_NAMES.get(name, name): plain(value) for name, value in stated.items()}
