"""What stands on the ground: parcels with their bed, rows of houses, other lots; and what is expected of a planted parcel."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from shapely import MultiPolygon, Polygon
from shapely.geometry.base import BaseGeometry

from landgis.sample.frame import Frame, Ring
from landgis.sample.ground import Block

AS_OF = date(2026, 6, 30)
"""Date of every expectation unless the planted case says otherwise."""


@dataclass(frozen=True)
class Expectation:
    """The known answer of one planted parcel.

    Attributes
    ----------
    kind, title_zh
        Kind of planted case.
    verdicts
        Full scope, at ``as_of``, under the pack of each district.
    control_lines
        Scope control-lines with every layer supplied.
    rules
        Rule ids whose outcome is the verdict, where that is not clear.
    layer, m2
        Decisive layer and the planar union m² on it; ``m2`` is None where nothing is measured.
    uncovered_m2
        Parcel area outside the coverage of ``layer``.
    """

    kind: str
    title_zh: str
    verdicts: Mapping[str, str]
    control_lines: str
    rules: tuple[str, ...]
    layer: str
    m2: float | None
    uncovered_m2: float | None
    as_of: date
    note: str


@dataclass(frozen=True)
class Extra:
    """A feature that a planted case brings along, or ground that a layer leaves free."""

    layer: str
    name: str
    geometry: BaseGeometry


@dataclass
class Plot:
    """A candidate parcel on its ground.

    Attributes
    ----------
    setting
        ``yard``, ``town``, ``park`` or ``planted``.
    bed
        Exact box, one metre larger than the parcel: the survey patch and the plan patch under it.
    survey, plan
        Patches of another code inside the bed.
    survey_gaps, plan_gaps
        Ground of the bed that no patch covers.
    plan_code
        Code of the plan patch where it differs from the parcel's own planned use.
    extras, left_free
        Features that a planted case brings along, and ground that a layer leaves free under it.
    letters
        Feature letters of its number; without them the number is none of the cadastre.
    """

    block: Block
    setting: str
    geometry: Polygon | MultiPolygon
    bed: Polygon
    facts: dict[str, object] = field(default_factory=dict)
    survey: list[tuple[Polygon, str]] = field(default_factory=list)
    survey_gaps: list[Polygon] = field(default_factory=list)
    plan: list[tuple[Polygon, str]] = field(default_factory=list)
    plan_gaps: list[Polygon] = field(default_factory=list)
    plan_code: str = ""
    extras: list[Extra] = field(default_factory=list)
    left_free: list[Extra] = field(default_factory=list)
    letters: str = "JB"
    expectation: Expectation | None = None


@dataclass(frozen=True)
class HouseRun:
    """Neighbouring homesteads: the plots, and the one survey patch they stand on."""

    block: Block
    plots: tuple[Polygon, ...]
    patch: Polygon


@dataclass(frozen=True)
class Lot:
    """Ground in town or park that is no candidate parcel."""

    block: Block
    ground: Polygon
    survey_code: str
    plan_code: str


@dataclass(frozen=True)
class Patch:
    """Ground of one code: what survey and plan are made of."""

    ground: BaseGeometry
    code: str
    village: int


def bed_of(frame: Frame, rings: list[Ring]) -> Polygon:
    """Return the box one metre larger than some local rings."""
    us = [u for ring in rings for u, _ in ring]
    vs = [v for ring in rings for _, v in ring]
    return frame.box(min(us) - 1, min(vs) - 1, max(us) + 1, max(vs) + 1)
