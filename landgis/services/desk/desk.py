"""The planner's desk: what the page shows of a run, read-only."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import date
from typing import Any

from landgis.db import tiles
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunHead, RunStore
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import BOTH, LegalState, Release, ReleaseStatus
from landgis.rules.reading.load import load_pack, pack_names
from landgis.services.deciding.decisions import standings, told
from landgis.services.desk.desk_card import card_of
from landgis.services.desk.desk_map import (
    LABELLED,
    LegendEntry,
    MapLayer,
    context_keys,
    map_layers,
    verdict_legend,
)
from landgis.services.desk.desk_run import RunView, releases_of
from landgis.services.desk.desk_table import Extent, Filter, Page
from landgis.services.runs.since_run import changed_since

_RUNS_KEPT = 4


@dataclass(frozen=True)
class Overview:
    """Head of the page.

    Attributes
    ----------
    head
        The run: id, pack, as-of date, who and when.
    pack_title_zh, pack_title_en, district_zh, district_en
        Names.
    verdicts
        Parcels by verdict.
    towns
        Towns with parcels: town_code, town_name, count.
    layers
        Layers of the map from the ground up.
    extent
        Bounds of the parcels, working CRS.
    outdated_count
        Parcels changed since the run.
    runs
        The newest run of every pack, to switch between.
    """

    head: RunHead
    pack_title_zh: str
    pack_title_en: str
    district_zh: str
    district_en: str
    verdicts: dict[str, int]
    towns: list[dict[str, Any]]
    layers: list[MapLayer]
    extent: Extent | None
    outdated_count: int
    runs: list[RunHead]

    @property
    def substitute(self) -> bool:
        """Whether any release on the map is stand-in data."""
        return any(layer.release.substitute for layer in self.layers if layer.release is not None)

    @property
    def credits(self) -> list[str]:
        """Credits that the licences of the releases ask of every map, each once."""
        asked = [layer.release.attribution for layer in self.layers if layer.release is not None]
        return list(dict.fromkeys(filter(None, asked)))


@dataclass(frozen=True)
class Readiness:
    """What is there before the first run: parcels of the district, layers the rules need, published ones of them."""

    pack_id: str
    parcel_count: int
    wanted: tuple[str, ...]
    published: tuple[str, ...]


class Desk:
    """Read models of the desk. Runs are immutable: each is read once and kept; a new page asks for the parcels again.

    Parameters
    ----------
    database
        Open database.
    catalogue
        Layer catalogue, for titles and styles.
    """

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database = database
        self._catalogue = catalogue
        self._views: OrderedDict[str, RunView] = OrderedDict()
        self._lock = threading.Lock()

    def latest_run(self, pack_id: str) -> str | None:
        """Return the newest run of a pack, or None."""
        pack = load_pack(pack_id)
        head = RunStore(self._database).latest(pack.pack_id, pack.pack_id)
        return head.run_id if head else None

    def readiness(self, pack_id: str) -> Readiness:
        """Tell what is there before the first run of a pack."""
        pack = load_pack(pack_id)
        wanted = tuple(rule.layer for rule in pack.rules if rule.layer)
        held = {
            row.release.layer
            for row in LayerStore(self._database).list()
            if row.release.status is ReleaseStatus.PUBLISHED
            and row.release.legal_state is LegalState.IN_FORCE
            and row.release.district in (pack.pack_id, BOTH)
        }
        count = len(ParcelStore(self._database).current(pack.pack_id))
        return Readiness(pack.pack_id, count, wanted, tuple(key for key in wanted if key in held))

    def overview(self, run_id: str, *, fresh: bool = False) -> Overview:
        """Return the head of the page: the run, its layers and releases, counts.

        Parameters
        ----------
        run_id
            The run.
        fresh
            Whether to ask for the parcels again, which may have new versions since.

        Raises
        ------
        NotFound
            If there is no such run.
        """
        view = self._view(run_id, fresh=fresh)
        meta = view.head.meta
        district = DISTRICTS[meta.district]
        shown = view.page(Filter(), size=1)
        return Overview(
            head=view.head,
            pack_title_zh=view.pack.title.zh,
            pack_title_en=view.pack.title.en,
            district_zh=district.name_zh,
            district_en=district.name_en,
            verdicts=shown.verdicts,
            towns=view.towns,
            layers=map_layers(self._catalogue, meta.releases, view.releases | self._context(view), meta.as_of),
            extent=view.extent(),
            outdated_count=view.outdated_count,
            runs=self._newest_runs(),
        )

    def legend(self) -> list[LegendEntry]:
        """Return the verdicts with their symbols, the worst first."""
        return verdict_legend()

    def parcels_page(
        self,
        run_id: str,
        wanted: Filter,
        *,
        page: int = 1,
        size: int = 50,
        sort: str = "parcel_id",
        descending: bool = False,
        around: str = "",
    ) -> Page:
        """Return one page of the table; see `RunView.page`."""
        return self._view(run_id).page(wanted, page=page, size=size, sort=sort, descending=descending, around=around)

    def parcel_ids(self, run_id: str, wanted: Filter) -> list[str]:
        """Return the parcel numbers of a filter, for the map."""
        return self._view(run_id).ids(wanted)

    def geometry(self, run_id: str, parcel_id: str) -> dict[str, Any]:
        """Return a parcel's outline as the run judged it, GeoJSON-like, coordinates in the working CRS."""
        return self._view(run_id).geometry(parcel_id)

    def record(self, run_id: str) -> dict[str, Any]:
        """Return the whole run in the form that ``check --json`` gives."""
        return self._view(run_id).record()

    def card(self, run_id: str, parcel_id: str, day: date | None = None) -> dict[str, Any]:
        """Return everything the desk says of one parcel.

        Parameters
        ----------
        day
            Day on which decisions of persons are told beside the verdict; None: the run's.

        Returns
        -------
        dict
            The parcel's entry of the record (areas, overlaps with hits, findings), with titles, releases and coverage
            beside the findings, the facts that a card prints, documents, and what was not asked. JSON-able.

        Raises
        ------
        NotFound
            If there is no such run, or no such parcel in it.
        """
        view = self._view(run_id)
        papers = ParcelStore(self._database).documents(parcel_id)
        meta = view.head.meta
        decided = standings(
            self._database, load_pack, day or meta.as_of, district=meta.district, parcel_ids=[parcel_id]
        )
        return card_of(view, self._catalogue, parcel_id, papers, told(decided))

    def parcel_tile(self, run_id: str, z: int, x: int, y: int) -> bytes:
        """Return the run's parcels in a tile as MVT (grid of `landgis.db.tiles`)."""
        district = self._view(run_id).head.meta.district
        with self._database.begin() as connection:
            return tiles.parcel_tile(connection, z, x, y, run_id=run_id, district=district)

    def layer_tile(self, layer: str, release: str, z: int, x: int, y: int) -> bytes:
        """Return the features of one release in a tile as MVT."""
        with self._database.begin() as connection:
            return tiles.feature_tile(connection, z, x, y, layer=layer, release=release)

    def labels(self, run_id: str) -> list[dict[str, Any]]:
        """Return names to write on the map: text, and the point inside its ground, working CRS."""
        store = LayerStore(self._database)
        meta = self._view(run_id).head.meta
        stored = store.current(LABELLED, meta.as_of, district=meta.district)
        if stored is None:
            return []
        features = store.features(LABELLED, stored.release.name)
        points = features.geometry.representative_point()
        places = zip(features["label"], points.x, points.y, strict=True)
        return [{"text": text, "at": [float(x), float(y)]} for text, x, y in places if isinstance(text, str)]

    def grid(self) -> dict[str, Any]:
        """Return the tile grid for the browser: origin, resolutions in metres per pixel, tile size in pixels."""
        grid = tiles.GRID
        resolutions = [grid.size_m / grid.tile_px / 2**zoom for zoom in range(tiles.MAX_ZOOM + 1)]
        return {"origin": list(grid.origin), "resolutions": resolutions, "tile_px": grid.tile_px, "size_m": grid.size_m}

    def _view(self, run_id: str, *, fresh: bool = False) -> RunView:
        """Return a run. ``fresh``: with the parcels as they are now; the run itself never changes."""
        with self._lock:
            known = self._views.get(run_id)
            if known is None or fresh:
                known = self._load(run_id, known)
                self._views[run_id] = known
            self._views.move_to_end(run_id)
            while len(self._views) > _RUNS_KEPT:
                self._views.popitem(last=False)
            return known

    def _load(self, run_id: str, known: RunView | None) -> RunView:
        stored = known.stored if known is not None else RunStore(self._database).load(run_id)
        meta = stored.head.meta
        store = ParcelStore(self._database)
        changed = changed_since(store.current(meta.district), stored.versions)
        parcels = store.versions(stored.versions)
        held = [row.release for row in LayerStore(self._database).list()]
        return RunView(stored, parcels, load_pack(meta.pack_id), releases_of(stored.head, held), changed)

    def _context(self, view: RunView) -> dict[str, Release]:
        """Return what is in force on the run's day of layers it was not judged by."""
        meta = view.head.meta
        store = LayerStore(self._database)
        found = {key: store.current(key, meta.as_of, district=meta.district) for key in context_keys(meta.releases)}
        return {key: stored.release for key, stored in found.items() if stored is not None}

    def _newest_runs(self) -> list[RunHead]:
        store = RunStore(self._database)
        packs = sorted((load_pack(name) for name in pack_names()), key=lambda pack: pack.district)
        found = [store.latest(pack.pack_id, pack.pack_id) for pack in packs]
        return [head for head in found if head is not None]
