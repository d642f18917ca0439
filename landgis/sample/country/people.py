"""Facts of many parcels at once, with the chances of the small sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from landgis.domain.facts import FACTS
from landgis.sample.country.arrays import Flags, Ints, Shapes
from landgis.sample.country.seats import Seat
from landgis.sample.country.table import FeatureTable, numbered, same
from landgis.sample.country.table import areas as areas_of
from landgis.sample.parcels import BUYERS, CURRENT, USE_SHARES, USES, YES_NO

_LEVELS = ("town", "village", "group")
_TYPES = {"bool": pa.bool_(), "area_m2": pa.float64()}


def parcel_table(
    shapes: Shapes,
    planted: Mapping[int, Mapping[str, object]],
    letters: Mapping[int, str],
    seat: Seat,
    district: str,
    certificate: str,
    rng: np.random.Generator,
) -> FeatureTable:
    """Return the parcels of a tile with their facts.

    Parameters
    ----------
    shapes
        The parcels.
    planted
        Row → facts of a planted parcel, in place of chance.
    letters
        Row → feature letters of its number, where they are not JB.
    seat, district
        Where they are registered.
    certificate
        What certificate numbers begin with.

    Returns
    -------
    FeatureTable
        Columns of the ParcelFrame.
    """
    facts = _drawn(len(shapes), seat, rng)
    for row, known in planted.items():
        for name, value in known.items():
            facts[name][row] = None if value is pd.NA else value
    registered = np.array([value is True for value in facts["use_right_registered"]])
    serial = np.arange(1, len(shapes) + 1)
    ids = numbered(f"{seat.village_code}JB", serial, 5)
    for row, other in letters.items():
        ids = pc.replace_with_mask(ids, pa.array(serial == row + 1), f"{seat.village_code}{other}{row + 1:05d}")
    surveyed = np.round(areas_of(shapes) * (1 + rng.normal(0, 0.0015, len(shapes))), 2)
    facts["registered_area_m2"] = _where(registered, surveyed)
    numbers = numbered(f"{certificate}{seat.village_code[6:]}", serial, 5)
    columns = {
        "parcel_id": ids,
        "district": same(district, len(shapes)),
        "town_code": same(seat.town_code, len(shapes)),
        "town_name": same(seat.town, len(shapes)),
        "village_name": same(seat.village, len(shapes)),
    }
    for fact in FACTS:
        if fact.name == "certificate_no":
            columns[fact.name] = pa.compute.if_else(pa.array(registered), numbers, pa.scalar(None, pa.string()))
        else:
            columns[fact.name] = pa.array(facts[fact.name], _TYPES.get(fact.kind, pa.string()), from_pandas=True)
    return FeatureTable(columns, shapes)


def _drawn(count: int, seat: Seat, rng: np.random.Generator) -> dict[str, Shapes]:
    facts = {fact.name: np.full(count, None, dtype=np.object_) for fact in FACTS}
    facts |= {name: _yes_no(count, chances, rng) for name, chances in YES_NO.items()}
    facts["right_type"] = np.where(rng.random(count) < 0.3, "8", "7").astype(np.object_)
    facts["contract_signed"] = np.full(count, False, dtype=np.object_)
    use = rng.choice(len(USES), count, p=USE_SHARES)
    facts["planned_use_code"] = _picked(USES, use)
    facts["current_use_code"] = _picked([CURRENT[code[:2]] for code in USES], use)
    facts["planned_use_scheme"] = np.full(count, "guide2023", dtype=np.object_)
    facts["current_use_scheme"] = np.full(count, "survey", dtype=np.object_)
    housing = np.array([code.startswith("07") for code in USES])[use]
    facts["rental_only"] = _where(housing, rng.random(count) < 0.75)
    buyer = _picked(BUYERS, rng.integers(0, len(BUYERS), count))
    facts["intended_buyer"] = _where(rng.random(count) < 0.18, buyer)
    level = rng.choice(len(_LEVELS), count, p=(0.08, 0.77, 0.15))
    owners = (
        f"{seat.town}农村集体经济联合社（示例）",
        f"{seat.village}经济合作社（示例）",
        f"{seat.village}第1村民小组（示例）",
    )
    facts["owner_level"], facts["owner_name"] = _picked(_LEVELS, level), _picked(owners, level)
    return facts


def _yes_no(count: int, chances: tuple[float, float], rng: np.random.Generator) -> Shapes:
    drawn, (yes, no) = rng.random(count), chances
    return _where(drawn < yes + no, drawn < yes)


def _where(known: Flags, values: NDArray[Any]) -> Shapes:
    """Return values where they are known, else None."""
    found = np.full(len(known), None, dtype=np.object_)
    found[known] = values[known]
    return found


def _picked(values: Sequence[str], which: Ints) -> Shapes:
    return np.asarray(values, dtype=np.object_)[which]
