"""QML and SLD say what ``maps.style`` says: every colour of it and no other, every hatch, every class; well formed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml import ElementTree as Tree
from hypothesis import given
from hypothesis import strategies as st

from landgis.domain.outcome import VERDICTS
from landgis.exchange.catalogue import load_catalogue
from landgis.exchange.qgis.drawing import (
    Drawing,
    DrawnClass,
    layer_drawing,
    pool_drawing,
    use_drawing,
    verdict_drawing,
)
from landgis.exchange.qgis.sld import sld
from landgis.exchange.qgis.style import qml
from landgis.frames.shown import SHOWN_FEATURES, SHOWN_PARCELS, SHOWN_PLAN_LINES, SHOWN_POOL_MEMBERS, ShownTable
from landgis.maps.style import HATCH_KINDS, Hatch, Symbol, verdict_symbol

USES = ("0701", "0802", "0901", "0902", "1001", "1101", "1301", "1302", "1303", "16", "9999")
LAYERS = [spec for spec in load_catalogue(Path(__file__).resolve().parents[2] / "layers") if spec.geometry == "polygon"]
CASES: list[tuple[Drawing, ShownTable]] = [
    (use_drawing(USES), SHOWN_PLAN_LINES),
    (pool_drawing(), SHOWN_POOL_MEMBERS),
    (verdict_drawing(), SHOWN_PARCELS),
    *((layer_drawing(spec, "label" if spec.key == "town" else ""), SHOWN_FEATURES) for spec in LAYERS),
]
EDITIONS = ("1.0", "1.1")
_TAGS = {
    element.tag.rpartition("}")[2]
    for text in (qml(verdict_drawing(), SHOWN_PARCELS), *(sld("x", verdict_drawing(), edition) for edition in EDITIONS))
    for element in Tree.fromstring(text).iter()
}
"""Elements of a style whose names are harmless."""


def colours(drawing: Drawing) -> set[str]:
    """What the source of styles has for a drawing."""
    symbols = [each.symbol for each in drawing.classes]
    named = {colour for symbol in symbols for colour in (symbol.fill, symbol.stroke)}
    named |= {symbol.hatch.ink for symbol in symbols if symbol.hatch}
    named |= {drawing.lettering.ink, drawing.lettering.halo} if drawing.label else set()
    return named - {""}


def cells(root: Element) -> Iterator[str]:
    for element in root.iter():
        yield from element.attrib.values()
        yield element.text or ""


def in_qml(text: bytes) -> set[str]:
    found = (re.fullmatch(r"(\d+),(\d+),(\d+),\d+", cell) for cell in cells(Tree.fromstring(text)))
    return {"#{:02x}{:02x}{:02x}".format(*map(int, match.groups())) for match in found if match}


def in_sld(text: bytes) -> set[str]:
    return {cell for cell in cells(Tree.fromstring(text)) if cell.startswith("#")}


@pytest.mark.parametrize(("drawing", "table"), CASES, ids=[drawing.en for drawing, _ in CASES])
def test_every_colour_of_the_source_is_in_every_style_and_no_other(drawing: Drawing, table: ShownTable) -> None:
    wanted = colours(drawing)
    assert wanted
    assert in_qml(qml(drawing, table)) == wanted
    for edition in EDITIONS:
        assert in_sld(sld("x", drawing, edition)) == wanted


def test_a_verdict_keeps_its_fill_its_hatch_and_its_outline() -> None:
    root = Tree.fromstring(qml(verdict_drawing(), SHOWN_PARCELS))
    categories = root.findall("renderer-v2/categories/category")
    assert [each.get("value") for each in categories] == [verdict.value for verdict in VERDICTS]
    assert categories[0].get("label") == "符合 clear"
    for verdict, symbol in zip(VERDICTS, root.findall("renderer-v2/symbols/symbol"), strict=True):
        drawn = verdict_symbol(verdict)
        layers = {layer.get("class"): properties(layer) for layer in symbol.findall("layer")}
        assert layers["SimpleFill"]["color"].endswith(f",{round(255 * drawn.opacity)}")
        assert float(layers["SimpleLine"]["line_width"]) == drawn.stroke_mm
        kinds = {"dots": "PointPatternFill", "diagonal": "LinePatternFill", "cross": "LinePatternFill"}
        assert (kinds[drawn.hatch.kind] in layers) if drawn.hatch else len(layers) == 2


def properties(layer: Element) -> dict[str, str]:
    return {option.attrib["name"]: option.get("value", "") for option in layer.findall("Option/Option")}


def single(symbol: Symbol) -> Drawing:
    return Drawing("层", "layer", (DrawnClass("", "层", "layer", symbol),))


@pytest.mark.parametrize("kind", HATCH_KINDS)
def test_every_hatch_is_drawn_in_its_ink_at_its_distance(kind: str) -> None:
    drawing = single(Symbol(hatch=Hatch(kind, "#123456", 1.7, 0.2)))
    layers = [
        properties(layer)
        for layer in Tree.fromstring(qml(drawing, SHOWN_FEATURES)).findall(".//symbol[@name='0']/layer")
    ]
    assert len(layers) == (2 if kind in ("cross", "grid") else 1)
    assert all(layer.get("distance", layer.get("distance_x")) == "1.7" for layer in layers)
    marks = {edition: names(sld("x", drawing, edition), "WellKnownName") for edition in EDITIONS}
    assert all(mark.startswith("shape://") for mark in marks["1.0"])
    assert set(marks["1.1"]) == {"brush://dense6" if kind == "dots" else "horline"}


def names(text: bytes, tag: str) -> list[str]:
    return [element.text or "" for element in Tree.fromstring(text).iter() if element.tag.endswith(f"}}{tag}")]


def test_hatches_of_one_kind_each_look_different() -> None:
    drawn = {kind: qml(single(Symbol(hatch=Hatch(kind, "#123456"))), SHOWN_FEATURES) for kind in HATCH_KINDS}
    told = {kind: sld("x", single(Symbol(hatch=Hatch(kind, "#123456"))), "1.0") for kind in HATCH_KINDS}
    assert len(set(drawn.values())) == len(set(told.values())) == len(HATCH_KINDS)


def test_a_dashed_outline_keeps_its_pattern() -> None:
    drawing = single(Symbol(stroke="#b23c1c", stroke_mm=0.5, dash_mm=(4, 1)))
    line = Tree.fromstring(qml(drawing, SHOWN_FEATURES)).find(".//symbol/layer")
    assert properties(line)["customdash"] == "4;1"
    assert properties(line)["use_custom_dash"] == "1"
    dashes = re.findall(rb'name="stroke-dasharray">([^<]+)<', sld("x", drawing, "1.0"))
    assert [float(part) for part in dashes[0].split()] == pytest.approx([4 / 0.28, 1 / 0.28], rel=1e-3)


def test_the_plan_is_told_apart_by_use_and_numbered() -> None:
    drawing = use_drawing(USES)
    root = Tree.fromstring(qml(drawing, SHOWN_PLAN_LINES))
    renderer = root.find("renderer-v2")
    assert renderer is not None
    assert renderer.get("attr") == "use_class"
    words = {each.get("value"): each.get("label") for each in renderer.findall("categories/category")}
    assert words["0901"] == "0901 商业用地"
    assert words["9999"] == "9999 代码无法识别"
    text = root.find("labeling/settings/text-style")
    assert text is not None
    assert text.get("fieldName") == "line_no"
    for edition in EDITIONS:
        told = sld("plan_lines", drawing, edition)
        assert names(told, "Literal") == sorted(USES)
        assert names(told, "PropertyName") == ["use_class"] * len(USES) + ["line_no"]


def test_fields_have_chinese_names_and_codes_have_words() -> None:
    root = Tree.fromstring(qml(verdict_drawing(), SHOWN_PARCELS))
    aliases = {each.get("field"): each.get("name") for each in root.findall("aliases/alias")}
    assert aliases["verdict"] == "筛查结论 verdict"
    assert list(aliases) == [field.name for field in SHOWN_PARCELS.fields]
    widget = root.find("fieldConfiguration/field[@name='verdict']/editWidget[@type='ValueMap']")
    pairs = {each.get("value"): each.get("name") for each in widget.findall(".//Option[@value]")}
    assert pairs["excluded"] == "不符合 excluded"


@given(st.text(max_size=30), st.text(max_size=30))
def test_whatever_a_layer_is_called_the_styles_are_well_formed(zh: str, value: str) -> None:
    plain = verdict_drawing()
    drawing = replace(plain, zh=zh, classes=(replace(plain.classes[0], zh=zh, value=value),))
    for text in (qml(drawing, SHOWN_PARCELS), *(sld(zh, drawing, edition) for edition in EDITIONS)):
        tags = {element.tag.rpartition("}")[2] for element in Tree.fromstring(text).iter()}
        assert tags <= _TAGS


def test_markup_in_a_name_is_text_and_what_xml_cannot_hold_is_marked() -> None:
    nasty = "“甲”<b a='1'>&\"\x07"
    drawing = replace(verdict_drawing(), zh=nasty, classes=(replace(verdict_drawing().classes[0], zh=nasty),))
    category = Tree.fromstring(qml(drawing, SHOWN_PARCELS)).find(".//category")
    assert category.get("label") == nasty.replace("\x07", "\ufffd") + " clear"
    assert nasty.replace("\x07", "\ufffd") + " clear" in names(sld("x", drawing, "1.1"), "Title")


def test_the_same_drawing_gives_the_same_bytes() -> None:
    for drawing, table in CASES:
        assert qml(drawing, table) == qml(drawing, table)
        assert sld("x", drawing, "1.0") == sld("x", drawing, "1.0")
        assert sld("x", drawing, "1.0") != sld("x", drawing, "1.1")
