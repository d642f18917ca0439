"""Setting the sheet with typst: the template is fixed, everything else reaches it as JSON."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

import typst

from landgis.errors import ConfigError, ToolMissing
from landgis.maps.svg import SANS

SERIF = "Noto Serif CJK SC"
_TEMPLATE = Path(__file__).with_name("plan.typ")
_CHINA = timezone(timedelta(hours=8))


def compose(content: dict[str, Any], drawn_on: datetime, template: Path = _TEMPLATE) -> tuple[bytes, dict[str, int]]:
    """Set a sheet and its following pages.

    Parameters
    ----------
    content
        Plain data (JSON): texts, tables, drawings as SVG text, the layout.
    drawn_on
        Time stamp of the PDF; nothing else in the file depends on time.
    template
        What sets the content; by default the plan sheet.

    Returns
    -------
    tuple
        The PDF, and the ``<facts>`` that typst counted (``pages``; on a sheet also ``rows_on_sheet``).

    Raises
    ------
    ToolMissing
        If the Chinese fonts are not installed.
    ConfigError
        If the content does not fit the layout.
    """
    require_fonts(_installed())
    text = json.dumps(content, ensure_ascii=False)
    compiler = typst.Compiler(
        str(template), root=str(template.parent), sys_inputs={"content": text, "sans": SANS, "serif": SERIF}
    )
    try:
        pdf = compiler.compile(format="pdf", timestamp=drawn_on)
        facts = json.loads(compiler.query("<facts>", field="value", one=True))
    except typst.TypstError as error:
        raise ConfigError(
            f"图面内容放不进版式：{error.message}",
            f"The content does not fit the layout: {error.message}",
            where=str(content["layout"]["name"]),
            next_zh="请减少图层或资料来源，或改用较大的版式",
            next_en="Use fewer layers or sources, or a larger layout",
        ) from error
    if not isinstance(pdf, bytes):
        raise TypeError("typst gave no PDF bytes")
    return pdf, facts


def stamp(day: Any) -> datetime:
    """Midnight in China on the day of drawing."""
    return datetime.combine(day, time(), _CHINA)


@cache
def _installed() -> frozenset[str]:
    return frozenset(typst.Fonts().families())


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
