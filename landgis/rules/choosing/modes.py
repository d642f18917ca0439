"""Trading mode: by which procedure a parcel is sold, given its use, the kind of project and how many want it.

The tables; `rules.mode_choice` looks a sale up in them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from landgis.domain.clause import Clause
from landgis.rules.choosing.sale import Buyer, Force, Mode, Project, Sale
from landgis.rules.pack import Words


@dataclass(frozen=True)
class UseGroup:
    """Uses that the table treats alike.

    Attributes
    ----------
    group_id, title
        Name.
    codes
        Beginnings of codes of the guide of 2023.
    projects
        Kinds of project that go with it.
    premise
        What the rows presume beside the use; None: nothing.
    """

    group_id: str
    title: Words
    codes: tuple[str, ...]
    projects: tuple[Project, ...]
    premise: Words | None


@dataclass(frozen=True)
class ModeRow:
    """One row of the table.

    Attributes
    ----------
    row_id
        Stable name.
    uses, projects, buyers
        Where it applies; empty: whatever it is.
    least, most
        Numbers of intended users it is for; ``most`` None: no end.
    character_area
        True: only in such an area; None: wherever.
    mode, force
        What it says.
    beside
        Whether it opens a further way beside the row that applies anyway.
    why, clause
        In words, and by which sentence.
    """

    row_id: str
    uses: tuple[str, ...]
    projects: tuple[Project, ...]
    buyers: tuple[Buyer, ...]
    least: int
    most: int | None
    character_area: bool | None
    mode: Mode
    force: Force
    beside: bool
    why: Words
    clause: Clause

    def applies(self, group: UseGroup, sale: Sale) -> bool:
        """Tell whether it applies to a sale of which everything is known."""
        count = sale.intended or 0
        return (
            group.group_id in self.uses
            and (not self.projects or sale.project in self.projects)
            and (not self.buyers or sale.buyer in self.buyers)
            and self.least <= count
            and (self.most is None or count <= self.most)
            and (self.character_area is None or sale.character_area is self.character_area)
        )


@dataclass(frozen=True)
class ModeTable:
    """A table of modes in force from a day on; without rows the document has none, and ``silent`` says so.

    Attributes
    ----------
    pack_id, start
        Whose, and since when.
    groups, rows
        Uses and what is said of them.
    silent, clause
        What to say where the document has no table, or none for the use, and where it speaks of the mode.
    """

    pack_id: str
    start: date
    groups: tuple[UseGroup, ...]
    rows: tuple[ModeRow, ...]
    silent: Words
    clause: Clause


@dataclass(frozen=True)
class Left:
    """What the statute leaves to choose from, since when, and by which sentence."""

    start: date
    modes: tuple[Mode, ...]
    clause: Clause


@dataclass(frozen=True)
class ModeTables:
    """What a pack says of modes, by date, and what the statute leaves where it says nothing."""

    pack_id: str
    editions: tuple[ModeTable, ...]
    left: tuple[Left, ...]
