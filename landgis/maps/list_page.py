"""A list of parcels as A4 pages: the filter in words, its totals, a row per parcel; whose and what for on every page."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from landgis.maps.sheet.typesetting import compose, stamp

_TEMPLATE = Path(__file__).with_name("list.typ")


@dataclass(frozen=True)
class ListRow:
    """One parcel, in printed words; ``outcome`` is the key of its verdict."""

    number: str
    town: str
    village: str
    use: str
    m2: str
    mu: str
    outcome: str
    verdict: str
    open_points: str


@dataclass(frozen=True)
class ListPage:
    """Everything the pages print.

    Attributes
    ----------
    title
        In Chinese and English.
    banner
        What stand-in data are called, in both languages; None: there are none.
    caution
        What limits the worth of the whole, in both languages; None: nothing.
    facts
        Label in Chinese, label in English, value.
    mark
        Secrecy mark, in words.
    left
        Who let it out, when and what for: stands on every page.
    rows
        Parcels in their order.
    drawn_on
        Time stamp.
    """

    title: tuple[str, str]
    banner: tuple[str, str] | None
    caution: tuple[str, str] | None
    facts: tuple[tuple[str, str, str], ...]
    mark: str
    left: str
    rows: tuple[ListRow, ...]
    drawn_on: date


def list_page(page: ListPage) -> bytes:
    """Set the list as a PDF; the same page gives the same bytes.

    Raises
    ------
    ToolMissing
        If the Chinese fonts are not installed.
    """
    content = asdict(page) | {"layout": {"name": "a4_list"}, "drawn_on": page.drawn_on.isoformat()}
    pdf, _ = compose(content, stamp(page.drawn_on), _TEMPLATE, tagged=False)
    return pdf
