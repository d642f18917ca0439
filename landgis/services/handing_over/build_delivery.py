"""A plan, a pool, the register or releases of layers as frames under a profile, ready to be checked and written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

import geopandas as gpd
import pandas as pd

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.crs import WORKING, parse
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.parcels import ParcelStore
from landgis.db.plan_steps import PlanWay
from landgis.db.pools import PoolStore
from landgis.db.runs import RunStore
from landgis.domain.district import BEIJING
from landgis.domain.layer import Release, Secrecy
from landgis.domain.leaving import mark_of_ours
from landgis.domain.origin import Origin
from landgis.domain.plan_named import PlanNamed
from landgis.domain.profile import ExportProfile
from landgis.errors import UsageError
from landgis.frames.delivered import Delivery
from landgis.services.handing_over.fill_profile import Filling, fill
from landgis.services.handing_over.origin_of import origin_of
from landgis.services.handing_over.source_frames import (
    feature_sources,
    housing_only,
    line_sources,
    member_sources,
    register_sources,
    summary_sources,
)
from landgis.services.planning.draft_plan import DraftedPlan, load_plan, newest_pool
from landgis.services.register.inventory import speaking


@dataclass(frozen=True)
class Wanted:
    """What is to be delivered.

    Attributes
    ----------
    district
        Key.
    as_of
        The day that counts for layers, and for the register.
    plan_id, pool_id
        Which plan and pool; None: the newest plan, and the pool that it was taken from (the newest without a plan).
    format, crs
        File format and CRS; empty: the profile's own.
    known_at
        Moment whose knowledge counts for layers and register; None: now.
    """

    district: str
    as_of: date
    plan_id: str | None = None
    pool_id: str | None = None
    format: str = ""
    crs: str = ""
    known_at: datetime | None = None


@dataclass(frozen=True)
class Brought:
    """A delivery, and where it comes from."""

    delivery: Delivery
    origin: Origin


def build_delivery(database: Database, person: Person, profile: ExportProfile, wanted: Wanted) -> Delivery:
    """Return the frames of a profile, as they will be written; nothing is written here: see ``bring``."""
    return bring(database, person, profile, wanted).delivery


def bring(database: Database, person: Person, profile: ExportProfile, wanted: Wanted) -> Brought:
    """Return the frames of a profile, as they will be written, and where they come from; nothing is written here.

    Raises
    ------
    NotAllowed
        If the person may not export.
    NotFound, NotReady
        If there is no such plan, pool or release, or none at all.
    UsageError
        If the profile does not allow the format, or the CRS cannot be made.
    """
    person.require(Action.EXPORT)
    form = wanted.format or profile.default_format
    if form not in profile.formats:
        raise UsageError(
            f"方案 {profile.profile_id} 不允许格式 {form}", f"Profile {profile.profile_id} does not allow {form}", where=form,
            next_zh=f"可选：{'、'.join(profile.formats)}", next_en=f"Choose from {', '.join(profile.formats)}",
        )  # fmt: skip
    brought = _Bringing(database, wanted)
    contents = dict.fromkeys(layer.content for layer in profile.layers if layer.points is None)
    frames = {content: brought.content(content) for content in contents}
    crs = parse(wanted.crs or profile.crs)
    return Brought(fill(profile, Filling(frames, form, crs, wanted.district, brought.marks)), brought.origin())


class _Bringing:
    """Brings source frames from the database, each only when a profile asks for it."""

    def __init__(self, database: Database, wanted: Wanted) -> None:
        self._database = database
        self._wanted = wanted
        self._plan: DraftedPlan | None = None
        self._pool_id = ""
        self._releases: list[Release] = []
        self.marks: dict[str, Secrecy] = {}

    def origin(self) -> Origin:
        """Say where the contents brought so far come from."""
        pool_id = self._pool_id or (self._plan.head.pool_id if self._plan else "")
        origin = origin_of(self._database, self._wanted.district, self._wanted.as_of, self._plan, pool_id)
        known = {release.key for release in origin.releases}
        own = tuple(release for release in self._releases if release.key not in known)
        substitute = origin.substitute or any(release.substitute for release in own)
        return replace(origin, releases=(*origin.releases, *own), substitute=substitute)

    def content(self, name: str) -> pd.DataFrame:
        """Return one content of ``domain.profile_sources``, and note its mark."""
        if not name.startswith("layer:"):
            self.marks[name] = self._mark(name)
        if name.startswith("layer:"):
            return self._features(name)
        ways: dict[str, Callable[[], pd.DataFrame]] = {
            "parcels": self._parcels,
            "pool_members": self._members,
            "plan_lines": self._lines,
            "plan_housing": lambda: housing_only(self._lines()),
            "plan_summary": lambda: summary_sources(self._planned.draft.lines, self._told),
        }
        return ways[name]()

    def _mark(self, name: str) -> Secrecy:
        """Mark what the system made itself: a plan by whether it was published, pool and register as internal."""
        return mark_of_ours(name.startswith("plan_") and self._told.published_on is not None)

    @property
    def _planned(self) -> DraftedPlan:
        if self._plan is None:
            self._plan = load_plan(self._database, self._wanted.plan_id, self._wanted.district)
        return self._plan

    @property
    def _told(self) -> PlanNamed:
        head = self._planned.head
        published = PlanWay(self._database).published_at(head.plan_id)
        day = published.astimezone(BEIJING).date() if published else None
        return PlanNamed(head.plan_id, head.district, head.year, day)

    def _lines(self) -> gpd.GeoDataFrame:
        lines = self._planned.draft.lines
        builds = [self._judged(str(pool), some["parcel_id"]) for pool, some in lines.groupby("pool_id")]
        parcels = pd.concat(builds, ignore_index=True) if builds else self._none()
        return line_sources(lines, gpd.GeoDataFrame(parcels, crs=WORKING), self._told)

    def _members(self) -> gpd.GeoDataFrame:
        pool_id = self._wanted.pool_id or (
            self._planned.head.pool_id
            if self._wanted.plan_id
            else newest_pool(PoolStore(self._database), self._wanted.district).pool_id
        )
        self._pool_id = pool_id
        members = PoolStore(self._database).load(pool_id).pool.members
        return member_sources(members, self._judged(pool_id, members["parcel_id"]))

    def _judged(self, pool_id: str, parcel_ids: pd.Series) -> gpd.GeoDataFrame:
        """Return parcels with outlines and facts as the run of a build judged them."""
        run = RunStore(self._database).versions(PoolStore(self._database).head(pool_id).run_id)
        return ParcelStore(self._database).versions(run[run["parcel_id"].isin(parcel_ids)])

    def _none(self) -> gpd.GeoDataFrame:
        return self._register().iloc[:0]

    def _register(self) -> gpd.GeoDataFrame:
        store = ParcelStore(self._database)
        return store.current(self._wanted.district, as_of=self._wanted.as_of, known_at=self._wanted.known_at)

    def _parcels(self) -> gpd.GeoDataFrame:
        return register_sources(self._register())

    def _features(self, content: str) -> gpd.GeoDataFrame:
        layer = content.removeprefix("layer:")
        stored = speaking(self._database, layer, self._wanted.as_of, known_at=self._wanted.known_at)
        self.marks[content] = stored.release.secrecy
        self._releases.append(stored.release)
        features = LayerStore(self._database).features(layer, stored.release.name)
        return feature_sources(features, stored.release.name, self._wanted.district)
