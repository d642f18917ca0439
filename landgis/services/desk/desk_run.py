"""One stored run as the desk reads it. A run is immutable, so it is read once."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Collection, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry import mapping

from landgis.db.runs import RunHead, StoredRun
from landgis.domain.catalogue import plain_name
from landgis.domain.layer import Release
from landgis.domain.outcome import VERDICTS
from landgis.errors import NotFound
from landgis.frames.spec import rows_of
from landgis.rules.pack import RulePack
from landgis.screening.measure import Measured
from landgis.screening.record import RunFacts, record
from landgis.services.desk.desk_table import Extent, Filter, Page, table_of, total_of


class RunView:
    """A run with everything that its rows and cards show.

    Parameters
    ----------
    stored
        The run.
    parcels
        ParcelFrame of the run's parcels as it judged them (``ParcelStore.versions``).
    pack
        Rule pack, for titles.
    releases
        Releases the run stood on, by layer.
    changed
        Parcels that are not any more what the run judged.
    """

    def __init__(
        self,
        stored: StoredRun,
        parcels: gpd.GeoDataFrame,
        pack: RulePack,
        releases: dict[str, Release],
        changed: Collection[str] = (),
    ) -> None:
        self.head: RunHead = stored.head
        self.pack = pack
        self.releases = releases
        self.stored = stored
        known = parcels.set_index("parcel_id")
        ids = stored.judged.verdicts["parcel_id"]
        self._parcels = known.loc[ids]
        self._shapes = np.asarray(self._parcels.geometry.to_numpy(), dtype=object)
        self._table = table_of(stored, pd.DataFrame(self._parcels.drop(columns="geometry")), pack, changed)

    @property
    def towns(self) -> list[dict[str, Any]]:
        """Towns with parcels in the run: town_code, town_name, count."""
        towns = self._table[["town_code", "town_name"]].value_counts(sort=False).reset_index()
        return rows_of(towns.sort_values("town_code"))

    @property
    def outdated_count(self) -> int:
        """Parcels that changed or ended since the run measured them."""
        return int(self._table["outdated"].sum())

    def extent(self, rows: pd.DataFrame | None = None) -> Extent | None:
        """Bounds of all parcels or of some rows, working CRS, metres."""
        shapes = self._shapes if rows is None else self._shapes[rows.index.to_numpy()]
        if len(shapes) == 0:
            return None
        west, south, east, north = (float(value) for value in shapely.total_bounds(shapes))
        return west, south, east, north

    def page(
        self,
        wanted: Filter,
        *,
        page: int = 1,
        size: int = 50,
        sort: str = "parcel_id",
        descending: bool = False,
        around: str = "",
    ) -> Page:
        """Return one page of a filter.

        Parameters
        ----------
        wanted
            The filter.
        page, size
            Page number from 1; a number beyond the end gives the last page.
        sort, descending
            One of ``SORTS`` and the direction; equal rows stand by parcel number.
        around
            Parcel whose page is wanted instead of ``page``, if it is in the filter.
        """
        loose = self._rows(dataclasses.replace(wanted, verdict=None))
        rows = self._rows(wanted)
        keys = ["severity" if sort == "verdict" else sort, "parcel_id"]
        rows = rows.sort_values(keys, ascending=[not descending, True], kind="stable")
        pages = max(1, math.ceil(len(rows) / size))
        place = np.flatnonzero((rows["parcel_id"] == around).to_numpy()) if around else np.array([], dtype=int)
        number = int(place[0]) // size + 1 if len(place) else min(max(page, 1), pages)
        start = (number - 1) * size
        shown = rows.iloc[start : start + size]
        counts = loose["verdict"].value_counts()
        return Page(
            rows=rows_of(shown.drop(columns=["folded", "severity"])),
            number=number,
            size=size,
            pages=pages,
            first=start + 1 if len(shown) else 0,
            last=start + len(shown),
            total=total_of(rows),
            verdicts={str(verdict): int(counts.get(str(verdict), 0)) for verdict in VERDICTS},
            extent=self.extent(rows),
            holds=bool(len(place)) if around else None,
        )

    def ids(self, wanted: Filter) -> list[str]:
        """Return the parcel numbers of a filter."""
        return [str(parcel_id) for parcel_id in self._rows(wanted)["parcel_id"]]

    def geometry(self, parcel_id: str) -> dict[str, Any]:
        """Return a parcel's outline as a GeoJSON-like mapping, coordinates in the working CRS (EPSG:4549, metres)."""
        return mapping(self._shapes[self._place(parcel_id)])

    def record(self, parcel_id: str | None = None) -> dict[str, Any]:
        """Return the run, or one parcel of it, in the form that every front door gives."""
        stored = self.stored
        frames = (
            *(getattr(stored.measured, name) for name in _MEASURED),
            stored.judged.findings,
            stored.judged.verdicts,
        )
        if parcel_id is not None:
            self._place(parcel_id)
            frames = tuple(frame[frame["parcel_id"] == parcel_id] for frame in frames)
        *measured, findings, verdicts = frames
        meta = self.head.meta
        pack = dataclasses.replace(self.pack, version=meta.pack_version)
        facts = RunFacts(pack, meta.as_of, meta.scope, meta.crs, self.releases, tuple(meta.releases))
        told = {"run_id": self.head.run_id, "final": meta.final, "caution_zh": meta.caution[0]}
        return told | record(facts, Measured(*measured), findings, verdicts)

    def coverage(self, parcel_id: str) -> dict[str, dict[str, Any]]:
        """Return state, release and uncovered_m2 by layer for a parcel."""
        frame = self.stored.measured.coverage
        return {str(row["layer"]): row for row in rows_of(frame[frame["parcel_id"] == parcel_id])}

    def row(self, parcel_id: str) -> dict[str, Any]:
        """Return the table row of a parcel, with its facts as the run judged them (missing ones None)."""
        place = self._place(parcel_id)
        facts = self._parcels.drop(columns="geometry").iloc[place]
        known = {str(name): None if pd.isna(value) else value for name, value in facts.items()}
        return known | rows_of(self._table.iloc[[place]])[0]

    def _rows(self, wanted: Filter) -> pd.DataFrame:
        keep = pd.Series(True, index=self._table.index)
        if wanted.verdict is not None:
            keep &= self._table["verdict"] == str(wanted.verdict)
        if wanted.town:
            keep &= self._table["town_code"] == wanted.town
        if wanted.text.strip():
            # A text of nothing but signs folds to nothing; it must find nothing, not everything.
            keep &= self._table["folded"].str.contains(plain_name(wanted.text) or "\0", regex=False)
        return self._table[keep]

    def _place(self, parcel_id: str) -> int:
        found = np.flatnonzero((self._table["parcel_id"] == parcel_id).to_numpy())
        if len(found) == 0:
            raise NotFound(
                f"筛查批次 {self.head.run_id} 中没有地块“{parcel_id}”",
                f"Run {self.head.run_id} has no parcel “{parcel_id}”",
                where=parcel_id,
                next_zh="该地块可能在筛查之后入库，请重新运行 landgis screen",
                next_en="It may have come in after the run: run landgis screen again",
            )
        return int(found[0])


_MEASURED = ("areas", "overlaps", "hits", "coverage", "cells")


def releases_of(head: RunHead, stored: Sequence[Release]) -> dict[str, Release]:
    """Pick the releases a run stood on."""
    by_key = {release.key: release for release in stored}
    wanted = {layer: by_key.get(f"{layer}@{name}") for layer, name in head.meta.releases.items() if name}
    return {layer: release for layer, release in wanted.items() if release is not None}
