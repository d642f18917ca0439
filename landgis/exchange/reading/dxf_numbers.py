"""Numbers of parcels in a drawing: the one text that lies inside a closed polyline, as surveyors write it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from ezdxf.document import Drawing
from ezdxf.entities.dxfgfx import DXFGraphic
from ezdxf.entities.insert import Insert
from ezdxf.entities.mtext import MText
from ezdxf.entities.text import Text

from landgis.domain.issue import Issue, Severity, shown
from landgis.exchange.ring_marks import mark_of

NUMBER = "地块编号"
_LONGEST = 64
_TOLD = 10


@dataclass(frozen=True)
class Written:
    """A line of text in a drawing, and where it stands."""

    text: str
    x: float
    y: float


def texts(document: Drawing, layer: str | None) -> list[Written]:
    """Return the lines of text in model space that number a layer's boundaries: single, in paragraphs, or of a block.

    Texts that we wrote on the layer ourselves (they carry a mark) speak for it, for other layers may number their own
    boundaries in the same place; where it has none, those on whatever layer.
    """
    found: list[Written] = []
    own: list[Written] = []
    for entity in document.modelspace():
        lines = [Written(line.strip(), *place) for line, place in _lines(entity) if line.strip()]
        found += lines
        own += lines if entity.dxf.layer == layer and mark_of(entity) is not None else []
    return own or found


def _lines(entity: DXFGraphic) -> Iterator[tuple[str, tuple[float, float]]]:
    if isinstance(entity, MText):
        place = entity.dxf.insert
        yield from ((line, (place.x, place.y)) for line in entity.plain_text(split=True))
    elif isinstance(entity, Text):  # ATTDEF too, which is only drawn in a block
        place = entity.ocs().to_wcs(entity.get_placement()[1])
        yield str(entity.plain_text()), (place.x, place.y)
    elif isinstance(entity, Insert):
        place = entity.ocs().to_wcs(entity.dxf.insert)
        yield from ((str(attribute.plain_text()), (place.x, place.y)) for attribute in entity.attribs)


def numbers(shapes: npt.NDArray[np.object_], written: list[Written]) -> list[list[str]]:
    """Return, for every polygon, the texts that lie inside it.

    Parameters
    ----------
    shapes
        Polygons in drawing units; None where a ring makes none.
    """
    found: list[list[str]] = [[] for _ in shapes]
    if not written:
        return found
    tree = shapely.STRtree(shapely.points([(one.x, one.y) for one in written]))
    for row, shape in enumerate(shapes):
        if shape is not None and shape.is_valid:
            found[row] = [written[at].text for at in sorted(tree.query(shape, predicate="contains"))]
    return found


def the_one(inside: list[str]) -> str | None:
    """Return the number of a polygon: its one text, if it has exactly one and that is no sentence."""
    return inside[0] if len(inside) == 1 and len(inside[0]) <= _LONGEST else None


def number_issues(handles: list[str], inside: list[list[str]], where: str) -> Iterator[Issue]:
    """Say where numbers came from, and which polygons have none and why."""
    taken = sum(the_one(texts) is not None for texts in inside)
    if taken:
        zh = f"{taken} 个地块编号取自图中写在界线内的文字（TEXT、MTEXT 或块属性），列名 {NUMBER}，请核对"
        en = f"{taken} numbers were taken from the one text inside the boundary (TEXT, MTEXT, block attribute) as {NUMBER}"
        yield Issue("number_from_text", Severity.MINOR, where, zh, en)
    without = [(handle, texts) for handle, texts in zip(handles, inside, strict=True) if the_one(texts) is None]
    if taken and without:
        told = [(handle, [shown(text) for text in texts[:3]]) for handle, texts in without[:_TOLD]]
        listed_zh = "；".join(f"{handle}（{'、'.join(some) or '没有文字'}）" for handle, some in told)
        listed_en = "; ".join(f"{handle} ({', '.join(some) or 'no text'})" for handle, some in told)
        more = f" … (+{len(without) - _TOLD})" if len(without) > _TOLD else ""
        zh = f"{len(without)} 个闭合多段线内不是恰好一行文字，没有编号（句柄）：{listed_zh}{more}；请在每条界线内只写一个编号"
        en = (
            f"{len(without)} closed polylines hold not exactly one text and got no number (handles): {listed_en}{more}; "
            "write one number inside each"
        )
        yield Issue("number_unclear", Severity.SERIOUS, where, zh, en)
