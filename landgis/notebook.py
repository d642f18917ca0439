"""The notebook's front door: the same services, frames in, frames out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd

from landgis.bootstrap import App, build
from landgis.domain.criteria import PlanTargets, PoolCriteria
from landgis.domain.outcome import Outcome, Scope
from landgis.services.checking.batch import Batch
from landgis.services.checking.check import Checked, candidate_from_wkt, candidates_from_file, check, layers_from_folder
from landgis.services.checking.check_files import facts_table
from landgis.services.layers.import_layer import import_folder
from landgis.services.layers.publish_layer import publish
from landgis.services.planning.build_pool import BuiltPool, build_pool
from landgis.services.planning.draft_plan import DraftedPlan, draft_plan
from landgis.services.register.import_parcels import ParcelDelivery, import_parcels
from landgis.services.register.parcel_sheet import parcel_rows
from landgis.services.screening.screen import Measuring, Screened, screen


@dataclass(frozen=True)
class CheckResult:
    """A check, for looking at: frames, the plain record, and a table that a notebook shows by itself."""

    checked: Checked

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
        rules: str = "songjiang",
        as_of: date,
        scope: str = "control-lines",
        facts: str | Path | None = None,
        crs: str | None = None,
    ) -> CheckResult:
        """Check a file of parcels against a folder of layers; nothing is saved and no database is needed."""
        pack, breadth = self.app.pack(rules), Scope(scope)
        table = facts_table(Path(facts)) if facts else None
        found = candidates_from_file(Path(parcels), crs=crs, facts=table, district=pack.pack_id)
        return self._check(Batch.of_one(found, Path(parcels).name), layers, rules, as_of, breadth)

    def check_wkt(
        self, wkt: str, crs: str, layers: str | Path, *, rules: str = "songjiang", as_of: date
    ) -> CheckResult:
        """Check one drawn polygon (WKT, easting first) against a folder of layers."""
        found = candidate_from_wkt(wkt, self.app.crs(crs), rules)
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
        how = Measuring(app.indexes)
        return screen(app.database, app.person, app.pack(rules), as_of, originals=app.originals, how=how)

    def build_pool(self, district: str = "songjiang", criteria: PoolCriteria | None = None) -> BuiltPool:
        """Build the candidate pool from the newest run and store it."""
        return build_pool(self.app.database, self.app.person, district, criteria or PoolCriteria())

    def draft_plan(self, targets: PlanTargets, district: str = "songjiang") -> DraftedPlan:
        """Draft the year's plan from the newest pool and store it."""
        return draft_plan(self.app.database, self.app.person, district, targets)

    def close(self) -> None:
        """Close the connections; the private cluster keeps running (``landgis db stop`` ends it)."""
        self.app.close()

    def _check(self, batch: Batch, layers: str | Path, rules: str, as_of: date, scope: Scope) -> CheckResult:
        pack = self.app.pack(rules)
        wanted = {*pack.layers(scope), *pack.optional_layers(scope)}
        at_hand, issues = layers_from_folder(Path(layers), self.app.catalogue, wanted=wanted)
        return CheckResult(batch.tell(check(batch.candidates, at_hand, pack, as_of, scope, issues)))


def connect() -> Session:
    """Open a session on this installation's settings."""
    return Session(build())
