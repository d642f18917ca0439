"""Tables of terms: the statute's longest terms, what a district's plan asks, and what is usual here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from landgis.domain.clause import Clause, Document
from landgis.rules.choosing.sale import Project
from landgis.rules.pack import Words


@dataclass(frozen=True)
class Limit:
    """One use of the statute: its longest term in years, and beginnings of the codes that are read as it.

    No code at all: every use that no other row names.
    """

    limit_id: str
    title: Words
    codes: tuple[str, ...]
    max_years: int
    clause: Clause


@dataclass(frozen=True)
class Limits:
    """The statute's limits in force from a day on, and why they hold for collective land."""

    start: date
    rows: tuple[Limit, ...]
    also: Clause


@dataclass(frozen=True)
class Practice:
    """What is usual here; never more than a notice.

    Attributes
    ----------
    practice_id, words
        Name, and what is usual.
    codes, projects
        Where: beginnings of codes of the guide of 2023, kinds of project (empty: any).
    usual_years
        The usual term.
    start, end
        Days between which its document is in force.
    document
        Where it is said to stand.
    confirmed
        Whether the bureau has read and confirmed it.
    """

    practice_id: str
    words: Words
    codes: tuple[str, ...]
    projects: tuple[Project, ...]
    usual_years: int
    start: date
    end: date
    document: Document
    confirmed: bool


@dataclass(frozen=True)
class Stated:
    """By which clause the entry plan of a district must state the term."""

    stated_id: str
    start: date
    words: Words
    clause: Clause


@dataclass(frozen=True)
class TermTables:
    """What a district's pack knows of terms, the statute's limits included."""

    pack_id: str
    limits: tuple[Limits, ...]
    stated: Stated
    practice: tuple[Practice, ...]
