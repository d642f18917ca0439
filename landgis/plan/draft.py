"""Drafting a year's plan from a pool."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd

from landgis.area import hectares, mu
from landgis.domain.criteria import PlanTargets
from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.land_use import Scheme, look_up
from landgis.domain.outcome import Outcome
from landgis.frames.planned_use import planned_use_codes
from landgis.frames.pooled import PLAN_LEFT_OUT, PLAN_LINES
from landgis.frames.spec import rows_of


@dataclass(frozen=True)
class Draft:
    """Frames of ``frames.pooled``: plan lines and the pool members left out of the year."""

    lines: pd.DataFrame
    left_out: pd.DataFrame


def draft(members: pd.DataFrame, parcels: pd.DataFrame, targets: PlanTargets) -> Draft:
    """Take pool members in rank order until targets are full.

    Parameters
    ----------
    members
        ``frames.pooled.POOL_MEMBERS``.
    parcels
        ParcelFrame (geometry not used).
    targets
        What the year asks.

    Returns
    -------
    Draft
        Lines numbered by town and parcel id. Areas are Decimal 公顷 rounded half up to 4 places and 亩 = 15 × 公顷.
    """
    table = pd.DataFrame(parcels).assign(planned_use_code=planned_use_codes(parcels))
    facts = {row["parcel_id"]: row for row in rows_of(table)}
    taken: list[dict[str, object]] = []
    left: list[dict[str, str]] = []
    room = _Room(targets)
    for member in rows_of(members.sort_values("rank")):
        parcel = facts[member["parcel_id"]]
        area_ha = hectares(float(member["area_m2"]))
        refusal = _refusal(member["verdict"], parcel, targets) or room.refusal(str(parcel["planned_use_code"]), area_ha)
        if refusal is not None:
            reason, zh, en = refusal
            left.append({"parcel_id": member["parcel_id"], "reason": reason, "detail_zh": zh, "detail_en": en})
            continue
        room.take(str(parcel["planned_use_code"]), area_ha)
        taken.append(_line(member, parcel, area_ha))
    lines = pd.DataFrame(taken, columns=[name for name in PLAN_LINES.names if name != "line_no"])
    lines = lines.sort_values(["town_code", "parcel_id"], kind="stable", na_position="last").reset_index(drop=True)
    lines.insert(0, "line_no", pd.Series(range(1, len(lines) + 1), dtype="int64"))
    left_out = pd.DataFrame(left, columns=PLAN_LEFT_OUT.names)
    if len(lines):
        PLAN_LINES.require(lines)
    return Draft(lines, left_out)


def totals(lines: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """Sum published areas by columns, with a last row for the whole.

    Returns
    -------
    pandas.DataFrame
        ``by`` columns, ``lines`` (count), ``area_ha`` and ``area_mu`` (Decimal): sums of the printed rows.
    """
    grouped = lines.groupby(by, sort=True, dropna=False)
    rows = [
        dict(zip(by, key, strict=True))
        | {
            "lines": len(group),
            "area_ha": sum(group["area_ha"], Decimal(0)),
            "area_mu": sum(group["area_mu"], Decimal(0)),
        }
        for key, group in grouped
    ]
    whole = dict.fromkeys(by, "") | {
        by[0]: "合计",
        "lines": len(lines),
        "area_ha": sum(lines["area_ha"], Decimal(0)),
        "area_mu": sum(lines["area_mu"], Decimal(0)),
    }
    return pd.DataFrame([*rows, whole])


class _Room:
    """How much land the targets still leave."""

    def __init__(self, targets: PlanTargets) -> None:
        self.left = targets.max_ha
        self.quotas = {quota.use: quota.max_ha for quota in targets.quotas}

    def refusal(self, use: str, area_ha: Decimal) -> tuple[str, str, str] | None:
        """Say why an area does not fit any more, or None."""
        if self.left is not None and area_ha > self.left:
            return "total_full", f"年度总量余 {self.left} 公顷", f"{self.left} ha of the year's total are left"
        for beginning, quota in self.quotas.items():
            if use.startswith(beginning) and area_ha > quota:
                return "quota_full", f"用途 {beginning} 余 {quota} 公顷", f"{quota} ha of use {beginning} are left"
        return None

    def take(self, use: str, area_ha: Decimal) -> None:
        """Count an area against the targets."""
        if self.left is not None:
            self.left -= area_ha
        for beginning in self.quotas:
            if use.startswith(beginning):
                self.quotas[beginning] -= area_ha


def _refusal(verdict: str, parcel: dict[str, Any], targets: PlanTargets) -> tuple[str, str, str] | None:
    if verdict not in {str(allowed) for allowed in targets.verdicts}:
        return f"verdict_{verdict}", f"{Outcome(verdict).zh}，本年度计划不列", f"{verdict}: not planned this year"
    lacking = [name for name in targets.required_facts if parcel[name] is pd.NA or not parcel[name]]
    if lacking:
        zh = "、".join(FACT_BY_NAME[name].zh for name in lacking)
        en = ", ".join(FACT_BY_NAME[name].en for name in lacking)
        return "not_ready", f"尚缺：{zh}", f"still lacking: {en}"
    return None


def _line(member: dict[str, Any], parcel: dict[str, Any], area_ha: Decimal) -> dict[str, object]:
    use = look_up(str(parcel["planned_use_code"]), Scheme.GUIDE_2023)
    copied = ("district", "town_code", "town_name", "village_name", "owner_name", "planned_use_code")
    return {name: parcel[name] for name in copied} | {
        "parcel_id": member["parcel_id"],
        "planned_use_zh": use.name_zh if use else "",
        "area_ha": area_ha,
        "area_mu": mu(area_ha),
        "area_basis": member["area_basis"],
        "verdict": member["verdict"],
        "open_points_zh": member["open_points_zh"],
    }
