"""Ten mixed users for a while: what each asks for, and the verdict on faults, memory and connections.

Every user pans the map, turns pages, filters, opens cards, searches, checks a drawing and reads the pool board, each in an
order of his own; one asks for a screening, which a worker does meanwhile.
"""

from __future__ import annotations

import os
import random
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import quote

import psycopg
from bench_tables import DASH, table
from bench_web_ground import AS_OF, FARMLAND, Stored

from landgis.db.cluster import PrivateCluster
from landgis.db.configuration import PORT, SUPERUSER

T = TypeVar("T")
USERS, ACTS = 10, 400
MOST_GROWTH = 0.05
"""Of the server's memory after the first third of the time."""
_EVERY_S = 2.0
_DAY = AS_OF.isoformat()
_WORDS = ("SJ-0123", "示例3村", "ＳＪ－０４５", "示例7镇", "sl", "597000 3431000")
Place = tuple[int, int, int]
Request = dict[str, Any]


@dataclass(frozen=True)
class Held:
    """What the serving process held at a moment: seconds from the start, resident memory in MiB."""

    at_s: float
    rss_mib: float


def users_of(
    stored: Stored, places: Sequence[Place], origin: tuple[float, float], side_m: float
) -> list[list[Request]]:
    """Return what each user asks for, one thing after another."""
    users = [_acts(random.Random(number), stored, places, origin, side_m) for number in range(USERS)]
    users[0].insert(0, _sent("job", "/jobs", {"kind": "screen", "arguments": {"rules": "songjiang", "as_of": _DAY}}))
    return users


def _acts(
    chance: random.Random, stored: Stored, places: Sequence[Place], origin: tuple[float, float], side_m: float
) -> list[Request]:
    run, asked = stored.run_id, []
    known = set(places)

    def parcel() -> str:
        return f"SJ-{chance.randrange(stored.parcels):06d}"

    def pan() -> list[Request]:
        z, x, y = chance.choice(places)
        seen = [each for dx in range(3) for dy in range(2) if (each := (z, x + dx, y + dy)) in known]
        return _tiles(stored, seen, "")

    def narrow() -> list[Request]:
        wanted = chance.choice(
            ("verdict=excluded", "verdict=clear&verdict=flagged", "town=310117105", "area_from=2000")
        )
        table_too = [
            _got("filter", f"/data/parcels?run={run}&size=50&{wanted}"),
            _got("filter", f"/data/statistics?run={run}&{wanted}"),
        ]
        return [*table_too, *_tiles(stored, [chance.choice(places)], f"?{wanted}")]

    def drawing() -> list[Request]:
        west, south = (start + chance.uniform(0.1, 0.9) * side_m for start in origin)
        ring = [[west, south], [west + 60, south], [west + 60, south + 50], [west, south + 50], [west, south]]
        return [_sent("check", "/data/check", {"geometry": {"type": "Polygon", "coordinates": [ring]}, "as_of": _DAY})]

    acts: list[tuple[int, Callable[[], list[Request]]]] = [
        (8, pan),
        (
            3,
            lambda: [
                _got("page", f"/data/parcels?run={run}&size=100&page={chance.randrange(1, stored.parcels // 100)}")
            ],
        ),
        (2, narrow),
        (3, lambda: [_got("card", f"/card?run={run}&parcel={parcel()}")]),
        (2, lambda: [_got("search", f"/data/search?run={run}&q={quote(chance.choice(_WORDS))}")]),
        (2, drawing),
        (1, lambda: [_got("pool", "/data/boards/pool?district=songjiang")]),
        (1, lambda: [_got("front", f"/?run={run}")]),
        (1, lambda: [_got("jobs", "/jobs")]),
    ]
    for act in chance.choices([act for _, act in acts], [weight for weight, _ in acts], k=ACTS):
        asked += act()
    return asked


def _tiles(stored: Stored, places: Sequence[Place], query: str) -> list[Request]:
    named = [f"{z}/{x}/{y}" for z, x, y in places]
    parcels = [_got("tile", f"/tiles/parcels/{stored.run_id}/{place}{query}") for place in named]
    return parcels + [_got("tile", f"/tiles/layers/{FARMLAND}/{stored.release}/{place}") for place in named]


def _got(kind: str, path: str) -> Request:
    return {"kind": kind, "path": path}


def _sent(kind: str, path: str, body: dict[str, Any]) -> Request:
    return {"kind": kind, "path": path, "body": body}


@contextmanager
def working(cluster: PrivateCluster) -> Iterator[None]:
    """Have a worker at work, which does the jobs that are asked for; it takes the cluster for an office's server."""
    url = f"postgresql:///landgis?host={cluster.host()}&port={PORT}&user={SUPERUSER}"
    environment = os.environ | {"LANDGIS_DATABASE_URL": url, "LANDGIS_HOME": str(cluster.home / "desk")}
    command = [sys.executable, "-m", "landgis", "worker", "--beside"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, env=environment) as process:
        try:
            yield
        finally:
            assert process.stdin is not None
            process.stdin.close()  # that tells it


@contextmanager
def held_by(pid: int) -> Iterator[list[Held]]:
    """Watch the memory of a process while the block lasts."""
    began = time.monotonic()
    with _ever(lambda: Held(time.monotonic() - began, rss_mib(pid))) as found:
        yield found


@contextmanager
def connected(connection: psycopg.Connection[Any]) -> Iterator[list[int]]:
    """Count the connections to the database, every now and then while the block lasts."""
    count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    with connection, _ever(lambda: int(connection.execute(count).fetchone()[0])) as found:  # type: ignore[index]
        yield found


def newest_job(connection: psycopg.Connection[Any]) -> str:
    """Return how the job stands that was asked for last."""
    with connection:
        row = connection.execute("SELECT state FROM landgis.job ORDER BY job_no DESC LIMIT 1").fetchone()
    return str(row[0]) if row else "not asked for"


@contextmanager
def _ever(look: Callable[[], T]) -> Iterator[list[T]]:
    """Look at something every now and then while the block lasts."""
    found: list[T] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(_EVERY_S):
            found.append(look())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield found
    finally:
        done.set()
        thread.join()


def rss_mib(pid: int) -> float:
    """Return the resident memory of a process, MiB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(encoding="utf-8"))
    assert found is not None
    return int(found[1]) / 1024


def growth(held: Sequence[Held], seconds: float) -> tuple[float, float]:
    """Return the memory after the first third of the time, until its half, and that of the last sixth: medians, MiB."""
    warm = [each.rss_mib for each in held if seconds / 3 <= each.at_s < seconds / 2]
    last = [each.rss_mib for each in held if each.at_s >= seconds * 5 / 6]
    return statistics.median(warm), statistics.median(last)


def verdict(minutes: float, answer: dict[str, Any], held: Sequence[Held], connections: Sequence[int], job: str) -> bool:
    """Print what was found, and tell whether everything asked was met."""
    warm, last = growth(held, minutes * 60)
    half = max(connections[: len(connections) // 2]), max(connections[len(connections) // 2 :])
    faults = sum(count for state, count in answer["states"].items() if state.startswith(("0", "5")))
    refused = sum(count for state, count in answer["states"].items() if state.startswith("4"))
    met = {
        "memory": last / warm - 1 <= MOST_GROWTH, "faults": faults == 0, "refused": refused == 0, "job": job == "done",
    }  # fmt: skip
    table(
        f"十名用户混合使用 {minutes:g} 分钟 ten mixed users",
        ("", "三分之一处 after a third", "结束 end", "要求 asked", ""),
        [
            ("服务内存 server, MiB", f"{warm:.0f}", f"{last:.0f} ({last / warm - 1:+.1%})", "≤ +5 %", _word(met["memory"])),
            ("数据库连接，前后半程最多 connections, most of each half", str(half[0]), str(half[1]), DASH, ""),
            ("5xx 或断开 5xx or lost", "", str(faults), "0", _word(met["faults"])),
            ("4xx", "", str(refused), "0", _word(met["refused"])),
            ("一项筛查任务 one screening job", "", job, "done", _word(met["job"])),
        ],
        tuple(
            f"{kind}: {each['count']:,}, p50 {each['p50_ms']:.0f} ms, p95 {each['p95_ms']:.0f} ms, {each['states']}"
            for kind, each in sorted(answer["kinds"].items())
        ),
    )  # fmt: skip
    return all(met.values())


def _word(met: bool) -> str:
    return "达到 met" if met else "未达 not met"
