"""DXF: every ring a closed polyline on the layer's own layer, the parcel's number inside; geometry and number only.

A ring carries a mark (``exchange.ring_marks``) by which holes and parts find their plot again; the number carries the
mark of the outer ring of the first part.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import shapely
from ezdxf._options import options as ezdxf_options
from ezdxf.document import Drawing
from ezdxf.entities.lwpolyline import LWPolyline
from ezdxf.entities.text import Text
from ezdxf.filemanagement import new, readfile
from ezdxf.layouts.layout import Modelspace

from landgis.exchange.ring_marks import RingMark, mark_of, mark_ring, register_marks
from landgis.exchange.writing.format import Format
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.options import WritingOptions
from landgis.exchange.writing.reading_back import differs
from landgis.exchange.writing.stored import StoredLayer

LIMITS = Limits(
    attributes=False, layer_chars=255, layer_forbidden='<>/\\":;?*|=`,\x00', forbidden="\x00\r\n^", heights=False, holes=False,
    missing_geometry=False, empty_geometry=False, geometry=frozenset({"MultiPolygon"}),
)  # fmt: skip
_VERSION = "R2010"
"""UTF-8, and read by everything of the last fifteen years."""
_TEXT_HEIGHT_M = 2.5
_METRES = 6


def put(draft: Path, layers: Sequence[StoredLayer], options: WritingOptions, _: Limits) -> None:
    """Draw layers, and prove that every ring and number reads back."""
    with _without_clock():
        drawing = new(_VERSION, units=_METRES)
        for layer in layers:
            register_marks(drawing)
            drawing.layers.add(layer.name)
            _draw(drawing.modelspace(), layer, options.layer(layer.title).key)
        for kind in sorted(drawing.entitydb.dxf_types_in_use()):  # the library adds them in an order of chance
            drawing.classes.add_class(kind)
        drawing.saveas(draft)
    _require_same(readfile(draft), layers, options, draft.name)


DXF = Format("dxf", ".dxf", "DXF", "DXF", LIMITS, put)


@contextmanager
def _without_clock() -> Iterator[None]:
    """Let ezdxf write fixed dates and identifiers: the same content gives the same bytes."""
    before = ezdxf_options.write_fixed_meta_data_for_testing
    ezdxf_options.write_fixed_meta_data_for_testing = True
    try:
        yield
    finally:
        ezdxf_options.write_fixed_meta_data_for_testing = before


def _draw(page: Modelspace, layer: StoredLayer, key: str) -> None:
    for mark, ring in _rings(layer):
        mark_ring(page.add_lwpolyline(ring, format="xy", close=True, dxfattribs={"layer": layer.name}), mark)
    for mark, text, (east, north) in _numbers(layer, key):
        written = page.add_text(text, height=_TEXT_HEIGHT_M, dxfattribs={"layer": layer.name})
        mark_ring(written.set_placement((east, north)), mark)


def _rings(layer: StoredLayer) -> list[tuple[RingMark, list[tuple[float, float]]]]:
    """Return the rings of every part, outer ones first, without their repeated vertex."""
    parts, rows = shapely.get_parts(layer.shapes, return_index=True)
    place = np.arange(len(rows)) - np.searchsorted(rows, rows)
    return [
        (RingMark(row, part, number), [(float(x), float(y)) for x, y in shapely.get_coordinates(ring)[:-1]])
        for row, part, shape in zip(rows.tolist(), place.tolist(), parts, strict=True)
        for number, ring in enumerate((shape.exterior, *shape.interiors))
    ]


def _numbers(layer: StoredLayer, key: str) -> list[tuple[RingMark, str, tuple[float, float]]]:
    """Return the number of every parcel and a point inside its largest part."""
    if key not in layer.names or layer.shapes is None:
        return []
    written = []
    for row, (value, shape) in enumerate(zip(layer.table[layer.names[key]].to_pylist(), layer.shapes, strict=True)):
        if value is not None:
            point = shapely.point_on_surface(max(shapely.get_parts(shape), key=shapely.area))
            written.append((RingMark(row, 0, 0), str(value), (float(point.x), float(point.y))))
    return written


def _require_same(drawing: Drawing, layers: Sequence[StoredLayer], options: WritingOptions, where: str) -> None:
    for layer in layers:
        page = drawing.modelspace().query(f'*[layer=="{layer.name}"]')
        drawn = [(mark_of(one), list(one.get_points("xy"))) for one in page if isinstance(one, LWPolyline)]
        if drawn != _rings(layer):
            raise differs(f"{where}:{layer.name}", "环读回不一", "a ring reads back differently")
        texts = [(mark_of(one), str(one.dxf.text)) for one in page.query("TEXT") if isinstance(one, Text)]
        if texts != [(mark, text) for mark, text, _ in _numbers(layer, options.layer(layer.title).key)]:
            raise differs(f"{where}:{layer.name}", "地块编号读回不一", "a number reads back differently")
