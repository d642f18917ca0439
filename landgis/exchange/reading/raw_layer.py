"""A layer as found, before anything is done to it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
from pyproj import CRS

from landgis.domain.issue import Issue


@dataclass(frozen=True)
class RawLayer:
    """A layer as found: not repaired, not reprojected.

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
        GDAL driver that the content called for.
    content_hash
        SHA-256 of the file's bytes (of all its parts, for an unpacked shapefile).
    source_name
        Name of the file.
    issues
        What was noticed while reading.
    broken
        Row (0-based) → reason, for geometry that is there but cannot be built; it is missing in ``frame``.
    files
        The files whose bytes are the original.
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

    @property
    def where(self) -> str:
        """File and layer in one word, for messages."""
        stem = Path(self.source_name).stem
        return self.source_name if self.name == stem else f"{self.source_name}:{self.name}"


def content_hash(files: tuple[Path, ...]) -> str:
    """SHA-256 of a file's bytes; of several files, over their endings and bytes in the order given."""
    digest = hashlib.sha256()
    for path in files:
        if len(files) > 1:
            digest.update(f"{path.suffix.lower()} {path.stat().st_size}\n".encode())
        with path.open("rb") as file:
            while chunk := file.read(1 << 20):
                digest.update(chunk)
    return digest.hexdigest()
