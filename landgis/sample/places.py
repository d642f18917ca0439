"""Where the two parts of the sample lie, and what things are called there.

Positions are real (each part lies where its towns lie); villages, waters, firms and all shapes on the ground are invented.
"""

from __future__ import annotations

from dataclasses import dataclass

from landgis.domain.district import CHONGMING, SONGJIANG, District

Cell = tuple[int, int]


@dataclass(frozen=True)
class Place:
    """One part of the sample.

    Attributes
    ----------
    district
        Pilot district.
    corner
        South-west corner, working CRS, whole metres.
    size
        Extent east and north, m.
    columns, rows
        Number of blocks each way.
    sway_m, tilt_m
        How far canals meander, and how far east–west lines tilt over the part.
    river_across
        True when the main river runs west–east, else south–north; ``river_at`` is its share of the other axis.
    town, park
        Blocks (column, row) of the town centre and of the industrial park.
    towns
        Town codes from west to east; ``town_line`` is the column where the second begins.
    villages
        Names, three columns by two rows, from the south-west, row by row.
    regular_fields
        True for the comb of long even strips on reclaimed land, False for the uneven polder.
    """

    district: District
    corner: tuple[int, int]
    size: tuple[int, int]
    columns: int
    rows: int
    sway_m: float
    tilt_m: float
    river_across: bool
    river_at: float
    river_name: str
    town: tuple[Cell, ...]
    park: tuple[Cell, ...]
    towns: tuple[str, ...]
    town_line: int
    villages: tuple[str, ...]
    waters: tuple[str, ...]
    roads: tuple[str, ...]
    certificate: str
    regular_fields: bool


_SONGJIANG = Place(
    district=SONGJIANG,
    corner=(612_500, 3_423_400),
    size=(2_800, 2_100),
    columns=9,
    rows=6,
    sway_m=22.0,
    tilt_m=38.0,
    river_across=True,
    river_at=0.40,
    river_name="荷浦塘",
    town=((3, 3), (4, 3), (3, 4), (4, 4)),
    park=((6, 4), (7, 4)),
    towns=("310117109",),
    town_line=99,
    villages=("荷浦村", "柳泾村", "菱塘村", "渔埭村", "秀田村", "北浜村"),
    waters=("柳泾", "菱塘港", "渔埭浜", "秀田河", "北浜", "斜泾", "蒲汇港", "南横泾", "中横泾", "北横泾", "西市河"),
    roads=("荷浦路", "秀田公路", "菱塘路", "北浜路", "柳泾路", "渔埭路", "蒲汇路"),
    certificate="沪（2026）松字不动产权第{:06d}号（示例）",
    regular_fields=False,
)
_CHONGMING = Place(
    district=CHONGMING,
    corner=(640_940, 3_499_650),
    size=(2_800, 2_100),
    columns=9,
    rows=6,
    sway_m=5.0,
    tilt_m=9.0,
    river_across=False,
    river_at=0.70,
    river_name="鸥洲竖河",
    town=((4, 2), (5, 2), (4, 3), (5, 3)),
    park=((1, 4), (2, 4)),
    towns=("310151113", "310151103"),
    town_line=3,
    villages=("芦汀村", "海棠村", "鸥洲村", "潮平村", "稻香村", "沙田村"),
    waters=(
        "一号泯沟",
        "二号泯沟",
        "三号泯沟",
        "四号泯沟",
        "五号泯沟",
        "六号泯沟",
        "七号泯沟",
        "南横引河",
        "中横河",
        "稻香河",
        "沙田河",
    ),
    roads=("鸥洲公路", "稻香路", "芦汀路", "潮平路", "海棠路", "沙田路", "横河路"),
    certificate="沪（2026）崇字不动产权第{:06d}号（示例）",
    regular_fields=True,
)
PLACES = (_SONGJIANG, _CHONGMING)


def village_of(place: Place, cell: Cell) -> int:
    """Return the number of the village that a block belongs to: three columns by two rows of villages."""
    return min(cell[0] * 3 // place.columns, 2) + 3 * int(cell[1] >= place.rows / 2)


def town_code(place: Place, column: int) -> str:
    """Return the nine-digit code of the town that a column of blocks belongs to."""
    return place.towns[1] if column >= place.town_line else place.towns[0]


def village_code(place: Place, village: int) -> str:
    """Return the twelve-digit code of an invented village: a serial from 901, which no real village bears."""
    return f"{town_code(place, (village % 3) * place.columns // 3)}{901 + village}"
