"""The page as HTML: a fragment for the desk, or a whole document that opens without a network."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from landgis.maps.card.told import told
from landgis.maps.card.words import Voice

_FOLDER = Path(__file__).parent / "forms"


@dataclass(frozen=True)
class Drawings:
    """The maps of a page as SVG: the parcel in its surroundings, by card number the conflicts, and the legend.

    ``legend`` holds swatch, Chinese and English words.
    """

    context: str = ""
    conflicts: Mapping[int, str] = field(default_factory=dict)
    legend: Sequence[tuple[str, str, str]] = ()


def fragment(page: dict[str, Any], drawings: Drawings, lang: str = "zh") -> str:
    """Return a page (``explain.schema.json``) as one ``<article>``, escaped, without style, script or address.

    Maps are images inside the text, so that drawings of several pages cannot mix their patterns up.
    """
    filled = {"said": told(page, lang), "say": Voice(lang), "drawings": drawings}
    return _environment().get_template("fragment.html").render(filled)


def document(pages: Sequence[tuple[dict[str, Any], Drawings]], title: str, lang: str = "zh") -> str:
    """Return pages as one HTML document with its style inside; it can fetch nothing and runs no script."""
    fragments = [fragment(page, drawings, lang) for page, drawings in pages]
    style = _FOLDER.joinpath("explain.css").read_text(encoding="utf-8")
    return (
        _environment()
        .get_template("document.html")
        .render(fragments=fragments, title=title, style=style, lang=lang, pages=[told(page, lang) for page, _ in pages])
    )


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["image"] = _image
    return environment


def _image(svg: str) -> str:
    """Write a drawing as a ``data:`` address."""
    return "data:image/svg+xml;base64," + b64encode(svg.encode("utf-8")).decode("ascii")
