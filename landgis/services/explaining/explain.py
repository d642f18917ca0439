"""Explaining verdicts: for each parcel of a check or a run one page of cards, with its maps."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pandas as pd

from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunStore, StoredRun
from landgis.domain.catalogue import Catalogue
from landgis.domain.outcome import Outcome, Scope
from landgis.errors import NotFound
from landgis.frames.layer import LayerData
from landgis.maps.card.fragment import Drawings
from landgis.rules.pack import RulePack
from landgis.rules.reading.load import load_pack
from landgis.screening.basis import Basis
from landgis.screening.cards import page_of
from landgis.screening.cures import curable
from landgis.screening.doubts import add_to, doubts_about
from landgis.screening.indexed import Layer, nearby
from landgis.screening.measure import Measured
from landgis.screening.record import RunFacts, record
from landgis.services.checking.check import Checked
from landgis.services.explaining.explain_maps import draw_page, reach_m
from landgis.services.explaining.explain_notes import notes_of
from landgis.services.layers.speaking import Indexes, MadeEachTime, indexed_layers, speaking_releases
from landgis.services.planning.draw import CONTEXT

MOST_PAGES = 200
"""So many pages are made at once; who wants more asks for parcels by number, or checks a part of the file."""
_NEAR_M = 200.0
"""How far around the parcels lines may explain what lies on them; as in a check."""
_MEASURED = ("areas", "overlaps", "hits", "coverage", "cells")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Explained:
    """One page: content (``explain.schema.json``) and maps."""

    page: dict[str, Any]
    drawings: Drawings


@dataclass(frozen=True)
class Explanation:
    """Pages, the worst verdict first, and how many parcels were left out beyond `MOST_PAGES`."""

    pages: tuple[Explained, ...]
    left_out: int = 0


def explain_check(
    checked: Checked,
    pack: RulePack,
    at_hand: Mapping[str, Layer],
    catalogue: Catalogue,
    progress: Progress = lambda _step: None,
) -> Explanation:
    """Explain the parcels of a check.

    Parameters
    ----------
    checked, pack
        The check, and the law it was judged by.
    at_hand
        Layers to draw: those it was checked against, and those of context.
    catalogue
        Titles and styles of layers.
    progress
        Told which parcel is explained.
    """
    told = checked.record
    basis = Basis(
        checked.parcels, checked.layers, checked.measured, checked.findings, checked.verdicts, checked.doubts, pack,
        date.fromisoformat(told["as_of"]), Scope(told["scope"]),
    )  # fmt: skip
    chosen = [parcel["parcel_id"] for parcel in _worst_first(told["parcels"])][:MOST_PAGES]
    pages = _pages(_part(basis, chosen), told, at_hand, catalogue, {}, progress)
    return Explanation(pages, len(told["parcels"]) - len(chosen))


def explain_run(
    database: Database,
    catalogue: Catalogue,
    run_id: str,
    parcel_ids: Sequence[str],
    indexes: Indexes | None = None,
    progress: Progress = lambda _step: None,
    *,
    day: date | None = None,
) -> Explanation:
    """Explain parcels of a stored run as it judged them, on the releases it stood on.

    Parameters
    ----------
    day
        Day on which decisions of persons are told beside the verdicts; None: the run's.

    Raises
    ------
    NotFound
        If there is no such run, or a parcel is not in it.
    """
    stored = RunStore(database).part(run_id, parcel_ids)
    _require(stored, parcel_ids)
    basis, layers = basis_of_run(database, stored, parcel_ids, indexes or MadeEachTime())
    meta = stored.head.meta
    pack = replace(basis.pack, version=meta.pack_version)
    facts = RunFacts(pack, meta.as_of, meta.scope, meta.crs, basis.releases, tuple(meta.releases))
    told = {"run_id": run_id} | record(facts, basis.measured, basis.findings, basis.verdicts)
    add_to(told, basis.doubts)
    context = speaking_releases(database, set(CONTEXT) - set(layers), meta.as_of, district=meta.district)
    at_hand = dict(layers) | indexed_layers(database, context, indexes or MadeEachTime())
    notes = notes_of(database, stored, basis.pack, parcel_ids, day or meta.as_of)
    return Explanation(_pages(basis, told, at_hand, catalogue, notes, progress))


def basis_of_run(
    database: Database, stored: StoredRun, parcel_ids: Collection[str], indexes: Indexes
) -> tuple[Basis, dict[str, Layer]]:
    """Return what a run judged some parcels by, with what may be doubted of it, and its layers whole."""
    meta = stored.head.meta
    pack = load_pack(meta.pack_id)
    versions = stored.versions[stored.versions["parcel_id"].isin(list(parcel_ids))]
    parcels = ParcelStore(database).versions(versions)
    store = LayerStore(database)
    releases = {key: store.get(key, name) for key, name in meta.releases.items() if name}
    layers = indexed_layers(database, releases, indexes)
    near = nearby(layers, parcels, _NEAR_M)
    measured = Measured(*(_rows(getattr(stored.measured, name), parcel_ids) for name in _MEASURED))
    findings, verdicts = (_rows(frame, parcel_ids) for frame in (stored.judged.findings, stored.judged.verdicts))
    doubts = doubts_about(parcels, near, measured, findings, pack, meta.as_of, meta.scope)
    basis = Basis(parcels, near, measured, findings, verdicts, doubts, pack, meta.as_of, meta.scope)
    return basis, layers


def _pages(
    basis: Basis,
    told: dict[str, Any],
    at_hand: Mapping[str, Layer],
    catalogue: Catalogue,
    notes: Mapping[str, tuple[tuple[str, str], ...]],
    progress: Progress,
) -> tuple[Explained, ...]:
    cures = curable(basis)
    around: dict[str, LayerData] = {}
    if len(basis.parcels):
        around = nearby(at_hand, basis.parcels, max(_NEAR_M, reach_m(basis.parcels)))
    wanted = set(basis.verdicts["parcel_id"])
    pages = []
    for parcel in _worst_first([row for row in told["parcels"] if row["parcel_id"] in wanted]):
        parcel_id = parcel["parcel_id"]
        progress(parcel_id)
        page = page_of(basis, told, parcel, cures.get(parcel_id), catalogue, notes.get(parcel_id, ()))
        pages.append(Explained(page, draw_page(basis, page, around, catalogue)))
    return tuple(pages)


def _worst_first(parcels: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(parcels, key=lambda parcel: (-Outcome(parcel["verdict"]).severity, parcel["parcel_id"]))


def _part(basis: Basis, parcel_ids: Collection[str]) -> Basis:
    """Return the part of a basis that is about some parcels."""
    doubts = basis.doubts
    return replace(
        basis,
        parcels=basis.parcels[basis.parcels["parcel_id"].isin(list(parcel_ids))],
        measured=Measured(*(_rows(getattr(basis.measured, name), parcel_ids) for name in _MEASURED)),
        findings=_rows(basis.findings, parcel_ids),
        verdicts=_rows(basis.verdicts, parcel_ids),
        doubts=replace(doubts, causes=_rows(doubts.causes, parcel_ids), depths=_rows(doubts.depths, parcel_ids)),
    )


def _rows(frame: pd.DataFrame, parcel_ids: Collection[str]) -> pd.DataFrame:
    return frame[frame["parcel_id"].isin(list(parcel_ids))].reset_index(drop=True)


def _require(stored: StoredRun, parcel_ids: Sequence[str]) -> None:
    missing = sorted(set(parcel_ids) - set(stored.versions["parcel_id"]))
    if missing:
        listed = "、".join(missing[:5])
        raise NotFound(
            f"筛查批次 {stored.head.run_id} 中没有地块“{listed}”",
            f"Run {stored.head.run_id} has no parcel “{listed}”",
            where=listed,
            next_zh="请核对地块编号，或重新运行 landgis screen",
            next_en="Check the number, or run landgis screen again",
        )
