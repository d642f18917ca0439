"""The summary of a check as A4 pages: a row per parcel, the worst first, to be signed and filed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from landgis.maps.sheet.typesetting import compose, stamp

_TEMPLATE = Path(__file__).with_name("summary.typ")


@dataclass(frozen=True)
class SummaryLayer:
    """A layer that the check asked: which release, by which paper, how far it could speak.

    ``sound`` says that it could speak of every parcel; ``evidence`` that it enters no verdict.
    """

    title_zh: str
    title_en: str
    release: str
    document: str
    issued_on: str
    usable_to: str
    coverage: str
    sound: bool
    substitute: bool
    evidence: bool


@dataclass(frozen=True)
class SummaryRow:
    """One parcel, in printed words.

    ``outcome`` is the key of the verdict; ``deciding`` gives rules in Chinese and English with figure and sentence;
    ``cures`` pairs the kind of work and what to do (no kind: it cannot be cured).
    """

    number: str
    source: str
    place: str
    m2: str
    mu: str
    outcome: str
    verdict: tuple[str, str]
    remark: str
    deciding: tuple[tuple[str, str, str, str], ...]
    beside: str
    cures: tuple[tuple[str, str], ...]
    supplies: tuple[str, ...]


@dataclass(frozen=True)
class SummaryPage:
    """Everything the pages print.

    Attributes
    ----------
    district
        In Chinese and English.
    facts
        Label in Chinese, label in English, value.
    banner
        What stand-in data are called, in both languages; None: there are none.
    cautions
        What limits the worth of the whole, in both languages.
    counts
        Key, Chinese, English and number of every verdict, the worst first.
    layers, rows
        Layers, and parcels in their order.
    unread
        Files that gave no parcels, with the reason in both languages.
    left_out, issues
        Parcels that are not listed; issues in the workbook.
    drawn_on, program
        Time stamp and foot.
    """

    district: tuple[str, str]
    facts: tuple[tuple[str, str, str], ...]
    banner: tuple[str, str] | None
    cautions: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, str, str, int], ...]
    layers: tuple[SummaryLayer, ...]
    rows: tuple[SummaryRow, ...]
    unread: tuple[tuple[str, str, str], ...]
    left_out: int
    issues: int
    drawn_on: date
    program: str


def summary_page(page: SummaryPage) -> bytes:
    """Set the summary as a PDF; the same page gives the same bytes.

    Raises
    ------
    ToolMissing
        If the Chinese fonts are not installed.
    """
    content = asdict(page) | {"layout": {"name": "a4_summary"}, "drawn_on": page.drawn_on.isoformat()}
    pdf, _ = compose(content, stamp(page.drawn_on), _TEMPLATE)
    return pdf
