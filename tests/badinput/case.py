"""What a case is: a file made by script, and the outcome that the table demands."""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

TABLE = Path(__file__).with_name("expected.csv")
SHARES = (1, 25, 50, 75, 99)
FLOORS = {
    "geometry": 60,
    "crs": 35,
    "encoding": 30,
    "container": 40,
    "driver": 20,
    "xml": 10,
    "attributes": 35,
    "coordinates": 20,
    "truncation": 70,
}
"""How many bad cases each kind must have at least."""
CASES = 260
"""How many there must be altogether."""


@dataclass(frozen=True)
class Trap:
    """What must never be touched: a file beside the delivery, and an address that counts who calls.

    Attributes
    ----------
    secret
        A sound GeoJSON whose text holds `CANARY`.
    url
        ``http://127.0.0.1:<port>``; a call to it is a failure.
    """

    secret: Path
    url: str


CANARY = "CANARY-8d1f3b"
"""Stands in the secret file; must never be seen in anything the product says or keeps."""


@dataclass(frozen=True)
class Delivery:
    """A file made for a case, and how the product is asked to take it.

    Attributes
    ----------
    path
        The file; a text for names that are no plain path.
    door
        ``layer``, ``parcels``, ``facts`` (the path is a table beside sound parcels) or ``raster``.
    key
        Layer key, for the door ``layer``.
    reading
        Further arguments of ``read_vector``.
    texts
        Text cells that must come in unharmed wherever the file is accepted.
    hidden
        Texts that no message may show.
    """

    path: Path | str
    door: str = "layer"
    key: str = "homestead"
    reading: dict[str, Any] = field(default_factory=dict)
    texts: tuple[str, ...] = ()
    hidden: tuple[str, ...] = ()


Maker = Callable[[Path, Trap], Delivery]
MAKERS: dict[str, Maker] = {}


def case(kind: str, name: str) -> Callable[[Maker], Maker]:
    """Register a maker under ``kind-name``."""

    def register(maker: Maker) -> Maker:
        add(kind, name, maker)
        return maker

    return register


def add(kind: str, name: str, maker: Maker) -> None:
    """Register a maker; two of one name are a mistake."""
    key = f"{kind}-{name}"
    if kind not in FLOORS or key in MAKERS:
        raise ValueError(key)
    MAKERS[key] = maker


@dataclass(frozen=True)
class Expected:
    """One row of the table.

    Attributes
    ----------
    outcomes
        Any of ``refused``, ``question``, ``issue`` (accepted, and said) and ``sound`` (nothing wrong: must come in).
    codes
        Groups of codes; of each group one must be seen (for a refusal or a question: of any group). Of a sound file
        these are all the codes that may be said, none of them fatal.
    rows
        How many rows may be measured; None: not stated.
    crs, encoding
        What a sound file must be found to be in; empty for what has none.
    says
        Texts the Chinese message must contain.
    """

    id: str
    kind: str
    wrong: str
    outcomes: tuple[str, ...]
    codes: tuple[tuple[str, ...], ...]
    rows: int | None
    crs: str
    encoding: str
    says: tuple[str, ...]
    why: str

    @property
    def is_bad(self) -> bool:
        """Whether something is wrong with the file; sound ones keep the gate from closing altogether."""
        return self.outcomes != ("sound",)


@cache
def expectations() -> dict[str, Expected]:
    """Read the table; a row said twice is a mistake."""
    found: dict[str, Expected] = {}
    with TABLE.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            if row["id"] in found:
                raise ValueError(row["id"])
            found[row["id"]] = Expected(
                row["id"],
                row["kind"],
                row["wrong"],
                tuple(row["outcome"].split("|")),
                tuple(tuple(group.split("|")) for group in row["codes"].split()),
                int(row["rows"]) if row["rows"] else None,
                row["crs"],
                row["encoding"],
                tuple(row["says"].split("|")) if row["says"] else (),
                row["why"],
            )
    return found
