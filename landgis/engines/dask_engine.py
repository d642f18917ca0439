"""Measuring on a Dask cluster: parcels go out neighbours together, every worker opens the index itself, numbers return."""

from __future__ import annotations

import logging
import socket
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import shapely
from distributed import Client, KilledWorker, LocalCluster
from distributed.client import ClosedClientError
from distributed.comm import CommClosedError
from distributed.utils import silence_logging_cmgr

from landgis.domain.program import VERSION
from landgis.engines.entry import in_use, open_entry
from landgis.engines.parts import together
from landgis.errors import ContractBroken, ExternalError
from landgis.overlay import LayerIndex, Measurement, Polygons
from landgis.overlay.choice import COMPILED, identity, which
from landgis.overlay.tree import leaf_order
from landgis.overlay.valid import processors
from landgis.screening.indexed import Indexed

_AT_ONCE = 2_000
_WAIT_S = 30
_KEPT_OPEN = 8


@dataclass(frozen=True)
class DaskEngine:
    """Measures on the workers of a cluster; a part whose worker is lost is measured again by another.

    Attributes
    ----------
    client
        From `cluster`.
    at_once
        Parcels in one task; the numbers do not depend on it.
    """

    client: Client
    at_once: int = _AT_ONCE

    def __call__(self, indexed: Indexed, parcels: Polygons) -> Measurement:
        """Measure parcels against one layer, whose index must be saved where the workers can open it.

        Raises
        ------
        ContractBroken
            If the index is saved nowhere, or a worker, whenever it joined, runs another version of the program.
        FileMissing, FileUnreadable
            If a worker does not see its folder, or not as it was written.
        ExternalError
            If workers were lost again and again, or the scheduler is gone.
        """
        if indexed.folder is None:
            raise ContractBroken(
                "图层索引没有保存，其他进程无法打开", "The layer index is not saved: others cannot open it"
            )
        order = leaf_order(parcels.rings.box)
        rows = [order[at : at + self.at_once] for at in range(0, len(order), self.at_once)]
        tasks = [shapely.to_wkb(parcels.shapes(some)).tolist() for some in rows]
        with in_use(indexed.folder), _losses_told():
            futures = self.client.map(
                measure_part, tasks, folder=str(indexed.folder), kernel=which(), program=_program(), pure=False
            )
            return together(rows, self.client.gather(futures))


@contextmanager
def cluster(address: str | None) -> Iterator[Client]:
    """Connect to a scheduler, or start one with a worker process per processor on this machine.

    Parameters
    ----------
    address
        Address of a scheduler, e.g. ``tcp://10.0.0.5:8786``; None: a cluster of one's own, gone with the block.

    Raises
    ------
    ExternalError
        If there is no scheduler, or it has no workers.
    ContractBroken
        If a worker runs another version of the program.
    """
    if address is not None:
        with _connected(address) as client:
            yield client
        return
    with (
        LocalCluster(
            n_workers=processors(),
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",
        ) as own,
        _connected(own) as client,
    ):
        yield client


@contextmanager
def _connected(scheduler: str | LocalCluster) -> Iterator[Client]:
    try:
        client = Client(scheduler, timeout=_WAIT_S)
        client.wait_for_workers(1, timeout=_WAIT_S)
    except (OSError, TimeoutError) as error:
        raise ExternalError(
            f"连接不上 Dask 调度器，或它没有工作进程：{scheduler}",
            f"No Dask scheduler answers, or it has no workers: {scheduler}",
            where="--scheduler",
            next_zh="请核对地址；不写 --scheduler 则在本机启动",
            next_en="Check the address; without --scheduler one is started on this machine",
        ) from error
    # What the client would log of a lost scheduler, a traceback, is said in a sentence.
    with silence_logging_cmgr(logging.CRITICAL, root="distributed.client"), client:
        with _losses_told():
            client.run(_require_program, _program())
        yield client


def measure_part(parcels: list[bytes], folder: str, kernel: str, program: str) -> Measurement:
    """Measure parcels (WKB, working CRS) in this worker, in one thread: a worker runs as many tasks as it has threads."""
    _require_program(program)
    index = _opened(folder)
    return index.measure(shapely.from_wkb(np.array(parcels, dtype=object)), threads=1, kernel=kernel)


@lru_cache(maxsize=_KEPT_OPEN)
def _opened(folder: str) -> LayerIndex:
    """Open an index once per worker; every byte is compared with what was written."""
    return open_entry(Path(folder)).index


def _program() -> str:
    return f"{VERSION} ({identity(COMPILED)})"


def _require_program(asked: str) -> None:
    """Require, in a worker, the program of the one who asks."""
    mine = _program()
    if mine != asked:
        host = socket.gethostname()
        raise ContractBroken(
            f"{host} 上的 Dask 工作进程的程序版本是 {mine}，发出任务的是 {asked}，数字可能不同",
            f"The Dask worker on {host} runs version {mine}, who asks runs {asked}: numbers might differ",
            where=host,
            next_zh="请在各台机器上安装同一版本，并重启工作进程",
            next_en="Install the same version everywhere and start the workers again",
        )


@contextmanager
def _losses_told() -> Iterator[None]:
    """Say what was lost of the cluster, and what to do. A task that fails fails once; one whose worker is lost goes on."""
    try:
        yield
    except KilledWorker as error:
        raise ExternalError(
            f"Dask 工作进程多次中断，量算没有完成：{error}",
            f"Dask workers were lost again and again; the measuring is not complete: {error}",
            next_zh="请查看工作进程的日志（多为内存不足），或改用 --engine local",
            next_en="See the workers' logs (mostly out of memory), or use --engine local",
        ) from error
    except (CancelledError, ClosedClientError, CommClosedError) as error:
        raise ExternalError(
            "与 Dask 调度器的连接已中断，或任务被取消，量算没有完成",
            "The Dask scheduler is gone, or the tasks were cancelled; the measuring is not complete",
            next_zh="请查看调度器的日志后重新运行，或改用 --engine local",
            next_en="See the scheduler's log and run it again, or use --engine local",
        ) from error
