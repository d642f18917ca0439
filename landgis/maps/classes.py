"""Classes of a layer: what a legend lists under it, and how each is drawn."""

from __future__ import annotations

from dataclasses import dataclass

from landgis.domain.land_use import PlannedClass, SurveyClass
from landgis.maps.style import Hatch, Symbol


@dataclass(frozen=True)
class LayerClass:
    """One class of a layer: its key in the data, its names, its symbol."""

    key: str
    zh: str
    en: str
    symbol: Symbol


_INK = "#5a5a5a"
# What a class means for the market, not a land-use colour: no two share a hatch, so a grey copy can be read.
_PLANNED = {
    PlannedClass.PERMITTED: ("market uses", Symbol("#f2a7b5", 0.7, _INK, 0.12)),
    PlannedClass.CONDITIONAL: ("uses on conditions", Symbol("#f7d08a", 0.7, _INK, 0.12, hatch=Hatch("diagonal", "#8a6420"))),
    PlannedClass.HOUSING: ("housing", Symbol("#fff3a6", 0.8, _INK, 0.12, hatch=Hatch("horizontal", "#8a7c20"))),
    PlannedClass.HOMESTEAD: ("homestead", Symbol("#ffd380", 0.7, _INK, 0.12, hatch=Hatch("dots", "#8a5400", 1.3, 0.3))),
    PlannedClass.FORBIDDEN: ("not for the market", Symbol("#c9c5d9", 0.7, _INK, 0.12, hatch=Hatch("cross", "#5c5480", 1.8))),
    PlannedClass.NOT_LISTED: ("not in the scheme", Symbol("#e3efe0", 0.7, _INK, 0.12, hatch=Hatch("back", "#77907a", 2.2))),
    PlannedClass.UNRECOGNISED: ("code not known", Symbol("#d9d9d9", 0.7, _INK, 0.12, hatch=Hatch("grid", "#555555", 1.6))),
}  # fmt: skip
_SURVEY = {
    SurveyClass.CONSTRUCTION: ("construction land", Symbol("#e8b8a8", 0.7, _INK, 0.12)),
    SurveyClass.CULTIVATED: ("cultivated land", Symbol("#fdf3b0", 0.8, _INK, 0.12, hatch=Hatch("horizontal", "#9a8b2c"))),
    SurveyClass.AGRICULTURAL: ("other agricultural land", Symbol("#cfe6c0", 0.7, _INK, 0.12, hatch=Hatch("vertical", "#5f8a4a", 1.8))),
    SurveyClass.UNUSED: ("unused land", Symbol("#f1efe6", 0.8, _INK, 0.12, hatch=Hatch("dots", "#8a8470", 1.6, 0.25))),
    SurveyClass.HOMESTEAD: ("homestead", Symbol("#ffd380", 0.7, _INK, 0.12, hatch=Hatch("diagonal", "#8a5400"))),
    SurveyClass.MIXED: ("not told to the last level", Symbol("#dfd3e6", 0.7, _INK, 0.12, hatch=Hatch("back", "#6d5480"))),
    SurveyClass.UNRECOGNISED: ("code not known", Symbol("#d9d9d9", 0.7, _INK, 0.12, hatch=Hatch("grid", "#555555", 1.6))),
}  # fmt: skip


def classes_of(class_by: str | None) -> tuple[LayerClass, ...]:
    """Return the classes of a layer that is classed so (``LayerSpec.class_by``), in the order of a legend.

    A layer without classes, or classed by a day, has none to list.
    """
    if class_by == "planned":
        return tuple(LayerClass(str(key), key.zh, en, symbol) for key, (en, symbol) in _PLANNED.items())
    if class_by == "survey":
        return tuple(LayerClass(str(key), key.zh, en, symbol) for key, (en, symbol) in _SURVEY.items())
    return ()
