"""What every hand-out says of itself: title, dates, sources, the mark of stand-in data, that it is not for measuring."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape

from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.errors import InputError
from landgis.maps.material import ContextLayer, Source

MAX_FEATURES = 5_000
"""More outlines than this and a browser turns slow: narrow the choice instead."""
_DEFAULT_STYLE = "* 样式为项目默认，并非法定图式 Project default, not an official symbol"


@dataclass(frozen=True, kw_only=True)
class Leaf:
    """A page to pass on.

    Attributes
    ----------
    title_zh, title_en
        Title of the page.
    as_of, drawn_on
        State of the data; date of drawing.
    context
        Layers to switch on and off, from bottom to top.
    sources
        Releases used.
    substitute
        True when anything shown is stand-in data: the page then says so.
    notes_zh
        Further sentences of the footer.
    classification
        Mark at the head of the page, Chinese and English.
    drawn_by
        Who draws it; empty: the day alone.
    """

    title_zh: str
    title_en: str
    as_of: date
    drawn_on: date
    context: tuple[ContextLayer, ...] = ()
    sources: tuple[Source, ...] = ()
    substitute: bool = False
    notes_zh: tuple[str, ...] = ()
    classification: tuple[str, str] = ("内部使用", "for internal use")
    drawn_by: str = ""


def require_few(leaf: Leaf, counts: dict[str, int]) -> None:
    """Raise if a page would show nothing, or more outlines than a browser moves smoothly.

    Parameters
    ----------
    counts
        What is shown beside the context → how many; the first is what the page is about.
    """
    if next(iter(counts.values())) == 0:
        raise InputError("没有可分发的地块", "There are no parcels to hand out", where=leaf.title_zh)
    listed = counts | {layer.key: len(layer.features) for layer in leaf.context}
    total = sum(listed.values())
    if total > MAX_FEATURES:
        told = "，".join(f"{name} {count}" for name, count in listed.items())
        raise InputError(
            f"要素共 {total} 个，超过分发页上限 {MAX_FEATURES} 个（{told}）",
            f"{total} outlines are more than the {MAX_FEATURES} a hand-out may hold ({told})",
            where=leaf.title_zh,
            next_zh="请缩小范围：用 --pool 只绘一个库的地块，用 --layer 减少图层；整区请用网页“一张图”",
            next_en="Narrow it: the parcels of one pool (--pool), fewer layers (--layer); for a whole district use the "
            "web page",
        )


def heading(leaf: Leaf) -> str:
    """Return the head of the page."""
    stand_in = (
        f'<div class="stand-in" role="note">{SUBSTITUTE_ZH}<small>{SUBSTITUTE_EN}</small></div>'
        if leaf.substitute
        else ""
    )
    words = f"<div><h1>{escape(leaf.title_zh)}</h1><p>{escape(leaf.title_en)}</p></div>"
    mark_zh, mark_en = map(escape, leaf.classification)
    drawn = " ".join(filter(None, (escape(leaf.drawn_by), str(leaf.drawn_on))))
    return (
        f'<header>{words}{stand_in}<p class="mark"><strong>{mark_zh}</strong> {mark_en}</p>'
        f"<p>数据截止 as of {leaf.as_of}　制图 drawn {drawn}</p></header>"
    )


def footer(leaf: Leaf) -> str:
    """Return the foot of the page."""
    sources = "；".join(source.label_zh + ("［替代数据］" if source.substitute else "") for source in leaf.sources)
    return (
        "<footer><p><strong>示意图，不得用于量算。</strong>坐标为 CGCS2000 经纬度（EPSG:4490），屏幕以 Web 墨卡托显示。"
        "Schematic, not for measuring: CGCS2000 degrees (EPSG:4490), displayed in Web Mercator.</p>"
        f"<p>{_DEFAULT_STYLE if any(not layer.style.official for layer in leaf.context) else ''}</p>"
        f"<p>{escape(' '.join(leaf.notes_zh))}</p>"
        f"<p>{escape('资料来源 Sources: ' + sources) if sources else ''}</p></footer>"
    )
