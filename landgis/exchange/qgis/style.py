"""A drawing as QGIS keeps it: renderer, labels, names of fields and words of codes; alone as QML, or in a project."""

from __future__ import annotations

from collections.abc import Mapping

from landgis.exchange.qgis.drawing import Drawing, verdict_drawing
from landgis.exchange.qgis.nodes import Node, node, rgba, written
from landgis.exchange.qgis.symbols import symbol_node
from landgis.frames.shown import ShownField, ShownTable
from landgis.maps.svg import SANS

VERSION = "3.22.0"
"""Oldest QGIS that reads what is written here (Debian 12 has 3.22); newer ones read it too."""
_AREA_BASES = {"registered": "证载面积 registered", "ellipsoidal": "CGCS2000 椭球面积 ellipsoidal"}


def qml(drawing: Drawing, table: ShownTable) -> bytes:
    """Return a drawing as a style file of QGIS."""
    head = {
        "version": VERSION,
        "styleCategories": "Symbology|Labeling|Fields|Forms",
        "labelsEnabled": int(bool(drawing.label)),
    }
    return written(node("qgis", head, *style_nodes(drawing, table)))


def style_nodes(drawing: Drawing, table: ShownTable) -> tuple[Node, ...]:
    """Return what a style and a layer of a project have in common."""
    labels = (_labels(drawing),) if drawing.label else ()
    return (_renderer(drawing), *labels, *_fields(drawing, table))


def _renderer(drawing: Drawing) -> Node:
    symbols = node("symbols", None, *(symbol_node(str(at), each.symbol) for at, each in enumerate(drawing.classes)))
    if not drawing.by:
        return node("renderer-v2", {"type": "singleSymbol", "symbollevels": 0, "enableorderby": 0}, symbols)
    entries = (
        {"value": each.value, "symbol": at, "label": each.words, "render": "true", "type": "string"}
        for at, each in enumerate(drawing.classes)
    )
    categories = node("categories", None, *(node("category", entry) for entry in entries))
    kind = {"type": "categorizedSymbol", "attr": drawing.by, "symbollevels": 0, "enableorderby": 0}
    return node("renderer-v2", kind, categories, symbols)


def _labels(drawing: Drawing) -> Node:
    letters = drawing.lettering
    buffer = {
        "bufferDraw": 1,
        "bufferSize": letters.halo_mm,
        "bufferSizeUnits": "MM",
        "bufferColor": rgba(letters.halo),
        "bufferOpacity": 1,
        "bufferJoinStyle": 128,
    }
    text = {
        "fieldName": drawing.label,
        "isExpression": 0,
        "fontFamily": SANS,
        "fontSize": letters.size_pt,
        "fontSizeUnit": "Point",
        "textColor": rgba(letters.ink),
        "textOpacity": 1,
    }
    placed = {
        "placement": 1,
        "centroidInside": 1,
        "centroidWhole": 0,
        "fitInPolygonOnly": 0,
        "quadOffset": 4,
        "priority": 5,
    }
    drawn = {"drawLabels": 1, "scaleVisibility": 0, "obstacle": 1, "labelPerPart": 0}
    settings = node(
        "settings",
        None,
        node("text-style", text, node("text-buffer", buffer)),
        node("placement", placed),
        node("rendering", drawn),
    )
    return node("labeling", {"type": "simple"}, settings)


def _fields(drawing: Drawing, table: ShownTable) -> tuple[Node, Node]:
    widgets = (
        node("field", {"name": field.name, "configurationFlags": "None"}, _widget(_words_of(field, drawing)))
        for field in table.fields
    )
    aliases = (
        node("alias", {"field": field.name, "index": at, "name": f"{field.zh} {field.en}"})
        for at, field in enumerate(table.fields)
    )
    return node("fieldConfiguration", None, *widgets), node("aliases", None, *aliases)


def _words_of(field: ShownField, drawing: Drawing) -> Mapping[str, str]:
    """Return code → words of a field; the codes of planned use as far as the drawing has them."""
    if field.codes == "use_class":
        return {each.value: each.words for each in drawing.classes}
    if field.codes == "verdict":
        return {each.value: each.words for each in verdict_drawing().classes}
    return _AREA_BASES if field.codes == "area_basis" else {}


def _widget(words: Mapping[str, str]) -> Node:
    if not words:
        return node("editWidget", {"type": "TextEdit"}, node("config", None, node("Option", {"type": "Map"})))
    pairs = (
        node("Option", {"type": "Map"}, node("Option", {"name": told, "value": code, "type": "QString"}))
        for code, told in words.items()
    )
    listed = node("Option", {"name": "map", "type": "List"}, *pairs)
    return node("editWidget", {"type": "ValueMap"}, node("config", None, node("Option", {"type": "Map"}, listed)))
