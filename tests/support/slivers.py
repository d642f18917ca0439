"""Slivers of known cause on invented ground: a plot between four fields, and one thing wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer
from shapely import affinity
from shapely.geometry import Polygon

from landgis.crs import WORKING
from landgis.frames.layer import LayerData
from landgis.screening.measure import measure
from landgis.screening.slivers import Interest, causes, evidence
from tests.support.ground import AS_OF, X, Y, layer, parcels

FARMLAND, SURVEY = "permanent_basic_farmland", "survey_land_use"
WIDTH, HEIGHT = 60.0, 40.0
Place = Callable[[Polygon], Polygon]


@dataclass(frozen=True)
class Planted:
    """One case: a parcel, the farmland around it, other layers, and the cause that is true of it."""

    parcel: Polygon
    farmland: dict[str, Polygon]
    cause: str
    others: dict[str, LayerData]
    accuracy_m: float | None = None

    def layers(self) -> dict[str, LayerData]:
        drawn = layer(FARMLAND, self.farmland)
        stated = replace(drawn, release=replace(drawn.release, accuracy_m=self.accuracy_m))
        return {FARMLAND: stated} | self.others


def placed(angle_deg: float = 0.0, x: float = X, y: float = Y) -> Place:
    """Turn a drawing around its corner and put it on the ground."""

    def place(shape: Polygon) -> Polygon:
        return affinity.translate(affinity.rotate(shape, angle_deg, origin=(0, 0)), x, y)

    return place


def line(start: tuple[float, float], stop: tuple[float, float], step: float) -> np.ndarray:
    """Points of a straight line, both ends included."""
    count = max(1, round(float(np.hypot(*np.subtract(stop, start))) / step))
    return np.linspace(start, stop, count + 1)


def fields(gap: float = 0.0) -> dict[str, Polygon]:
    """Four fields around the plot 0..60 × 0..40, sharing its corners."""
    w, h, far = WIDTH, HEIGHT, 30.0
    return {
        "north": Polygon([(0, h + gap), (w, h + gap), (w, h + far), (0, h + far)]),
        "south": Polygon([(0, -far), (w, -far), (w, -gap), (0, -gap)]),
        "east": Polygon([(w + gap, 0), (w + far, 0), (w + far, h), (w + gap, h)]),
        "west": Polygon([(-far, 0), (-gap, 0), (-gap, h), (-far, h)]),
    }


def plot() -> Polygon:
    return shapely.box(0, 0, WIDTH, HEIGHT)


def double_drawn(sigma: float, seed: int, place: Place, accuracy_m: float | None = None) -> Planted:
    """The northern border twice: points every five metres, each drawing with its own scatter."""
    rng = np.random.default_rng(seed)
    border = line((0, HEIGHT), (WIDTH, HEIGHT), 5.0)
    mine, theirs = (border + rng.normal(0, sigma, border.shape) for _ in range(2))
    parcel = Polygon([(0, 0), (WIDTH, 0), *mine[::-1]])
    field = Polygon([*theirs, (WIDTH, HEIGHT + 30), (0, HEIGHT + 30)])
    return Planted(place(parcel), {"north": place(field)}, "double_drawn", {}, accuracy_m)


def shifted_parcel(dx: float, dy: float, place: Place, sigma: float = 0.0, seed: int = 0) -> Planted:
    """The plot as a whole beside its place between the fields."""
    rng = np.random.default_rng(seed)
    ring = np.array(shapely.segmentize(plot(), 10.0).exterior.coords)[:-1]
    parcel = Polygon(ring + np.array([dx, dy]) + rng.normal(0, sigma, ring.shape))
    return Planted(place(parcel), {name: place(field) for name, field in fields().items()}, "uniform_shift", {})


def shifted_sheet(dx: float, dy: float, place: Place) -> Planted:
    """The farmland as a whole beside its place, which the survey still shows."""
    moved = {name: place(affinity.translate(field, dx, dy)) for name, field in fields().items()}
    survey = layer(SURVEY, {name: place(field) for name, field in fields().items()}, "agricultural")
    return Planted(place(plot()), {"north": moved["north"]}, "uniform_shift", {SURVEY: survey})


def strip(width: float, place: Place, *, beside: bool = True) -> Planted:
    """The plot runs an even strip into the northern field; its other sides are where they belong."""
    parcel = shapely.box(0, 0, WIDTH, HEIGHT + width)
    around = fields() if beside else {"north": fields()["north"]}
    return Planted(place(parcel), {name: place(field) for name, field in around.items()}, "true_encroachment", {})


def bite(depth: float, sigma: float, seed: int, place: Place, length: float = 10.0) -> Planted:
    """A border drawn twice, and besides a real building that sticks out into the field."""
    base = double_drawn(sigma, seed, lambda shape: shape)
    extra = shapely.box(25, HEIGHT - 5, 25 + length, HEIGHT + depth)
    return Planted(
        place(shapely.union(base.parcel, extra)), {"north": place(base.farmland["north"])}, "true_encroachment", {}
    )


def wedge(depth: float, place: Place) -> Planted:
    """The northern border turned about its western end."""
    parcel = Polygon([(0, 0), (WIDTH, 0), (WIDTH, HEIGHT + depth), (0, HEIGHT)])
    return Planted(place(parcel), {name: place(field) for name, field in fields().items()}, "true_encroachment", {})


def in_degrees(start: tuple[float, float], stop: tuple[float, float], count: int) -> np.ndarray:
    """Points of the line that is straight in degrees between two points of the working CRS."""
    there = Transformer.from_crs(WORKING, 4490, always_xy=True)
    lon, lat = there.transform(*np.transpose([start, stop]))
    back = there.transform(np.linspace(*lon, count), np.linspace(*lat, count), direction="INVERSE")
    return np.column_stack(back)


def chord(
    length: float, x: float, y: float, *, dense: str = "field", angle_deg: float = 0.0, count: int = 40
) -> Planted:
    """A long border, straight on one side, straight in degrees and with many points on the other."""
    way = np.array([np.cos(np.deg2rad(angle_deg)), np.sin(np.deg2rad(angle_deg))])
    start = np.array([x, y])
    stop, off = start + length * way, np.array([-way[1], way[0]])
    arc = in_degrees(tuple(start), tuple(stop), count)
    straight = np.array([start, stop])
    upper, lower = (arc, straight) if dense == "above" else (straight, arc)
    field = Polygon([*upper, stop + 60 * off, start + 60 * off])
    parcel = Polygon([*lower[::-1], start - 60 * off, stop - 60 * off])
    return Planted(parcel, {"north": field}, "projection_chord", {})


def plain_arc(rise: float, place: Place, length: float = 80.0, count: int = 17) -> Planted:
    """A bent border: two points on the parcel's side, many on the field's."""
    t = np.linspace(0, 1, count)
    arc = np.column_stack([t * length, HEIGHT - 4 * rise * t * (1 - t)])
    parcel = shapely.box(0, 0, length, HEIGHT)
    field = Polygon([*arc, (length, HEIGHT + 30), (0, HEIGHT + 30)])
    return Planted(place(parcel), {"north": place(field)}, "projection_chord", {})


def thinned(sagitta: float, place: Place, *, bulge: float = 0.0) -> Planted:
    """A flat arc of 65 points on the field's side, of which the parcel has five; or a real bulge between its points."""
    t = np.linspace(0, 1, 65)
    arc = HEIGHT - 4 * sagitta * t * (1 - t)
    between = 4 * (4 * t % 1) * (1 - 4 * t % 1)
    dense = np.column_stack([t * WIDTH, arc - bulge * between])
    sparse = np.column_stack([t * WIDTH, arc])[::16]
    parcel = Polygon([(0, 0), (WIDTH, 0), *sparse[::-1]])
    field = Polygon([*dense, (WIDTH, HEIGHT + 30), (0, HEIGHT + 30)])
    return Planted(place(parcel), {"north": place(field)}, "projection_chord", {})


def half_in_half_out(seed: int, place: Place) -> Planted:
    """A straight border that the plot really crosses by 9 cm along one half and misses by 6 cm along the other."""
    rng = np.random.default_rng(seed)
    u = np.arange(0, WIDTH + 1, 5.0)
    off = np.where(u < 20, 0.09, np.where(u > 40, -0.06, 0.0)) + rng.normal(0, 0.002, len(u))
    parcel = Polygon([(0, 0), (WIDTH, 0), *np.column_stack([u, HEIGHT + off])[::-1]])
    return Planted(place(parcel), {"north": place(fields()["north"])}, "true_encroachment", {})


def between_parallels(depth: float, place: Place) -> Planted:
    """The plot really encroaches in the south; a setback in the north is as wide, and its sides lie still."""
    w, h, far = WIDTH, HEIGHT + depth, 30.0
    others = {
        "north": shapely.box(-5, h, w + 5, h + far),
        "west": shapely.box(-far, -far, 0, h + far),
        "east": shapely.box(w, -far, w + far, h + far),
    }
    lines = layer("homestead", {name: place(shape) for name, shape in others.items()})
    parcel = place(shapely.box(0, -depth, w, HEIGHT))
    return Planted(parcel, {"south": place(fields()["south"])}, "true_encroachment", {"homestead": lines})


def judged(case: Planted, interest: Interest | None = None) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Evidence and causes of one case."""
    return judged_all({"p": case.parcel}, case.layers(), interest)


def judged_all(
    shapes: dict[str, Polygon], layers: dict[str, LayerData], interest: Interest | None = None
) -> tuple[gpd.GeoDataFrame, pd.DataFrame]:
    """Evidence and causes of parcels against layers."""
    frame = parcels(shapes)
    hits = measure(frame, layers, list(layers), AS_OF).hits
    found = evidence(frame, layers, hits, interest)
    return found, causes(found)
