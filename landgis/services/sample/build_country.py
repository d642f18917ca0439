"""Writing a large sample: tile by tile into GeoParquet, so that memory holds a few tiles and never a district."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pandas as pd
import shapely

from landgis.crs import WORKING
from landgis.exchange.writing.geoparquet import geoparquet
from landgis.exchange.writing.vector import write_bytes, write_csv
from landgis.sample.boundaries import SHORT_LAYERS
from landgis.sample.country.content import ALL_LAYERS, MEASURED, TileContent, tile_content, town_table
from landgis.sample.country.ground import CountrySize
from landgis.sample.layers import sample_release
from landgis.services.sample.sample_folder import DELIVERED_NAMES, WrittenSample, layers_yaml

_WORKERS, _AHEAD = 2, 4

Progress = Callable[[int, int], None]


def untold(_done: int, _of: int) -> None:
    """Tell nobody how far it is."""


def build_country(
    size: CountrySize,
    seed: int,
    out: Path,
    *,
    measured_only: bool = False,
    progress: Progress = untold,
) -> WrittenSample:
    """Build a large sample and write it.

    Parameters
    ----------
    size, seed
        What to build; the same two give the same bytes.
    out
        Folder; gets ``parcels.parquet``, ``layers/`` (one GeoParquet file per layer, one row group per tile, and
        ``layers.yaml``), ``planted.csv`` and ``README.md``.
    measured_only
        Write the parcels and the layers of the control lines alone; their bytes are the same either way.
    progress
        Told how many tiles are done, and of how many.
    """
    folder = out / "layers"
    keys = MEASURED if measured_only else ALL_LAYERS
    answers: list[Mapping[str, object]] = []
    with ExitStack() as stack:
        parcels = stack.enter_context(geoparquet(out / "parcels.parquet", WORKING, substitute=True))
        drafts = {
            key: stack.enter_context(geoparquet(folder / f"{key}.parquet", WORKING, substitute=True)) for key in keys
        }
        for done, content in enumerate(_tiles(size, seed, measured_only), 1):
            named = {DELIVERED_NAMES.get(name, name): column for name, column in content.parcels.columns.items()}
            parcels.add(named, content.parcels.shapes)
            for key, table in content.layers.items():
                drafts[key].add(table.columns, table.shapes)
            answers += content.planted
            progress(done, size.tiles)
    counts = {key: draft.rows for key, draft in drafts.items()}
    if not measured_only:
        counts["town"] = _write_towns(folder / "town.parquet", size, seed)
    write_csv(out / "planted.csv", pd.DataFrame(answers))
    write_bytes(folder / "layers.yaml", _layers_yaml(size, counts).encode())
    write_bytes(out / "README.md", _readme(size, seed, parcels.rows, len(answers), counts).encode())
    return WrittenSample(out, parcels.rows, len(answers), counts)


def _write_towns(path: Path, size: CountrySize, seed: int) -> int:
    towns = town_table(size, seed)
    with geoparquet(path, WORKING, substitute=True) as draft:
        draft.add(towns.columns, towns.shapes)
    return len(towns)


def _tiles(size: CountrySize, seed: int, measured_only: bool) -> Iterator[TileContent]:
    """Make tiles on two threads, a few ahead of the writer, and hand them over in order."""
    with ThreadPoolExecutor(_WORKERS) as pool:
        waiting: deque[Future[TileContent]] = deque()
        for tile in range(size.tiles):
            waiting.append(pool.submit(tile_content, size, seed, tile, measured_only=measured_only))
            if len(waiting) > _AHEAD:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _layers_yaml(size: CountrySize, counts: Mapping[str, int]) -> str:
    west, south, _, north = size.extent.bounds
    short = shapely.box(west, south, size.red_line_ends_at, north)
    return layers_yaml(
        {
            key: (f"{key}.parquet", sample_release(key, count), short if key in SHORT_LAYERS else size.extent)
            for key, count in counts.items()
        }
    )


def _readme(size: CountrySize, seed: int, parcels: int, planted: int, counts: Mapping[str, int]) -> str:
    rows = "\n".join(f"| layers/{key}.parquet | {count:,} |" for key, count in counts.items())
    return f"""# 示例区 {size.key}（种子 {seed}） · Sample {size.key}, seed {seed}

**替代数据，非法定成果。** 全部随机生成，位置在{size.district.name_zh}附近，与真实地块、图层、权利人无关。
**Stand-in data, no legal force.** Generated; no parcel, layer or owner in it is real.

坐标系 EPSG:4549，GeoParquet 1.1，每个图幅一个行组。 CRS EPSG:4549, GeoParquet 1.1, one row group per tile.

| 文件 file | 要素 features |
|---|---|
| parcels.parquet | {parcels:,} |
{rows}
| planted.csv | {planted:,} |

`planted.csv` 是已知答案：每宗埋设地块的类型、应有结论、压占面积及碎部成因。
`planted.csv` holds the known answers: kind, expected verdict, overlap and cause of every planted parcel.

再生成 · to make it again: `landgis sample build --size {size.key} --seed {seed} --out 文件夹`
检查 · to check it: `landgis check parcels.parquet --layers layers --as-of 2026-06-30`
"""
