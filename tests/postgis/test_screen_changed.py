"""Screening what has changed gives, to the last bit, the run that screening everything gives."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from shapely.geometry import Polygon

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.runs import RunStore, StoredRun
from landgis.domain.layer import LegalState
from landgis.engines.index_cache import IndexCache
from landgis.frames.layer import LayerData
from landgis.overlay.choice import identity
from landgis.rules.reading.load import load_pack
from landgis.services.screening.screen import Measuring, Screened, screen
from tests.postgis.test_raster_release import Office
from tests.support import ground
from tests.support.desk_case import store_layers, store_parcels
from tests.support.ground import AS_OF, at
from tests.support.places import passable_folder
from tests.support.raster_pack import pack as raster_pack
from tests.support.rasters import land_cover, write

PACK = load_pack("songjiang")
EDITED = ("permanent_basic_farmland", "homestead", "ecological_redline", "survey_land_use")


def same_numbers(one: StoredRun, other: StoredRun) -> None:
    frames = [(one.versions, other.versions), (one.judged.findings, other.judged.findings)]
    frames += [(one.judged.verdicts, other.judged.verdicts)]
    frames += [(getattr(one.measured, name), getattr(other.measured, name)) for name in vars(one.measured)]
    for mine, theirs in frames:
        pd.testing.assert_frame_equal(mine, theirs, check_exact=True)
    assert dict(one.head.meta.releases) == dict(other.head.meta.releases)


class District:
    """Parcels and layers that are edited at random, as an office would: a parcel redrawn, a release replaced."""

    def __init__(self, database: Database, person: Person, seed: int) -> None:
        self.database, self.person, self.random = database, person, random.Random(seed)
        self.shapes = {f"SJ-{number:03d}": self._plot() for number in range(24)}
        self.layers = {key: self._features(18) for key in EDITED}
        self.coverage = at(-1000, -1000, 4000, 4000)
        self.edition, self.wording = 0, ""
        store_layers(database, person, ground.clear_layers().values())
        store_parcels(database, person, ground.parcels(self.shapes))
        for key in EDITED:
            self._publish(key)

    def edit(self) -> None:
        doings: list[Callable[[], None]] = [
            self.redraw,
            self.add,
            self.reissue,
            self.reissue,
            self.reword,
            self.uncover,
            self.dispute,
        ]
        for doing in self.random.sample(doings, self.random.randint(0, 3)):
            doing()

    def redraw(self) -> None:
        changed = {parcel_id: self._plot() for parcel_id in self.random.sample(list(self.shapes), 2)}
        self.shapes |= changed
        store_parcels(self.database, self.person, ground.parcels(changed))

    def add(self) -> None:
        new = {f"SJ-{len(self.shapes):03d}": self._plot()}
        self.shapes |= new
        store_parcels(self.database, self.person, ground.parcels(new))

    def dispute(self) -> None:
        parcel_id = self.random.choice(list(self.shapes))
        disputed = ground.parcels({parcel_id: self.shapes[parcel_id]}, dispute=True)
        store_parcels(self.database, self.person, disputed)

    def reissue(self) -> None:
        """A new release: one feature goes, one is redrawn, one is of another class, one is new."""
        key = self.random.choice(EDITED)
        features = self.layers[key]
        gone, redrawn, other = self.random.sample(list(features), 3)
        del features[gone]
        features[redrawn] = (self._plot(), features[redrawn][1])
        features[other] = (features[other][0], "unused")
        features[f"n{self.edition}"] = (self._plot(), "agricultural")
        self._publish(key)

    def reword(self) -> None:
        """A release that differs in nothing but what is written on its features."""
        self.wording = f"之{self.edition}"
        self._publish(self.random.choice(EDITED))

    def uncover(self) -> None:
        """A release that differs in nothing but the ground it covers."""
        self.coverage = at(-1000, -1000, 4000, self.random.uniform(1_500, 4_000))
        self._publish(self.random.choice(EDITED))

    def _publish(self, key: str) -> None:
        self.edition += 1
        shapes = {name: shape for name, (shape, _) in self.layers[key].items()}
        data = ground.layer(key, shapes, coverage=self.coverage)
        data.features["class"] = [kind for _, kind in self.layers[key].values()]
        data.features["label"] += self.wording
        edition = replace(data, release=replace(data.release, name=f"e{self.edition}"))
        store_layers(self.database, self.person, [edition])

    def _features(self, count: int) -> dict[str, tuple[Polygon, str]]:
        return {f"f{number}": (self._plot(), "agricultural") for number in range(count)}

    def _plot(self) -> Polygon:
        spread, size = self.random.uniform, self.random.uniform
        return at(spread(0, 900), spread(0, 900), size(5, 120), size(5, 120))


@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.deep)])
def test_random_edits_give_the_run_that_measuring_everything_gives(
    database: Database, planner: Person, tmp_path: Path, seed: int
) -> None:
    district = District(database, planner, seed)
    indexes = IndexCache(tmp_path, 1 << 30, lambda zh, _en: pytest.fail(zh))
    last = screen(database, planner, PACK, AS_OF)
    taken = 0
    for number in range(5):
        district.edit()
        day = date(2026, 7, 1 + number)
        quick = screen(database, planner, PACK, day, how=Measuring(indexes, changed=True))
        full = screen(database, planner, PACK, day)
        runs = [RunStore(database).load(run.run_id) for run in (quick, full)]
        same_numbers(*runs)
        assert quick.head.meta.taken_from == last.run_id
        assert full.head.meta.taken_from is None
        taken += sum(quick.head.meta.taken_over.values())
        last = full
    assert taken > 5 * len(PACK.layers(last.head.meta.scope)) * 12


@pytest.fixture
def stored(database: Database, planner: Person) -> Database:
    """Two parcels that every layer in force leaves alone."""
    store_layers(database, planner, ground.clear_layers().values())
    store_parcels(database, planner, ground.parcels({"SJ-001": at(0, 0, 80, 60), "SJ-002": at(900, 0, 80, 60)}))
    return database


def changed(database: Database, person: Person, **options: object) -> Screened:
    return screen(database, person, PACK, AS_OF, how=Measuring(changed=True), **options)


def new_homestead(database: Database, person: Person, **stated: object) -> LayerData:
    data = ground.layer("homestead", {"far": at(2000, 2000, 100, 100), "新": at(40, 0, 20, 20)})
    data = replace(data, release=replace(data.release, name="新版", **stated))
    store_layers(database, person, [data])
    return data


def test_only_what_is_near_the_changed_ground_is_measured_and_that_is_said(stored: Database, planner: Person) -> None:
    first = changed(stored, planner)
    assert first.head.meta.taken_from is None
    new_homestead(stored, planner)
    run = changed(stored, planner)
    meta = run.head.meta
    assert meta.taken_from == first.run_id
    assert meta.taken_over == dict.fromkeys(PACK.layers(meta.scope), 2) | {"homestead": 1}
    assert (run.summary()["taken_from"], run.summary()["kernel"]) == (first.run_id, meta.kernel)
    hits = RunStore(stored).load(run.run_id).measured.hits
    assert hits.loc[hits["layer"] == "homestead", ["parcel_id", "feature_id"]].to_numpy().tolist() == [["SJ-001", "新"]]


def test_a_preview_and_a_final_run_take_nothing_from_each_other(stored: Database, planner: Person) -> None:
    final = screen(stored, planner, PACK, AS_OF)
    preview = changed(stored, planner, legal_state=LegalState.APPROVED_PENDING)
    assert preview.head.meta.taken_from is None
    assert changed(stored, planner).head.meta.taken_from == final.run_id


def test_another_kernel_measures_anew(stored: Database, planner: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    screen(stored, planner, PACK, AS_OF)
    monkeypatch.setenv("LANDGIS_KERNEL", "plain")
    run = changed(stored, planner)
    assert (run.head.meta.kernel, run.head.meta.taken_from) == (identity("plain"), None)


def test_a_retired_release_leaves_nothing_behind(stored: Database, planner: Person) -> None:
    screen(stored, planner, PACK, AS_OF)
    LayerStore(stored).retire("homestead", "test", "撤回", planner)
    quick, full = changed(stored, planner), screen(stored, planner, PACK, AS_OF)
    same_numbers(*(RunStore(stored).load(run.run_id) for run in (quick, full)))
    assert "homestead" not in quick.head.meta.taken_over


@pytest.mark.parametrize("key", ["survey_land_use", "permanent_basic_farmland"])
def test_a_layer_that_was_empty_for_a_while_is_measured_anew(stored: Database, planner: Person, key: str) -> None:
    runs = [screen(stored, planner, PACK, AS_OF)]
    for name, shapes in (("空", {}), ("满", {"far": at(2000, 2000, 100, 100)})):
        data = ground.layer(key, shapes)
        store_layers(stored, planner, [replace(data, release=replace(data.release, name=name))])
        runs += [changed(stored, planner), screen(stored, planner, PACK, AS_OF)]
        same_numbers(*(RunStore(stored).load(run.run_id) for run in runs[-2:]))
        assert runs[-2].head.meta.taken_over[key] == 0


def test_another_wording_alone_is_told_on_the_parcels_it_lies_on(stored: Database, planner: Person) -> None:
    data = new_homestead(stored, planner)
    screen(stored, planner, PACK, AS_OF)
    release, features = replace(data.release, name="改名"), data.features.assign(label="改名的宅")
    store_layers(stored, planner, [replace(data, release=release, features=features)])
    quick, full = changed(stored, planner), screen(stored, planner, PACK, AS_OF)
    runs = [RunStore(stored).load(run.run_id) for run in (quick, full)]
    same_numbers(*runs)
    hits = runs[0].measured.hits.query("layer == 'homestead'")
    assert hits[["parcel_id", "label"]].to_numpy().tolist() == [["SJ-001", "改名的宅"]]
    assert quick.head.meta.taken_over["homestead"] == 1


def test_cells_are_taken_over_and_a_new_raster_is_read_anew(
    database: Database, planner: Person, tmp_path: Path
) -> None:
    rules = raster_pack()
    with passable_folder("栅格") as home:
        office = Office(database, home, planner)
        office.published(write(tmp_path / "lc.tif", land_cover()))
        store_parcels(database, planner, ground.parcels({"SJ-001": at(0, 0, 100, 60), "SJ-002": at(120, 0, 40, 60)}))

        def run(*, changed: bool, blind: bool = False) -> StoredRun:
            originals, how = None if blind else office.originals, Measuring(changed=changed)
            made = screen(database, planner, rules, AS_OF, originals=originals, how=how)
            return RunStore(database).load(made.run_id)

        run(changed=False, blind=True)
        seeing, full = run(changed=True), run(changed=False)
        same_numbers(seeing, full)
        assert dict(seeing.head.meta.taken_over) == {"land_cover": 0}
        store_parcels(database, planner, ground.parcels({"SJ-002": at(130, 0, 40, 60)}))
        quick, full = run(changed=True), run(changed=False)
        same_numbers(quick, full)
        assert dict(quick.head.meta.taken_over) == {"land_cover": 1}
        office.published(write(tmp_path / "new.tif", land_cover(seed=8)), name="2025")
        quick, full = run(changed=True), run(changed=False)
        same_numbers(quick, full)
        assert dict(quick.head.meta.taken_over) == {"land_cover": 0}
        assert len(quick.measured.cells) > 0
