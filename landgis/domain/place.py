"""Where a parcel lies, as a person states it: town or village. A place belongs to the outline, not to the facts."""

from __future__ import annotations

from enum import StrEnum

from landgis.domain.district import DISTRICTS, town_names
from landgis.errors import UsageError

_OPEN = {"", "待补", "存疑", "pending", "unknown"}
_NO_NAME = {"nan", "none", "null", "nat", "<na>", "n/a", "-", "—"}
"""What programs write where nothing is known; nothing is called so."""


class Place(StrEnum):
    """What can be stated of the place."""

    TOWN = "town"
    VILLAGE = "village"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"town": "镇（街道）", "village": "村"}[self.value]


_ALIASES = {
    Place.TOWN: {"town", "town_name", "town_code", "镇（街道）", "镇", "街道", "街镇", "乡镇"},
    Place.VILLAGE: {"village", "village_name", "村", "行政村"},
}


def place_named(name: str) -> Place | None:
    """Return the part of the place that a name means; None: it means a fact."""
    wanted = name.strip().casefold()
    return next((place for place, aliases in _ALIASES.items() if wanted in aliases), None)


def parse_place(place: Place, text: str, district: str) -> dict[str, str | None]:
    """Read a town (name or nine-digit code) or a village as a person writes it.

    Parameters
    ----------
    district
        Key of the parcel's district: its towns are the ones to choose from.

    Returns
    -------
    dict
        Columns of the place; None for 待补.

    Raises
    ------
    UsageError
        If the district has no such town, or the text is no name.
    """
    plain = text.strip()
    if plain.casefold() in _OPEN:
        return {"town_code": None, "town_name": None} if place is Place.TOWN else {"village_name": None}
    if place is Place.TOWN:
        return _town(plain, district)
    if plain.casefold() in _NO_NAME:
        raise UsageError(
            f"村名不能是“{plain}”", f"No village is called “{plain}”", where=plain,
            next_zh="请写村名；还不知道就写 待补", next_en="State its name, or pending while it is not known",
        )  # fmt: skip
    return {"village_name": plain}


def _town(text: str, district: str) -> dict[str, str | None]:
    own = {code: name for code, name in town_names().items() if code.startswith(DISTRICTS[district].code)}
    for code, name in own.items():
        if text in (code, name):
            return {"town_code": code, "town_name": name}
    listed = "、".join(own.values())
    raise UsageError(
        f"{DISTRICTS[district].name_zh}没有镇（街道）“{text}”",
        f"{DISTRICTS[district].name_en} has no town “{text}”",
        where=text,
        next_zh=f"可选：{listed}，或 待补",
        next_en=f"Choose from: {', '.join(own)}, or pending",
    )
