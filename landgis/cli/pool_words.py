"""How the pool reads on a terminal: its names, moments and moves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from landgis.domain.district import BEIJING, DISTRICTS
from landgis.domain.pooling import Standing, Tier

Words = tuple[str, str]
BASES = {"registered": "登记\nregistered", "ellipsoidal": "椭球\nellipsoidal"}
"""What an area is → how it reads."""


def pool_name(district: str) -> str:
    """Return what a district calls its pools, in Chinese."""
    names = "、".join(tier.name_in(district) for tier in Tier) if district == "chongming" else Tier.PROJECT.zh
    return f"{DISTRICTS[district].name_zh}{names}"


def moment(at: datetime) -> str:
    """Return a moment in Beijing time, to the minute."""
    return f"{at.astimezone(BEIJING):%Y-%m-%d %H:%M}"


def stands(value: str) -> Words:
    """Return how a parcel stands; '' is not in the pool."""
    return (Standing(value).zh, Standing(value).en) if value else ("未入库", "not in the pool")


def change(row: Mapping[str, Any]) -> Words:
    """Return what a move is called: it enters, is renewed, leaves."""
    before, after = row["before"], row["after"]
    if after == Standing.WITHDRAWN:
        return "退出", "leaves"
    if before == after:
        return "更新", "renewed"
    (was_zh, was_en), (now_zh, now_en) = stands(before), stands(after)
    return f"{was_zh} → {now_zh}", f"{was_en} → {now_en}"
