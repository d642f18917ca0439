"""Lines, substitutes, intents and fits as plain data; areas as text, since a float is no Decimal."""

from __future__ import annotations

from typing import Any

from landgis.domain.intents import Intent
from landgis.pool.pairing import Fit
from landgis.pool.substitutes import Line, Substitute


def line_record(line: Line) -> dict[str, Any]:
    """Return a line as plain data."""
    return {
        "parcel_id": line.parcel_id, "town_code": line.town_code, "town_name": line.town_name,
        "planned_use_code": line.use_code, "area_mu": str(line.area_mu),
    }  # fmt: skip


def substitute_record(one: Substitute) -> dict[str, Any]:
    """Return a substitute as plain data."""
    zh, en = one.reasons
    return {
        "rank": one.rank, "parcel_id": one.candidate.parcel_id, "member_id": one.candidate.member_id,
        "tier": str(one.candidate.tier), "verdict": str(one.candidate.verdict), "area_mu": str(one.candidate.area_mu),
        "planned_use_code": one.candidate.use_code, "same_use": one.same_use, "ratio": str(one.ratio),
        "reasons_zh": zh, "reasons_en": en,
    }  # fmt: skip


def intent_record(intent: Intent) -> dict[str, Any]:
    """Return an intent as plain data."""
    wanted = intent.wanted
    return {
        "intent_id": intent.intent_id, "district": wanted.district, "investor": wanted.investor,
        "uses": list(wanted.uses), "min_area_m2": wanted.min_area_m2, "max_area_m2": wanted.max_area_m2,
        "towns": list(wanted.towns), "wanted_by": wanted.wanted_by.isoformat() if wanted.wanted_by else None,
        "required_facts": list(wanted.required_facts), "requirements": wanted.requirements,
        "recorded_by": intent.recorded_by, "recorded_at": intent.recorded_at.isoformat(),
        "ended": str(intent.ended) if intent.ended else None, "note": intent.note,
    }  # fmt: skip


def fit_record(one: Fit) -> dict[str, Any]:
    """Return a fit as plain data, part by part."""
    candidate = one.candidate
    return {
        "parcel_id": candidate.parcel_id, "answer": str(one.answer), "standing": str(candidate.standing),
        "town_name": candidate.town_name, "planned_use_code": candidate.use_code, "area_mu": str(candidate.area_mu),
        "parts": [{"part": part.name, "answer": str(part.answer), "zh": part.zh, "en": part.en} for part in one.parts],
    }  # fmt: skip
