"""A layer as a stream: read and proven whole behind the walls, its rows taken some at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import CRS

from landgis import crs as crs_room
from landgis.crs import Points, StatedCrs
from landgis.domain.issue import Issue
from landgis.exchange.reading.raw_layer import RawLayer, where_of
from landgis.exchange.reading.rows_in import Chunk, read_chunks

BATCH_ROWS = 50_000
StatedAs = str | int | CRS | StatedCrs | None


@dataclass(frozen=True)
class RawStream:
    """One layer, read and proven whole, its rows still to be taken.

    Attributes
    ----------
    name, driver, source_name, content_hash, files
        As `RawLayer`.
    crs, crs_evidence, encoding, encoding_evidence
        As `RawLayer`.
    columns
        Names of the fields, in file order.
    count
        Rows, all of them.
    declared
        Rows that the file itself promises; None where its format promises none.
    original, original_name
        The one file that is the original, while the stream is open, and the name to keep it under.
    issues
        What was noticed.
    """

    name: str
    driver: str
    source_name: str
    content_hash: str
    files: tuple[Path, ...]
    crs: CRS
    crs_evidence: str
    encoding: str
    encoding_evidence: str
    columns: tuple[str, ...]
    count: int
    declared: int | None
    original: Path
    original_name: str
    issues: tuple[Issue, ...]
    _rows: Rows = field(repr=False)

    @property
    def where(self) -> str:
        """File and layer in one word, for messages."""
        return where_of(self.source_name, self.name)

    def batches(self, rows: int = BATCH_ROWS) -> Iterator[RawLayer]:
        """Take the rows, at most ``rows`` at a time, in file order; may be called again."""
        for chunk in self._rows.chunks(rows):
            yield self._layer(chunk)

    def whole(self) -> RawLayer:
        """Take all rows at once."""
        parts = list(self.batches())  # some at a time: the bytes of all rows never stand beside their geometry
        frame = pd.concat([part.frame for part in parts], ignore_index=True)
        broken = {row: reason for part in parts for row, reason in part.broken.items()}
        return replace(parts[0], frame=gpd.GeoDataFrame(frame, crs=self.crs), broken=broken)

    def _layer(self, chunk: Chunk) -> RawLayer:
        frame = gpd.GeoDataFrame(chunk.fields, geometry=chunk.geometry, crs=self.crs)
        return RawLayer(
            self.name, frame, self.crs, self.encoding, self.encoding_evidence, self.driver, self.content_hash,
            self.source_name, self.issues, chunk.broken, self.files, self.crs_evidence, self.declared, chunk.first,
        )  # fmt: skip


@dataclass(frozen=True)
class Rows:
    """Where the rows of a stream lie, and what must be done to each."""

    path: Path
    columns: tuple[str, ...]
    empty_cells: tuple[int, ...]
    broken: dict[int, str]
    north_first: bool = False

    def chunks(self, rows: int) -> Iterator[Chunk]:
        """Take the rows, at most ``rows`` at a time."""
        for chunk in read_chunks(self.path, self.columns, self.empty_cells, rows):
            after = chunk.first + len(chunk.geometry)
            told = {row: reason for row, reason in self.broken.items() if chunk.first <= row < after}
            geometry = crs_room.swap_axes(chunk.geometry) if self.north_first else chunk.geometry
            yield replace(chunk, geometry=geometry, broken=told | chunk.broken)

    def vertices(self) -> Points:
        """Return vertices as they stand in the file, of the first rows that have any."""
        for chunk in self.chunks(BATCH_ROWS):
            points = crs_room.vertices(chunk.geometry)
            if len(points):
                return points
        return np.zeros((0, 2))
