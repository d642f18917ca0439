"""The planner's desk: what the page shows of a run, read-only."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from shapely.geometry import mapping

from landgis.db import desk_rows, tiles
from landgis.db.connect import Database
from landgis.db.desk_choices import Choices, choices_of, knows_rule
from landgis.db.layers import LayerStore
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunHead, RunStore
from landgis.db.tile_grid import GENERALISED_ABOVE_M_PER_PX
from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import BOTH, LegalState, Release, ReleaseStatus
from landgis.domain.outcome import VERDICTS
from landgis.domain.parcel_filter import ParcelFilter
from landgis.errors import UsageError
from landgis.rules.pack import RulePack
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
from landgis.services.desk.desk_run import no_such_parcel, one_of_run, place_and_facts, releases_of, whole_run
from landgis.services.desk.desk_table import Extent, Line, Page, extent_of, lines_of, rows_shown, total_of
from landgis.services.desk.filter_words import Condition, conditions


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
    choices
        What occurs to filter by, with counts.
    rules
        Rules of the pack: id, Chinese and English title.
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
    choices: Choices
    rules: list[tuple[str, str, str]]
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
    """Read models of the desk: every answer is read anew, as the database shows it to who looks.

    Parameters
    ----------
    database
        Open database, bound to a viewer or not.
    catalogue
        Layer catalogue, for titles and styles.
    """

    def __init__(self, database: Database, catalogue: Catalogue) -> None:
        self._database = database
        self._catalogue = catalogue

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

    def overview(self, run_id: str) -> Overview:
        """Return the head of the page: the run, its layers and releases, counts.

        Raises
        ------
        NotFound
            If there is no such run.
        """
        head = RunStore(self._database).head(run_id)
        meta, pack, district = head.meta, load_pack(head.meta.pack_id), DISTRICTS[head.meta.district]
        with self._database.begin() as connection:
            totals = desk_rows.totals_by_verdict(connection, head.run_id, ParcelFilter())
            outdated = desk_rows.outdated_count(connection, head.run_id)
            choices = choices_of(connection, head.run_id)
        held = [row.release for row in LayerStore(self._database).list()]
        releases = releases_of(head, held) | self._context(head)
        return Overview(
            head=head,
            pack_title_zh=pack.title.zh,
            pack_title_en=pack.title.en,
            district_zh=district.name_zh,
            district_en=district.name_en,
            verdicts=_counts(totals),
            choices=choices,
            rules=[(rule.rule_id, rule.title.zh, rule.title.en) for rule in pack.rules],
            layers=map_layers(self._catalogue, meta.releases, releases, meta.as_of),
            extent=extent_of(totals.values()),
            outdated_count=outdated,
            runs=self._newest_runs(),
        )

    def legend(self) -> list[LegendEntry]:
        """Return the verdicts with their symbols, the worst first."""
        return verdict_legend()

    def parcels_page(
        self,
        run_id: str,
        wanted: ParcelFilter,
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
        page, size
            Page number from 1; a number beyond the end gives the last page.
        sort, descending
            One of ``SORTS`` and the direction; equal rows stand by parcel number.
        around
            Parcel whose page is wanted instead of ``page``, if it is in the filter.

        Raises
        ------
        NotFound
            If there is no such run.
        UsageError
            If the filter names a rule that the run does not know.
        """
        head = self._head(run_id, wanted)
        with self._database.begin() as connection:
            by_verdict = desk_rows.totals_by_verdict(connection, head.run_id, wanted)
            inside = [part for verdict, part in by_verdict.items() if not wanted.verdicts or verdict in wanted.verdicts]
            total = total_of(inside)
            before = (
                desk_rows.rows_before(connection, head.run_id, wanted, around, sort=sort, descending=descending)
                if around
                else None
            )
            pages = max(1, math.ceil(total.count / size))
            number = before // size + 1 if before is not None else min(page, pages)
            start = (number - 1) * size
            rows = desk_rows.page_rows(
                connection, head.run_id, wanted, size=size, start=start, sort=sort, descending=descending
            )
            findings = desk_rows.open_points(connection, head.run_id, [row["parcel_id"] for row in rows])
        return Page(
            rows=rows_shown(rows, findings, load_pack(head.meta.pack_id)),
            number=number,
            size=size,
            pages=pages,
            first=start + 1 if rows else 0,
            last=start + len(rows),
            total=total,
            verdicts=_counts(by_verdict),
            extent=extent_of(inside),
            holds=before is not None if around else None,
        )

    def head(self, run_id: str) -> RunHead:
        """Return a run without its frames."""
        return RunStore(self._database).head(run_id)

    def pack(self, run_id: str) -> RulePack:
        """Return the rule pack of a run, for titles."""
        return load_pack(RunStore(self._database).head(run_id).meta.pack_id)

    def conditions(self, run_id: str, wanted: ParcelFilter) -> list[Condition]:
        """Return the conditions of a filter in words."""
        return conditions(wanted, load_pack(self._head(run_id, wanted).meta.pack_id))

    def statistics(self, run_id: str, wanted: ParcelFilter) -> dict[str, list[Line]]:
        """Count a filter: dimension (``DIMENSIONS``) → its lines, the largest first, verdicts and outcomes the worst first.

        Raises
        ------
        NotFound, UsageError
            As `parcels_page`.
        """
        head = self._head(run_id, wanted)
        with self._database.begin() as connection:
            found = desk_rows.counted(connection, head.run_id, wanted)
        return lines_of(found)

    def parcel_ids(self, run_id: str, wanted: ParcelFilter) -> list[str]:
        """Return the parcel numbers of a filter, for the map."""
        head = self._head(run_id, wanted)
        with self._database.begin() as connection:
            return desk_rows.numbers(connection, head.run_id, wanted)

    def geometry(self, run_id: str, parcel_id: str) -> dict[str, Any]:
        """Return a parcel's outline as the run judged it, GeoJSON-like, coordinates in the working CRS."""
        stored = RunStore(self._database).part(run_id, [parcel_id])
        if stored.versions.empty:
            raise no_such_parcel(stored.head.run_id, parcel_id)
        return mapping(ParcelStore(self._database).versions(stored.versions).geometry.iloc[0])

    def record(self, run_id: str) -> dict[str, Any]:
        """Return the whole run in the form that ``check --json`` gives."""
        return whole_run(self._database, run_id).record()

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
        part = one_of_run(self._database, run_id, parcel_id)
        papers = ParcelStore(self._database).documents(parcel_id)
        meta = part.head.meta
        decided = standings(
            self._database, load_pack, day or meta.as_of, district=meta.district, parcel_ids=[parcel_id]
        )
        row = place_and_facts(self._database, part)
        return card_of(part, row, self._catalogue, papers, told(decided))

    def labels(self, run_id: str) -> list[dict[str, Any]]:
        """Return names to write on the map: text, and the point inside its ground, working CRS."""
        store = LayerStore(self._database)
        meta = RunStore(self._database).head(run_id).meta
        stored = store.current(LABELLED, meta.as_of, district=meta.district)
        if stored is None:
            return []
        features = store.features(LABELLED, stored.release.name)
        points = features.geometry.representative_point()
        places = zip(features["label"], points.x, points.y, strict=True)
        return [{"text": text, "at": [float(x), float(y)]} for text, x, y in places if isinstance(text, str)]

    def grid(self) -> dict[str, Any]:
        """Return the tile grid for the browser: origin, resolutions in metres per pixel, tile size in pixels.

        ``generalised_from_m_per_px``: from this size of a pixel on, small things are shown by sums.
        """
        grid = tiles.GRID
        resolutions = [grid.size_m / grid.tile_px / 2**zoom for zoom in range(tiles.MAX_ZOOM + 1)]
        return {
            "origin": list(grid.origin), "resolutions": resolutions, "tile_px": grid.tile_px, "size_m": grid.size_m,
            "generalised_from_m_per_px": GENERALISED_ABOVE_M_PER_PX,
        }  # fmt: skip

    def _head(self, run_id: str, wanted: ParcelFilter) -> RunHead:
        """Return a run, once it is sure that it knows the rules of a filter."""
        head = RunStore(self._database).head(run_id)
        known = {rule.rule_id for rule in load_pack(head.meta.pack_id).rules}
        strange = [rule.rule_id for rule in wanted.rules if rule.rule_id not in known]
        if strange:
            with self._database.begin() as connection:
                strange = [rule_id for rule_id in strange if not knows_rule(connection, head.run_id, rule_id)]
        if strange:
            raise UsageError(
                f"筛查批次 {head.run_id} 没有这条规则：{strange[0]}",
                f"Run {head.run_id} has no such rule: {strange[0]}",
                where=strange[0],
                next_zh="请从规则列表中选择",
                next_en="Choose from the list of rules",
            )
        return head

    def _context(self, head: RunHead) -> dict[str, Release]:
        """Return what is in force on the run's day of layers it was not judged by."""
        meta = head.meta
        store = LayerStore(self._database)
        found = {key: store.current(key, meta.as_of, district=meta.district) for key in context_keys(meta.releases)}
        return {key: stored.release for key, stored in found.items() if stored is not None}

    def _newest_runs(self) -> list[RunHead]:
        store = RunStore(self._database)
        packs = sorted((load_pack(name) for name in pack_names()), key=lambda pack: pack.district)
        found = [store.latest(pack.pack_id, pack.pack_id) for pack in packs]
        return [head for head in found if head is not None]


def _counts(totals: Mapping[str, desk_rows.Total]) -> dict[str, int]:
    return {str(verdict): totals[verdict].count if verdict in totals else 0 for verdict in VERDICTS}
