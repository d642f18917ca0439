"""Generated farmland for the benches: a mesh of cells with wavy shared edges, as dense as a real survey's.

替代数据，非法定成果 generated data, no legal force.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyogrio
import shapely
from numpy.typing import NDArray

STEPS = 7
"""Segments per edge: 28 vertices a polygon, the median of a farmland layer."""
ORIGIN = (585_000.0, 3_420_000.0)
CRS = "EPSG:4549"


def mesh(count: int, seed: int = 1, cell_m: float | None = None) -> NDArray[np.object_]:
    """Return about ``count`` polygons, neighbours sharing every vertex of their common edge.

    Parameters
    ----------
    count
        Rounded down to a square number.
    seed
        Seed of the noise.
    cell_m
        Cell size; by default all of it fits into 25 km.
    """
    side = int(np.sqrt(count))
    cell = cell_m or 25_000 / side
    random = np.random.default_rng(seed)
    steps = np.linspace(0, 1, STEPS, endpoint=False)
    nodes = np.stack(np.meshgrid(np.arange(side + 1), np.arange(side + 1), indexing="ij"), axis=-1) * cell
    nodes = nodes + random.uniform(-0.15, 0.15, nodes.shape) * cell
    east = _edges(nodes[:-1], nodes[1:], steps, random, cell)  # (side, side+1, STEPS, 2)
    north = _edges(nodes[:, :-1], nodes[:, 1:], steps, random, cell)  # (side+1, side, STEPS, 2)
    east_back = np.concatenate([nodes[1:, :, None], east[:, :, :0:-1]], axis=2)
    north_back = np.concatenate([nodes[:, 1:, None], north[:, :, :0:-1]], axis=2)
    rings = np.concatenate([east[:, :-1], north[1:], east_back[:, 1:], north_back[:-1]], axis=2)
    rings = rings.reshape(-1, 4 * STEPS, 2) + np.array(ORIGIN)
    closed = np.concatenate([rings, rings[:, :1]], axis=1).round(4)
    return shapely.polygons(shapely.linearrings(closed))


def write_farmland(path: Path, count: int, seed: int = 1) -> int:
    """Write the mesh as a GeoPackage with the fields of a farmland delivery; return the number of features."""
    polygons = mesh(count, seed)
    number = np.arange(len(polygons))
    fields = {
        "BSM": np.array([f"310117{n:012d}" for n in number], dtype=object),
        "YJJBNTTBBH": np.array([f"310117{n % 999:06d}{n % 999999:06d}" for n in number], dtype=object),
        "DLBM": np.where(number % 3 == 0, "0101", "0103").astype(object),
        "DLMC": np.where(number % 3 == 0, "水田", "旱地").astype(object),
        "QSDWMC": np.array([f"示例村{n % 120}" for n in number], dtype=object),
        "YJJBNTMJ": shapely.area(polygons).round(2),
    }
    pyogrio.raw.write(
        path, shapely.to_wkb(polygons), list(fields.values()), list(fields), driver="GPKG", layer="YJJBNT",
        geometry_type="Polygon", crs=CRS, promote_to_multi=False,
    )  # fmt: skip
    return len(polygons)


def _edges(
    start: NDArray[np.float64],
    end: NDArray[np.float64],
    steps: NDArray[np.float64],
    random: np.random.Generator,
    cell: float,
) -> NDArray[np.float64]:
    """Points along edges, the first one the start itself, pushed a little off the straight line."""
    along = start[..., None, :] + (end - start)[..., None, :] * steps[:, None]
    off = random.uniform(-0.03, 0.03, along.shape) * cell
    off[..., 0, :] = 0
    return along + off
