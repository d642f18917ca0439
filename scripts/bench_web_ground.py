"""Ground for the bench of the desk: 50,000 parcels among 200,000 fields in 25 km, stored and screened.

替代数据，非法定成果 generated data, no legal force. The run is a real one, of the full rule pack.
"""

from __future__ import annotations

import hashlib
import math
import time
from dataclasses import dataclass, replace
from datetime import date

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from bench_ground import ORIGIN, mesh

from landgis.access.person import Person
from landgis.crs import WORKING
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.originals import SourceFile
from landgis.db.parcels import ImportMeta, ParcelStore
from landgis.frames.layer import LayerData
from landgis.rules.reading.load import load_pack
from landgis.services.screening.screen import screen
from tests.support import ground

SIDE_M = 25_000.0
FARMLAND = "permanent_basic_farmland"
AS_OF = date(2026, 6, 30)
_TOWNS_A_SIDE = 4
_VILLAGES_A_SIDE = 12


@dataclass(frozen=True)
class Stored:
    """What was stored: the run, the farmland's release, counts, and the seconds that each step took."""

    run_id: str
    release: str
    parcels: int
    farmland: int
    seconds: dict[str, float]


def parcels_of(count: int) -> gpd.GeoDataFrame:
    """Return parcels of 28 vertices, some 60 m wide, none over another; every twentieth lacks a fact."""
    side = math.isqrt(count - 1) + 1
    shapes = mesh(side**2, seed=2, cell_m=SIDE_M / side)[:count]
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    corners, owner = shapely.get_coordinates(shapes, return_index=True)
    size = np.random.default_rng(3).uniform(0.3, 0.7, len(shapes))[owner, None]
    shapes = shapely.set_coordinates(shapes, (middle[owner] + (corners - middle[owner]) * size).round(3))
    frame = ground.parcels({f"SJ-{number:06d}": shape for number, shape in enumerate(shapes)})
    place = (middle - np.array(ORIGIN)) / SIDE_M
    town = _block(place, _TOWNS_A_SIDE)
    frame["town_code"] = [f"310117{100 + number:03d}" for number in town]
    frame["town_name"] = [f"示例{number + 1}镇" for number in town]
    frame["village_name"] = [f"示例{number + 1}村" for number in _block(place, _VILLAGES_A_SIDE)]
    frame.loc[::20, "dispute"] = None
    frame["dispute"] = frame["dispute"].astype("boolean")
    return frame


def drawings(count: int) -> list[str]:
    """Return every seventh parcel's outline, moved by a few metres, as the body of a check; each is another one."""
    shapes = parcels_of(count).geometry.to_numpy()[::7]
    moved = shapely.transform(shapes, lambda points: points + np.array((3.0, 2.0)))
    return [f'{{"geometry": {text}, "as_of": "{AS_OF}"}}' for text in shapely.to_geojson(moved)]


def farmland_of(count: int) -> LayerData:
    """Return the fields: three in four of a mesh without gaps, so that parcels are clear of some."""
    every = mesh(count * 4 // 3, cell_m=SIDE_M / int(np.sqrt(count * 4 / 3)))
    shapes = every[np.random.default_rng(4).permutation(len(every))[:count]]
    features = gpd.GeoDataFrame(
        {
            "feature_id": pd.Series([f"田-{number:06d}" for number in range(len(shapes))], dtype="str"),
            "class": pd.Series(np.where(np.arange(len(shapes)) % 3 == 0, "paddy", "dry"), dtype="str"),
            "label": pd.Series([f"示例田 {number}" for number in range(len(shapes))], dtype="str"),
        },
        geometry=shapes,
        crs=WORKING,
    )
    known = ground.layer(FARMLAND, {"far": ground.at(0, 0, 10, 10)}, coverage=_whole())
    return replace(known, release=replace(known.release, feature_count=len(shapes)), features=features)


def store(database: Database, person: Person, parcels: int, farmland: int) -> Stored:
    """Store layers and parcels, and screen them."""
    took: dict[str, float] = {}
    began = time.perf_counter()
    layers = _elsewhere() | {FARMLAND: farmland_of(farmland)}
    store = LayerStore(database)
    for key, layer in layers.items():
        file = _source(key)
        release = replace(layer.release, content_hash=file.content_hash, substitute=True)
        store.add_release(replace(layer, release=release), (), source=file, person=person)
        store.publish(key, release.name, person)
    took["layers"] = _since(began, took)
    frame = parcels_of(parcels)
    ParcelStore(database).add_import(
        frame, (), source=_source("parcels"), meta=ImportMeta("EPSG:4549", "", "UTF-8"), person=person
    )
    took["parcels"] = _since(began, took)
    run = screen(database, person, load_pack("songjiang"), AS_OF).run_id
    took["screen"] = _since(began, took)
    return Stored(run, layers[FARMLAND].release.name, len(frame), len(layers[FARMLAND].features), took)


def _elsewhere() -> dict[str, LayerData]:
    """Every other layer that the pack asks for, covering the ground, with nothing against a parcel."""
    far = shapely.box(ORIGIN[0] - 900, ORIGIN[1] - 900, ORIGIN[0] - 800, ORIGIN[1] - 800)
    found = {}
    for key, layer in ground.clear_layers().items():
        whole = layer.features.geometry.iloc[0].area > 1e6
        features = layer.features.set_geometry([_whole() if whole else far], crs=WORKING)
        found[key] = replace(layer, features=features, coverage=_whole())
    return found


def _whole() -> shapely.Polygon:
    return shapely.box(ORIGIN[0] - 2000, ORIGIN[1] - 2000, ORIGIN[0] + SIDE_M + 2000, ORIGIN[1] + SIDE_M + 2000)


def _block(place: np.ndarray, side: int) -> np.ndarray:
    cell = np.clip((place * side).astype(int), 0, side - 1)
    return cell[:, 0] * side + cell[:, 1]


def _source(name: str) -> SourceFile:
    return SourceFile(hashlib.sha256(name.encode()).hexdigest(), f"{name}.gpkg", 1)


def _since(began: float, took: dict[str, float]) -> float:
    return time.perf_counter() - began - sum(took.values())
