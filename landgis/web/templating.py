"""Rendering: everything escaped, every string in both languages, numbers with their units at the edge."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from landgis.area import hectares, mu
from landgis.domain import printed
from landgis.domain.district import BEIJING, DISTRICTS, town_names
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.web.handbook.contents import chapter_of
from landgis.web.rooms import rooms_of
from landgis.web.words import LANGUAGES, WORDS

_FOLDER = Path(__file__).parent / "templates"
_PX_PER_MM = 4.0


def render(request: Request, template: str, status: int = 200, **values: Any) -> HTMLResponse:
    """Render a template in the language of the request.

    Parameters
    ----------
    request
        Its ``lang`` parameter chooses the language; Chinese without one.
    template
        File under ``templates/``.
    status
        HTTP state.
    **values
        What the template shows, besides ``visitor`` (who has come in, or None) and ``home`` (where he begins).
    """
    lang = language(request)
    state = request.state  # `entered` leaves both there
    visitor = getattr(state, "visitor", None)
    about = {
        "visitor": visitor, "home": getattr(state, "home", "/"), "rooms": rooms_of(visitor.person) if visitor else (),
        "lang": lang, "request": request, "chapter_here": chapter_of(request.url.path),
    }  # fmt: skip
    text = _environment().get_template(template).render(_voice(lang) | about | values)
    return HTMLResponse(text, status)


def language(request: Request) -> str:
    """Language of a request: ``zh`` or ``en``."""
    wanted = request.query_params.get("lang", "")
    return wanted if wanted in LANGUAGES else LANGUAGES[0]


def _voice(lang: str) -> dict[str, Any]:
    """Functions that speak one language: ``t`` by key, ``say`` by a pair, ``part`` of a mapping, ``fact`` of an object."""
    place = LANGUAGES.index(lang)

    def t(key: str, **filled: object) -> str:
        return WORDS[key][place].format(**filled)

    def say(zh: str, en: str) -> str:
        return zh if place == 0 else en

    def part(row: Any, name: str) -> Any:
        return row[f"{name}_{lang}"] if isinstance(row, dict) else getattr(row, f"{name}_{lang}")

    return {
        "t": t,
        "words": {key: pair[place] for key, pair in WORDS.items()},
        "say": say,
        "part": part,
        "substitute_words": (SUBSTITUTE_ZH, SUBSTITUTE_EN)[place],
        "districts": {district.key: (district.name_zh, district.name_en)[place] for district in DISTRICTS.values()},
    }


def _why(why: str, lang: str) -> str:
    """Why something happened at the door, in words; what is no key of ours is whoever did it."""
    words = WORDS.get(f"why_{why}")
    return why if words is None else words[LANGUAGES.index(lang)]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(_FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "m2": printed.number, "percent": printed.percent, "ha": lambda area_m2: f"{hectares(area_m2):,}",
        "mu": lambda area_m2: f"{mu(hectares(area_m2)):,}", "number": lambda value: f"{value:,}",
        "town": lambda code: town_names().get(code, code),
        "moment": lambda at: at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"), "why": _why,
        "px": lambda mm: f"{mm * _PX_PER_MM:.2f}", "plain": lambda value: f"{value:,g}", "metres": lambda value: f"{value:,.2f}",
    }  # fmt: skip
    return environment
