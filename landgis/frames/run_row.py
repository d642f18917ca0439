"""Rows by which the desk filters and sorts the parcels of a run: facts as they are searched and printed."""

from __future__ import annotations

import pandas as pd

from landgis.domain.catalogue import plain_name
from landgis.domain.initials import initials_of
from landgis.domain.land_use_codes import lineage, look_up
from landgis.domain.outcome import Outcome
from landgis.domain.parcel_filter import OWNER_UNKNOWN
from landgis.domain.scheme import Scheme
from landgis.frames.planned_use import planned_use_codes
from landgis.frames.spec import Column

FACTS = ("planned_use_code", "planned_use_scheme", "current_use_code", "current_use_scheme", "owner_level")
"""What of the facts goes into a row."""
BOUNDS = ("west_m", "south_m", "east_m", "north_m")
"""Bounds of the outline, metres of the working CRS."""
JUDGED = (
    Column("parcel_id", "text"), Column("version", "int"), Column("district", "text"),
    Column("town_code", "text", nullable=True), Column("town_name", "text", nullable=True),
    Column("village_name", "text", nullable=True), Column("verdict", "text"), Column("ellipsoidal_m2", "float"),
    Column("planar_m2", "float"), *(Column(name, "float") for name in BOUNDS),
    *(Column(name, "text", nullable=True) for name in FACTS),
)  # fmt: skip
"""What a run judged, as the database holds it."""
_NAMES = ("town_code", "town_name", "village_name")


def run_rows(judged: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of parcels.

    Parameters
    ----------
    judged
        The columns of `JUDGED`, facts as the run judged them.

    Returns
    -------
    pandas.DataFrame
        ``uses``: planned and existing use as ``scheme:code`` with all that they lie below, and a planned use of 2020
        also as what it certainly became in 2023; empty where code or scheme is not known. ``planned_use``: the code
        that is printed. ``severity`` of the verdict. ``place`` in the order
        of the numbers. ``folded``: parcel number and village without case, dashes and
        width. ``initials`` of town and village. Place names and owner level stay, '' and ``unknown`` where missing.
    """
    names = {name: judged[name].fillna("").astype(object) for name in _NAMES}
    planned = planned_use_codes(judged).fillna("").astype(object)
    uses = {row: _uses(*row) for row in set(_pairs(judged, planned))}
    village, town = names["village_name"], names["town_name"]
    return pd.DataFrame(
        {
            **{name: judged[name] for name in ("parcel_id", "version", "district", "verdict")},
            **names,
            "uses": [uses[row] for row in _pairs(judged, planned)],
            "planned_use": planned.map(_printed),
            "owner_level": judged["owner_level"].fillna(OWNER_UNKNOWN).astype(object),
            "severity": judged["verdict"].map(lambda verdict: Outcome(verdict).severity),
            "place": judged["parcel_id"].rank(method="first").astype("int64"),
            "ellipsoidal_m2": judged["ellipsoidal_m2"],
            "planar_m2": judged["planar_m2"],
            **{name: judged[name] for name in BOUNDS},
            "folded": judged["parcel_id"].map(plain_name) + " " + village.map(plain_name),
            "initials": town.map(initials_of) + " " + village.map(initials_of),
        }
    )


def _pairs(judged: pd.DataFrame, planned: pd.Series) -> list[tuple[str, ...]]:
    """Return codes with their schemes, row by row; '' where missing."""
    columns = [judged[name].fillna("").astype(object) for name in FACTS[:4]]
    return list(zip(*columns, planned, strict=True))


def _uses(code: str, scheme: str, current: str, current_scheme: str, in_2023: str) -> list[str]:
    found = [*_lineage(code, scheme), *_lineage(current, current_scheme)]
    if scheme == Scheme.GUIDE_2020:
        found += _lineage(in_2023, Scheme.GUIDE_2023)
    return sorted(set(found))


def _lineage(code: str, scheme: str) -> tuple[str, ...]:
    return lineage(code, Scheme(scheme)) if code and scheme else ()


def _printed(code: str) -> str:
    use = look_up(code, Scheme.GUIDE_2023) if code else None
    return use.code if use else code
