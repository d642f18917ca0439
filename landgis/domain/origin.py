"""Where a delivery comes from: the plan, pool and run behind it, the releases that were judged by, and the day it tells of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from landgis.domain.layer import Release


@dataclass(frozen=True)
class RunTold:
    """A screening run in a word: number, the day it judged by, its rule pack and that pack's version."""

    run_id: str
    as_of: date
    pack_id: str
    pack_version: str


@dataclass(frozen=True)
class Origin:
    """What a delivery stands on.

    Attributes
    ----------
    district
        Key.
    day
        The day that the delivery tells of: the run's behind a plan or a pool, else the day asked for.
    year
        The plan's, else that of the day.
    substitute
        Whether stand-in data are in it, or under it.
    plan_id, plan_lines, published
        The plan, how many lines it has, and whether it is published; empty where there is none.
    pool_id, run
        The pool and the run; empty where there is none.
    releases
        The layer releases inside, or that the run judged by.
    """

    district: str
    day: date
    year: int
    substitute: bool = False
    plan_id: str = ""
    plan_lines: int = 0
    published: bool = False
    pool_id: str = ""
    run: RunTold | None = None
    releases: tuple[Release, ...] = ()
