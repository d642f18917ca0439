"""What the title of a parcel is: by the letters of its cadastral code, and by the kind of right that is registered."""

from __future__ import annotations

from enum import StrEnum
from functools import cache

from landgis.domain.parcel_code import effect_of, feature_letters


class RightType(StrEnum):
    """权利类型 (QLLX) of the registry, as far as the list was verified; whatever comes after it is `OTHER`."""

    COLLECTIVE_OWNERSHIP = "1"
    STATE_OWNERSHIP = "2"
    STATE_CONSTRUCTION = "3"
    STATE_CONSTRUCTION_BUILT = "4"
    HOMESTEAD = "5"
    HOMESTEAD_BUILT = "6"
    COLLECTIVE_CONSTRUCTION = "7"
    COLLECTIVE_CONSTRUCTION_BUILT = "8"
    CONTRACTED = "9"
    OTHER = "99"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _RIGHT_ZH[self]


_RIGHT_ZH = {
    RightType.COLLECTIVE_OWNERSHIP: "集体土地所有权",
    RightType.STATE_OWNERSHIP: "国家土地所有权",
    RightType.STATE_CONSTRUCTION: "国有建设用地使用权",
    RightType.STATE_CONSTRUCTION_BUILT: "国有建设用地使用权/房屋所有权",
    RightType.HOMESTEAD: "宅基地使用权",
    RightType.HOMESTEAD_BUILT: "宅基地使用权/房屋所有权",
    RightType.COLLECTIVE_CONSTRUCTION: "集体建设用地使用权",
    RightType.COLLECTIVE_CONSTRUCTION_BUILT: "集体建设用地使用权/房屋所有权",
    RightType.CONTRACTED: "土地承包经营权",
    RightType.OTHER: "其他权利",
}


class Title(StrEnum):
    """What the title means for entry; ordered from what stands in the way to what does not."""

    HOMESTEAD = "homestead"
    DISPUTED = "disputed"
    NOT_COLLECTIVE = "not_collective"
    OTHER = "other"
    COLLECTIVE_CONSTRUCTION = "collective_construction"
    MISSING = "missing"


_OF_EFFECT = {
    "homestead": Title.HOMESTEAD,
    "dispute": Title.DISPUTED,
    "not_collective": Title.NOT_COLLECTIVE,
    "candidate": Title.COLLECTIVE_CONSTRUCTION,
}
"""Effect of the letters of a code (``code_tables/parcel_screening.csv``) → title; every other effect is `OTHER`."""
_OF_RIGHT = {
    RightType.STATE_OWNERSHIP: Title.NOT_COLLECTIVE,
    RightType.STATE_CONSTRUCTION: Title.NOT_COLLECTIVE,
    RightType.STATE_CONSTRUCTION_BUILT: Title.NOT_COLLECTIVE,
    RightType.HOMESTEAD: Title.HOMESTEAD,
    RightType.HOMESTEAD_BUILT: Title.HOMESTEAD,
    RightType.COLLECTIVE_CONSTRUCTION: Title.COLLECTIVE_CONSTRUCTION,
    RightType.COLLECTIVE_CONSTRUCTION_BUILT: Title.COLLECTIVE_CONSTRUCTION,
}


def title_of(parcel_id: str, right_type: str) -> tuple[Title, str]:
    """Return what the title of a parcel is, and what says so, e.g. ``JC QLLX 5``.

    Parameters
    ----------
    parcel_id
        Its number; only one of the cadastre (宗地代码, 不动产单元代码) says anything.
    right_type
        Value of `RightType`; empty where none is on record. Where number and right contradict each other, the one that
        stands more in the way counts.
    """
    return _title(feature_letters(parcel_id), right_type)


@cache
def _title(letters: str, right_type: str) -> tuple[Title, str]:
    found = []
    if letters:
        found.append(_OF_EFFECT.get(effect_of(letters), Title.OTHER))
    if right_type:
        found.append(_OF_RIGHT.get(RightType(right_type), Title.OTHER))
    said = " ".join(filter(None, (letters, f"QLLX {right_type}" if right_type else "")))
    return min(found, key=list(Title).index, default=Title.MISSING), said
