"""Classes of use in the forms of the supply plan (TDGY_GYJH)."""

from __future__ import annotations

from enum import StrEnum


class SupplyUse(StrEnum):
    """First-level uses of the supply-plan forms (TDGY_GYJH); the values are the field names."""

    COMMERCE = "SF"
    INDUSTRY = "GK"
    STORAGE = "CCYD"
    PUBLIC = "GGGL"
    UTILITIES = "GGSS"
    TRANSPORT = "JTYS"
    WATER = "SYSL"
    SPECIAL = "TSYD"
    OTHER = "QTYD"
    HOUSING = "ZZYD_ZL"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _SUPPLY_USES[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _SUPPLY_USES[self][1]


_SUPPLY_USES = {
    SupplyUse.COMMERCE: ("商服用地", "commerce and services", "09"),
    SupplyUse.INDUSTRY: ("工矿用地", "industry and mining", "10"),
    SupplyUse.STORAGE: ("仓储用地", "storage", "11"),
    SupplyUse.PUBLIC: ("公共管理与公共服务用地", "public administration and services", "08"),
    SupplyUse.UTILITIES: ("公用设施用地", "public utilities", "13"),
    SupplyUse.TRANSPORT: ("交通运输用地", "transport", "12"),
    SupplyUse.WATER: ("水域及水利设施用地", "water and waterworks", "17"),
    SupplyUse.SPECIAL: ("特殊用地", "special", "15"),
    SupplyUse.OTHER: ("其他用地", "other", ""),
    SupplyUse.HOUSING: ("住宅用地", "housing", "07"),
}


def supply_use(planned_use_code: str) -> SupplyUse:
    """Return in which column of the forms a planned use (guide of 2023) counts, by its first level.

    Which first-level class fills which field is our reading of the field names, for the bureau to confirm.
    """
    first = planned_use_code[:2]
    return next((use for use, (_, _, code) in _SUPPLY_USES.items() if code and code == first), SupplyUse.OTHER)
