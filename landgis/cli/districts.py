"""Districts on the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from landgis.cli.misuse import WrongValue
from landgis.domain.district import DISTRICTS


def parse_district(text: str) -> str:
    """Read a district by key, Chinese name or code: ``songjiang``, 松江区, 松江, ``310117``.

    Raises
    ------
    UsageError
        Naming the districts.
    """
    plain = text.strip()
    for key, district in DISTRICTS.items():
        if plain.lower() == key or plain in (district.code, district.name_zh, district.name_zh.removesuffix("区")):
            return key
    raise WrongValue(
        f"没有试点区“{text}”",
        f"There is no pilot district “{text}”",
        where=text,
        next_zh=f"可选：{'、'.join(f'{key}（{each.name_zh}）' for key, each in DISTRICTS.items())}",
        next_en=f"Choose from: {', '.join(DISTRICTS)}",
    )


AnyDistrict = Annotated[
    str | None,
    typer.Option(
        "--district",
        parser=parse_district,
        metavar="DISTRICT",
        help="songjiang 或 chongming；不写为全部。 All without.",
    ),
]
OneDistrict = Annotated[
    str,
    typer.Option("--district", parser=parse_district, metavar="DISTRICT", help="songjiang 或 chongming。 District."),
]
