"""DXF by ezdxf: closed polylines are polygons, a DXF layer is a layer; what else is drawn there is counted and said.

Holes and parts that we drew ourselves carry marks and find their plot again; a ring without a mark stands alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import shapely
from ezdxf.document import Drawing
from ezdxf.filemanagement import readfile
from ezdxf.lldxf.const import DXFError

from landgis.domain.issue import Issue, Severity
from landgis.errors import LayerEmpty
from landgis.exchange.reading.detect import DXF, Part, unreadable
from landgis.exchange.reading.dxf_numbers import NUMBER, number_issues, numbers, texts, the_one
from landgis.exchange.reading.dxf_rings import CHORD_M, Drawn, polygons, rings_by_layer
from landgis.exchange.reading.encoding_question import encoding_unknown
from landgis.exchange.reading.opened import Delivered, Opened, Rows
from landgis.exchange.reading.text_evidence import weigh_all
from landgis.exchange.ring_marks import plots_of

_TAIL_BYTES = 64
_TOLD = 10
_UTF8_SINCE = "AC1021"
_METRES = (0, 6)
"""$INSUNITS: not stated, metres."""
_CHINESE = ("gbk", "gb18030", "gb2312", "big5", "cp936", "cp950")
_GIVES_UP = (DXFError, OSError, ValueError, KeyError, IndexError, AttributeError, TypeError)
_COLUMNS = ("handle", "layer")


def look(delivered: Delivered) -> tuple[Part, ...]:
    """Return the DXF layers with closed polylines; without any, the drawing as one empty layer."""
    layers = rings_by_layer(_document(delivered.plain, delivered.source, delivered.encoding))
    parts = tuple(
        Part(
            name,
            DXF,
            str(delivered.plain),
            name,
            (delivered.path,),
            promised=len(plots_of(drawn.rings, drawn.marks)[0]),
        )
        for name, drawn in layers.items()
        if drawn.rings
    )
    return parts or (Part(delivered.stem, DXF, str(delivered.plain), None, (delivered.path,), promised=0),)


@contextmanager
def open_layer(part: Part, where: str, encoding: str | None) -> Iterator[Opened]:
    """Open one DXF layer; a DXF says nothing of its CRS that could be relied on."""
    document = _document(Path(part.uri), where, encoding)
    drawn = rings_by_layer(document).get(part.layer or "", Drawn())
    if not drawn.rings:
        raise _nothing_closed(document, where)
    plots, doubted = plots_of(drawn.rings, drawn.marks)
    shapes, broken = polygons(drawn, plots)
    handles = [drawn.handles[members[0]] for members in plots]
    wkb = pa.array(shapely.to_wkb(shapes, flavor="iso"), pa.binary())
    columns = [pa.array(handles, pa.string()), pa.array([part.layer] * len(shapes), pa.string())]
    inside = numbers(shapes, texts(document, part.layer))
    numbered = any(the_one(written) is not None for written in inside)
    if numbered:
        columns.append(pa.array([the_one(written) for written in inside], pa.string()))
    rows: Iterator[Rows] = iter([(wkb, columns)])
    yield Opened(
        (*_COLUMNS, NUMBER) if numbered else _COLUMNS, rows, None, part.promised, len(broken),
        _codec(document).upper(), _evidence(document, encoding),
        issues=(
            *_issues(drawn, document, where),
            *_doubts([drawn.handles[ring] for ring in doubted], where),
            *number_issues(handles, inside, where),
        ),
        broken=broken,
    )  # fmt: skip


def _document(path: Path, source: str, encoding: str | None) -> Drawing:
    """Load a drawing that ends as a drawing must."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - _TAIL_BYTES))
        tail = file.read()
    if not (tail.split()[-2:] == [b"0", b"EOF"] or tail.endswith(b"\0EOF\0")):
        raise unreadable(
            source, "没有结束标记 EOF；可能只复制了一半", "it does not end with EOF: probably copied only in part"
        )
    try:
        document = readfile(path, encoding=encoding)
    except LookupError as error:
        raise unreadable(source, f"没有编码 {encoding}", f"there is no encoding {encoding}") from error
    except _GIVES_UP as error:
        raise unreadable(source, f"不是完好的 DXF（{error}）", f"not a sound DXF ({error})") from error
    _require_encoding(document, source, encoding)
    return document


def _codec(document: Drawing) -> str:
    """Drawings are UTF-8 since 2007, whatever code page their header still names."""
    return "UTF-8" if document.dxfversion >= _UTF8_SINCE else str(document.encoding)


def _require_encoding(document: Drawing, source: str, stated: str | None) -> None:
    """Ask, where layer names do not read as Chinese in the code page that the drawing states."""
    codec = _codec(document)
    used = {str(entity.dxf.layer) for entity in document.modelspace()}
    names = sorted(used | {str(layer.dxf.name) for layer in document.layers})
    odd = [spelled for name in names if not name.isascii() and (spelled := _spelled(name, codec)) is not None]
    broken = any("\udc80" <= letter <= "\udcff" for name in names for letter in name)
    if not odd or not (broken or (stated is None and codec.lower() not in (*_CHINESE, "utf-8"))):
        return
    zh, en = (
        f"图中标注的代码页是 {codec}，图层名不像中文",
        f"the drawing states {codec}, in which layer names are no Chinese",
    )
    raise encoding_unknown(source, weigh_all(odd), [{b"layer": name} for name in odd], zh, en)


def _spelled(name: str, codec: str) -> bytes | None:
    """Return the bytes of a name as the file has them; None where it is spelled in escapes, which are certain."""
    try:
        return name.encode(codec, "surrogateescape")
    except UnicodeEncodeError:
        return None


def _evidence(document: Drawing, stated: str | None) -> str:
    if stated is not None:
        return "stated"
    if _codec(document) == "UTF-8":
        return f"{document.acad_release} is UTF-8"
    return f"$DWGCODEPAGE says {document.header.get('$DWGCODEPAGE', document.encoding)}"


def _nothing_closed(document: Drawing, where: str) -> LayerEmpty:
    kinds = Counter(entity.dxftype() for entity in document.modelspace())
    told = "、".join(f"{kind} {count}" for kind, count in kinds.most_common(5)) or "0"
    return LayerEmpty(
        f"{where} 没有闭合多段线（图中有：{told}）",
        f"{where} has no closed polyline (it draws: {told})",
        where=where,
        next_zh="请在 CAD 中把界线连成闭合的多段线（PEDIT 命令），再另存为 DXF",
        next_en="Join the boundaries into closed polylines in the CAD program (PEDIT) and save as DXF again",
    )


def _doubts(handles: list[str], where: str) -> Iterator[Issue]:
    """Say which rings carry marks that no longer fit together."""
    if handles:
        listed = "、".join(handles[:_TOLD]) + ("…" if len(handles) > _TOLD else "")
        zh = f"{len(handles)} 条界线带有环标记但拼不成地块（图形改过或复制过），各按单独的地块读入（句柄）：{listed}；请核对孔洞"
        en = (
            f"{len(handles)} polylines carry ring marks that make no plot (edited or copied) and were read as plots of their "
            f"own (handles): {listed}; check the holes"
        )
        yield Issue("ring_marks_doubted", Severity.SERIOUS, where, zh, en)


def _issues(drawn: Drawn, document: Drawing, where: str) -> Iterator[Issue]:
    def issue(code: str, severity: Severity, zh: str, en: str) -> Issue:
        return Issue(code, severity, where, zh, en)

    if drawn.bent:
        zh = f"{drawn.bent} 条闭合多段线含圆弧，已以弦代弧（弦弧距不超过 {CHORD_M * 1000:g} 毫米）"
        en = f"{drawn.bent} closed polylines hold arcs, replaced by chords within {CHORD_M * 1000:g} mm"
        yield issue("curves_linearised", Severity.SERIOUS, zh, en)
    if drawn.raised:
        yield issue("height_dropped", Severity.MINOR, f"{drawn.raised} 个图形带高程，未读入",
                    f"{drawn.raised} figures carry heights, which were not read")  # fmt: skip
    if drawn.others:
        told = "、".join(f"{kind} {count}" for kind, count in drawn.others.most_common())
        yield issue("drawing_left_out", Severity.SERIOUS, f"不是闭合多段线，未作为图形读入：{told}",
                    f"No closed polylines, not read as figures: {told}")  # fmt: skip
    units: Any = document.header.get("$INSUNITS", 0)
    if units not in _METRES:
        yield issue("drawing_units", Severity.SERIOUS, f"图形单位不是米（$INSUNITS={units}），坐标按米读取",
                    f"Drawing units are not metres ($INSUNITS={units}); coordinates were taken as metres")  # fmt: skip
