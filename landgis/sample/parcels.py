"""The parcels: numbers, owners and facts, over the plots of one part."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.area import planar_m2
from landgis.crs import WORKING
from landgis.domain.district import town_names
from landgis.domain.facts import FACTS
from landgis.frames.parcels import PARCELS
from landgis.sample.places import Place, town_code, village_code
from landgis.sample.plots import Plot

_NA = pd.NA
USES = (
    "100101",
    "100102",
    "110101",
    "090101",
    "090103",
    "0904",
    "0902",
    "0802",
    "070102",
    "0806",
    "0803",
    "0807",
    "16",
)
USE_SHARES = (0.26, 0.1, 0.12, 0.12, 0.07, 0.07, 0.03, 0.07, 0.05, 0.03, 0.04, 0.02, 0.02)
CURRENT = {"10": "0601", "11": "0508", "09": "05H1", "08": "08H2", "07": "1201", "16": "1201"}
BUYERS = (
    "示例农产品加工有限公司",
    "示例冷链物流有限公司",
    "示例文化旅游发展有限公司",
    "示例智能装备有限公司",
    "示例康养服务有限公司",
)
YES_NO: dict[str, tuple[float, float]] = {
    "ownership_registered": (0.98, 0.01),
    "use_right_registered": (0.94, 0.04),
    "dispute": (0.03, 0.955),
    "restricted": (0.02, 0.97),
    "compensation_settled": (0.93, 0.04),
    "access_fit": (0.98, 0.01),
    "in_land_base": (0.98, 0.015),
    "road": (0.99, 0.006),
    "water_supply": (0.98, 0.015),
    "power": (0.985, 0.01),
    "levelled": (0.965, 0.03),
    "site_cleared": (0.985, 0.01),
    "conditions_agreed": (0.12, 0.85),
    "facilities_mature": (0.55, 0.4),
    "owner_willing": (0.78, 0.12),
}
"""Fact → chances of yes and of no; the rest is missing."""
GOOD: dict[str, object] = {
    "ownership_registered": True,
    "use_right_registered": True,
    "dispute": False,
    "restricted": False,
    "compensation_settled": True,
    "right_type": "7",
    "access_fit": True,
    "in_land_base": True,
    "road": True,
    "water_supply": True,
    "power": True,
    "levelled": True,
    "site_cleared": True,
    "conditions_agreed": False,
    "contract_signed": False,
    "planned_use_code": "100101",
    "planned_use_scheme": "guide2023",
    "current_use_code": "0601",
    "current_use_scheme": "survey",
    "rental_only": _NA,
}
"""Facts of a planted parcel before its kind changes one of them: nothing stands in the way."""


def settle_facts(place: Place, plots: list[Plot], rng: np.random.Generator) -> None:
    """Give every plot its facts; a planted plot keeps what its kind says.

    Parameters
    ----------
    place, plots
        The part and its plots; ``plot.facts`` is filled in place.
    """
    for plot in plots:
        drawn = _drawn(plot, rng)
        drawn.update(_owner(place, plot, rng))
        drawn.update(GOOD | plot.facts if plot.expectation else plot.facts)
        plot.facts = drawn


def parcel_frame(place: Place, plots: list[Plot], rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Return the ParcelFrame of one part, in the order of the plots.

    Parameters
    ----------
    place, plots
        The part and its plots, facts settled.
    """
    numbers = _numbers(place, plots)
    rows = []
    for number, (plot, parcel_id) in enumerate(zip(plots, numbers, strict=True)):
        registered = plot.facts["use_right_registered"] is True
        area = float(planar_m2(np.array([plot.geometry]))[0])
        surveyed = round(area * (1 + float(rng.normal(0, 0.0015))), 2)
        rows.append(
            {
                "parcel_id": parcel_id,
                "district": place.district.key,
                "town_code": town_code(place, plot.block.cell[0]),
                "town_name": town_names()[town_code(place, plot.block.cell[0])],
                "village_name": place.villages[plot.block.village],
                **plot.facts,
                "certificate_no": place.certificate.format(1001 + number) if registered else _NA,
                "registered_area_m2": surveyed if registered else np.nan,
            }
        )
    return typed(gpd.GeoDataFrame(rows, geometry=[plot.geometry for plot in plots], crs=WORKING))


def typed(frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the columns of the ParcelFrame in order, with the declared dtypes."""
    kinds = {"text": "str", "float": "float64", "bool": "boolean"}
    cast = frame.astype({column.name: kinds[column.kind] for column in PARCELS.columns})
    return cast[[*PARCELS.names, "geometry"]]


def _numbers(place: Place, plots: list[Plot]) -> list[str]:
    """Number parcels like 宗地代码: county, 地籍区, 地籍子区, feature letters, serial within the 子区."""
    serial: dict[str, int] = defaultdict(int)
    numbers = []
    for plot in plots:
        zone = village_code(place, plot.block.village)
        serial[zone] += 1
        numbers.append(f"{zone}{plot.letters}{serial[zone]:05d}")
    return numbers


def _drawn(plot: Plot, rng: np.random.Generator) -> dict[str, object]:
    chance = {name: float(rng.random()) for name in YES_NO}
    facts: dict[str, object] = {fact.name: _NA for fact in FACTS} | {
        name: True if chance[name] < yes else False if chance[name] < yes + no else _NA
        for name, (yes, no) in YES_NO.items()
    }
    code = str(
        rng.choice(USES[:4] if plot.setting == "park" else USES, p=None if plot.setting == "park" else USE_SHARES)
    )
    rental: object = bool(rng.random() < 0.75) if code.startswith("07") else _NA
    facts |= {"planned_use_code": code, "planned_use_scheme": "guide2023", "rental_only": rental}
    facts |= {"current_use_code": CURRENT[code[:2]], "current_use_scheme": "survey"}
    facts |= {"right_type": "8" if rng.random() < 0.3 else "7", "contract_signed": False}
    facts["intended_buyer"] = str(rng.choice(BUYERS)) if rng.random() < 0.18 else _NA
    return facts


def _owner(place: Place, plot: Plot, rng: np.random.Generator) -> dict[str, Any]:
    """Choose the owner: the town in the park, else mostly the village."""
    village = place.villages[plot.block.village]
    town = town_names()[town_code(place, plot.block.cell[0])]
    draw = float(rng.random())
    if plot.setting == "park" or draw < 0.06:
        return {"owner_level": "town", "owner_name": f"{town}农村集体经济联合社（示例）"}
    if draw < 0.8:
        return {"owner_level": "village", "owner_name": f"{village}经济合作社（示例）"}
    if draw < 0.94:
        return {"owner_level": "group", "owner_name": f"{village}第{1 + int(draw * 100) % 9}村民小组（示例）"}
    other = place.villages[(plot.block.village + 1) % len(place.villages)]
    return {"owner_level": "joint", "owner_name": f"{village}、{other}经济合作社（示例）"}
