"""The generated ground that the benches measure on, and cuts of it.

替代数据，非法定成果 generated data, no legal force.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import shapely
from numpy.typing import NDArray

from landgis.services.sample.build_sample import build_sample

Shapes = NDArray[np.object_]
LAYERS = ("permanent_basic_farmland", "ecological_redline", "homestead", "development_boundary")
"""The four layers of the control lines."""
FARMLAND, RED_LINE = LAYERS[:2]
SEED = 1


@dataclass(frozen=True)
class Sample:
    """A folder as ``landgis sample build`` writes it."""

    folder: Path

    @classmethod
    def at(cls, folder: Path, size: str) -> Self:
        """Take the sample of a folder; build it first where there is none (all layers but those never measured)."""
        if not (folder / "README.md").exists():
            build_sample(size, SEED, folder, None, measured_only=True)
        return cls(folder)

    def parcels(self) -> Shapes:
        """Return the outlines of all parcels."""
        return read_shapes(self.folder / "parcels.parquet")

    def layer(self, key: str) -> Shapes:
        """Return the features of a layer."""
        return read_shapes(self.folder / "layers" / f"{key}.parquet")


def read_shapes(path: Path) -> Shapes:
    """Read the geometry of a GeoParquet file, and nothing else."""
    return np.asarray(shapely.from_wkb(pq.read_table(path, columns=["geometry"])["geometry"].to_numpy()), dtype=object)


def write_shapes(path: Path, shapes: Shapes) -> None:
    """Write what `read_shapes` reads."""
    pq.write_table(pa.table({"geometry": shapely.to_wkb(shapes)}), path)


def drawn_from(shapes: Shapes, count: int) -> Shapes:
    """Draw some of the shapes, the same ones every time, in their order."""
    chosen = np.random.default_rng(SEED).choice(len(shapes), min(count, len(shapes)), replace=False)
    return shapes[np.sort(chosen)]


def western(shapes: Shapes, count: int) -> Shapes:
    """Return the westernmost shapes: a smaller town, built as densely as the whole one."""
    return shapes[np.sort(np.argsort(shapely.bounds(shapes)[:, 0], kind="stable")[:count])]


def around(shapes: Shapes, others: Shapes, by_m: float = 100.0) -> Shapes:
    """Return those shapes whose box meets the box around the others, grown by some metres."""
    box = shapely.total_bounds(others) + np.array([-by_m, -by_m, by_m, by_m])
    bounds = shapely.bounds(shapes)
    return shapes[(bounds[:, :2] <= box[2:]).all(axis=1) & (bounds[:, 2:] >= box[:2]).all(axis=1)]


def moved_into(shapes: Shapes, places: Shapes) -> Shapes:
    """Move each shape to some point in the box of one of the places."""
    random = np.random.default_rng(SEED)
    bounds = shapely.bounds(places)[random.integers(len(places), size=len(shapes))]
    wanted = random.uniform(bounds[:, :2], bounds[:, 2:])
    by = wanted - shapely.get_coordinates(shapely.centroid(shapes))
    coordinates = shapely.get_coordinates(shapes) + np.repeat(by, shapely.get_num_coordinates(shapes), axis=0)
    return np.asarray(shapely.set_coordinates(shapes.copy(), coordinates), dtype=object)
