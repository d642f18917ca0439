"""The bare SQL behind the desk's requests, by pgbench: what the database alone could do in the same run."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import psycopg
from bench_web_ground import FARMLAND, Stored
from psycopg import ClientCursor, sql

from landgis.db.cluster import PrivateCluster
from landgis.db.configuration import PORT, SUPERUSER
from landgis.db.desk_rows import outdated_query
from landgis.db.parcel_where import where
from landgis.db.statements import statement
from landgis.db.tile_grid import COVER_PX, GRIDS, Tile
from landgis.db.tiles import parcel_query
from landgis.domain.catalogue import plain_name
from landgis.domain.parcel_filter import ParcelFilter

Asked = tuple[sql.Composable, Mapping[str, object]]
"""A statement and its values."""
SEARCHED = ("SJ-01234", "SJ-049", "示例3村", "ＳＪ－０２５", "示例7镇", "sl7")
_DRAWN = 40
_PAGE = (
    "SELECT parcel_id, verdict, town_name, village_name, ellipsoidal_m2 FROM landgis.run_row WHERE run_id = '{run}'"
    " ORDER BY parcel_id LIMIT 100 OFFSET {first}; SELECT count(*), sum(ellipsoidal_m2) FROM landgis.run_row"
    " WHERE run_id = '{run}';\n"
)
_CHECK = (
    "SELECT f.layer, f.class, sum(ST_Area(ST_Intersection(f.geom, v.geom))) FROM landgis.parcel_version v"
    " JOIN landgis.layer_feature f ON f.release = '{release}' AND ST_Intersects(f.geom, v.geom)"
    " WHERE v.parcel_id = 'SJ-{number:06d}' AND v.current GROUP BY 1, 2;\n"
)


def cluster_of(home: Path) -> PrivateCluster:
    """Return the cluster of a bench: the product's own settings, but nothing is forced to the disk."""
    return PrivateCluster(home, home / "socket", "postgres" if os.geteuid() == 0 else None, durable=False)


def bare_texts(
    cluster: PrivateCluster,
    stored: Stored,
    wide: Sequence[tuple[int, int, int]],
    narrow: Sequence[tuple[int, int, int]],
) -> dict[str, list[str]]:
    """Return statements of tiles, searches, counts, pages and checks of one parcel, values and all."""
    return {
        "parcels": _texts(cluster, [_parcels(stored, Tile(GRIDS[4549], *place)) for place in _some(wide)]),
        "farmland": _texts(cluster, [_farmland(stored, Tile(GRIDS[4549], *place)) for place in _some(narrow)]),
        "search": _joined(cluster, [_search(stored, word) for word in SEARCHED]),
        "front": _joined(cluster, [_front(stored)]),
        "statistics": _joined(cluster, [_counted(stored, "desk_statistics", "desk_outcomes")]),
        "page": [_PAGE.format(run=stored.run_id, first=100 * n) for n in range(_DRAWN)],
        "check": [_CHECK.format(release=stored.release, number=stored.parcels // _DRAWN * n) for n in range(_DRAWN)],
    }


def _some(places: Sequence[tuple[int, int, int]]) -> Sequence[tuple[int, int, int]]:
    return places[:: max(1, len(places) // _DRAWN)]


def _search(stored: Stored, word: str) -> list[Asked]:
    keys = {"run_id": stored.run_id, "folded": plain_name(word), "most": 20}
    return [(sql.SQL(statement(name)), keys) for name in ("search_parcels", "search_places")]


def _front(stored: Stored) -> list[Asked]:
    return [*_counted(stored, "desk_totals"), outdated_query(stored.run_id)]


def _counted(stored: Stored, *names: str) -> list[Asked]:
    condition, values = where(ParcelFilter(), stored.run_id)
    return [(sql.SQL(statement(name)).format(condition=condition), values) for name in names]


def _joined(cluster: PrivateCluster, requests: Sequence[Sequence[Asked]]) -> list[str]:
    """Write out what each request asks, its statements after another."""
    return ["".join(_texts(cluster, queries)) for queries in requests]


def _parcels(stored: Stored, tile: Tile) -> Asked:
    return parcel_query(tile, run_id=stored.run_id, district="songjiang", wanted=ParcelFilter())


def _farmland(stored: Stored, tile: Tile) -> Asked:
    names = {"layer": FARMLAND, "release": stored.release, "cover": f"{FARMLAND}_cover"}
    return sql.SQL(statement("tile_features")), tile.parameters(COVER_PX) | names


def _texts(cluster: PrivateCluster, queries: Sequence[Asked]) -> list[str]:
    """Write statements out with their values, one line each, as pgbench takes them."""
    with psycopg.connect(
        host=str(cluster.host()), port=PORT, user=SUPERUSER, dbname="landgis", cursor_factory=ClientCursor
    ) as connection:
        texts = [connection.cursor().mogrify(query, values) for query, values in queries]
    return [" ".join(re.sub(r"--[^\n]*", "", text).split()) + ";\n" for text in texts]


def pgbench(cluster: PrivateCluster, texts: Sequence[str], clients: int, seconds: float) -> float:
    """Return transactions per second of so many clients, each doing one of the statements after another by chance."""
    with tempfile.TemporaryDirectory(prefix="landgis-bench-") as folder:
        files: list[str] = []
        for number, text in enumerate(texts):
            file = Path(folder) / f"{number}.sql"
            file.write_text(text, encoding="utf-8")
            files += ["-f", str(file)]
        command = [
            "pgbench",
            "-n",
            "-c",
            str(clients),
            "-j",
            "1",
            "-T",
            str(max(1, round(seconds))),
            "-h",
            str(cluster.host()),
        ]
        done = subprocess.run(
            [*command, "-p", str(PORT), "-U", SUPERUSER, *files, "landgis"], capture_output=True, text=True, check=True
        )
    found = re.search(r"tps = ([\d.]+)", done.stdout)
    assert found is not None
    return float(found[1])
