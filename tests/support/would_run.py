"""What of an answer would run or reach out, were somebody to open it: pages, pictures, workbooks and papers."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from html.parser import HTMLParser

import openpyxl
from defusedxml import ElementTree
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

_DATA = ("application/json",)
_NEVER = {
    "iframe",
    "object",
    "embed",
    "applet",
    "base",
    "frame",
    "frameset",
    "math",
    "marquee",
    "video",
    "audio",
}
_LEADING = {
    "href",
    "src",
    "action",
    "formaction",
    "xlink:href",
    "hx-get",
    "hx-post",
    "data",
    "poster",
    "srcset",
    "ping",
}
_SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_RUNS = {"/JavaScript", "/JS", "/Launch", "/OpenAction", "/AA", "/EmbeddedFiles", "/RichMedia", "/SubmitForm", "/URI"}


class _Page(HTMLParser):
    """Everything of a page that does something by itself."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script: dict[str, str | None] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._script = dict(attrs) if tag == "script" else None
        if tag in _NEVER or (tag == "meta" and dict(attrs).get("http-equiv")):
            self.found.append(f"<{tag} {attrs}>")
        for name, value in attrs:
            told = "".join((value or "").split()).casefold()
            if name.startswith(("on", "hx-on", "srcdoc", "style")) or (name == "hx-vals" and not told.startswith("{")):
                self.found.append(f"{name}={value}")
            if name in _LEADING and (
                told.startswith(("//", "javascript:", "vbscript:", "http", "data:text")) or "\\" in told
            ):
                self.found.append(f"{name}={value}")

    def handle_data(self, data: str) -> None:
        if self._script is not None and data.strip():
            if self._script.get("type") in _DATA:
                json.loads(data)
            else:
                self.found.append(f"<script>{data[:80]}")

    def handle_endtag(self, tag: str) -> None:
        self._script = None


def would_run(kind: str, content: bytes) -> Iterator[str]:
    """Yield what would run, by the media type of an answer."""
    if kind == "text/html":
        yield from of_page(content.decode())
    elif kind.endswith("xml"):
        yield from _of_xml(content)
    elif kind == _SHEET:
        yield from of_workbook(content)
    elif kind == "application/pdf":
        yield from of_paper(content)


def of_page(text: str) -> Iterator[str]:
    """Yield what a page does by itself besides its own scripts."""
    page = _Page()
    page.feed(text)
    page.close()
    yield from page.found


def _of_xml(content: bytes) -> Iterator[str]:
    root = ElementTree.fromstring(content, forbid_dtd=True)
    for element in root.iter():
        name = str(element.tag).rpartition("}")[2]
        if name.casefold() in {"script", "foreignobject", "iframe", "use", "set", "handler"}:
            yield f"<{name}>"
        for key, value in element.attrib.items():
            if key.rpartition("}")[2].casefold().startswith("on") or value.strip().casefold().startswith("javascript:"):
                yield f"{key}={value}"


def of_workbook(content: bytes) -> Iterator[str]:
    """Yield the cells of a workbook that a spreadsheet would compute, and links that lead out of it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" or cell.hyperlink is not None:
                    yield f"{sheet.title}!{cell.coordinate}: {cell.value}"


def of_paper(content: bytes) -> Iterator[str]:
    """Yield what a PDF does besides being read."""
    reader = PdfReader(io.BytesIO(content))
    for place in range(1, len(reader.xref_objStm) + sum(map(len, reader.xref.values())) + 1):
        try:
            found = reader.get_object(place)
        except Exception:  # a number that is no object
            continue
        if isinstance(found, DictionaryObject):
            yield from (
                f"{name} {found[name]}" for name in _RUNS & found.keys() if not isinstance(found[name], ArrayObject)
            )
