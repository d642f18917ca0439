"""Measuring on a cluster of two worker processes gives the bytes that this process gives, workers lost or not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from distributed import Client, Future, LocalCluster

from landgis.engines.dask_engine import DaskEngine, cluster, measure_part
from landgis.engines.entry import EntryKey
from landgis.engines.index_cache import IndexCache
from landgis.engines.parts import together
from landgis.errors import ContractBroken, ExternalError, FileMissing, LandgisError
from landgis.frames.layer import LayerData
from landgis.overlay import Measurement, Polygons
from landgis.overlay.valid import processors
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
        yield client


@pytest.fixture
def saved(tmp_path: Path) -> Indexed:
    cache = IndexCache(tmp_path, 1 << 30, lambda zh, _en: pytest.fail(zh))
    return cache.open(KEY, lambda: Indexed.of(homesteads().features))


def test_a_cluster_of_ones_own_is_a_process_per_processor_and_goes_with_the_block() -> None:
    with cluster(None) as client:
        client.wait_for_workers(processors(), timeout=60)
        ids = set(client.run(os.getpid).values())
        assert len(ids) == processors()
        assert os.getpid() not in ids
        assert set(client.nthreads().values()) == {1}
    deadline = time.monotonic() + 60
    while any(Path(f"/proc/{number}").exists() for number in ids):
        assert time.monotonic() < deadline
        time.sleep(0.05)


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
            deadline = time.monotonic() + 60
            while not any(client.has_what().values()):
                if time.monotonic() > deadline:  # without any result there is nobody to kill: the test says so below
                    return
                time.sleep(0.005)
            os.kill(victim, signal.SIGKILL)

        killer = threading.Thread(target=kill)
        killer.start()
        found = DaskEngine(client, 5)(saved, plots)
        killer.join()
        client.wait_for_workers(1)
        assert victim not in client.run(os.getpid).values()
    same_bytes(found, saved.index.measure(plots))


def test_an_index_that_workers_cannot_open_is_told(
    workers: Client, saved: Indexed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plots = Polygons.of([at(0, 0, 10, 10)])
    with pytest.raises(ContractBroken):
        DaskEngine(workers)(Indexed(saved.index, saved.labels), plots)
    with pytest.raises(FileMissing, match="elsewhere"):
        DaskEngine(workers)(Indexed(saved.index, saved.labels, tmp_path / "elsewhere"), plots)
    monkeypatch.chdir(tmp_path)  # this process sees the folder, the workers stand elsewhere
    seen = len(attempts(workers))
    with pytest.raises(FileMissing, match=KEY.name) as raised:
        DaskEngine(workers)(Indexed(saved.index, saved.labels, Path(KEY.name)), plots)
    assert "see the same folder" in raised.value.next_en
    assert len(attempts(workers)) == seen + 1  # what fails for a reason is not tried again


def sent(client: Client) -> None:
    """Wait until tasks are under way."""
    deadline = time.monotonic() + 60
    while not client.futures:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def attempts(client: Client) -> list[str]:
    """Keys of the tasks that were sent to a worker, once for each time."""
    log = client.cluster.scheduler.transition_log
    return [key for key, _, became, *_ in log if became == "processing" and str(key).startswith("measure_part")]


def test_a_worker_of_another_program_is_told_whenever_it_joined(workers: Client, saved: Indexed) -> None:
    task = workers.submit(measure_part, [], str(saved.folder), "compiled", "0.0.1 (older)", pure=False)
    with pytest.raises(ContractBroken, match=r"who asks runs 0\.0\.1 \(older\)") as raised:
        task.result(timeout=60)
    assert "同一版本" in raised.value.next_zh


def test_an_index_is_kept_while_tasks_wait_for_it(workers: Client, saved: Indexed) -> None:
    """Room is wanted for another index in the middle of a run, after every few parcels."""
    folder = saved.folder
    assert folder is not None
    small, said = IndexCache(folder.parent, 10, lambda _zh, en: said.append(en)), []
    plots = Polygons.of(list(scattered(600, 5, (5, 120)).values()))
    with ThreadPoolExecutor(1) as pool:
        run = pool.submit(DaskEngine(workers, 3), saved, plots)
        began = len(attempts(workers))
        while len(attempts(workers)) == began and not run.done():
            time.sleep(0.002)
        assert not run.done()
        small.open(replace(KEY, release="other"), lambda: Indexed.of(homesteads().features[:5]))
        found = run.result(timeout=120)
    same_bytes(found, saved.index.measure(plots))
    assert folder.exists()
    assert "in use" in said[-1]


def test_a_lost_scheduler_and_cancelled_tasks_are_told(saved: Indexed, tmp_path: Path) -> None:
    address = tmp_path / "scheduler.json"
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard", "--port", "0"]
    scheduler = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--scheduler-file", str(address)], stderr=subprocess.DEVNULL
    )
    plots = Polygons.of([at(0, 0, 10, 10)])
    try:
        with Client(scheduler_file=str(address), timeout=60) as client, ThreadPoolExecutor(1) as pool:
            waiting = pool.submit(DaskEngine(client), saved, plots)  # no worker will ever come
            sent(client)
            client.cancel([Future(key, client) for key in list(client.futures)])
            with pytest.raises(ExternalError, match="cancelled") as raised:
                waiting.result(timeout=60)
            assert "调度器" in raised.value.zh
            waiting = pool.submit(DaskEngine(client), saved, plots)
            sent(client)
            scheduler.kill()
            with pytest.raises(ExternalError, match="scheduler is gone"):
                waiting.result(timeout=60)
    finally:
        scheduler.kill()
        scheduler.wait()


def test_no_scheduler_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("landgis.engines.dask_engine._WAIT_S", 0.2)
    with pytest.raises(ExternalError, match="No Dask scheduler"), cluster("tcp://127.0.0.1:9"):
        pass


def test_parts_of_two_kernels_are_not_put_together(saved: Indexed) -> None:
    plots = [at(0, 0, 10, 10), at(500, 500, 100, 100)]
    parts = [saved.index.measure(plots[:1], kernel="plain"), saved.index.measure(plots[1:], kernel="compiled")]
    with pytest.raises(LandgisError, match="several kernels"):
        together([np.array([0]), np.array([1])], parts)
