"""The answer to which mode a parcel is sold by: how certain, by which rows, and what it hangs on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from landgis.domain.clause import Clause
from landgis.rules.choosing.modes import Left, ModeRow
from landgis.rules.choosing.sale import ASKED, Mode
from landgis.rules.pack import Words


class Certainty(StrEnum):
    """How far an answer goes."""

    DECIDED = "decided"
    UNDECIDED = "undecided"
    """It hangs on what is not known."""
    NOT_IN_TABLE = "not_in_table"
    """The document has no rule for it: the statute's modes are left."""
    MAY_NOT_ENTER = "may_not_enter"

    @property
    def words(self) -> Words:
        """Label in both languages."""
        return _CERTAINTIES[self]


_CERTAINTIES = {
    Certainty.DECIDED: Words("已确定", "decided"),
    Certainty.UNDECIDED: Words("未定，须先补齐情况", "undecided until more is known"),
    Certainty.NOT_IN_TABLE: Words("方案未作规定", "the plan does not say"),
    Certainty.MAY_NOT_ENTER: Words("不得入市", "may not enter the market"),
}


_NOT_ASKED = Words("未查", "not looked up")


def mode_words(mode: object, certainty: object) -> Words:
    """Say how a line of a plan is sold: the mode where one is stored, else how far the answer goes, else that none was asked."""
    if isinstance(mode, str) and mode:
        return Mode(mode).words
    return Certainty(certainty).words if isinstance(certainty, str) and certainty else _NOT_ASKED


@dataclass(frozen=True)
class Course:
    """One way a sale may go: a row, and for which values of what is unknown."""

    row: ModeRow
    given: dict[str, tuple[str, ...]]

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields."""
        row = self.row
        return {
            "row": row.row_id,
            "mode": str(row.mode),
            "mode_zh": row.mode.words.zh,
            "mode_en": row.mode.words.en,
            "force": str(row.force),
            "why_zh": row.why.zh,
            "why_en": row.why.en,
            "clause": row.clause.as_dict(),
            "if": {name: list(values) for name, values in self.given.items()},
        }


@dataclass(frozen=True)
class ModeAnswer:
    """What a pack says of a sale.

    Attributes
    ----------
    certainty
        How far it goes.
    courses
        Decided: one row. Undecided: every row it may come to.
    beside
        Further ways that are open, or would be.
    unknown
        What it hangs on, by the names of ``ASKED``; first what decides, then what only opens a further way.
    premises
        What is presumed.
    left
        The statute's modes, where the table says nothing; None elsewhere.
    said
        What must be said beside it.
    said_by
        Clause of that.
    """

    certainty: Certainty
    courses: tuple[Course, ...] = ()
    beside: tuple[Course, ...] = ()
    unknown: tuple[str, ...] = ()
    premises: tuple[Words, ...] = ()
    left: Left | None = None
    said: Words | None = None
    said_by: Clause | None = None

    @property
    def mode(self) -> Mode | None:
        """The mode, where it is certain."""
        if self.certainty is Certainty.MAY_NOT_ENTER:
            return Mode.MAY_NOT_ENTER
        return self.courses[0].row.mode if self.certainty is Certainty.DECIDED else None

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields, for JSON."""
        mode, left = self.mode, self.left
        return {
            "certainty": str(self.certainty),
            "certainty_zh": self.certainty.words.zh,
            "certainty_en": self.certainty.words.en,
            "mode": str(mode) if mode else None,
            "mode_zh": mode.words.zh if mode else None,
            "mode_en": mode.words.en if mode else None,
            "courses": [course.as_dict() for course in self.courses],
            "beside": [course.as_dict() for course in self.beside],
            "unknown": [{"name": name, "zh": ASKED[name].zh, "en": ASKED[name].en} for name in self.unknown],
            "premises": [{"zh": words.zh, "en": words.en} for words in self.premises],
            "left_by_statute": None if left is None else {
                "modes": [{"mode": str(each), "zh": each.words.zh, "en": each.words.en} for each in left.modes],
                "clause": left.clause.as_dict(),
            },
            "said_zh": self.said.zh if self.said else None,
            "said_en": self.said.en if self.said else None,
            "said_by": self.said_by.as_dict() if self.said_by else None,
        }  # fmt: skip
