"""Guarded reading of vector files: raw as found, with everything that was noticed on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from landgis.exchange.reading.opened_file import OpenedFile, open_file
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.exchange.reading.stream import RawStream, StatedAs

__all__ = [
    "OpenedFile",
    "RawLayer",
    "RawStream",
    "list_layers",
    "list_members",
    "open_file",
    "open_vector",
    "read_vector",
]


def list_layers(path: str | Path) -> tuple[str, ...]:
    """Return the names of the layers with geometry that a delivery holds.

    Raises
    ------
    FileMissing, FormatUnknown, FileUnreadable
    """
    with open_file(path) as opened:
        return tuple(part.name for part in opened.parts)


def list_members(path: str | Path) -> tuple[str, ...]:
    """Return the names inside an archive or a geodatabase; none for a single file.

    Raises
    ------
    FileMissing, FormatUnknown, FileUnreadable
    """
    with open_file(path) as opened:
        return opened.members


@contextmanager
def open_vector(
    path: str | Path, *, layer: str | None = None, crs: StatedAs = None, encoding: str | None = None
) -> Iterator[RawStream]:
    """Open one layer of a delivery as a stream, for as long as the block lasts.

    The layer has been read and proven whole before the block begins; its rows then come in batches, so that memory
    does not grow with the layer.

    Parameters
    ----------
    path
        File, or ``.gdb`` folder; the content decides what it is, not the name.
    layer
        Which layer, where there are several; which sheet of a workbook.
    crs
        CRS of the coordinates, where the file does not say or says it wrongly (recorded as an issue).
    encoding
        Text encoding of a shapefile, DXF, text or CSV, where nothing says it.

    Raises
    ------
    FileMissing, FormatUnknown, FileUnreadable
        No such file; no supported format; damaged, half copied or crafted.
    UsageError, NotFound
        Several layers and none chosen; no layer of that name.
    CrsMissing, EncodingUnknown
        Neither the file nor the caller says it; with candidates.
    LayerEmpty
        No features.
    ExternalError
        The disk is full, or the confined reader does not start.
    """
    with open_file(path, encoding=encoding) as opened:
        yield opened.open(layer, crs=crs, encoding=encoding)


def read_vector(
    path: str | Path, *, layer: str | None = None, crs: StatedAs = None, encoding: str | None = None
) -> RawLayer:
    """Read one layer of a delivery as it is, all of it; parameters and errors as `open_vector`.

    Returns
    -------
    RawLayer
    """
    with open_vector(path, layer=layer, crs=crs, encoding=encoding) as stream:
        return stream.whole()
