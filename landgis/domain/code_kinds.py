"""Nouns for explained codes: which code it is, its parts, and what it says about entry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from landgis.domain.issue import Issue, Severity


class CodeKind(StrEnum):
    """Which code it is."""

    UNIT = "unit"
    """不动产单元代码, 28 characters (GB/T 37346-2019)."""
    PARCEL = "parcel"
    """宗地代码, 19 characters: the first part of the former."""
    SURVEY_UNIT = "survey_unit"
    """单位代码 of the survey (坐落、权属), 19 digits: village and seven zeros."""
    FEATURE = "feature"
    """标识码 of a survey or plan feature, 18 digits."""
    VILLAGE = "village"
    TOWN = "town"
    UNKNOWN = "unknown"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _KINDS[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _KINDS[self][1]


_KINDS = {
    CodeKind.UNIT: ("不动产单元代码", "code of a real-estate unit"),
    CodeKind.PARCEL: ("宗地代码", "parcel code"),
    CodeKind.SURVEY_UNIT: ("单位代码（国土调查）", "unit code of the land survey"),
    CodeKind.FEATURE: ("标识码", "feature identifier"),
    CodeKind.VILLAGE: ("村级代码", "village code"),
    CodeKind.TOWN: ("街镇代码", "town code"),
    CodeKind.UNKNOWN: ("不能识别的代码", "no known code"),
}


@dataclass(frozen=True)
class CodePart:
    """One part of a code.

    Attributes
    ----------
    first, last
        Its place, counted from 1.
    text
        Its characters.
    name_zh, name_en
        What the part is.
    meaning_zh, meaning_en
        What it says; empty where a number only counts.
    """

    first: int
    last: int
    text: str
    name_zh: str
    name_en: str
    meaning_zh: str = ""
    meaning_en: str = ""


@dataclass(frozen=True)
class ScreeningMeaning:
    """What the feature letters of a parcel say about entry.

    Attributes
    ----------
    effect
        ``candidate``, ``owner_parcel``, ``homestead``, ``dispute``, ``not_collective``, ``compensation``,
        ``agricultural`` or ``other``. A hint from the code alone: the rules judge by facts and layers.
    zh, en
        In words.
    confidence
        How sure the reading is.
    """

    effect: str
    zh: str
    en: str
    confidence: str


@dataclass(frozen=True)
class ParcelCode:
    """A code explained.

    Attributes
    ----------
    code
        As given, blanks trimmed.
    kind
        Which code it is.
    parts
        From left to right; empty for a code that is not recognised.
    issues
        What is wrong or doubtful with it.
    screening
        What it says about entry; None for codes that are none of a parcel.
    """

    code: str
    kind: CodeKind
    parts: tuple[CodePart, ...]
    issues: tuple[Issue, ...]
    screening: ScreeningMeaning | None

    @property
    def is_valid(self) -> bool:
        """Whether nothing worse than a remark was found."""
        return all(issue.severity is Severity.MINOR for issue in self.issues)
