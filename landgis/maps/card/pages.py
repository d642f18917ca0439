"""The page as A4 sheets (PDF): Chinese first, titles in both languages, safe in black and white."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

from landgis.maps.card.fragment import Drawings
from landgis.maps.card.place import CONFLICT_MM, CONTEXT_MM
from landgis.maps.card.told import PageTold, told
from landgis.maps.card.words import WORDS, Voice
from landgis.maps.sheet.typesetting import compose, stamp

_TEMPLATE = Path(__file__).parent / "forms" / "card.typ"


def card_pages(
    pages: Sequence[tuple[dict[str, Any], Drawings]], drawn_on: date, program: str, lang: str = "zh"
) -> bytes:
    """Set pages (``explain.schema.json``) as a PDF, each parcel on a sheet of its own and as many more as it needs.

    Parameters
    ----------
    pages
        Content and maps, in the order of the PDF.
    drawn_on
        Time stamp of the file; the same pages on the same day give the same bytes.
    program
        Name and version, printed at the foot.
    lang
        ``zh`` or ``en``.

    Raises
    ------
    ToolMissing
        If the Chinese fonts are not installed.
    """
    content = {
        "layout": {"name": "a4_card"},
        "lang": lang,
        "day": drawn_on.isoformat(),
        "program": program,
        "words": {key: [zh, en] for key, (zh, en) in WORDS.items() if "{" not in zh},
        "context_mm": list(CONTEXT_MM),
        "conflict_mm": list(CONFLICT_MM),
        "pages": [_page(told(page, lang), drawings, Voice(lang)) for page, drawings in pages],
    }
    pdf, _ = compose(content, stamp(drawn_on), _TEMPLATE)
    return pdf


def _page(said: PageTold, drawings: Drawings, say: Voice) -> dict[str, Any]:
    plain = asdict(said)
    for card in plain["cards"]:
        card["map"] = drawings.conflicts.get(card["number"], "")
    legend = [{"swatch": swatch, "words": zh if say.lang == "zh" else en} for swatch, zh, en in drawings.legend]
    return plain | {"context": drawings.context, "legend": legend}
