"""What leaves the house: a file or a package about to be given away, its mark, and what the log keeps of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from landgis.domain.layer import Secrecy
from landgis.domain.profile import Personal

CONTINUOUS_LIMIT_M2 = 25e6
"""Continuous coverage beyond which large-scale full-element data are classified: 25 km²."""
_ZONES = frozenset({
    "development_boundary", "district", "ecological_redline", "heritage", "industrial_park", "new_city", "protected_village",
    "town", "unit_plan", "village", "village_construction_boundary",
})  # fmt: skip
"""Layers of zones drawn over the ground: administrative areas and lines of plans."""
_SMALL_SCALE = 5000
_RANK = {Secrecy.PUBLIC: 0, Secrecy.INTERNAL: 1, Secrecy.UNSTATED: 1}
"""What is not marked counts as internal: unknown is not public."""


class ExportKind(StrEnum):
    """What is given away."""

    PACKAGE = "package"
    DELTA = "delta"
    LAYER = "layer"
    POINTS = "points"
    QGIS = "qgis"
    PLAN_FILES = "plan_files"
    SHEET = "sheet"
    PARCEL_LIST = "parcel_list"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return {
            "package": "成果包", "delta": "增量包", "layer": "图层", "points": "界址点", "qgis": "QGIS 工程",
            "plan_files": "计划文件", "sheet": "图件", "parcel_list": "地块一览表",
        }[self.value]  # fmt: skip

    @property
    def en(self) -> str:
        """English label."""
        return {
            "package": "package", "delta": "package of changes", "layer": "layer", "points": "boundary points",
            "qgis": "project of QGIS", "plan_files": "files of a plan", "sheet": "map", "parcel_list": "list of parcels",
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class Leaving:
    """What is about to leave.

    Attributes
    ----------
    kind, district
        What it is; key of the district, or ``both``.
    why
        For whom and what for, in the person's words; nothing leaves without it.
    rows
        Layer → rows.
    releases
        Layer key → name of the release that is inside, or that what is inside was judged by.
    secrecy
        The strictest mark of what is inside: `strictest`.
    receiver
        Highest mark that the receiver may be given (the profile's); only what is public where nobody says.
    personal
        What became of personal values.
    continuous_m2
        Largest ground that full-element layers inside cover without a gap, m² ellipsoidal
        (``preflight.giving.continuous_m2``; 0 where there are none, or all are within the limit); None: not measured,
        and then it does not leave.
    profile_id, profile_version, format, crs
        How it is made; empty where no profile is asked for.
    asked
        The filter that chose the rows, in words; empty: no filter did.
    plan_id, pool_id, run_id
        What it shows or stands on; empty: none.
    files
        Name → SHA-256.
    since
        Export that a package of changes stands on.
    keys
        Layer → row key → SHA-256 of the row as delivered: what the next package of changes is computed from.
    """

    kind: ExportKind
    district: str
    why: str
    rows: Mapping[str, int]
    releases: Mapping[str, str] = field(default_factory=dict)
    secrecy: Secrecy = Secrecy.UNSTATED
    profile_id: str = ""
    profile_version: str = ""
    format: str = ""
    crs: str = ""
    plan_id: str = ""
    pool_id: str = ""
    run_id: str = ""
    files: Mapping[str, str] = field(default_factory=dict)
    since: str = ""
    keys: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    receiver: Secrecy = Secrecy.PUBLIC
    personal: Personal = Personal.DROP
    continuous_m2: float | None = None
    asked: str = ""


@dataclass(frozen=True)
class Receipt:
    """What the receiver answered.

    Attributes
    ----------
    accepted
        Taken, or sent back.
    receiver, document_no, on_date
        Who answered, by which paper, on which day.
    noted_by, noted_at
        Name of the person who noted it, and when.
    """

    accepted: bool
    receiver: str
    document_no: str
    on_date: date
    noted_by: str = ""
    noted_at: datetime | None = None

    @property
    def zh(self) -> str:
        """Chinese label."""
        return "已接收" if self.accepted else "已退回"

    @property
    def en(self) -> str:
        """English label."""
        return "accepted" if self.accepted else "rejected"


@dataclass(frozen=True)
class Logged:
    """What left, on record.

    Attributes
    ----------
    export_id
        E.g. ``E-000012``.
    leaving
        What it was; its keys only where they were asked for.
    by, account, at
        Name and account of the person, and the moment.
    receipt
        The newest answer of the receiver; None: none yet.
    """

    export_id: str
    leaving: Leaving
    by: str
    account: str
    at: datetime
    receipt: Receipt | None = None


def full_element(layer: str, scale_denominator: int | None = None) -> bool:
    """Tell whether a layer counts as large-scale full-element data, to which the limit of continuous coverage applies.

    Every layer that shows the ground or its plots does, but zones drawn over it; so does one whose scale nobody states.

    Parameters
    ----------
    layer
        Key of the catalogue.
    scale_denominator
        2000 for 1:2000; beyond 1:5000 a scale is not large.
    """
    return layer not in _ZONES and (scale_denominator is None or scale_denominator <= _SMALL_SCALE)


def above(mark: Secrecy, most: Secrecy) -> bool:
    """Tell whether data of a mark must not be given to somebody who may be given at most another."""
    return _RANK[mark] > _RANK[most]


def strictest(marks: Iterable[Secrecy]) -> Secrecy:
    """Return the mark of a whole by those of its parts; nothing at all is not marked either.

    What is stated as internal makes the whole internal; else one part without a mark leaves the whole without one.
    """
    found = set(marks)
    return next((mark for mark in (Secrecy.INTERNAL, Secrecy.UNSTATED, Secrecy.PUBLIC) if mark in found), Secrecy.UNSTATED)  # fmt: skip


def mark_of_ours(published: bool) -> Secrecy:
    """Return the mark of data that the system made itself: a published plan is public, everything else internal."""
    return Secrecy.PUBLIC if published else Secrecy.INTERNAL
