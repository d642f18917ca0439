"""The hand-out: one page to pass on, opened in any browser without a network."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from branca.element import Element, Figure
from folium.map import CustomPane
from folium.utilities import JsCode

from landgis.crs import GEOGRAPHIC, to_crs
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.domain.outcome import VERDICTS, Outcome
from landgis.errors import CrsMissing, InputError
from landgis.frames.judged import FINDINGS
from landgis.frames.parcels import POLYGONS
from landgis.frames.spec import Column, FrameSpec
from landgis.maps import inline, svg
from landgis.maps.cards import cards
from landgis.maps.material import ContextLayer, Source
from landgis.maps.style import VERDICT_EN, Hatch, Symbol, layer_symbol, verdict_symbol

MAX_FEATURES = 5_000
"""More outlines than this and a browser turns slow: narrow the choice instead."""
PARCELS = FrameSpec(
    name="HandoutFrame 分发地块",
    columns=(
        Column("parcel_id", "text"),
        Column("verdict", "text"),
        Column("town_name", "text", nullable=True),
        Column("village_name", "text", nullable=True),
    ),
    key=("parcel_id",),
    geometry=POLYGONS,
)
_DEFAULT_STYLE = "* 样式为项目默认，并非法定图式 Project default, not an official symbol"
_PX_PER_MM = 4.0
_DEGREES = 7  # decimals kept: about a centimetre


@dataclass(frozen=True)
class Handout:
    """What a hand-out shows.

    Attributes
    ----------
    title_zh, title_en
        Title of the page.
    as_of, drawn_on
        State of the data; date of drawing.
    parcels
        ``PARCELS`` of this module with geometry, any CRS that pyproj can turn into CGCS2000 degrees.
    findings
        ``frames.judged.FINDINGS``; those of other parcels are ignored.
    context
        Layers to switch on and off, from bottom to top.
    sources
        Releases used.
    substitute
        True when anything shown is stand-in data: the page then says so.
    notes_zh
        Further sentences of the footer.
    """

    title_zh: str
    title_en: str
    as_of: date
    drawn_on: date
    parcels: gpd.GeoDataFrame
    findings: pd.DataFrame
    context: tuple[ContextLayer, ...] = ()
    sources: tuple[Source, ...] = ()
    substitute: bool = False
    notes_zh: tuple[str, ...] = ()


def handout(request: Handout, assets: Path) -> bytes:
    """Make a self-contained HTML page of judged parcels.

    Coordinates are CGCS2000 degrees (EPSG:4490). The browser draws them in Web Mercator, so the page says that it is
    not for measuring. The page can fetch nothing and runs no script but its own; the same request gives the same bytes.

    Parameters
    ----------
    request
        What to show.
    assets
        Folder with ``leaflet.js``, ``leaflet.css`` and ``images/`` as ``make setup`` leaves them.

    Raises
    ------
    InputError
        No parcels, or more than ``MAX_FEATURES`` outlines.
    ContractBroken, CrsMissing
        The frames do not keep their declaration, or carry no CRS.
    ToolMissing
        A browser asset is missing.
    """
    _require_showable(request)
    parcels = request.parcels.assign(geometry=_degrees(request.parcels, "parcels"))
    west, south, east, north = parcels.total_bounds
    page = folium.Map(tiles=None, zoom_control=True, max_zoom=22, zoom_snap=0.25, attribution_control=False)
    page.default_js, page.default_css = [], []
    page.fit_bounds([[south, west], [north, east]], padding=(24, 24))
    patterns: list[str] = []
    for layer in request.context:
        _add_context(page, layer, patterns)
    for verdict in VERDICTS:
        _add_parcels(page, parcels, verdict, patterns)
    folium.LayerControl(collapsed=False).add_to(page)
    return _page(page, request, patterns, assets).encode("utf-8")


def _require_showable(request: Handout) -> None:
    PARCELS.require(request.parcels)
    FINDINGS.require(request.findings)
    counts = {"地块 parcels": len(request.parcels)} | {layer.key: len(layer.features) for layer in request.context}
    total = sum(counts.values())
    if len(request.parcels) == 0:
        raise InputError("没有可分发的地块", "There are no parcels to hand out", where=request.title_zh)
    if total > MAX_FEATURES:
        listed = "，".join(f"{name} {count}" for name, count in counts.items())
        raise InputError(
            f"要素共 {total} 个，超过分发页上限 {MAX_FEATURES} 个（{listed}）",
            f"{total} outlines are more than the {MAX_FEATURES} a hand-out may hold ({listed})",
            where=request.title_zh,
            next_zh="请缩小范围：按镇或结论筛选地块、减少图层；整区请用网页“一张图”",
            next_en="Narrow it: choose towns or verdicts, fewer layers; for a whole district use the web page",
        )


def _degrees(frame: gpd.GeoDataFrame, where: str) -> Any:
    if frame.crs is None:
        raise CrsMissing("没有坐标系", "No CRS", where=where, next_zh="请先指明坐标系", next_en="Declare the CRS first")
    moved, _ = to_crs(np.asarray(frame.geometry), frame.crs, GEOGRAPHIC)
    return shapely.transform(moved, lambda points: np.round(points, _DEGREES))


def _add_context(page: folium.Map, layer: ContextLayer, patterns: list[str]) -> None:
    shapes = _degrees(layer.features, layer.key)
    if not len(shapes):
        return
    pane = f"context-{len(patterns)}"
    CustomPane(pane, z_index=300 + len(patterns)).add_to(page)
    title = f"{layer.style.legend_zh}（{layer.release}）" if layer.release else layer.style.legend_zh
    style = _style(layer_symbol(layer.style), patterns)
    mark = "" if layer.style.official else "*"
    _add(page, shapes, range(len(shapes)), style, (title + mark, layer.style.legend_en), pane=pane, interactive=False)


def _add_parcels(page: folium.Map, parcels: gpd.GeoDataFrame, verdict: Outcome, patterns: list[str]) -> None:
    rows = np.flatnonzero(parcels["verdict"] == verdict.value)
    if not len(rows):
        return
    style = _style(verdict_symbol(verdict), patterns)
    words = (f"{verdict.zh}（{len(rows)} 宗）", VERDICT_EN[verdict])
    _add(page, np.asarray(parcels.geometry)[rows], rows.tolist(), style, words, on_each_feature=JsCode("landgisParcel"))


def _add(
    page: folium.Map, shapes: Any, numbers: Any, style: dict[str, Any], words: tuple[str, str], **options: Any
) -> None:
    """Add one layer under a name that carries its sample; the layer control is the legend."""
    features = [
        {"type": "Feature", "id": int(number), "properties": {"n": int(number)}, "geometry": json.loads(shape)}
        for number, shape in zip(numbers, shapely.to_geojson(shapes), strict=True)
    ]
    paint = f'fill="{style["fillColor"]}" fill-opacity="{style["fillOpacity"]}" stroke="{style["color"]}" stroke-width="1.5"'
    sample = f'<svg class="swatch" aria-hidden="true"><rect x="1" y="1" width="22" height="12" {paint}/></svg>'
    layer = folium.GeoJson(
        {"type": "FeatureCollection", "features": features},
        name=f"{sample}<span>{escape(words[0])}<small>{escape(words[1])}</small></span>",
        style_function=lambda _feature: style,
        smooth_factor=0,
        **options,
    )
    layer.add_to(page)


def _style(symbol: Symbol, patterns: list[str]) -> dict[str, Any]:
    """Leaflet's path options of a symbol; hatches become patterns of the page."""
    identifier = f"hatch-{len(patterns)}"
    hatch = symbol.hatch
    if hatch is None:
        patterns.append("")
    else:
        drawn = Hatch(hatch.kind, hatch.ink, hatch.spacing_mm * _PX_PER_MM, hatch.width_mm * _PX_PER_MM)
        ground = f'<rect width="100" height="100" fill="{symbol.fill or "none"}" fill-opacity="{symbol.opacity}"/>'
        patterns.append(svg.pattern(identifier, drawn, ground))
    return {
        "color": symbol.stroke,
        "weight": max(1.0, symbol.stroke_mm * _PX_PER_MM),
        "fill": bool(symbol.fill or hatch),
        "fillColor": f"url(#{identifier})" if hatch else symbol.fill or "none",
        "fillOpacity": 1.0 if hatch else symbol.opacity,
    }


def _page(page: folium.Map, request: Handout, patterns: list[str], assets: Path) -> str:
    root = page.get_root()
    if not isinstance(root, Figure):
        raise TypeError("a folium map stands in a branca figure")
    # Leaflet's own attribution link is switched off above; without it the file names no address to follow.
    leaflet = inline.script(assets, "leaflet.js").replace('href="https://leafletjs.com"', 'href="#"')
    own = files("landgis.maps").joinpath("page")
    header = [
        f"<title>{escape(request.title_zh)}</title>",
        f"<style>{inline.style(assets, 'leaflet.css')}</style>",
        f"<script>{leaflet}</script>",
    ]
    body = [
        _heading(request) + _footer(request),
        f'<svg width="0" height="0" style="position:absolute"><defs>{"".join(patterns)}</defs></svg>',
        f'<script type="application/json" id="landgis-cards">{cards(request.parcels, request.findings)}</script>',
        f"<script>{own.joinpath('handout.js').read_text(encoding='utf-8')}</script>",
    ]
    for text in header:
        root.header.add_child(Element(_verbatim(text)))
    for text in body:
        root.html.add_child(Element(_verbatim(text)))
    _number_elements(root)
    html = str(root.render())
    # Folium writes its own style last into the head and its script last into the page; ours come after them.
    style = f"<style>{own.joinpath('handout.css').read_text(encoding='utf-8')}</style></head>"
    finish = f"<script>landgisFinish({page.get_name()});</script></html>"
    return inline.sealed(html.replace("</head>", style, 1).replace("</html>", finish))


def _verbatim(text: str) -> str:
    """Branca renders every element as a Jinja template: this keeps braces in data from being read as one."""
    return "{% raw %}" + text.replace("{% endraw %}", "{% end raw %}") + "{% endraw %}"


def _number_elements(root: Any) -> None:
    """Give elements running numbers instead of branca's random ones, so that equal requests give equal bytes."""
    waiting, count = [root], 0
    while waiting:
        element = waiting.pop(0)
        element._id, count = f"{count:04d}", count + 1
        waiting += list(element._children.values())


def _heading(request: Handout) -> str:
    stand_in = (
        f'<div class="stand-in" role="note">{SUBSTITUTE_ZH}<small>{SUBSTITUTE_EN}</small></div>'
        if request.substitute
        else ""
    )
    words = f"<div><h1>{escape(request.title_zh)}</h1><p>{escape(request.title_en)}</p></div>"
    return f"<header>{words}{stand_in}<p>数据截止 as of {request.as_of}　制图 drawn {request.drawn_on}</p></header>"


def _footer(request: Handout) -> str:
    sources = "；".join(source.label_zh + ("［替代数据］" if source.substitute else "") for source in request.sources)
    return (
        "<footer><p><strong>示意图，不得用于量算。</strong>坐标为 CGCS2000 经纬度（EPSG:4490），屏幕以 Web 墨卡托显示。"
        "Schematic, not for measuring: CGCS2000 degrees (EPSG:4490), displayed in Web Mercator.</p>"
        f"<p>{_DEFAULT_STYLE if any(not layer.style.official for layer in request.context) else ''}</p>"
        f"<p>{escape(' '.join(request.notes_zh))}</p>"
        f"<p>{escape('资料来源 Sources: ' + sources) if sources else ''}</p></footer>"
    )
