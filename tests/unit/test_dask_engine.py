"""Measuring on a cluster of two worker processes gives the bytes that this process gives, workers lost or not."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from distributed import Client, LocalCluster

from landgis.engines.dask_engine import DaskEngine, cluster
from landgis.engines.entry import EntryKey
from landgis.engines.index_cache import IndexCache
from landgis.engines.parts import together
from landgis.errors import ContractBroken, ExternalError, FileMissing, LandgisError
from landgis.frames.layer import LayerData
from landgis.overlay import Measurement, Polygons
from landgis.screening.indexed import Indexed, IndexedLayer
from landgis.screening.measure import measure
from tests.support.ground import AS_OF, at, layer, parcels

KEY = EntryKey("homestead", "2024-01", "a" * 64, "2026-06-30T00:00:00+00:00", 2, "EPSG:4549")


def scattered(count: int, seed: int, size: tuple[float, float]) -> dict[str, object]:
    generator = np.random.default_rng(seed)
    corners, sizes = generator.uniform(0, 3_000, (count, 2)), generator.uniform(*size, (count, 2))
    return {f"{number:05d}": at(*xy, *wh) for number, (xy, wh) in enumerate(zip(corners, sizes, strict=True))}


def homesteads() -> LayerData:
    data = layer("homestead", scattered(3_000, 1, (8, 60)))
    data.features["class"] = np.where(np.arange(3_000) % 3, "rural", "")
    return data


@pytest.fixture(scope="module")
def workers() -> Iterator[Client]:
    with cluster(None) as client:
        assert len(client.scheduler_info()["workers"]) >= 1
        yield client


@pytest.fixture
def saved(tmp_path: Path) -> Indexed:
    cache = IndexCache(tmp_path, 1 << 30, lambda zh, _en: pytest.fail(zh))
    return cache.open(KEY, lambda: Indexed.of(homesteads().features))


def same_bytes(one: Measurement, other: Measurement) -> None:
    assert one.kernel == other.kernel
    for table in ("pairs", "parcels", "by_class"):
        mine, theirs = getattr(one, table), getattr(other, table)
        for field in fields(mine):
            ours, found = getattr(mine, field.name), getattr(theirs, field.name)
            assert ours.dtype == found.dtype, field.name
            assert ours.tolist() == found.tolist() or ours.tobytes() == found.tobytes(), field.name


def test_a_cluster_gives_the_bytes_of_this_process(workers: Client, saved: Indexed) -> None:
    plots = Polygons.of(list(scattered(700, 2, (5, 120)).values()))
    here = saved.index.measure(plots)
    assert len(here.pairs.parcel) > 1_000
    for at_once in (700, 90):
        same_bytes(DaskEngine(workers, at_once)(saved, plots), here)


def test_a_whole_screening_is_the_same(workers: Client, saved: Indexed) -> None:
    data = homesteads()
    layers = {"homestead": IndexedLayer(data.release, data.coverage, True, lambda: saved)}
    frame = parcels(scattered(120, 3, (5, 120)))
    here = measure(frame, layers, ["homestead"], AS_OF)
    there = measure(frame, layers, ["homestead"], AS_OF, engine=DaskEngine(workers, 50))
    assert all(getattr(here, name).equals(getattr(there, name)) for name in ("overlaps", "hits", "coverage", "areas"))


def test_a_lost_worker_is_no_loss(saved: Indexed) -> None:
    plots = Polygons.of(list(scattered(1_500, 4, (5, 120)).values()))
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0") as own,
        Client(own) as client,
    ):
        victim = next(iter(client.run(os.getpid).values()))

        def kill() -> None:
            while not any(client.has_what().values()):
                time.sleep(0.005)
            os.kill(victim, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        found = DaskEngine(client, 5)(saved, plots)
        killer.join()
        client.wait_for_workers(1)
        assert victim not in client.run(os.getpid).values()
    same_bytes(found, saved.index.measure(plots))


def test_an_index_that_workers_cannot_open_is_told(workers: Client, saved: Indexed, tmp_path: Path) -> None:
    plots = Polygons.of([at(0, 0, 10, 10)])
    with pytest.raises(ContractBroken):
        DaskEngine(workers)(Indexed(saved.index, saved.labels), plots)
    with pytest.raises(FileMissing) as raised:
        DaskEngine(workers)(Indexed(saved.index, saved.labels, tmp_path / "elsewhere"), plots)
    assert "elsewhere" in raised.value.zh


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landgis.engines.dask_engine._WAIT_S", 0.2)
    with pytest.raises(ExternalError, match="No Dask scheduler"), cluster("tcp://127.0.0.1:9"):
        pass


def test_parts_of_two_kernels_are_not_put_together(saved: Indexed) -> None:
    plots = [at(0, 0, 10, 10), at(500, 500, 100, 100)]
    parts = [saved.index.measure(plots[:1], kernel="plain"), saved.index.measure(plots[1:], kernel="compiled")]
    with pytest.raises(LandgisError, match="several kernels"):
        together([np.array([0]), np.array([1])], parts)
