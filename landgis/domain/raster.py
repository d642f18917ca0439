"""Rasters as evidence: what the cells of a file mean, where they lie and which of them say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Extent = tuple[float, float, float, float]
"""West, south, east, north in the CRS of the raster."""


class RasterKind(StrEnum):
    """What can be measured on a raster."""

    PICTURE = "picture"
    """Nothing but whether it is there."""
    CLASSES = "classes"
    """Shares of codes."""
    HEIGHTS = "heights"
    """Mean, lowest and highest value, in the unit of its meaning."""


class CoverClass(StrEnum):
    """Land cover (地表覆盖) as rules know it; every legend maps its own codes onto these."""

    CROPLAND = "cropland"
    FOREST = "forest"
    SHRUBLAND = "shrubland"
    GRASSLAND = "grassland"
    WETLAND = "wetland"
    WATER = "water"
    BUILT = "built"
    BARE = "bare"
    OTHER = "other"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {
            "cropland": "耕地", "forest": "林地", "shrubland": "灌木地", "grassland": "草地", "wetland": "湿地",
            "water": "水体", "built": "人造地表", "bare": "裸地", "other": "其他",
        }[self.value]  # fmt: skip


UNRECOGNISED = "unrecognised"
"""Cover class of a code that its legend does not have: unknown, never clear."""


class CellMeasure(StrEnum):
    """What is measured on a parcel. Shares are of the whole parcel; heights are metres over the covered part."""

    COVERED_SHARE = "covered_share"
    OUTSIDE_SHARE = "outside_share"
    """Part of the parcel that the release does not reach."""
    NODATA_SHARE = "nodata_share"
    """Part that the release reaches and says nothing of."""
    CODE_SHARE = "code_share"
    COVER_SHARE = "cover_share"
    MEAN_M = "mean_m"
    MAX_M = "max_m"
    MIN_M = "min_m"


@dataclass(frozen=True)
class CellCode:
    """One code of a legend: its land-cover class and its names."""

    code: int
    cover: CoverClass
    zh: str
    en: str


@dataclass(frozen=True)
class Meaning:
    """What the cells of a raster say, as the catalogue offers it and a person states it.

    Attributes
    ----------
    key
        What is stated with ``--meaning``, e.g. ``globeland30``.
    zh, en
        In words, with the height datum or the edition of the legend.
    colours
        What its bands are called, in order; empty for the single band of codes or heights. Transparency comes on top.
    unit
        Unit of the values; empty for codes and colours.
    codes
        The legend; empty where cells are no codes.
    """

    key: str
    zh: str
    en: str
    colours: tuple[str, ...] = ()
    unit: str = ""
    codes: tuple[CellCode, ...] = ()

    def cover_of(self, code: int) -> str:
        """Return the land-cover class of a code, or ``unrecognised``."""
        return next((str(row.cover) for row in self.codes if row.code == code), UNRECOGNISED)


@dataclass(frozen=True)
class RasterSpec:
    """What the catalogue says of a layer of rasters.

    Attributes
    ----------
    kind
        What is measured on it.
    meanings
        What its cells may mean; a file must be said to have one of them.
    plausible
        Lowest and highest value to be expected; None where there is no such range.
    """

    kind: RasterKind
    meanings: tuple[Meaning, ...]
    plausible: tuple[float, float] | None = None


@dataclass(frozen=True)
class Raster:
    """The cells of a release: where they lie and how to read them.

    Attributes
    ----------
    kind, meaning
        What is measured on it, and what its cells mean, legend included: a later catalogue changes nothing here.
    crs
        ``EPSG:n``, or ``local`` for the deployment's own. The raster is never moved out of it.
    west, north, cell_width, cell_height
        North-western corner and size of a cell, in units of the CRS; rows run south.
    columns, rows, bands, dtype, layout
        As in ``RasterFacts``.
    nodata
        Number that stands for no data; None: every finite number counts. What is no finite number never does.
    masked, scale, offset, points
        As in ``RasterFacts``.
    """

    kind: RasterKind
    meaning: Meaning
    crs: str
    west: float
    north: float
    cell_width: float
    cell_height: float
    columns: int
    rows: int
    bands: int
    dtype: str
    layout: str
    nodata: float | None
    masked: bool = False
    scale: float = 1.0
    offset: float = 0.0
    points: bool = False

    @property
    def extent(self) -> Extent:
        """West, south, east, north in its CRS."""
        east, south = self.west + self.columns * self.cell_width, self.north - self.rows * self.cell_height
        return self.west, south, east, self.north

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Raster:
        """Rebuild a raster from its plain fields."""
        meaning = dict(data["meaning"])
        codes = tuple(CellCode(**{**row, "cover": CoverClass(row["cover"])}) for row in meaning["codes"])
        meant = Meaning(**{**meaning, "colours": tuple(meaning["colours"]), "codes": codes})
        return cls(**{**data, "kind": RasterKind(data["kind"]), "meaning": meant})
