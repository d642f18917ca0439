"""How much land the targets still leave, and how far lines keep them."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.domain.criteria import PlanTargets
from landgis.frames.planned import TARGET_USE, framed
from landgis.frames.spec import rows_of

Told = tuple[str, str, str]
"""Reason, Chinese, English."""
_ZERO = Decimal(0)


class Room:
    """What is left of every limit while lines are taken."""

    def __init__(self, targets: PlanTargets) -> None:
        self.targets = targets
        self.total = _ZERO
        self.taken: dict[tuple[str, str], Decimal] = {}

    def refusal(self, line: dict[str, Any]) -> Told | None:
        """Say why a line does not fit any more, or None."""
        area_ha: Decimal = line["area_ha"]
        if self.targets.max_ha is not None and area_ha > (left := self.targets.max_ha - self.total):
            return "total_full", f"年度总量余 {left} 公顷", f"{left} ha of the year's total are left"
        if self.targets.quarter_quotas and line["quarter"] is None:
            return (
                "quarter_unknown",
                "未定供应季度，不能计入季度指标",
                "the quarter is not stated, and there are quotas by quarter",
            )
        for target, key, most in _limits(self.targets, "most"):
            left = most - self.taken.get((target, key), _ZERO)
            if _counts(target, key, line) and area_ha > left:
                zh, en = _NAMES[target]
                return f"{target}_full", f"{zh} {key} 余 {left} 公顷", f"{left} ha of {en} {key} are left"
        return None

    def take(self, line: dict[str, Any]) -> None:
        """Count a line against the targets."""
        self.total += line["area_ha"]
        for target, key, _ in _limits(self.targets, "most"):
            if _counts(target, key, line):
                self.taken[target, key] = self.taken.get((target, key), _ZERO) + line["area_ha"]


def target_use(lines: pd.DataFrame, targets: PlanTargets) -> pd.DataFrame:
    """Hold lines against every target of the year.

    Returns
    -------
    pandas.DataFrame
        ``frames.planned.TARGET_USE``: a row per limit, least before most.
    """
    rows, listed = [], rows_of(lines)
    for side in ("least", "most"):
        for target, key, limit in _limits(targets, side, whole=True):
            used = sum((line["area_ha"] for line in listed if _counts(target, key, line)), _ZERO)
            off = used - limit if side == "least" else limit - used
            rows.append(dict(zip(TARGET_USE.names, (target, key, side, limit, used, off, off >= 0), strict=True)))
    return framed(rows, TARGET_USE)


_NAMES = {"use": ("用途", "use"), "town": ("镇（街道）", "town"), "quarter": ("季度", "quarter")}


def _limits(targets: PlanTargets, side: str, *, whole: bool = False) -> Iterator[tuple[str, str, Decimal]]:
    name = "min_ha" if side == "least" else "max_ha"
    groups = (
        ("whole", [("", targets)] if whole else []),
        ("use", [(each.use, each) for each in targets.quotas]),
        ("town", [(each.town_code, each) for each in targets.town_quotas]),
        ("quarter", [(str(each.quarter), each) for each in targets.quarter_quotas]),
    )
    for target, limits in groups:
        for key, each in limits:
            if (limit := getattr(each, name)) is not None:
                yield target, key, limit


def _counts(target: str, key: str, line: dict[str, Any]) -> bool:
    if target == "use":
        return str(line["planned_use_code"]).startswith(key)
    if target == "town":
        return bool(line["town_code"] == key)
    return target == "whole" or str(line["quarter"]) == key
