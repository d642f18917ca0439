"""Land-use codes and what a class means for entry.

The same digits mean different things in the survey scheme and in the planning guide (``0601`` is 工业用地 in one and
农村道路 in the other), so a code never travels without its scheme. The tables under ``code_tables/`` carry a
confidence per column; classes that are our own reading of the guide are marked there and stay reviewable.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files


class Scheme(StrEnum):
    """Which code list a land-use code belongs to."""

    GUIDE_2023 = "guide2023"
    """国土空间调查、规划、用途管制用地用海分类指南 (2023)."""
    SURVEY = "survey"
    """第三次国土调查工作分类."""

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {"guide2023": "用地用海分类（2023）", "survey": "三调工作分类"}[self.value]


class PlannedClass(StrEnum):
    """What a planned use means for entry."""

    PERMITTED = "permitted"
    CONDITIONAL = "conditional"
    HOUSING = "housing"
    """城镇住宅: enters only as rental housing, never as commodity housing."""
    HOMESTEAD = "homestead"
    FORBIDDEN = "forbidden"
    NOT_LISTED = "not_listed"
    UNRECOGNISED = "unrecognised"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _PLANNED_ZH[self]


class SurveyClass(StrEnum):
    """The three classes of 土地管理法 art. 4, homestead kept apart."""

    CONSTRUCTION = "construction"
    AGRICULTURAL = "agricultural"
    UNUSED = "unused"
    HOMESTEAD = "homestead"
    MIXED = "mixed"
    """A first-level code that spans several classes: the survey must give the last level."""
    UNRECOGNISED = "unrecognised"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _SURVEY_ZH[self]


_PLANNED_ZH = {
    PlannedClass.PERMITTED: "经营性用途",
    PlannedClass.CONDITIONAL: "有条件用途",
    PlannedClass.HOUSING: "住宅用途",
    PlannedClass.HOMESTEAD: "农村宅基地",
    PlannedClass.FORBIDDEN: "不得入市用途",
    PlannedClass.NOT_LISTED: "方案未列用途",
    PlannedClass.UNRECOGNISED: "代码无法识别",
}
_SURVEY_ZH = {
    SurveyClass.CONSTRUCTION: "建设用地",
    SurveyClass.AGRICULTURAL: "农用地",
    SurveyClass.UNUSED: "未利用地",
    SurveyClass.HOMESTEAD: "农村宅基地",
    SurveyClass.MIXED: "地类未分到末级",
    SurveyClass.UNRECOGNISED: "代码无法识别",
}


@dataclass(frozen=True)
class LandUse:
    """One row of a code table. ``rgb`` is the customary map colour, empty where none is known."""

    code: str
    name_zh: str
    rgb: str


def normalise(code: str) -> str:
    """Strip blanks and the zero pairs that plan databases pad with (``010000`` → ``01``).

    Only six-digit codes are padded; ``0100`` stays as it is and will not be recognised.
    """
    text = code.strip()
    if len(text) == 6:
        while len(text) > 2 and text.endswith("00"):
            text = text[:-2]
    return text


def look_up(code: str, scheme: Scheme) -> LandUse | None:
    """Return name and colour of a code in its scheme, or None if the scheme has no such code."""
    row = _table(scheme).get(normalise(code))
    return LandUse(row["code"], row["name"], row["rgb"]) if row else None


def planned_class(code: str) -> PlannedClass:
    """Class of a planned use (scheme ``guide2023``)."""
    row = _table(Scheme.GUIDE_2023).get(normalise(code))
    if row is None:
        return PlannedClass.UNRECOGNISED
    if row["is_homestead"] == "Y":
        return PlannedClass.HOMESTEAD
    if row["is_housing"] == "Y":
        return PlannedClass.HOUSING
    return PlannedClass(row["entry_use"])


def survey_class(code: str) -> SurveyClass:
    """Class of a survey patch (scheme ``survey``; a trailing K, 可调整, changes nothing)."""
    row = _table(Scheme.SURVEY).get(normalise(code).removesuffix("K"))
    if row is None:
        return SurveyClass.UNRECOGNISED
    if row["screen_hint"] == "forbidden_homestead":
        return SurveyClass.HOMESTEAD
    return _SURVEY_MAJOR[row["major_class"]]


_SURVEY_MAJOR = {
    "农用地": SurveyClass.AGRICULTURAL,
    "建设用地": SurveyClass.CONSTRUCTION,
    "未利用地": SurveyClass.UNUSED,
    "mixed": SurveyClass.MIXED,
    "review": SurveyClass.MIXED,
}


@cache
def _table(scheme: Scheme) -> dict[str, dict[str, str]]:
    name = {Scheme.GUIDE_2023: "landuse_2023.csv", Scheme.SURVEY: "landuse_sandiao.csv"}[scheme]
    text = files("landgis.domain").joinpath(f"code_tables/{name}").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: row for row in rows if row.get("scheme", "SD") == "SD"}
