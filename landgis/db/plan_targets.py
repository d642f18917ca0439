"""Targets of a year as they are kept with a plan."""

from __future__ import annotations

from dataclasses import asdict
from decimal import Decimal
from typing import Any

from landgis.domain.criteria import PlanTargets, QuarterQuota, TownQuota, UseQuota
from landgis.domain.outcome import Outcome


def targets_as_json(targets: PlanTargets) -> dict[str, Any]:
    """Return targets as JSON; hectares as text, since a float is no Decimal."""
    return {
        "verdicts": [verdict.value for verdict in targets.verdicts],
        "required_facts": list(targets.required_facts),
        "min_ha": _text(targets.min_ha),
        "max_ha": _text(targets.max_ha),
        **{name: [_texts(asdict(quota)) for quota in getattr(targets, name)] for name in _QUOTAS},
    }


def targets_of(year: int, asked: dict[str, Any]) -> PlanTargets:
    """Return what `targets_as_json` made; plans that are older have fewer of its fields."""
    quotas = {name: tuple(kind(**_decimals(row)) for row in asked.get(name, [])) for name, kind in _QUOTAS.items()}
    return PlanTargets(
        year,
        tuple(Outcome(verdict) for verdict in asked.get("verdicts", [])),
        tuple(asked.get("required_facts", [])),
        max_ha=_decimals(asked).get("max_ha"),
        min_ha=_decimals(asked).get("min_ha"),
        **quotas,
    )


_QUOTAS: dict[str, type[Any]] = {"quotas": UseQuota, "town_quotas": TownQuota, "quarter_quotas": QuarterQuota}


def _text(area_ha: Decimal | None) -> str | None:
    return None if area_ha is None else str(area_ha)


def _texts(quota: dict[str, Any]) -> dict[str, Any]:
    return {name: str(value) if isinstance(value, Decimal) else value for name, value in quota.items()}


def _decimals(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: Decimal(value) if name in ("max_ha", "min_ha") and value is not None else value
        for name, value in row.items()
    }
