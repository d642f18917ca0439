"""Which column of a point table is which, by its heading."""

from __future__ import annotations

import re
from collections.abc import Sequence

from landgis.exchange.points.number_text import narrow

NUMBER, RING, NORTH, EAST, LATITUDE, LONGITUDE = "number", "ring", "north", "east", "latitude", "longitude"
PLOT, PLOT_NAME, LENGTH, REMARK = "plot", "plot_name", "length", "remark"
COORDINATES = ((NORTH, EAST), (LATITUDE, LONGITUDE))
HEADINGS: dict[str, tuple[str, ...]] = {
    PLOT: ("地块编号", "地块编码", "地块代码", "地块号", "宗地代码", "宗地编号", "宗地号", "DKBH", "DKBM", "ZDDM", "ZDBH",
           "parcel_id"),
    PLOT_NAME: ("地块名称", "宗地名称", "DKMC", "ZDMC"),
    NUMBER: ("点号", "界址点号", "界址点编号", "界址点", "点名", "点编号", "JZDH", "point", "序号"),
    RING: ("圈号", "地块圈号", "环号", "圈", "QH", "ring"),
    NORTH: ("X", "X坐标", "坐标X", "X值", "XZB", "纵坐标", "纵坐标X", "X纵坐标", "北", "北坐标", "北坐标X", "X北坐标", "X北",
            "北X", "N", "north", "northing"),
    EAST: ("Y", "Y坐标", "坐标Y", "Y值", "YZB", "横坐标", "横坐标Y", "Y横坐标", "东", "东坐标", "东坐标Y", "Y东坐标", "Y东",
           "东Y", "E", "east", "easting"),
    LATITUDE: ("纬度", "大地纬度", "纬度B", "B纬度", "北纬", "B", "lat", "latitude"),
    LONGITUDE: ("经度", "大地经度", "经度L", "L经度", "东经", "L", "lon", "lng", "longitude"),
    LENGTH: ("边长", "反算边长", "界址间距", "间距", "距离", "FSBC"),
    REMARK: ("备注", "说明", "BZ"),
}  # fmt: skip
"""Role → headings; blanks, brackets, units and case do not count. X is north, as in surveying."""
WORDS = tuple(word for words in HEADINGS.values() for word in words if not word.isascii() and len(word) > 1)
"""Words by which the encoding of a CSV proves itself."""
_UNIT = re.compile(r"[(\[/_](?:单位[:：]?)?(?:m|米|公尺|度|°|deg|dms|度分秒|十进制度)[)\]]?$")


def _plain(heading: str) -> str:
    text = "".join(narrow(heading).casefold().split())
    return re.sub(r"[()\[\]_\-./:]", "", _UNIT.sub("", text))


_ROLES = {_plain(word): role for role, words in HEADINGS.items() for word in words}


def role_of(heading: str) -> str | None:
    """Return the role of a column, or None for a heading that is none of a point table's."""
    return _ROLES.get(_plain(heading))


def find_roles(headings: Sequence[str]) -> dict[str, list[int]]:
    """Return role → places of the columns that answer to it; ``序号`` counts only where no column is 点号."""
    roles: dict[str, list[int]] = {}
    for place, heading in enumerate(headings):
        role = role_of(heading)
        if role is not None:
            roles.setdefault(role, []).append(place)
    numbered = [place for place in roles.get(NUMBER, []) if _plain(headings[place]) != "序号"]
    if numbered:
        roles[NUMBER] = numbered
    return roles


def has_coordinates(roles: dict[str, list[int]]) -> bool:
    """Tell whether a pair of coordinate columns is there."""
    return any(one in roles and other in roles for one, other in COORDINATES)


def looks_like_point_table(columns: Sequence[str]) -> bool:
    """Tell whether the headings of a table are those of boundary points, one point a row.

    A pair of coordinates is needed, and a point or ring number beside it, or nothing that is foreign to such a table:
    a table of parcels may carry one pair of coordinates for each.

    Parameters
    ----------
    columns
        Headings in any order.
    """
    headings = [str(column) for column in columns if str(column).strip()]
    roles = find_roles(headings)
    if not has_coordinates(roles):
        return False
    return NUMBER in roles or RING in roles or all(role_of(heading) for heading in headings)
