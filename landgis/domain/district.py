"""The two pilot districts and their towns."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import timedelta, timezone
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class District:
    """A pilot district.

    Attributes
    ----------
    key, code, name_zh, name_en
        ``songjiang`` / ``310117`` / 松江区 / Songjiang.
    bounds
        West, south, east, north in degrees (CGCS2000): a generous box, to notice data from elsewhere.
    """

    key: str
    code: str
    name_zh: str
    name_en: str
    bounds: tuple[float, float, float, float]


SONGJIANG = District("songjiang", "310117", "松江区", "Songjiang", (120.70, 30.80, 121.50, 31.20))
CHONGMING = District("chongming", "310151", "崇明区", "Chongming", (121.10, 31.25, 122.10, 31.95))
BEIJING = timezone(timedelta(hours=8))
"""The time in which moments are written and read, whatever a server's clock is set to."""
DISTRICTS = {district.key: district for district in (SONGJIANG, CHONGMING)}


def district_of_town(town_code: str) -> District | None:
    """Return the pilot district whose county code begins the town code, or None."""
    return next((district for district in DISTRICTS.values() if town_code.startswith(district.code)), None)


@cache
def town_names() -> dict[str, str]:
    """Return nine-digit town code → Chinese name, both districts (2024 list of administrative divisions)."""
    text = files("landgis.domain").joinpath("code_tables/towns.csv").read_text(encoding="utf-8")
    return {row["code9"]: row["name"] for row in csv.DictReader(text.splitlines()) if row["code9"]}
