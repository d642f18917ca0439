"""The forms of an explanation: text, JSON, HTML, PDF; the same numbers in all of them."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from landgis.domain.program import VERSION
from landgis.exchange.writing.vector import write_bytes
from landgis.maps.card.fragment import document
from landgis.maps.card.pages import card_pages
from landgis.maps.card.plain import plain_page
from landgis.maps.card.words import WORDS
from landgis.services.explaining.explain import Explained

FORMATS = ("text", "json", "html", "pdf")
_SUFFIXES = {"text": ".txt", "json": ".json", "html": ".html", "pdf": ".pdf"}
_PROGRAM = f"landgis {VERSION}"


def explained_json(pages: Sequence[Explained]) -> dict[str, Any]:
    """Return pages as one JSON document; each page keeps ``explain.schema.json``."""
    return {"pages": [each.page for each in pages]}


def explained_text(pages: Sequence[Explained], lang: str) -> str:
    """Return pages as text, one after the other."""
    return "\n\n".join(plain_page(each.page, lang) for each in pages)


def explained_bytes(pages: Sequence[Explained], form: str, drawn_on: date, lang: str, *, drawn_by: str = "") -> bytes:
    """Return pages in one form, as it is written into a file.

    Parameters
    ----------
    form
        One of ``FORMATS``.
    drawn_on
        Time stamp of the PDF.
    lang
        ``zh`` or ``en``; JSON holds both.
    drawn_by
        Who had it made, printed at the foot of the PDF; empty: nobody by name.
    """
    drawn = [(each.page, each.drawings) for each in pages]
    title = WORDS["title"][0 if lang == "zh" else 1]
    forms: dict[str, Callable[[], bytes]] = {
        "text": lambda: explained_text(pages, lang).encode("utf-8"),
        "json": lambda: json.dumps(explained_json(pages), ensure_ascii=False, indent=2, allow_nan=False).encode(
            "utf-8"
        ),
        "html": lambda: document(drawn, title, lang).encode("utf-8"),
        "pdf": lambda: card_pages(drawn, drawn_on, " · ".join(filter(None, (_PROGRAM, drawn_by))), lang),
    }
    return forms[form]()


def write_explained(
    pages: Sequence[Explained], out: Path, drawn_on: date, lang: str = "zh", forms: Sequence[str] = FORMATS
) -> list[Path]:
    """Write ``explain.txt``, ``.json``, ``.html`` and ``.pdf``, or some of them, into a folder; return the paths."""
    out.mkdir(parents=True, exist_ok=True)
    files = []
    for form in forms:
        path = out / f"explain{_SUFFIXES[form]}"
        write_bytes(path, explained_bytes(pages, form, drawn_on, lang))
        files.append(path)
    return files
