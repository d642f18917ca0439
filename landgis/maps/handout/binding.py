"""Binding a hand-out: map, words, cards and scripts into one page that fetches nothing and is not too heavy to pass on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import Any

import folium
from branca.element import Element, Figure

from landgis.errors import InputError
from landgis.maps import inline
from landgis.maps.handout.ground import Ground
from landgis.maps.handout.leaf import Leaf, footer, heading

MAX_BYTES = 15_000_000
"""A page is passed on by mail and opened on a meeting room's computer: office mail takes about 20 MB, of which its encoding
eats a quarter. 14 MB of outlines (460,000 vertices) open in 2 s on two cores; 5,000 parcels alone are 2 MB, with the tables
of a plan 5 MB. It is the vertices of long outlines under the parcels that make a page heavy."""


def bound(leaf: Leaf, ground: Ground, assets: Path, scripts: Sequence[str], content: Any, side: str = "") -> bytes:
    """Return the finished page; the same parts give the same bytes.

    Parameters
    ----------
    ground
        The map.
    assets
        Folder with ``leaflet.js``, ``leaflet.css`` and ``images/`` as ``make setup`` leaves them.
    scripts
        The page's own scripts, in ``landgis/maps/page``.
    content
        What the scripts show, as plain values.
    side
        HTML beside the map.

    Raises
    ------
    InputError
        If the page is heavier than ``MAX_BYTES``.
    ToolMissing
        A browser asset is missing.
    """
    root = ground.map.get_root()
    if not isinstance(root, Figure):
        raise TypeError("a folium map stands in a branca figure")
    folium.LayerControl(collapsed=False).add_to(ground.map)
    cards = embedded(content)
    for text in _head(leaf, assets):
        root.header.add_child(_Verbatim(text))
    for text in (
        f'{heading(leaf)}{side}{footer(leaf)}<svg width="0" height="0" style="position:absolute">'
        f"<defs>{''.join(ground.patterns)}</defs></svg>",
        f'<script type="application/json" id="landgis-cards">{cards}</script>',
        *(f"<script>{_own(name)}</script>" for name in scripts),
    ):
        root.html.add_child(_Verbatim(text))
    _number_elements(root)
    html = str(root.render())
    # Folium writes its own style last into the head and its script last into the page; ours come after them.
    groups = ", ".join(layer.get_name() for layer in ground.groups)
    finish = f"<script>landgisFinish({ground.map.get_name()}, [{groups}]);</script></html>"
    style = f"<style>{_own('handout.css')}</style></head>"
    page = inline.sealed(html.replace("</head>", style, 1).replace("</html>", finish)).encode("utf-8")
    _require_light(leaf, ground, page, {"卡片 cards": len(cards.encode()), "表格 tables": len(side.encode())})
    return page


def embedded(content: Any) -> str:
    """Return plain values as JSON that can stand inside a script element."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _head(leaf: Leaf, assets: Path) -> tuple[str, ...]:
    # Leaflet's own attribution link is switched off in the map; without it the file names no address to follow.
    leaflet = inline.script(assets, "leaflet.js").replace('href="https://leafletjs.com"', 'href="#"')
    return (
        f"<title>{escape(leaf.title_zh)}</title>",
        f"<style>{inline.style(assets, 'leaflet.css')}</style>",
        f"<script>{leaflet}</script>",
    )


def _own(name: str) -> str:
    return files("landgis.maps").joinpath("page", name).read_text(encoding="utf-8")


class _Verbatim(Element):
    """A part of the page as it is: branca renders its own elements as templates, and data may hold braces."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def render(self, **_: Any) -> str:
        """Return the part."""
        return self._text


def _number_elements(root: Any) -> None:
    """Give elements running numbers instead of branca's random ones, so that equal requests give equal bytes."""
    waiting, count = [root], 0
    while waiting:
        element = waiting.pop(0)
        element._id, count = f"{count:04d}", count + 1
        waiting += list(element._children.values())


def _require_light(leaf: Leaf, ground: Ground, page: bytes, others: dict[str, int]) -> None:
    if len(page) <= MAX_BYTES:
        return
    parts = [(each.size, f"{each.name} {each.outlines} 个轮廓、{each.vertices} 个顶点，") for each in ground.weights]
    parts += [(size, f"{name} ") for name, size in others.items()]
    told = "；".join(f"{words}{size / 1e6:.1f} MB" for size, words in sorted(parts, reverse=True) if size > 50_000)
    raise InputError(
        f"分发页 {len(page) / 1e6:.1f} MB，超过上限 {MAX_BYTES / 1e6:.0f} MB。占用：{told}",
        f"The hand-out would be {len(page) / 1e6:.1f} MB, more than the {MAX_BYTES / 1e6:.0f} MB it may be. What takes the "
        f"room (outlines, vertices): {told}",
        where=leaf.title_zh,
        next_zh="请先去掉最占地方的图层（--layer 只列要画的），再用 --pool 减少地块；顶点过密的图层可先抽稀再入库",
        next_en="Leave out the heaviest layer first (--layer names those to draw), then choose fewer parcels (--pool); "
        "a layer whose vertices are too dense may be thinned before it is imported",
    )
