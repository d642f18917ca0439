"""A delivery of parcels on its way into the database, and the record of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

import geopandas as gpd
import pandas as pd

from landgis.db.originals import SourceFile
from landgis.domain.issue import Issue
from landgis.frames.parcels import Stated


@dataclass(frozen=True)
class ImportMeta:
    """How a parcel file was read.

    Attributes
    ----------
    source_crs, transform
        CRS found, and the named transform into the working CRS (empty: none needed).
    encoding
        Text encoding used to read the attributes.
    valid_from
        Day from which the delivery holds (of survey, of the state of the data); None: nobody said.
    """

    source_crs: str = ""
    transform: str = ""
    encoding: str = ""
    valid_from: date | None = None


@dataclass(frozen=True)
class ParcelImport:
    """One import and what it changed.

    Attributes
    ----------
    import_no
        Number of the import.
    source_name, content_hash
        Original file.
    meta
        How it was read.
    created_count, changed_count, unchanged_count
        New parcels; parcels with a new outline, place or fact; parcels that were known exactly so.
    created_by, created_at
        OS account and moment.
    """

    import_no: int
    source_name: str
    content_hash: str
    meta: ImportMeta
    created_count: int
    changed_count: int
    unchanged_count: int
    created_by: str
    created_at: datetime


@dataclass(frozen=True)
class Delivery:
    """What an import stores.

    Attributes
    ----------
    parcels
        ParcelFrame in the working CRS; further fact columns of the register are stored too.
    stated
        Of which facts it speaks.
    issues
        What was wrong with it.
    source, meta
        The original file, and how it was read.
    documents
        DocumentFrame, or None.
    """

    parcels: gpd.GeoDataFrame
    stated: Stated
    issues: Sequence[Issue]
    source: SourceFile
    meta: ImportMeta
    documents: pd.DataFrame | None = None
