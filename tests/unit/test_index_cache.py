"""Saved indexes: built once, whole or not at all, never wrong, and no larger than they may be."""

from __future__ import annotations

import errno
import multiprocessing
import os
import resource
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import shapely

from landgis.engines.entry import EntryKey, in_use, open_entry, size_of
from landgis.engines.index_cache import IndexCache
from landgis.engines.warm import WarmIndexes
from landgis.errors import FileMissing
from landgis.frames.layer import LayerData
from landgis.overlay import Polygons
from landgis.screening.indexed import Indexed, IndexedLayer, grown, nearby
from landgis.screening.measure import measure
from tests.support.ground import AS_OF, at, layer, parcels

KEY = EntryKey("homestead", "2024-01", "a" * 64, "2026-06-30T00:00:00+00:00", 2, "EPSG:4549")
SHAPES = {"甲": at(0, 0, 30, 30), "乙": at(20, 0, 30, 30), "丙": at(400, 0, 30, 30)}
PARCELS = {"a": at(10, 10, 30, 40), "b": at(460, 0, 10, 10), "c": at(900, 900, 10, 10)}


def homesteads() -> LayerData:
    data = layer("homestead", SHAPES, "rural")
    data.features.loc[1, "label"] = None
    return data


def made() -> Indexed:
    return Indexed.of(homesteads().features)


def forbidden() -> Indexed:
    raise AssertionError("it is there already")


class Said(list[str]):
    def __call__(self, zh: str, en: str) -> None:
        assert zh
        assert en
        self.append(zh)


def cache(folder: Path, limit: int = 1 << 30) -> tuple[IndexCache, Said]:
    said = Said()
    return IndexCache(folder, limit, said), said


def test_what_is_opened_measures_what_was_saved(tmp_path: Path) -> None:
    kept, said = cache(tmp_path)
    kept.open(KEY, made)
    again = kept.open(KEY, forbidden)
    data = homesteads()
    frame = parcels(PARCELS)
    indexed = IndexedLayer(data.release, data.coverage, True, lambda: again)
    here, there = (measure(frame, {"homestead": one}, ["homestead"], AS_OF) for one in (data, indexed))
    for name in ("areas", "overlaps", "hits", "coverage"):
        pd.testing.assert_frame_equal(getattr(here, name), getattr(there, name), check_exact=True)
    assert here.hits["label"].isna().tolist() == [True, False]
    assert here.hits["feature_id"].tolist() == ["乙", "甲"]
    assert here.overlaps.query("layer == 'homestead' and `class` == ''")["distance_m"].tolist()[:2] == [0.0, 30.0]
    assert said == []


@pytest.mark.parametrize("name", list(vars(KEY)))
def test_another_key_is_another_index(name: str) -> None:
    value = 3 if name == "feature_count" else "other"
    assert replace(KEY, **{name: value}).name != KEY.name


@pytest.mark.parametrize("harm", ["a changed byte", "a file cut short", "a file gone", "no contents"])
def test_a_damaged_index_is_told_and_built_again(tmp_path: Path, harm: str) -> None:
    kept, said = cache(tmp_path)
    good = kept.open(KEY, made).index.measure(list(PARCELS.values()))
    file = tmp_path / KEY.name / "index" / "rings_xy.npy"
    if harm == "a changed byte":
        body = bytearray(file.read_bytes())
        body[-3] ^= 1
        file.write_bytes(body)
    elif harm == "a file cut short":
        os.truncate(file, file.stat().st_size - 8)
    elif harm == "a file gone":
        file.unlink()
    else:
        (tmp_path / KEY.name / "entry.json").unlink()
    again = kept.open(KEY, made).index.measure(list(PARCELS.values()))
    np.testing.assert_array_equal(good.pairs.area_m2, again.pairs.area_m2)
    assert len(said) == 1
    assert "已损坏" in said[0]
    assert kept.open(KEY, forbidden)


def test_the_least_recently_used_goes_first_and_that_is_said(tmp_path: Path) -> None:
    one = size_of(cache(tmp_path / "probe")[0].open(KEY, made).folder)
    kept, said = cache(tmp_path / "kept", int(one * 2.5))
    keys = [replace(KEY, release=name) for name in ("一", "二", "三")]
    for number, key in enumerate(keys[:2]):
        kept.open(key, made)
        os.utime(tmp_path / "kept" / key.name / "entry.json", ns=(number, number))
    kept.open(keys[0], forbidden)
    kept.open(keys[2], made)
    assert {entry.name for entry in kept.entries()} == {keys[0].name, keys[2].name}
    assert len(said) == 1
    assert keys[1].name in said[0]


def test_an_index_larger_than_the_limit_serves_and_says_so(tmp_path: Path) -> None:
    kept, said = cache(tmp_path, 10)
    assert len(kept.open(KEY, made)) == 3
    assert "超过上限" in said[0]


def test_an_entry_that_is_given_up_keeps_serving_who_has_it_open(tmp_path: Path) -> None:
    kept, said = cache(tmp_path, 10)
    first = kept.open(KEY, made)
    before = first.index.measure(list(PARCELS.values()))
    kept.open(replace(KEY, release="二"), made)
    assert "已移除" in said[-2]
    assert not (tmp_path / KEY.name).exists()
    after = first.index.measure(list(PARCELS.values()))
    np.testing.assert_array_equal(before.pairs.area_m2, after.pairs.area_m2)
    assert after.pairs.feature.tolist() == ["乙", "甲"]
    assert first.labels.at(after.pairs.place).tolist() == [None, "甲"]


def test_an_entry_that_others_are_still_to_open_is_not_given_up(tmp_path: Path) -> None:
    kept, said = cache(tmp_path, 10)
    keys = [replace(KEY, release=name) for name in ("一", "二", "三")]
    places = [tmp_path / key.name for key in keys]
    kept.open(keys[0], made)
    with in_use(places[0]):
        kept.open(keys[1], made)
        assert [place.exists() for place in places] == [True, True, False]
        assert "正在使用" in said[-1]
        assert not any("已移除" in sentence for sentence in said)
    kept.open(keys[2], made)
    assert [place.exists() for place in places] == [False, False, True]
    with pytest.raises(FileMissing, match=keys[0].name) as raised, in_use(places[0]):
        pass
    assert "run it again" in raised.value.next_en


def test_what_the_system_refuses_is_told_and_the_index_kept(tmp_path: Path) -> None:
    kept, said = cache(tmp_path)
    kept.open(KEY, made)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    refused = 0
    for free in range(60):
        first = os.dup(0)
        os.close(first)
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (first + free, hard))
            kept.open(KEY, forbidden)
        except OSError as error:
            refused += error.errno == errno.EMFILE
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert refused > 5
    assert said == []
    assert len(kept.open(KEY, forbidden)) == 3


@pytest.mark.parametrize("refusal", [PermissionError, FileNotFoundError])
def test_an_entry_opens_where_its_use_cannot_be_noted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refusal: type[OSError]
) -> None:
    kept, said = cache(tmp_path)
    kept.open(KEY, made)

    def refuse(*_: object, **__: object) -> None:
        raise refusal(KEY.name)

    monkeypatch.setattr(os, "utime", refuse)
    assert len(kept.open(KEY, forbidden)) == 3
    assert said == []


def test_a_release_without_features_is_an_index_too(tmp_path: Path) -> None:
    kept, _ = cache(tmp_path)
    data = layer("homestead", {})
    empty = kept.open(KEY, lambda: Indexed.of(data.features))
    assert (len(empty), len(empty.around(np.array([[0.0, 0.0, 1.0, 1.0]])))) == (0, 0)


def _open_slowly(folder: Path, gate: multiprocessing.Barrier, answers: multiprocessing.Queue) -> None:
    built = []

    def make() -> Indexed:
        built.append(1)
        return made()

    gate.wait()
    found = IndexCache(folder, 1 << 30, lambda _zh, _en: None).open(KEY, make)
    answers.put((len(built), float(found.index.measure(list(PARCELS.values())).parcels.union_m2.sum())))


@pytest.mark.parametrize("kernel", ["plain", "compiled"])
def test_of_two_processes_one_builds_and_both_measure_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kernel: str
) -> None:
    monkeypatch.setenv("LANDGIS_KERNEL", kernel)
    here = made().index.measure(list(PARCELS.values()))  # compiled here, if need be, and not in both
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(2), context.Queue()
    workers = [context.Process(target=_open_slowly, args=(tmp_path, gate, answers)) for _ in range(2)]
    for worker in workers:
        worker.start()
    found = [answers.get(timeout=120) for _ in workers]
    for worker in workers:
        worker.join()
    assert sum(built for built, _ in found) == 1
    assert {union for _, union in found} == {float(here.parcels.union_m2.sum())}
    assert here.kernel == kernel
    assert [entry.name for entry in (tmp_path).iterdir() if entry.is_dir()] == [KEY.name]


def test_what_is_warm_is_opened_once_and_the_oldest_is_closed(tmp_path: Path) -> None:
    kept, _ = cache(tmp_path)
    one = kept.open(KEY, made).size_bytes
    warm = WarmIndexes(kept, int(one * 2.5))
    keys = [replace(KEY, release=name) for name in ("一", "二", "三")]
    opened = {key.release: warm.open(key, made) for key in keys}
    assert warm.open(keys[2], forbidden) is opened["三"]
    assert warm.open(keys[0], forbidden) is not opened["一"]
    polygon = Polygons.of([PARCELS["a"]])
    assert opened["二"].index.measure(polygon, threads=1).pairs.area_m2.tolist() == [400.0, 400.0]


def test_while_one_is_being_built_others_open_and_the_same_one_waits(tmp_path: Path) -> None:
    kept, _ = cache(tmp_path)
    other = replace(KEY, release="二")
    kept.open(other, made)
    warm = WarmIndexes(kept, 1 << 30)
    building, go_on, built = threading.Event(), threading.Event(), []

    def slowly() -> Indexed:
        building.set()
        assert go_on.wait(60)
        built.append(1)
        return made()

    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(warm.open, KEY, slowly)
        assert building.wait(60)
        same = pool.submit(warm.open, KEY, slowly)
        try:
            assert len(pool.submit(warm.open, other, forbidden).result(timeout=30)) == 3
            assert not first.done()
            assert not same.done()
        finally:
            go_on.set()
        assert first.result(60) is same.result(60)
    assert built == [1]


def test_features_near_parcels_are_those_whose_box_is_near() -> None:
    generator = np.random.default_rng(4)
    corners = generator.uniform(0, 5_000, (3_000, 2))
    data = layer("homestead", {f"{number:04d}": at(*corner, 12, 9) for number, corner in enumerate(corners.tolist())})
    whole = IndexedLayer(data.release, data.coverage, True, lambda: Indexed.of(data.features))
    frame = parcels({"a": at(1_000, 1_000, 200, 100), "b": at(4_000, 500, 60, 60)})
    found = nearby({"homestead": whole}, frame, 50.0)["homestead"].features
    boxes = shapely.box(*grown(shapely.bounds(frame.geometry.to_numpy()), 50.0).T)
    meets = [shapely.intersects(boxes, shape).any() for shape in data.features.geometry]
    expected = data.features[meets]
    assert len(expected) > 10
    assert found["feature_id"].tolist() == expected["feature_id"].tolist()
    assert found["label"].tolist() == expected["label"].tolist()
    assert found.geometry.geom_equals_exact(expected.geometry.reset_index(drop=True), 0).all()


def test_an_entry_is_never_opened_half_written(tmp_path: Path) -> None:
    kept, _ = cache(tmp_path)

    def failing() -> Indexed:
        raise RuntimeError("no features")

    with pytest.raises(RuntimeError):
        kept.open(KEY, failing)
    assert kept.entries() == []
    kept.open(KEY, made)
    assert len(open_entry(tmp_path / KEY.name)) == 3


def test_another_kernel_has_an_index_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDGIS_KERNEL", "compiled")
    compiled = KEY.name
    monkeypatch.setenv("LANDGIS_KERNEL", "plain")
    assert KEY.name != compiled
