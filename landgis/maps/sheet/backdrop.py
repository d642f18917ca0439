"""A picture under the map: cut to the frame, no finer than print shows, and carried in the drawing as PNG."""

from __future__ import annotations

import struct
import zlib
from base64 import b64encode

import numpy as np
import numpy.typing as npt

from landgis.maps.material import Backdrop
from landgis.maps.sheet.view import View
from landgis.maps.svg import number

_DOTS_PER_MM = 200 / 25.4


def drawn(picture: Backdrop, view: View) -> str:
    """SVG image of the part of a picture that the frame shows; empty where they do not meet.

    Parameters
    ----------
    picture
        In the CRS of the view.
    view
        Frame; the picture is thinned to at most 200 dots per inch on paper, never refined.
    """
    west, south, east, north = picture.bounds_m
    rows, columns = picture.cells.shape[:2]
    cell_x, cell_y = (east - west) / columns, (north - south) / rows
    left, bottom, right, top = view.bounds_m
    first = max(0, int(np.floor((left - west) / cell_x))), max(0, int(np.floor((north - top) / cell_y)))
    last = min(columns, int(np.ceil((right - west) / cell_x))), min(rows, int(np.ceil((north - bottom) / cell_y)))
    if first[0] >= last[0] or first[1] >= last[1]:
        return ""
    step_x = max(1, int(view.metres_per_mm / _DOTS_PER_MM / cell_x))
    step_y = max(1, int(view.metres_per_mm / _DOTS_PER_MM / cell_y))
    cells = _thinned(picture.cells[first[1] : last[1], first[0] : last[0]], step_y, step_x)
    corner = np.array([[west + first[0] * cell_x, north - first[1] * cell_y]])
    (x, y), per_mm = view.to_mm(corner)[0].tolist(), view.metres_per_mm
    size = cells.shape[1] * step_x * cell_x / per_mm, cells.shape[0] * step_y * cell_y / per_mm
    place = f'x="{number(x)}" y="{number(y)}" width="{number(size[0])}" height="{number(size[1])}"'
    data = b64encode(png(cells)).decode("ascii")
    return f'<image {place} preserveAspectRatio="none" href="data:image/png;base64,{data}"/>'


def png(cells: npt.NDArray[np.uint8]) -> bytes:
    """Encode (rows, columns, 3) colours as a PNG."""
    rows, columns = cells.shape[:2]
    lines = np.zeros((rows, columns * 3 + 1), dtype=np.uint8)
    lines[:, 1:] = cells.reshape(rows, columns * 3)
    head = struct.pack(">IIBBBBB", columns, rows, 8, 2, 0, 0, 0)
    body = zlib.compress(lines.tobytes(), 6)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _thinned(cells: npt.NDArray[np.uint8], down: int, across: int) -> npt.NDArray[np.uint8]:
    """Average blocks of cells; the last row and column of blocks are filled up with their neighbours."""
    if down == across == 1:
        return cells
    rows, columns = -cells.shape[0] % down, -cells.shape[1] % across
    whole = np.pad(cells, ((0, rows), (0, columns), (0, 0)), mode="edge")
    blocks = whole.reshape(whole.shape[0] // down, down, whole.shape[1] // across, across, 3)
    return np.asarray(blocks.mean(axis=(1, 3)).round().astype(np.uint8))
