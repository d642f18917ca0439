"""What a land-use class means for entry.

The same digits mean different things in different schemes (``0601`` is 工业用地 in the survey and 农村道路 in the guide
of 2023), so no function here takes a code without its scheme. The tables under ``code_tables/`` carry a confidence per
column; classes that are our own reading of the guide are marked there and stay reviewable.
"""

from __future__ import annotations

from enum import StrEnum

from landgis.domain.guide_2020 import in_guide_2023
from landgis.domain.land_use_codes import LandUse, look_up, normalise, row_of
from landgis.domain.scheme import Scheme

__all__ = [
    "LandUse", "PlannedClass", "Scheme", "SurveyClass", "look_up", "normalise", "planned_class", "survey_class",
]  # fmt: skip


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
    """The three classes of 土地管理法 art. 4; cultivated land and homestead are kept apart."""

    CONSTRUCTION = "construction"
    CULTIVATED = "cultivated"
    """耕地, of all agricultural land the one with a red line of its own (土地管理法 art. 30)."""
    AGRICULTURAL = "agricultural"
    """Agricultural land that is not cultivated."""
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
    SurveyClass.CULTIVATED: "耕地",
    SurveyClass.AGRICULTURAL: "农用地（耕地以外）",
    SurveyClass.UNUSED: "未利用地",
    SurveyClass.HOMESTEAD: "农村宅基地",
    SurveyClass.MIXED: "地类未分到末级",
    SurveyClass.UNRECOGNISED: "代码无法识别",
}


def planned_class(code: str, scheme: Scheme) -> PlannedClass:
    """Class of a planned use.

    A code of 2020 is judged by the code of 2023 that it became; where that is not certain it is unrecognised.

    Parameters
    ----------
    code
        As delivered, padded or not.
    scheme
        One of the two guides.

    Raises
    ------
    UsageError
        For a scheme in which no plan is made: its codes look alike and mean something else.
    """
    current = in_guide_2023(code, scheme)
    row = row_of(current, Scheme.GUIDE_2023) if current else None
    if row is None:
        return PlannedClass.UNRECOGNISED
    if row["is_homestead"] == "Y":
        return PlannedClass.HOMESTEAD
    if row["is_housing"] == "Y":
        return PlannedClass.HOUSING
    return PlannedClass(row["entry_use"])


def survey_class(code: str, scheme: Scheme) -> SurveyClass:
    """Class of an existing use (a trailing K, 可调整, changes nothing).

    Parameters
    ----------
    code
        As delivered.
    scheme
        The survey's classes or GB/T 21010-2017.

    Raises
    ------
    UsageError
        For a guide: its codes look alike and mean something else.
    """
    scheme.require_existing()
    row = row_of(code, scheme)
    if row is None:
        return SurveyClass.UNRECOGNISED
    if row["screen_hint"] == "forbidden_homestead":
        return SurveyClass.HOMESTEAD
    if row["code"].startswith(_CULTIVATED):
        return SurveyClass.CULTIVATED
    return _SURVEY_MAJOR[row["major_class"]]


_CULTIVATED = "01"
"""水田, 水浇地 and 旱地 in both lists of the survey."""
_SURVEY_MAJOR = {
    "农用地": SurveyClass.AGRICULTURAL,
    "建设用地": SurveyClass.CONSTRUCTION,
    "未利用地": SurveyClass.UNUSED,
    "mixed": SurveyClass.MIXED,
    "review": SurveyClass.MIXED,
}
