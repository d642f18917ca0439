"""What a person says of the coordinates of a file: the CRS, and where it matters the order of the axes."""

from __future__ import annotations

from dataclasses import dataclass

from pyproj import CRS

from landgis.crs.codes import name_of, parse

NORTH_EAST = ",north-east"
"""Ending of an answer for a file whose first number is the northing: ``--crs EPSG:4549,north-east``."""


@dataclass(frozen=True)
class StatedCrs:
    """An answer to the question of the CRS.

    Attributes
    ----------
    crs
        The CRS of the numbers.
    north_first
        Whether the file gives northing (X of surveyors, latitude) before easting.
    """

    crs: CRS
    north_first: bool = False

    def __str__(self) -> str:
        return name_of(self.crs) + (NORTH_EAST if self.north_first else "")


def parse_stated(text: str | int | CRS | StatedCrs, where: str = "") -> StatedCrs:
    """Read an answer: ``EPSG:4549``, ``EPSG:4549,north-east``, ``local``, WKT, a code or a CRS.

    Parameters
    ----------
    text
        The answer.
    where
        File it is said of, for the message.

    Raises
    ------
    UsageError
        If it names no CRS.
    """
    if isinstance(text, StatedCrs):
        return text
    if isinstance(text, str) and text.strip().lower().endswith(NORTH_EAST):
        return StatedCrs(parse(text.strip()[: -len(NORTH_EAST)], where), north_first=True)
    return StatedCrs(parse(text, where))
