"""Setting the sheet with typst: the template is fixed, everything else reaches it as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from landgis.errors import ConfigError, ToolMissing
from landgis.maps.compositor import PageRefused, families, typeset
from landgis.maps.sheet.request import Drawable
from landgis.maps.svg import SANS

SERIF = "Noto Serif CJK SC"
_ROOT = Path(__file__).parents[1]
"""What templates may import from: parts for all of them are here."""
_PICTURE = Path(__file__).with_name("picture.typ")
_SHEETS = Path(__file__).with_name("sheet.typ")
PRINTS = Path(__file__).with_name("prints.typ")
"""Sets the print of a view."""
_CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Counted:
    """What typst counted while it set sheets.

    Attributes
    ----------
    pages
        Pages in all.
    first
        First page of each sheet with a map, by key.
    rows
        Rows of the schedule on the first page of each, by key.
    """

    pages: int
    first: Mapping[str, int]
    rows: Mapping[str, int]


def compose_sheets(
    request: Drawable, sheets: Sequence[Mapping[str, Any]], drawn_on: datetime, first: int = 1, pages: int = 0,
    template: Path = _SHEETS,
) -> tuple[bytes, Counted]:  # fmt: skip
    """Set sheets one after the other as one PDF.

    Parameters
    ----------
    sheets
        Contents, in order.
    first, pages
        Number of the first page, and of pages in all as they are to be printed; 0: as many as there are here.
    template
        What sets them.

    Raises
    ------
    ToolMissing, ConfigError
        As `compose`.
    """
    pdf, told = compose(_document(request, sheets, first, pages), drawn_on, template, tagged=False)
    rows = {key: shown["rows"] for key, shown in told["shown"]}
    return pdf, Counted(told["pages"], dict(told["maps"]), rows)


def picture_of_sheets(
    request: Drawable, sheets: Sequence[Mapping[str, Any]], drawn_on: datetime, dpi: int, first: int, pages: int,
    template: Path = _SHEETS,
) -> list[bytes]:  # fmt: skip
    """Set sheets as pictures (PNG), one a page."""
    drawn = _compiled(_document(request, sheets, first, pages), template, format="png", ppi=dpi, timestamp=drawn_on)
    return drawn if isinstance(drawn, list) else [drawn]


def picture(drawing: str, width_mm: float, height_mm: float, dpi: int) -> bytes:
    """Turn one drawing (SVG, unit millimetre) into a PNG of the same extent."""
    content = {"layout": {"name": "picture"}, "svg": drawing, "width_mm": width_mm, "height_mm": height_mm}
    drawn = _compiled(content, _PICTURE, format="png", ppi=dpi)
    return bytes(drawn[0] if isinstance(drawn, list) else drawn)


def _document(request: Drawable, sheets: Sequence[Mapping[str, Any]], first: int, pages: int) -> dict[str, Any]:
    head = {"title": request.title_zh, "author": request.prepared_by, "first": first, "pages": pages}
    return {"layout": {"name": ", ".join(sheet["layout"]["name"] for sheet in sheets)}, **head, "sheets": list(sheets)}


def compose(
    content: dict[str, Any], drawn_on: datetime, template: Path, *, tagged: bool = True
) -> tuple[bytes, dict[str, Any]]:
    """Set a document.

    Parameters
    ----------
    content
        Plain data (JSON): texts, tables, drawings as SVG text, the layout.
    drawn_on
        Time stamp of the PDF; nothing else in the file depends on time.
    template
        What sets the content.
    tagged
        With the structure that screen readers follow; it doubles the size of long tables.

    Returns
    -------
    tuple
        The PDF, and the ``<facts>`` that typst counted, at least ``pages``.

    Raises
    ------
    ToolMissing
        If the Chinese fonts are not installed.
    ConfigError
        If the content does not fit the layout.
    """
    pdf, told = _set(content, template, {"format": "pdf", "timestamp": drawn_on, "pdf_tags": tagged}, "<facts>")
    if not isinstance(pdf, bytes) or told is None:
        raise TypeError("typst gave no PDF bytes")
    return pdf, json.loads(told)


def _compiled(content: dict[str, Any], template: Path, **options: Any) -> Any:
    return _set(content, template, options)[0]


def _set(
    content: dict[str, Any], template: Path, options: dict[str, Any], asked: str | None = None
) -> tuple[Any, str | None]:
    require_fonts(_installed())
    inputs = {"content": json.dumps(content, ensure_ascii=False), "sans": SANS, "serif": SERIF}
    with _told(content):
        return typeset(template, inputs, root=_ROOT, compiled=options, asked=asked)


@contextmanager
def _told(content: Mapping[str, Any]) -> Iterator[None]:
    try:
        yield
    except PageRefused as error:
        raise ConfigError(
            f"图面内容放不进版式：{error}",
            f"The content does not fit the layout: {error}",
            where=str(content["layout"]["name"]),
            next_zh="请减少图层或资料来源，或改用较大的版式",
            next_en="Use fewer layers or sources, or a larger layout",
        ) from error


def stamp(day: Any) -> datetime:
    """Midnight in China on the day of drawing."""
    return datetime.combine(day, time(), _CHINA)


@cache
def _installed() -> frozenset[str]:
    return families()


def require_fonts(installed: frozenset[str]) -> None:
    """Raise unless the sheet's font families are among those installed.

    Raises
    ------
    ToolMissing
        Naming the fonts and the package that brings them.
    """
    missing = [family for family in (SANS, SERIF) if family not in installed]
    if missing:
        raise ToolMissing(
            f"没有安装字体 {'、'.join(missing)}，图纸上的中文无法排出",
            f"The font {', '.join(missing)} is not installed: Chinese text cannot be set",
            next_zh="请安装字体包：apt-get install fonts-noto-cjk",
            next_en="Install the font package: apt-get install fonts-noto-cjk",
        )
