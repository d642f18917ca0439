"""A planted scene: what one kind of planted case draws, and the registry of all kinds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import numpy.typing as npt
from shapely import MultiPolygon, Polygon

from landgis.errors import ContractBroken
from landgis.sample.exact import overlap_m2
from landgis.sample.frame import Frame, Ring
from landgis.sample.plots import AS_OF, Expectation, Extra, Plot, bed_of

Points = npt.NDArray[np.float64]
"""Coordinates in the working CRS, n × 2."""
BOTH = "both"
"""Planted in Songjiang and in Chongming."""
ONE = "one"
"""Planted in one district only; the kinds take turns."""


def box(u0: int, v0: int, u1: int, v1: int) -> Ring:
    """Return the ring of a local box."""
    return [(u0, v0), (u1, v0), (u1, v1), (u0, v1)]


@dataclass
class Scene:
    """Paper to draw one planted case on: local whole metres, u along the row, v into the block.

    Attributes
    ----------
    m2
        Known area that depends on how the scene is turned; set by the drawing.
    turn, rng
        How often this kind was planted before, and chance of its own: drawings of large samples vary with them.
    note
        What this drawing alone has to say.
    """

    frame: Frame
    turn: int = 0
    rng: np.random.Generator = field(default_factory=lambda: np.random.default_rng(0))
    parts: list[Polygon] = field(default_factory=list)
    rings: list[Ring] = field(default_factory=list)
    extras: list[Extra] = field(default_factory=list)
    survey: list[tuple[Polygon, str]] = field(default_factory=list)
    survey_gaps: list[Polygon] = field(default_factory=list)
    plan: list[tuple[Polygon, str]] = field(default_factory=list)
    plan_gaps: list[Polygon] = field(default_factory=list)
    free: list[Extra] = field(default_factory=list)
    m2: float | None = None
    note: str = ""

    def parcel(self, ring: Ring, *holes: Ring, step_mm: tuple[int, int] = (0, 0)) -> None:
        """Draw the parcel, or one more part of it; a step in millimetres moves it off its true place."""
        at = self.frame
        moved = Frame(at.x_mm + step_mm[0], at.y_mm + step_mm[1], at.matrix)
        self.parts.append(moved.polygon(ring, *holes))
        self.rings.append(ring)

    def farmland(self, ring: Ring, *holes: Ring) -> None:
        """Draw a patch of permanent basic farmland."""
        self.extras.append(Extra("permanent_basic_farmland", "", self.frame.polygon(ring, *holes)))

    def farmland_nudged(self, ring: Ring, nudges: Mapping[int, tuple[int, int]]) -> None:
        """Draw farmland with some vertices (by number) off by a few millimetres."""
        points = np.rint(self.frame.points(ring) * 1000)
        for vertex, step in nudges.items():
            points[vertex] += step
        self.extras.append(Extra("permanent_basic_farmland", "", Polygon(points / 1000)))

    def parcel_at(self, around: Ring, points: Points, *holes: Points) -> None:
        """Draw the parcel from points of the working CRS; ``around`` is a local ring about it."""
        self.parts.append(Polygon(points, holes))
        self.rings.append(around)

    def feature_at(self, layer: str, points: Points, *holes: Points) -> None:
        """Draw a feature of a layer from points of the working CRS."""
        self.extras.append(Extra(layer, "", Polygon(points, holes)))

    def add_up(self, layer: str) -> None:
        """Take as the known answer what fractions say of the drawing."""
        parcel = self.parts[0] if len(self.parts) == 1 else MultiPolygon(self.parts)
        self.m2 = overlap_m2(parcel, [extra.geometry for extra in self.extras if extra.layer == layer])

    def feature(self, layer: str, name: str, ring: Ring) -> None:
        """Draw a feature of any other layer."""
        self.extras.append(Extra(layer, name, self.frame.polygon(ring)))

    def left_free(self, layer: str, ring: Ring) -> None:
        """Let a layer that covers the country leave this ground free."""
        self.free.append(Extra(layer, "", self.frame.polygon(ring)))

    def homestead(self, ring: Ring) -> None:
        """Draw a homestead."""
        self.feature("homestead", "", ring)

    def surveyed(self, ring: Ring, code: str) -> None:
        """Give part of the parcel's ground another survey class."""
        self.survey.append((self.frame.polygon(ring), code))

    def planned(self, ring: Ring, code: str) -> None:
        """Give part of the parcel's ground another planned use."""
        self.plan.append((self.frame.polygon(ring), code))


@dataclass(frozen=True)
class Kind:
    """One kind of planted case; see ``Expectation`` for the answer's fields.

    Attributes
    ----------
    size
        Width along the row and depth into the block, m.
    where
        ``''`` anywhere, ``town`` beside the town, ``river`` beside the corridor, ``edge_cross`` and ``edge_out`` at the
        end of the red line's coverage, ``meridian`` across 121.5°E.
    chongming
        Verdict under the pack of Chongming where it is not ``verdict``.
    letters
        Feature letters of the parcel's number.
    cause
        Of a sliver: ``double_drawn``, ``projection_chord``, ``uniform_shift`` or ``true_encroachment``.
    large
        Planted in the large sizes only.
    """

    key: str
    title_zh: str
    verdict: str
    lines: str
    draw: Callable[[Scene], None]
    rules: tuple[str, ...] = ()
    layer: str = ""
    m2: float | None = None
    uncovered_m2: float | None = None
    size: tuple[int, int] = (62, 48)
    where: str = ""
    districts: str = ONE
    facts: Mapping[str, object] = field(default_factory=dict)
    plan_code: str = ""
    as_of: date = AS_OF
    note: str = ""
    cause: str = ""
    large: bool = False
    chongming: str = ""
    letters: str = "JB"

    @property
    def verdicts(self) -> dict[str, str]:
        """Verdict under the pack of each district."""
        return {"songjiang": self.verdict, "chongming": self.chongming or self.verdict}

    def plot_at(self, frame: Frame, base: Plot) -> Plot:
        """Draw this kind at a frame and fill a plot with it.

        Parameters
        ----------
        frame
            Frame of the slot.
        base
            Plot that names the block; its geometry is replaced.
        """
        scene = Scene(frame)
        self.draw(scene)
        geometry = scene.parts[0] if len(scene.parts) == 1 else MultiPolygon(scene.parts)
        m2 = scene.m2 if scene.m2 is not None else self.m2
        base.geometry, base.bed = geometry, bed_of(frame, scene.rings)
        base.survey, base.survey_gaps = scene.survey, scene.survey_gaps
        base.plan, base.plan_gaps, base.plan_code = scene.plan, scene.plan_gaps, self.plan_code
        base.extras, base.left_free, base.facts = scene.extras, scene.free, dict(self.facts)
        base.letters = self.letters
        base.expectation = Expectation(
            self.key,
            self.title_zh,
            self.verdicts,
            self.lines,
            self.rules,
            self.layer,
            m2,
            self.uncovered_m2,
            self.as_of,
            self.note,
        )
        return base


KINDS: dict[str, Kind] = {}
"""All kinds, in the order in which they were declared."""


def register(kind: Kind) -> None:
    """Add a kind.

    Raises
    ------
    ContractBroken
        If the key is taken.
    """
    if kind.key in KINDS:
        raise ContractBroken(f"埋设类型“{kind.key}”重复", f"The planted kind {kind.key} is declared twice")
    KINDS[kind.key] = kind
