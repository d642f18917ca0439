"""The desk under load, database, server and load on one machine: tiles, pages, and what the bare SQL does beside them.

usage: python scripts/bench_web.py [--parcels 50000] [--farmland 200000] [--seconds 10] [--users 8] [--soak MINUTES]
                                   [--json FILE]

替代数据，非法定成果 generated data, no legal force. Some six minutes, over half of them for storing and screening the
ground. The server is one process, as landgis serve is; the load comes from another by loopback. What is checked are other
outlines all over the ground, posted as drawings; each answer must be a verdict.
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
from bench_machine import machine, versions
from bench_tables import DASH, table
from bench_web_ground import FARMLAND, Stored, drawings, store
from bench_web_soak import connected, held_by, newest_job, users_of, verdict, working
from bench_web_sql import SEARCHED, bare_texts, pgbench

HOME = Path(__file__).resolve().parents[1]
WARM_UP_S = 30.0
ORIGIN, SIDE_M = (585_000.0, 3_420_000.0), 25_000.0


@dataclass(frozen=True)
class Step:
    """One kind of request: its name, its addresses, what is wanted of it, and the bare SQL that it is measured by."""

    name: str
    paths: list[Any]
    per_s: float | None = None
    p95_ms: float | None = None
    of_empty: float | None = None
    bare: str = ""
    warm: bool = False


def tiles_over(z: int) -> list[tuple[int, int, int]]:
    """Return the tiles of a zoom that lie wholly on the ground."""
    side = 262_144.0 / 2**z
    columns = range(int((ORIGIN[0] - 500_000) // side) + 1, int((ORIGIN[0] + SIDE_M - 500_000) // side))
    rows = range(int((3_600_000 - ORIGIN[1] - SIDE_M) // side) + 1, int((3_600_000 - ORIGIN[1]) // side))
    return [(z, x, y) for x in columns for y in rows]


def steps(stored: Stored) -> list[Step]:
    """Return what is measured. A filter that holds every parcel, written ever otherwise, is never found in the cache."""
    run, layer = stored.run_id, f"/tiles/layers/{FARMLAND}/{stored.release}"
    fresh = [f"/tiles/parcels/{run}/{z}/{x}/{y}?area_from={n / 1000}" for n in range(60) for z, x, y in tiles_over(7)]
    pages = [f"/data/parcels?run={run}&size=100&page={page}" for page in range(1, stored.parcels // 100)]
    searches = [f"/data/search?run={run}&q={quote(word)}" for word in SEARCHED]
    kept = [f"{z}/{x}/{y}" for z, x, y in tiles_over(8)]
    checks = [["/data/check", drawing, '"verdict_zh"'] for drawing in drawings(stored.parcels)]
    return [
        Step("空路由 an empty route", ["/empty"]),
        Step("地块瓦片，未缓存，2 km parcel tiles, not kept", fresh, 60, 200, None, "parcels"),
        Step("农田瓦片，已缓存，1 km farmland tiles, kept", [f"{layer}/{place}" for place in kept], None, None, 0.5, "farmland", True),
        Step("地块瓦片，已缓存，1 km parcel tiles, kept", [f"/tiles/parcels/{run}/{place}" for place in kept], None, None, 0.5, "", True),
        Step("检索 search", searches, None, None, None, "search"),
        Step("首页，含已过时宗数 front page with the outdated count", [f"/?run={run}"], None, None, None, "front"),
        Step("统计 statistics", [f"/data/statistics?run={run}"], None, None, None, "statistics"),
        Step("地块列表，每页 100 宗 pages of 100", pages, 50, 250, None, "page"),
        Step("单宗核查 check of one parcel", checks, 60, 150, None, "check"),
    ]  # fmt: skip


def main() -> int:
    """Store the ground, serve it, ask for it, and print what was asked and what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--parcels", type=int, default=50_000)
    parser.add_argument("--farmland", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=10.0, help="of every measurement")
    parser.add_argument("--users", type=int, default=8)
    parser.add_argument("--soak", type=float, default=0.0, metavar="MINUTES", help="ten mixed users instead")
    parser.add_argument("--json", type=Path, help="write every figure there")
    parser.add_argument("--ground", type=Path, help="a ground made before; made there where there is none, and kept")
    parser.add_argument("--serve", nargs=2, metavar=("FOLDER", "PORT"), help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.serve:
        return serve(Path(asked.serve[0]), int(asked.serve[1]))
    print(f"{machine()}\n{versions()}", flush=True)
    with _place(asked.ground) as home, _ground(home, asked.parcels, asked.farmland) as stored:
        found = soak(home, stored, asked.soak) if asked.soak else measure(home, stored, asked)
    print(f"\n{machine()}")
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1, ensure_ascii=False), encoding="utf-8")
    states = {state for each in found["steps"] for state in each["states"]}
    return 0 if found.get("met", True) and not any(state.startswith(("0", "5")) for state in states) else 1


def measure(home: Path, stored: Stored, asked: argparse.Namespace) -> dict[str, Any]:
    """Ask for one kind after another; beside each the empty route, and the bare SQL with as many clients."""
    found: list[dict[str, Any]] = []
    bare = bare_texts(_cluster(home), stored, tiles_over(7), tiles_over(8))
    with _served(home) as (port, _):
        for step in steps(stored):
            if step.warm:
                load(home, port, step.paths, 4, seconds=WARM_UP_S, once=True)
            answer = load(home, port, step.paths, asked.users, seconds=asked.seconds)
            answer["empty_per_s"] = load(home, port, ["/empty"], asked.users, seconds=asked.seconds / 2)["per_s"]
            if step.bare:
                answer["bare_per_s"] = pgbench(_cluster(home), bare[step.bare], asked.users, asked.seconds)
            found.append({"name": step.name, **answer})
            print(f"  {step.name}: {answer['per_s']:.0f}/s", flush=True)
    _print(steps(stored), found, stored)
    return {"stored": stored.__dict__, "steps": found}


def soak(home: Path, stored: Stored, minutes: float) -> dict[str, Any]:
    """Ten mixed users ask for so many minutes; the server's memory and connections are watched."""
    each = users_of(stored, tiles_over(8), ORIGIN, SIDE_M)
    with _served(home) as (port, pid), working(_cluster(home)):
        with held_by(pid) as held, connected(_connect(home)) as connections:
            answer = _load(home, {"port": port, "each": each, "seconds": minutes * 60, "pause_s": 0.1})
        met = verdict(minutes, answer, held, connections, newest_job(_connect(home)))
    return {"steps": [{"name": "soak", **answer}], "held": [each.__dict__ for each in held], "met": met}


def load(home: Path, port: int, paths: list[str], users: int, **more: Any) -> dict[str, Any]:
    """Have so many users ask for some paths; return the figures."""
    return _load(home, {"port": port, "paths": paths, "users": users, **more})


def _load(home: Path, wanted: dict[str, Any]) -> dict[str, Any]:
    """Run the load in a process of its own."""
    asked = {"cookie": (home / "cookie").read_text(encoding="utf-8"), **wanted}
    command = [sys.executable, str(HOME / "scripts" / "bench_web_load.py")]
    done = subprocess.run(command, input=json.dumps(asked), stdout=subprocess.PIPE, text=True, check=True)
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def serve(home: Path, port: int) -> int:
    """Serve the desk as landgis serve does, one person logged in, with one route more that does nothing."""
    import uvicorn
    from fastapi import FastAPI, Response
    from fastapi.routing import APIRoute

    from landgis.db.connect import open_database
    from landgis.db.people import PeopleStore
    from landgis.exchange.catalogue import load_catalogue
    from landgis.services.entering.door import Door
    from landgis.services.entering.passwords import Hashing
    from landgis.web.app import create_app
    from landgis.web.entering.sessions import Sessions
    from landgis.web.office import Office

    database, desk = open_database(_cluster(home)), open_database(_cluster(home), role="landgis_desk")
    hashing = Hashing()
    door = Door(database, hashing)
    link = door.make_link(PeopleStore(database).list()[0])
    (home / "cookie").write_text(f"landgis={door.enter_by_link(link, '127.0.0.1')}", encoding="utf-8")
    office = Office(desk, load_catalogue(HOME / "layers"), "songjiang", home / "desk")
    guard = create_app(office, Sessions(door, hashing, secure=False))
    assert isinstance(guard.app, FastAPI)

    async def empty() -> Response:
        return Response(b"")

    guard.app.router.routes.insert(0, APIRoute("/empty", empty))  # found at once: nothing is emptier
    uvicorn.run(guard, host="127.0.0.1", port=port, log_level="warning", access_log=False)
    return 0


@contextmanager
def _place(wanted: Path | None) -> Iterator[Path]:
    if wanted is not None:
        wanted.mkdir(parents=True, exist_ok=True)
        yield wanted.resolve()
        return
    with tempfile.TemporaryDirectory(prefix="landgis-bench-") as folder:
        Path(folder).chmod(0o755)  # the server's account must pass
        yield Path(folder)


@contextmanager
def _ground(home: Path, parcels: int, farmland: int) -> Iterator[Stored]:
    """Give a stored ground on a cluster at work; the cluster stops at the end."""
    from landgis.access.roles import Role
    from landgis.db.connect import open_database
    from landgis.db.install import make_database
    from landgis.db.migrate import upgrade
    from landgis.db.people import PeopleStore

    cluster, told = _cluster(home), home / "stored.json"
    try:
        cluster.start()
        if not told.exists():
            make_database(cluster)
            owner = open_database(cluster, role="landgis_owner", check=False, pooled=False)
            upgrade(owner)
            person = PeopleStore(owner).register("guihua", "规划员甲", Role.DISTRICT_PLANNER)
            database = open_database(cluster)
            told.write_text(json.dumps(store(database, person, parcels, farmland).__dict__), encoding="utf-8")
            database.close()
        yield Stored(**json.loads(told.read_text(encoding="utf-8")))
    finally:
        cluster.stop()


def _cluster(home: Path) -> Any:
    from bench_web_sql import cluster_of

    return cluster_of(home)


def _connect(home: Path) -> psycopg.Connection[Any]:
    from landgis.db.configuration import PORT, SUPERUSER

    return psycopg.connect(
        host=str(_cluster(home).host()), port=PORT, user=SUPERUSER, dbname="landgis", autocommit=True
    )


@contextmanager
def _served(home: Path) -> Iterator[tuple[int, int]]:
    """Serve from a process of its own; give its port and its number."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen([sys.executable, __file__, "--serve", str(home), str(port)]) as server:
        try:
            _await(port, server)
            yield port, server.pid
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:  # somebody gave up on an answer that it still works on
                server.kill()


def _await(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if server.poll() is not None:
            raise SystemExit("服务未能启动 the server did not start")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise SystemExit("服务未应答 the server does not answer")


def _print(wanted: list[Step], found: list[dict[str, Any]], stored: Stored) -> None:
    rows = []
    for step, answer in zip(wanted, found, strict=True):
        rate, p95, empty = answer["per_s"], answer["p95_ms"], answer["empty_per_s"]
        asked, met = [], True
        if step.per_s and step.p95_ms:
            asked, met = [f"≥ {step.per_s:.0f}/s", f"≤ {step.p95_ms:.0f} ms"], rate >= step.per_s and p95 <= step.p95_ms
        elif step.of_empty:
            asked, met = [f"≥ {step.of_empty} ×"], rate >= step.of_empty * empty
        fine = set(answer["states"]) == {"200"}
        sql = answer.get("bare_per_s")
        verdict = ("达到 met" if met else "未达 not met") if asked else ""
        rows.append((
            step.name, f"{rate:.0f}", f"{answer['p50_ms']:.1f}", f"{p95:.1f}", f"{answer['kb']:.1f}", f"{rate / empty:.2f} ({empty:.0f}/s)",
            f"{rate / sql:.2f} ({sql:.0f}/s)" if sql else DASH, " ".join(asked) or DASH,
            verdict if fine else f"出错 failed: {answer['states']}",
        ))  # fmt: skip
    table(
        f"工作台 the desk: {stored.parcels:,} 宗地块 parcels, {stored.farmland:,} 个农田图斑 fields",
        ("", "次每秒 /s", "p50 ms", "p95 ms", "kB", "比空路由 of empty", "比裸 SQL of bare SQL", "要求 asked", ""),
        rows,
        (
            "空路由与裸 SQL（pgbench）都紧接着各项测量，客户端数相同"
            " the empty route and the bare SQL (pgbench) are measured right after each, with as many clients",
            "入库与筛查 stored and screened: "
            + ", ".join(f"{name} {took:.0f} s" for name, took in stored.seconds.items()),
            "数据库、服务与负载同在这台机器上 database, server and load share this machine",
        ),
    )


if __name__ == "__main__":
    sys.exit(main())
