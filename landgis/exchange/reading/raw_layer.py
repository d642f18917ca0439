"""A layer as found, before anything is done to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
from pyproj import CRS

from landgis.domain.issue import Issue


@dataclass(frozen=True)
class RawLayer:
    """A layer, or some rows of it, as found: not repaired, not reprojected.

    Attributes
    ----------
    name
        Layer name inside the file.
    frame
        Fields and geometry in file order, index 0…n-1, in ``crs``. Personal data left out.
    crs
        CRS found or stated.
    encoding, encoding_evidence
        Text encoding as labelled or found, and why.
    driver
        Format that the content called for.
    content_hash
        SHA-256 of the original: the file, or the pack of a delivery of several files.
    source_name
        Name of the file.
    issues
        What was noticed while reading; of the whole layer, also for some rows of it.
    broken
        Row (0-based, in the whole layer) → reason, for geometry that is there but cannot be built; it is missing in
        ``frame``.
    files
        The files delivered.
    crs_evidence
        Who says the CRS: the file, or a person.
    declared
        Rows that the file itself promises; None where its format promises none.
    first_row
        Row (0-based) of the layer that is the first row of ``frame``.
    """

    name: str
    frame: gpd.GeoDataFrame
    crs: CRS
    encoding: str
    encoding_evidence: str
    driver: str
    content_hash: str
    source_name: str
    issues: tuple[Issue, ...] = ()
    broken: Mapping[int, str] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    crs_evidence: str = ""
    declared: int | None = None
    first_row: int = 0

    @property
    def where(self) -> str:
        """File and layer in one word, for messages."""
        return where_of(self.source_name, self.name)


def where_of(source_name: str, layer: str) -> str:
    """Name file and layer in one word; a layer called like its file is not named twice."""
    return source_name if layer == Path(source_name).stem else f"{source_name}:{layer}"
