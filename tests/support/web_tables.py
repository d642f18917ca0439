"""Reading the tables of a hand-out as a browser does: markup parsed, text as it is shown."""

from __future__ import annotations

from html.parser import HTMLParser


class WebTables(HTMLParser):
    """Tables of a page: id → rows of (part of the table, cells as text)."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tables: dict[str, list[tuple[str, list[str]]]] = {}
        self.scripts = 0
        self._table, self._part, self._open = "", "", False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "table":
            self._table = dict(attrs).get("id") or ""
            self.tables[self._table] = []
        elif tag in ("thead", "tbody", "tfoot"):
            self._part = tag
        elif tag == "tr":
            self.tables[self._table].append((self._part, []))
        elif tag in ("td", "th"):
            self._open = True
            self.tables[self._table][-1][1].append("")
        elif tag == "script":
            self.scripts += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in ("td", "th"):
            self._open = False

    def handle_data(self, data: str) -> None:
        if self._open:
            self.tables[self._table][-1][1][-1] += data

    def rows(self, name: str, part: str = "tbody") -> list[list[str]]:
        """Cells of the rows of one part of a table."""
        return [cells for found, cells in self.tables[f"table-{name}"] if found == part]
