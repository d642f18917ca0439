"""What became of the planned-use codes of 2020 in the guide of 2023: exact, ambiguous or none, never a guess."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from landgis.domain.land_use_codes import row_of
from landgis.domain.scheme import Scheme


class Relation(StrEnum):
    """How a code of 2020 lives on in 2023."""

    EXACT = "exact"
    AMBIGUOUS = "ambiguous"
    NONE = "none"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"exact": "一一对应", "ambiguous": "对应不唯一", "none": "2020 年分类中没有此代码"}[self.value]


@dataclass(frozen=True)
class Translation:
    """What became of a code of 2020.

    Attributes
    ----------
    relation
        Exact, ambiguous or none.
    candidates
        Codes of 2023, likeliest first.
    note_zh, note_en
        Why it is ambiguous.
    """

    relation: Relation
    candidates: tuple[str, ...]
    note_zh: str
    note_en: str

    @property
    def code_2023(self) -> str | None:
        """The code of 2023 where it is certain."""
        return self.candidates[0] if self.relation is Relation.EXACT else None


def translate(code_2020: str) -> Translation:
    """Return what became of a code of the guide of 2020 in that of 2023."""
    row = row_of(code_2020, Scheme.GUIDE_2020)
    if row is None:
        return Translation(Relation.NONE, (), "", "")
    return Translation(Relation(row["relation"]), tuple(row["codes_2023"].split("|")), row["note_zh"], row["note_en"])


def in_guide_2023(code: str, scheme: Scheme) -> str | None:
    """Return a planned-use code as one of 2023, or None where that is not certain.

    Raises
    ------
    UsageError
        For a scheme in which no plan is made.
    """
    scheme.require_plan()
    if scheme is Scheme.GUIDE_2020:
        return translate(code).code_2023
    row = row_of(code, scheme)
    return row["code"] if row else None
