"""What a browser may say when it brings a file in."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from landgis.exchange.delivery.layers_file import LayerEntry
from landgis.services.jobs.asked import District

Key = Annotated[str, Field(min_length=1, max_length=64)]
Column = Annotated[str, Field(max_length=200)]
Token = Annotated[str, Field(min_length=1, max_length=64)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Said(_Strict):
    """Answers to the questions of a file; None: not asked, or not answered yet."""

    layer: Annotated[str, Field(max_length=200)] | None = None
    crs: Annotated[str, Field(max_length=4_000)] | None = None
    encoding: Annotated[str, Field(max_length=40)] | None = None


class LookAsked(_Strict):
    """Look into an upload, with answers."""

    upload: Token
    answers: Said = Said()


class LayerColumnsAsked(_Strict):
    """Ask which columns of a layer are known by their names."""

    as_layer: Key
    columns: Annotated[list[Column], Field(max_length=2_000)]


class ParcelColumnsAsked(_Strict):
    """Ask which columns of a file of parcels are known by their names."""

    columns: Annotated[list[Column], Field(max_length=2_000)]


class RowsAsked(_Strict):
    """Try the rows of a file of parcels."""

    upload: Token
    answers: Said = Said()
    facts: Token | None = None
    documents: Token | None = None
    district: District | None = None
    columns: dict[Column, Column] | None = None


class LayerStarted(_Strict):
    """Start the import of a layer: what it is, and what its release says of itself."""

    upload: Token
    answers: Said = Said()
    coverage: Token | None = None
    as_layer: Key
    says: LayerEntry = LayerEntry()


class ParcelsStarted(RowsAsked):
    """Start the import of parcels."""

    valid_from: date | None = None


class Discarded(_Strict):
    """Let go of uploads."""

    uploads: Annotated[list[Token], Field(min_length=1, max_length=8)]
