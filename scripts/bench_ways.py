"""One way of measuring parcels against a layer, once, in a process of its own; prints one line of JSON.

usage: python scripts/bench_ways.py WAY PARCELS LAYER [--host FOLDER --schema NAME] [--limit SECONDS]

PARCELS and LAYER are GeoParquet files. Everybody gets the geometry in memory, does a small job first, so that nothing
is loaded or compiled while the clock runs, prepares, and is then asked for two things: the area of every pair that
overlaps, and the area of the union per parcel.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

import geopandas as gpd
import numpy as np
import shapely
from bench_memory import peak_mib
from bench_sample import Shapes, read_shapes

FLOOR_M2 = 1e-6
"""Overlaps up to this are touches."""
WARM_UP = 50
"""Parcels and features of the small job."""
REPEATS, QUICK_S = 5, 2.0
PAIRS = (
    "SELECT sum(CASE WHEN a > 1e-6 THEN 1 ELSE 0 END) AS hits, sum(a) AS area FROM ("
    "SELECT st_area(st_intersection(p.geom, l.geom)) AS a FROM parcels p JOIN layer l ON st_intersects(p.geom, l.geom)"
    ") s"
)
UNION = (
    "SELECT sum(st_area(u)) AS area FROM ("
    "SELECT st_union(st_intersection(p.geom, l.geom)) AS u FROM parcels p JOIN layer l ON st_intersects(p.geom, l.geom)"
    " GROUP BY p.id) s"
)
UNION_AGG = UNION.replace("st_union(", "st_union_agg(")
UNION_COLLECTED = UNION.replace(
    "st_union(st_intersection(p.geom, l.geom))", "st_unaryunion(st_collect_agg(st_intersection(p.geom, l.geom)))"
)
"""For SedonaDB: its ST_Union_Agg refuses the collections that an intersection may give."""


@dataclass(frozen=True)
class Figures:
    """What one way took and found; None where it could not.

    Attributes
    ----------
    prepare_s
        From geometry in memory to where the first question can be asked.
    first_s, both_s
        Pairs and unions, asked for the first time; and again (`repeated`).
    pairs_s, union_s
        The parts of ``both_s``, where they are asked for one after the other.
    hits, pairs_m2, union_m2
        Pairs that overlap, sum of their areas, sum of the unions of all parcels.
    peak_mib
        Most memory held, the reading included.
    trouble
        Why something is missing.
    """

    prepare_s: float | None = None
    first_s: float | None = None
    pairs_s: float | None = None
    union_s: float | None = None
    both_s: float | None = None
    hits: int | None = None
    pairs_m2: float | None = None
    union_m2: float | None = None
    peak_mib: float | None = None
    trouble: str = ""


class Way(Protocol):
    """Prepare first, then run."""

    def prepare(self, parcels: Shapes, layer: Shapes) -> None:
        """Take the geometry and make what may be kept for later questions."""

    def run(self) -> Figures:
        """Measure."""


class Landgis:
    """The kernel of landgis; it measures pairs and unions in one go."""

    def __init__(self, threads: int, kernel: str = "compiled", *, near: bool = False, saved: bool = False) -> None:
        self._threads, self._kernel, self._near, self._saved = threads, kernel, near, saved

    def prepare(self, parcels: Shapes, layer: Shapes) -> None:
        """Build the index: all of it, or only what the parcels meet; keep it in memory, or on the disk."""
        from landgis.overlay import LayerIndex

        boxes = shapely.bounds(parcels) if self._near else None
        self._parcels = parcels
        self._index: LayerIndex | None = LayerIndex.build(layer, near=boxes, threads=self._threads)
        if self._saved:
            self._home = tempfile.TemporaryDirectory(prefix="landgis-bench-")
            self._folder = Path(self._home.name) / "index"
            self._index.save(self._folder)
            self._index = None

    def run(self) -> Figures:
        """Open the index where it is saved, and measure."""
        from landgis.overlay import LayerIndex

        began = time.perf_counter()
        index = self._index or LayerIndex.load(self._folder)
        found = index.measure(self._parcels, metrics=("union",), threads=self._threads, kernel=self._kernel)
        seconds = time.perf_counter() - began
        pairs = found.pairs.area_m2
        return Figures(
            both_s=seconds, hits=len(pairs), pairs_m2=float(pairs.sum()), union_m2=float(found.parcels.union_m2.sum())
        )


class Geopandas:
    """GeoDataFrames, the tree over the layer kept."""

    def prepare(self, parcels: Shapes, layer: Shapes) -> None:
        """Make the frames and the tree."""
        self._parcels = gpd.GeoDataFrame({"id": np.arange(len(parcels))}, geometry=parcels.copy(), crs=4549)
        self._layer = gpd.GeoDataFrame(geometry=layer.copy(), crs=4549)
        assert self._layer.sindex is not None

    def run(self) -> Figures:
        """Cut all pairs, then unite the pieces of each parcel."""
        began = time.perf_counter()
        pieces = self.pieces()
        area = pieces.area
        pairs_s = time.perf_counter() - began
        union_m2 = self.united(pieces)
        both_s = time.perf_counter() - began
        hits = int((area > FLOOR_M2).sum())
        return Figures(
            pairs_s=pairs_s, union_s=both_s - pairs_s, both_s=both_s,
            hits=hits, pairs_m2=float(area.sum()), union_m2=union_m2,
        )  # fmt: skip

    def pieces(self) -> gpd.GeoDataFrame:
        """Return a row per pair: id of the parcel, shared ground."""
        return gpd.overlay(self._parcels, self._layer, how="intersection", keep_geom_type=True)

    def united(self, pieces: gpd.GeoDataFrame) -> float:
        """Return the sum of the unions' areas."""
        return float(pieces.dissolve("id").area.sum())


class GeopandasJoin(Geopandas):
    """The same by hand: join, intersect, unite group by group."""

    def pieces(self) -> gpd.GeoDataFrame:
        """Return a row per pair: id of the parcel, shared ground."""
        joined = self._parcels.sjoin(self._layer, predicate="intersects")
        cut = shapely.intersection(
            joined.geometry.to_numpy(), self._layer.geometry.to_numpy()[joined["index_right"].to_numpy()]
        )
        return gpd.GeoDataFrame({"id": joined["id"].to_numpy()}, geometry=cut, crs=4549)

    def united(self, pieces: gpd.GeoDataFrame) -> float:
        """Return the sum of the unions' areas."""
        return float(sum(group.union_all().area for _, group in pieces.geometry.groupby(pieces["id"])))


class Statements:
    """Two statements of SQL, the second one allowed to fail: not every peer unites what an intersection gives."""

    union_sql = UNION_AGG

    def ask(self, statement: str) -> tuple[float, ...]:
        """Return the numbers of the one row of the answer."""
        raise NotImplementedError

    def run(self) -> Figures:
        """Ask for the pairs, then for the unions."""
        found = Figures()
        try:
            began = time.perf_counter()
            hits, area = self.ask(PAIRS)
            pairs_s = time.perf_counter() - began
            found = replace(found, pairs_s=pairs_s, hits=int(hits), pairs_m2=float(area))
            began = time.perf_counter()
            (union,) = self.ask(self.union_sql)
            union_s = time.perf_counter() - began
        except Exception as error:  # whatever a peer raises is told in the table
            return replace(found, trouble=" ".join(f"{type(error).__name__}: {error}".split())[:160])
        return replace(found, union_s=union_s, union_m2=float(union), both_s=pairs_s + union_s)


class Postgis(Statements):
    """Tables that `bench_server` loaded; they are read once before the clock runs, so nothing waits for the disk."""

    union_sql = UNION

    def __init__(self, host: str, schema: str, workers: int, limit_s: float) -> None:
        import psycopg

        from landgis.db.configuration import PORT, SUPERUSER

        self._connection = psycopg.connect(host=host, port=PORT, user=SUPERUSER, dbname="postgres", autocommit=True)
        for name, value in (
            ("search_path", f"{schema}, public"),
            ("max_parallel_workers_per_gather", str(workers)),
            ("statement_timeout", f"{limit_s * 1000:.0f}"),
        ):
            self._connection.execute("SELECT set_config(%s, %s, false)", [name, value])

    def prepare(self, parcels: Shapes, layer: Shapes) -> None:
        """Read the tables, which hold what was given already."""
        del parcels, layer
        self.ask("SELECT sum(st_npoints(geom)) FROM parcels")
        self.ask("SELECT sum(st_npoints(geom)) FROM layer")

    def ask(self, statement: str) -> tuple[float, ...]:
        """Return the numbers of the one row of the answer."""
        row = self._connection.execute(statement.encode()).fetchone()
        assert row is not None
        return tuple(float(value) for value in row)


class Duckdb(Statements):
    """DuckDB with its spatial extension, tables in memory."""

    def __init__(self, threads: int) -> None:
        import duckdb
        import duckdb_extension_spatial

        (extension,) = Path(str(duckdb_extension_spatial.__file__)).parent.rglob("spatial.duckdb_extension")
        self._connection = duckdb.connect(config={"threads": threads, "autoinstall_known_extensions": False})
        self._connection.load_extension(str(extension))

    def prepare(self, parcels: Shapes, layer: Shapes) -> None:
        """Load both tables from memory."""
        import pyarrow as pa

        for name, shapes in (("parcels", parcels), ("layer", layer)):
            given = pa.table({"id": np.arange(len(shapes)), "wkb": shapely.to_wkb(shapes)})
            self._connection.register("given", given)
            made = self._connection.sql("SELECT id, st_geomfromwkb(wkb) AS geom FROM given")
            self._connection.execute("DROP TABLE IF EXISTS " + name)
            made.create(name)
            self._connection.unregister("given")

    def ask(self, statement: str) -> tuple[float, ...]:
        """Return the numbers of the one row of the answer."""
        row = self._connection.execute(statement).fetchone()
        assert row is not None
        return tuple(float(value) for value in row)


class Sedonadb(Statements):
    """SedonaDB, tables in memory; it takes the processors that there are."""

    union_sql = UNION_COLLECTED

    def __init__(self) -> None:
        import sedonadb

        self._connection = sedonadb.connect()

    def prepare(self, parcels: Shapes, layer: Shapes) -> None:
        """Load both tables from memory."""
        for name, shapes in (("parcels", parcels), ("layer", layer)):
            frame = gpd.GeoDataFrame({"id": np.arange(len(shapes))}, geometry=shapes, crs=4549)
            given = self._connection.create_data_frame(frame.rename_geometry("geom"))
            given.to_memtable().to_view(name, overwrite=True)

    def ask(self, statement: str) -> tuple[float, ...]:
        """Return the numbers of the one row of the answer."""
        import pyarrow as pa

        answer = pa.table(self._connection.sql(statement))
        return tuple(float(column[0].as_py()) for column in answer.columns)


def ways(host: str, schema: str, limit_s: float) -> dict[str, Callable[[], Way]]:
    """Name every way."""
    return {
        "landgis-2": lambda: Landgis(2),
        "landgis-1": lambda: Landgis(1),
        "landgis-saved": lambda: Landgis(2, saved=True),
        "landgis-near": lambda: Landgis(2, near=True),
        "landgis-plain": lambda: Landgis(2, "plain"),
        "overlay": Geopandas,
        "sjoin": GeopandasJoin,
        "postgis": lambda: Postgis(host, schema, 2, limit_s),
        "postgis-serial": lambda: Postgis(host, schema, 0, limit_s),
        "duckdb": lambda: Duckdb(2),
        "sedonadb": Sedonadb,
    }


def once(way: Way, parcels: Shapes, layer: Shapes) -> Figures:
    """Do a small job, then prepare the real one, and measure it."""
    if not isinstance(way, Postgis):
        few = parcels[:WARM_UP]
        near = shapely.STRtree(layer).query(few)[1]
        way.prepare(few, layer[np.unique(near)[:WARM_UP]])
        way.run()
    began = time.perf_counter()
    way.prepare(parcels, layer)
    prepare_s = time.perf_counter() - began
    return replace(repeated(way), prepare_s=prepare_s, peak_mib=peak_mib())


def repeated(way: Way) -> Figures:
    """Measure at least once; the quick ones again, for at most two seconds, and the median of those counts."""
    first = way.run()
    if first.both_s is None:
        return first
    again: list[Figures] = []
    while len(again) < REPEATS and first.both_s + sum(one.both_s or 0 for one in again) < QUICK_S:
        again.append(way.run())
    ordered = sorted(again or [first], key=lambda one: one.both_s or 0)
    return replace(ordered[len(ordered) // 2], first_s=first.both_s)


def main() -> int:
    """Run one way and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("way")
    parser.add_argument("parcels", type=Path)
    parser.add_argument("layer", type=Path)
    parser.add_argument("--host", default="")
    parser.add_argument("--schema", default="public")
    parser.add_argument("--limit", type=float, default=600.0)
    asked = parser.parse_args()
    try:
        way = ways(asked.host, asked.schema, asked.limit)[asked.way]()
    except ImportError as error:
        print(json.dumps(asdict(Figures(trouble=str(error)))))
        return 0
    served = isinstance(way, Postgis)
    nothing = np.empty(0, dtype=object)
    parcels, layer = (nothing, nothing) if served else (read_shapes(asked.parcels), read_shapes(asked.layer))
    print(json.dumps(asdict(once(way, parcels, layer))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
