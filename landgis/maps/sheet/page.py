"""One sheet before and after it is set: its content, its check code, its facts."""

from __future__ import annotations

import json
from base64 import b32encode
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from landgis.maps.layout import Box
from landgis.maps.sheet.body import Body
from landgis.maps.sheet.facts import SheetFacts


@dataclass(frozen=True)
class Frame:
    """A drawn map and where it stands; an inset has a header of its own."""

    body: Body
    box: Box
    header: Box | None = None
    title_zh: str = ""
    words_zh: str = ""


@dataclass(frozen=True)
class Page:
    """One sheet ready to be set: its content for the template, its facts (page numbers still open), its maps."""

    content: dict[str, Any]
    facts: SheetFacts
    bodies: tuple[Body, ...] = ()


@dataclass(frozen=True)
class Heading:
    """What tells one sheet of a set from another."""

    key: str
    title_zh: str
    short_zh: str
    sheet_no: str
    tables_page: str = ""


def coded(content: dict[str, Any], facts: SheetFacts, bodies: tuple[Body, ...]) -> Page:
    """Give the sheet its check code: a hash of all it prints but its page number."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    letters = b32encode(sha256(text.encode()).digest()).decode("ascii")
    code = f"{letters[:5]}-{letters[5:10]}"
    return Page(content | {"check_code": code}, replace(facts, check_code=code), bodies)


def settled(page: Page, first: int, pages: int, rows_on_sheet: int) -> SheetFacts:
    """Complete the facts of a sheet by what typst counted: its pages, and how many rows of its schedule they hold."""
    content, facts = page.content, page.facts
    whole = content.get("continued") or content["kind"] in ("tables", "adjustment") or content["index"]
    listed = facts.parcel_ids if whole else facts.parcel_ids[:rows_on_sheet]
    return replace(facts, page=first, pages=pages, rows_on_sheet=rows_on_sheet, listed=listed)
