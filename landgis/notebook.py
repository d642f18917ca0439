"""The notebook's front door: the same services, frames in, frames out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from landgis.bootstrap import App, build
from landgis.domain.criteria import PlanTargets, PoolCriteria
from landgis.domain.district import BEIJING
from landgis.domain.intents import Intent
from landgis.domain.outcome import Outcome, Scope
from landgis.domain.pooling import Membership, MoveReason, Standing, Tier
from landgis.domain.tasks import Task
from landgis.services.checking.batch import Batch
from landgis.services.checking.by_law import by_law
from landgis.services.checking.check import candidate_from_wkt, candidates_from_file, layers_from_folder
from landgis.services.checking.check_files import facts_table
from landgis.services.checking.joint import AtHand, JointCheck, check_jointly
from landgis.services.layers.import_layer import import_folder
from landgis.services.layers.publish_layer import publish
from landgis.services.planning.draft_plan import DraftedPlan, draft_plan
from landgis.services.pooling.build_pool import BuiltPool, build_pool
from landgis.services.pooling.change_effect import Effect, effect
from landgis.services.pooling.intents import TakenIntents, import_intents, intents
from landgis.services.pooling.members import Wish, changes, members, story
from landgis.services.pooling.move_members import add_leads, move_member
from landgis.services.pooling.pair_pool import FallenOut, Paired, fall_out_of, pair_pool
from landgis.services.pooling.tasks import tasks
from landgis.services.register.import_parcels import ParcelDelivery, import_parcels
from landgis.services.register.parcel_sheet import parcel_rows
from landgis.services.screening.screen import Measuring, Screened, screen


@dataclass(frozen=True)
class CheckResult:
    """A check, for looking at: frames, the plain record, and a table that a notebook shows by itself."""

    checked: JointCheck

    @property
    def record(self) -> dict[str, Any]:
        """The same data that ``landgis check --json`` prints."""
        return self.checked.record

    @property
    def verdicts(self) -> pd.DataFrame:
        """Verdict per parcel."""
        return self.checked.verdicts

    @property
    def findings(self) -> pd.DataFrame:
        """One row per parcel and rule, with clause, measured value and release."""
        return self.checked.findings

    @property
    def parcels(self) -> gpd.GeoDataFrame:
        """The parcels with their verdicts, EPSG:4549; areas are planar there."""
        return self.checked.parcels.merge(self.checked.verdicts, on="parcel_id")

    def __repr__(self) -> str:
        counts = "，".join(f"{Outcome(key).zh} {count}" for key, count in self.record["summary"].items())
        return f"<检查 {self.record['pack']['id']} {self.record['as_of']}：{counts}>"

    def _repr_html_(self) -> str:
        counts = "，".join(f"{Outcome(key).zh} {count}" for key, count in self.record["summary"].items())
        layers = "".join(
            f"<tr><td>{escape(str(row['layer']))}</td><td>{escape(str(row['release'] or '—'))}</td>"
            f"<td>{escape(str(row['coverage']))}</td></tr>"
            for row in self.record["layers"]
        )
        title = escape(f"{self.record['pack']['title_zh']} · 截至 {self.record['as_of']}")
        heading = "<tr><th>图层</th><th>版本</th><th>覆盖</th></tr>"
        return f"<b>{title}</b><p>{escape(counts)}</p><table>{heading}{layers}</table>"


@dataclass(frozen=True)
class Session:
    """Services bound to this installation. Nothing is opened before it is used."""

    app: App

    def check(
        self,
        parcels: str | Path,
        layers: str | Path,
        *,
        rules: str | None = None,
        as_of: date,
        scope: str = "control-lines",
        facts: str | Path | None = None,
        crs: str | None = None,
    ) -> CheckResult:
        """Check a file of parcels against a folder of layers; nothing is saved and no database is needed.

        Without ``rules`` each parcel is judged by the pack of its district.
        """
        breadth = Scope(scope)
        table = facts_table(Path(facts)) if facts else None
        found = candidates_from_file(Path(parcels), crs=crs, facts=table)
        return self._check(Batch.of_one(found, Path(parcels).name), layers, rules, as_of, breadth)

    def check_wkt(
        self, wkt: str, crs: str, layers: str | Path, *, rules: str | None = None, as_of: date
    ) -> CheckResult:
        """Check one drawn polygon (WKT, easting first) against a folder of layers."""
        found = candidate_from_wkt(wkt, self.app.crs(crs))
        return self._check(Batch.of_one(found, ""), layers, rules, as_of, Scope.CONTROL_LINES)

    def import_layers(self, folder: str | Path) -> list[str]:
        """Import and publish the layers of a folder; return the editions, e.g. ``homestead@2026-01``."""
        app = self.app
        stored, _ = import_folder(app.database, app.originals, app.catalogue, app.person, Path(folder))
        return [publish(app.database, app.person, row.release.layer, row.release.name).release.key for row in stored]

    def import_parcels(self, path: str | Path, facts: str | Path | None = None) -> int:
        """Import a file of parcels; return how many parcels are new or changed."""
        delivery = ParcelDelivery(Path(path), facts=facts_table(Path(facts)) if facts else None)
        stored = import_parcels(self.app.database, self.app.originals, self.app.person, delivery).stored
        return stored.created_count + stored.changed_count

    def parcels(self, district: str | None = None, town: str | None = None) -> pd.DataFrame:
        """Return the parcels of the inventory, without geometry."""
        return pd.DataFrame(parcel_rows(self.app.database, district, town))

    def screen(self, rules: str = "songjiang", *, as_of: date) -> Screened:
        """Screen the inventory of a district and store the run."""
        app = self.app
        how, today = Measuring(app.indexes), datetime.now(BEIJING).date()
        return screen(app.database, app.person, app.pack(rules), as_of, today=today, originals=app.originals, how=how)

    def build_pool(self, district: str = "songjiang", criteria: PoolCriteria | None = None) -> BuiltPool:
        """Build the candidate pool from the newest run and store it."""
        return build_pool(self.app.database, self.app.person, district, criteria or PoolCriteria())

    def pool_members(self, district: str = "songjiang", wish: Wish | None = None) -> pd.DataFrame:
        """Return who stands in the pool, now or at a moment."""
        return members(self.app.database, self.app.person, district, wish)

    def pool_story(self, parcel_id: str) -> Sequence[Membership]:
        """Return every membership of a parcel with its moves."""
        return story(self.app.database, self.app.person, parcel_id)

    def pool_diff(self, before: datetime, after: datetime, district: str = "songjiang") -> pd.DataFrame:
        """Return what became of the pool between two moments, with reasons."""
        return changes(self.app.database, self.app.person, district, before, after)

    def add_leads(
        self, parcel_ids: Sequence[str], reason: MoveReason, *, tier: Tier = Tier.PROJECT, note: str = ""
    ) -> Sequence[Membership]:
        """Keep parcels as leads."""
        return add_leads(self.app.database, self.app.person, parcel_ids, reason, tier=tier, note=note)

    def move_member(self, parcel_id: str, after: Standing, reason: MoveReason, note: str = "") -> Membership:
        """Move a member where no build and no plan is needed."""
        return move_member(self.app.database, self.app.person, parcel_id, after, reason, note)

    def import_intents(self, path: str | Path) -> TakenIntents:
        """Record the intents of a file; what is not sound is told and left out."""
        return import_intents(self.app.database, self.app.person, Path(path))

    def intents(self, district: str | None = None, *, ended: bool = False) -> Sequence[Intent]:
        """Return the intents that one may read."""
        return intents(self.app.database, self.app.person, district, ended=ended)

    def pair(self, district: str = "songjiang", *, as_of: date, plan_id: str | None = None) -> Paired:
        """Pair lines with substitutes and intents with parcels."""
        return pair_pool(self.app.database, self.app.person, district, as_of, plan_id)

    def fall_out(
        self, parcel_ids: Sequence[str], district: str = "songjiang", *, plan_id: str | None = None,
        aim_mu: Decimal | None = None,
    ) -> FallenOut:  # fmt: skip
        """Say what a year still reaches when parcels fall out of its plan."""
        app = self.app
        return fall_out_of(app.database, app.person, district, parcel_ids, plan_id=plan_id, aim_mu=aim_mu)

    def effect(self, district: str = "songjiang", run_id: str | None = None) -> Effect:
        """Say what a preview, or the newest run, would do to pool and plan; nothing is stored."""
        app = self.app
        return effect(app.database, app.person, district, app.pack(district), run_id, app.warm_indexes)

    def tasks(self, district: str | None = None, *, ended: bool = False) -> Sequence[Task]:
        """Return the tasks that changes left."""
        return tasks(self.app.database, self.app.person, district, ended=ended)

    def draft_plan(self, targets: PlanTargets, district: str = "songjiang") -> DraftedPlan:
        """Draft the year's plan from the newest pool and store it."""
        return draft_plan(self.app.database, self.app.person, district, targets)

    def close(self) -> None:
        """Close the connections; the private cluster keeps running (``landgis db stop`` ends it)."""
        self.app.close()

    def _check(self, batch: Batch, layers: str | Path, rules: str | None, as_of: date, scope: Scope) -> CheckResult:
        given = None if rules is None else self.app.pack(rules)
        groups = by_law(batch.candidates, given, self.app.pack)
        wanted = {key for each in groups for key in (*each.pack.layers(scope), *each.pack.optional_layers(scope))}
        found = AtHand(*layers_from_folder(Path(layers), self.app.catalogue, wanted=wanted))
        return CheckResult(
            check_jointly(batch, groups, lambda each: found if each.pack.pack_id else AtHand({}), as_of, scope)
        )


def connect() -> Session:
    """Open a session on this installation's settings."""
    return Session(build())
