"""The table of clauses: every sentence of a policy document in its order, and what answers for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from landgis.rules.pack import Words


class ClauseKind(StrEnum):
    """What a sentence does."""

    CONTEXT = "context"
    """Title, heading, introduction, guiding ideology, head of a table, distribution list: asks nothing of anybody."""
    DEFINITION = "definition"
    """Says what something is, or who counts as whom."""
    CONDITION = "condition"
    """Must hold of a parcel, a person or a paper."""
    PROHIBITION = "prohibition"
    """Must not be."""
    PREFERENCE = "preference"
    """Is wished first, without barring anything else."""
    DUTY = "duty"
    """Somebody has to see to it."""
    PROCEDURE = "procedure"
    """A step, or how it is taken."""
    DOCUMENT = "document"
    """A paper that must be there, or what it contains."""
    DEADLINE = "deadline"
    """When."""
    RIGHT = "right"
    """Somebody may."""
    MONEY = "money"
    """Who pays, who receives, and for what it is spent."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _KINDS[self]

    @property
    def en(self) -> str:
        """English label."""
        return self.value


_KINDS = {
    ClauseKind.CONTEXT: "背景",
    ClauseKind.DEFINITION: "界定",
    ClauseKind.CONDITION: "条件",
    ClauseKind.PROHIBITION: "禁止",
    ClauseKind.PREFERENCE: "优先",
    ClauseKind.DUTY: "职责",
    ClauseKind.PROCEDURE: "程序",
    ClauseKind.DOCUMENT: "文件",
    ClauseKind.DEADLINE: "时限",
    ClauseKind.RIGHT: "权利",
    ClauseKind.MONEY: "资金",
}


class TargetKind(StrEnum):
    """What can answer for a sentence."""

    RULE = "rule"
    """A rule of the district's pack."""
    FACT = "fact"
    """A fact that the register holds of a parcel."""
    LAYER = "layer"
    """A layer of the catalogue."""
    PREFERENCE = "preference"
    """A contribution to the score of what is eligible."""
    MODE = "mode"
    """A line of the table of trading modes."""
    TERM = "term"
    """A line of the table of term limits."""
    COMMAND = "command"
    """A command that a planner runs."""
    TEST = "test"
    """A test that holds the promise."""


@dataclass(frozen=True)
class Target:
    """One thing that answers for a sentence; written ``kind:name``."""

    kind: TargetKind
    name: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}"


@dataclass(frozen=True)
class ClauseRow:
    """One sentence, or one clause of a long one.

    Attributes
    ----------
    number, line
        Place in the table, from 1; line of its file, from 1.
    section
        In the document's own numbering: 二（二）, 三（五）2, 附件7.
    quote
        As printed, white space removed.
    kind
        What the sentence does.
    targets
        What answers for it; empty where nothing is computed.
    checklist
        Why it stays, wholly or in part, with a person; None where it does not.
    """

    number: int
    line: int
    section: str
    quote: str
    kind: ClauseKind
    targets: tuple[Target, ...]
    checklist: Words | None

    @property
    def normative(self) -> bool:
        """Whether the sentence asks something of somebody."""
        return self.kind is not ClauseKind.CONTEXT


@dataclass(frozen=True)
class ClauseTable:
    """All sentences of one document.

    Attributes
    ----------
    pack_id
        The pack whose rules the targets name.
    document
        Key of the document in that pack.
    file
        Where the table is written, for messages.
    rows
        In the order of the document.
    """

    pack_id: str
    document: str
    file: str
    rows: tuple[ClauseRow, ...]

    def place(self, row: ClauseRow) -> str:
        """Where a row is written: file, line and row."""
        return place(self.file, row.line, row.number)


def place(file: str, line: int, number: int) -> str:
    """Where a row is written: file, line and row."""
    return f"{file}:{line} #{number}"


def unmapped(table: ClauseTable) -> tuple[ClauseRow, ...]:
    """Return the sentences that ask something and that nothing answers for."""
    return tuple(row for row in table.rows if row.normative and not row.targets and row.checklist is None)


def dangling(
    table: ClauseTable, existing: Mapping[TargetKind, Collection[str]]
) -> tuple[tuple[ClauseRow, Target], ...]:
    """Return the targets that do not exist, each with its sentence.

    Parameters
    ----------
    existing
        Names that exist, by kind; of a kind that is not listed nothing exists.
    """
    return tuple(
        (row, target)
        for row in table.rows
        for target in row.targets
        if target.name not in existing.get(target.kind, ())
    )
