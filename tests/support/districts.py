"""Plans of every shape a district may have: what hypothesis draws, and what it becomes as lines of a plan."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from hypothesis import strategies as st

from landgis.area import hectares, mu
from landgis.crs import WORKING
from landgis.maps.sheet import PlanSheet
from tests.support import plan_case

SPREADS = {
    "one spot": (0.0, 0.0),
    "tiny": (60.0, 40.0),
    "village": (900.0, 1_100.0),
    "elongated": (24_000.0, 700.0),
    "upright": (500.0, 22_000.0),
    "town": (7_000.0, 6_000.0),
    "huge": (60_000.0, 45_000.0),
}
FORMS = ("yard", "holed", "parts", "strip", "sliver")


@dataclass(frozen=True)
class District:
    """Recipe of a plan: how many parcels, how they lie, of which form, in how many towns."""

    count: int
    spread: str
    forms: tuple[str, ...]
    towns: int
    islands: int
    alike: int
    surrounded: bool
    seed: int

    def request(self) -> PlanSheet:
        """Make the plan."""
        rng = np.random.default_rng(self.seed)
        lines = plan_case.lines(self.count, 9_000, 9_000, self.seed)
        lines = lines.set_geometry(gpd.GeoSeries(self._shapes(rng), crs=WORKING))
        towns = [plan_case.TOWNS[row % self.towns] for row in range(self.count)]
        lines["town_code"], lines["town_name"] = (list(each) for each in zip(*towns, strict=True))
        lines["area_ha"] = [hectares(area) for area in lines.area]
        lines["area_mu"] = [mu(area) for area in lines["area_ha"]]
        lines["area_basis"] = "ellipsoidal"
        return (
            plan_case.plan(lines) if self.surrounded else plan_case.plan(lines, context=(), boundaries=(), sources=())
        )

    def _shapes(self, rng: np.random.Generator) -> list[shapely.Geometry]:
        spread = np.array(SPREADS[self.spread])
        spots = np.array(plan_case.CENTRE) + rng.uniform(-0.5, 0.5, (self.count, 2)) * spread
        spots[: self.islands] += rng.choice([-1, 1], (min(self.islands, self.count), 2)) * [15_000, 9_000]
        spots[len(spots) - min(self.alike, self.count) :] = spots[-1]
        sizes = rng.lognormal(3.8, 0.7, self.count)
        return [
            _form(self.forms[row % len(self.forms)], *spot, size, rng)
            for row, (spot, size) in enumerate(zip(spots.tolist(), sizes.tolist(), strict=True))
        ]


def _form(form: str, x: float, y: float, size: float, rng: np.random.Generator) -> shapely.Geometry:
    turn = float(rng.uniform(0, 180))
    yard = shapely.box(x - size / 2, y - size / 3, x + size / 2, y + size / 3)
    if form == "holed":
        yard = yard.difference(shapely.box(x - size / 6, y - size / 8, x + size / 6, y + size / 8))
    elif form == "parts":
        yard = shapely.MultiPolygon([yard, shapely.affinity.translate(yard, size * 1.4, size * 0.4)])
    elif form == "strip":
        yard = shapely.box(x - size * 3, y - size / 20, x + size * 3, y + size / 20)
    elif form == "sliver":
        yard = shapely.Polygon([(x - size, y), (x + size, y + 0.2), (x, y + 0.5)])
    return shapely.affinity.rotate(yard, turn, origin=(x, y))


def districts(most: int) -> st.SearchStrategy[District]:
    """Recipes of plans with at most so many parcels, small ones first."""
    return st.builds(
        District,
        count=st.one_of(st.just(1), st.integers(2, min(most, 40)), st.sampled_from([most // 2, most])),
        spread=st.sampled_from(sorted(SPREADS)),
        forms=st.lists(st.sampled_from(FORMS), min_size=1, max_size=4, unique=True).map(tuple),
        towns=st.integers(1, 4),
        islands=st.integers(0, 3),
        alike=st.sampled_from([0, 2, 12]),
        surrounded=st.booleans(),
        seed=st.integers(0, 10_000),
    )
