"""Which cells of a raster say nothing: by the file, or by a person."""

from __future__ import annotations

import math

import numpy as np

from landgis.domain.issue import shown
from landgis.domain.raster_facts import RasterFacts
from landgis.errors import InputError, UsageError
from landgis.raster.ask import NODATA, NONE


def known_nodata(facts: RasterFacts, stated: str) -> tuple[bool, float | None]:
    """Return whether it is known which cells say nothing, and the number that says so, if one does.

    Parameters
    ----------
    facts
        What the file holds.
    stated
        A number or ``none``, as a person says; empty where nobody does.

    Raises
    ------
    UsageError
        If no cell of the file can have that value.
    InputError
        If blocks are missing that would then count as data.
    """
    if stated:
        return True, _stated_nodata(facts, stated)
    declared = facts.nodata[0]
    by_file = declared is not None or facts.masked or facts.nan_nodata or facts.not_numbers > 0
    return by_file, declared


def _stated_nodata(facts: RasterFacts, text: str) -> float | None:
    number = _number(text)
    whole = np.dtype(facts.dtype).kind in "iu"
    fits = number is None or not whole or (number == int(number) and _in_range(number, facts.dtype))
    if number is not None and not fits:
        raise UsageError(
            f"{NODATA} {text} 不是 {facts.dtype} 像元能有的值", f"{NODATA} {text}: no {facts.dtype} cell can have that value",
            where=facts.source_name, next_zh="请核对无数据值", next_en="Check the value",
        )  # fmt: skip
    if facts.empty_blocks and facts.nodata[0] is None and not facts.masked and number != 0:
        raise InputError(
            f"{facts.source_name} 缺 {facts.empty_blocks} 块像元，读出来都是 0，与 {NODATA} {text} 矛盾",
            f"{facts.source_name} lacks {facts.empty_blocks} blocks, which read as 0: that contradicts {NODATA} {text}",
            where=facts.source_name, next_zh=f"请由提供单位补齐，或写明 {NODATA} 0",
            next_en=f"Have the supplier complete it, or state {NODATA} 0",
        )  # fmt: skip
    return number


def _number(text: str) -> float | None:
    if text.strip().lower() == NONE:
        return None
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if math.isfinite(number):
        return number
    raise UsageError(
        f"{NODATA} {shown(text)} 不是数", f"{NODATA} {shown(text)} is no number", where=NODATA,
        next_zh=f"请写一个数；每个像元都有数据时写 {NODATA} {NONE}",
        next_en=f"Write a number, or {NODATA} {NONE} where every cell holds data",
    )  # fmt: skip


def _in_range(number: float, dtype: str) -> bool:
    limits = np.iinfo(dtype)
    return limits.min <= number <= limits.max
