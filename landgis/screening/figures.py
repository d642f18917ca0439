"""Numbers as a page prints them, in both languages: what is little never reads as nothing."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from landgis.area import MU_PER_HA, hectares, mu
from landgis.domain.printed import number, percent

_M2_PER_HA = Decimal(10_000)
_PLACES = 6
"""Decimals of 公顷 and 亩 of an overlap: so many say a hundredth of 1 ㎡ in both."""


def metres(length_m: float) -> str:
    """Print m: two decimals from one metre on, three below, six where that would read as zero."""
    if abs(length_m) >= 1 or length_m == 0:
        return f"{length_m:,.2f}"
    return f"{length_m:.3f}" if abs(length_m) >= 0.001 else f"{length_m:.6f}"


def overlap_area(area_m2: float) -> dict[str, Any]:
    """Return an overlap in ㎡, 公顷 and 亩: three spellings of one printed number, none of them rounded again."""
    printed = number(area_m2)
    area_ha = Decimal(printed.replace(",", "")) / _M2_PER_HA
    return _spelled(area_m2, printed, _places(area_ha), _places(area_ha * MU_PER_HA))


def parcel_area(area_m2: float) -> dict[str, Any]:
    """Return a parcel's area in ㎡, and in 公顷 and 亩 as published: hectares to 1 m², 亩 fifteen times that."""
    area_ha = hectares(area_m2)
    return _spelled(area_m2, number(area_m2), f"{area_ha:,f}", f"{mu(area_ha):,f}")


def share(value: float) -> dict[str, Any]:
    """Return a share 0–1 with its printed form."""
    return {"value": value, "printed": percent(value)}


def width(length_m: float) -> dict[str, Any]:
    """Return a length in metres with its printed form."""
    return {"m": length_m, "zh": f"{metres(length_m)} 米", "en": f"{metres(length_m)} m"}


def _spelled(area_m2: float, printed: str, area_ha: str, area_mu: str) -> dict[str, Any]:
    return {
        "m2": area_m2,
        "printed": {"m2": printed, "ha": area_ha, "mu": area_mu},
        "zh": f"{printed} ㎡（{area_ha} 公顷，{area_mu} 亩）",
        "en": f"{printed} m² ({area_ha} ha, {area_mu} mu)",
    }


def _places(value: Decimal) -> str:
    """Print all digits there are, but at least six decimals: figures of one page stand under each other."""
    plain = value.normalize()
    exponent = plain.as_tuple().exponent
    more = isinstance(exponent, int) and exponent < -_PLACES
    return f"{plain:,f}" if more else f"{plain:,.{_PLACES}f}"
