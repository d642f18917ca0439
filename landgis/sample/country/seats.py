"""Towns and villages of a large sample: every tile is a village of its own, invented and numbered from 901."""

from __future__ import annotations

from dataclasses import dataclass

from landgis.domain.district import town_names
from landgis.sample.country.ground import CountrySize

_FIRST = ("荷", "柳", "菱", "渔", "秀", "稻", "芦", "潮", "海", "鸥", "沙", "竹", "桑", "梅", "枫", "鹤")
_SECOND = ("浦", "泾", "塘", "埭", "田", "香", "汀", "平", "棠", "洲", "溪", "桥", "湾", "浜", "圩", "港")


@dataclass(frozen=True)
class Seat:
    """Where features of a tile are registered.

    Attributes
    ----------
    town_code, village_code
        Nine and twelve digits.
    """

    county: str
    town_code: str
    town: str
    village_code: str
    village: str


def seat_of_tile(size: CountrySize, tile: int) -> Seat:
    """Return town and village of a tile; towns follow each other from west to east."""
    column, row = tile % size.columns, tile // size.columns
    along = column * size.rows + row
    town = along * len(size.towns) // size.tiles
    first = -(-town * size.tiles // len(size.towns))
    code = size.towns[town]
    village = f"{_FIRST[along % 16]}{_SECOND[along // 16 % 16]}村"
    return Seat(size.district.code, code, town_names()[code], f"{code}{901 + along - first}", village)
