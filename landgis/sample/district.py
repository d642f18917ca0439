"""Building the sample: two parts of countryside, their parcels, their layers, and what was planted in them."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from landgis.crs import WORKING
from landgis.errors import UsageError
from landgis.frames.parcels import PARCELS
from landgis.sample import planted, settlement
from landgis.sample.boundaries import Part
from landgis.sample.cells import RasterSample, raster_samples
from landgis.sample.entered import contracts, entries, registered
from landgis.sample.ground import lay_out
from landgis.sample.land_use import cover
from landgis.sample.layers import LayerSample, build_layers
from landgis.sample.papers import documents
from landgis.sample.parcels import parcel_frame, settle_facts
from landgis.sample.places import PLACES, Place
from landgis.sample.planted_cells import plant_cells
from landgis.sample.plots import Plot
from landgis.sample.rows import rows_of

SIZES = ("small",)
_YARDS = 85


@dataclass(frozen=True)
class SampleDistrict:
    """The sample district, all geometry in EPSG:4549, coordinates in whole millimetres.

    Attributes
    ----------
    size, seed
        What it was built from; the same two give the same bytes.
    parcels
        ParcelFrame, and what the register says of those that entered; see `entered.registered`.
    documents
        parcel_id, kind, number, title_zh, dated_on: the papers behind the facts.
    layers
        Layer key → release, features, coverage.
    planted
        Known answers, one row per planted parcel: kind, parcel_id, district, title_zh, expected_verdict (full scope, the
        district's own pack), expected_control_lines (all layers supplied), decisive_rules (separated by ``;``), layer,
        expected_m2 (planar union on that layer; for gaps the gap), expected_uncovered_m2, as_of, note,
        expected_elsewhere (the verdict under the pack of the other district).
    rasters
        Layer key → raster of the first part.
    planted_cells
        Known answers on the rasters; see `planted_cells.plant_cells`.
    planted_entered
        Parcels that entered the market, and the known answers of a back-test; see `entered.entries`.
    """

    size: str
    seed: int
    parcels: gpd.GeoDataFrame
    documents: pd.DataFrame
    layers: dict[str, LayerSample]
    planted: pd.DataFrame
    rasters: dict[str, RasterSample]
    planted_cells: pd.DataFrame
    planted_entered: pd.DataFrame


def build(size: str = "small", seed: int = 1, outlines: gpd.GeoDataFrame | None = None) -> SampleDistrict:
    """Build the sample district.

    Parameters
    ----------
    size
        ``small``: about 300 parcels.
    seed
        Seed of all chance.
    outlines
        Real town outlines (EPSG:4549; columns ``name``, ``geometry``) for the layer ``town``; without them, and for
        towns that they lack, outlines are invented. Nothing else depends on them.

    Raises
    ------
    UsageError
        For a size that does not exist.
    ContractBroken
        For outlines in another CRS.
    """
    if size not in SIZES:
        raise UsageError(
            f"没有规模为“{size}”的示例区",
            f"There is no sample of size {size}",
            next_zh="可用：small",
            next_en="Use small",
        )
    parts, frames, papers = [], [], []
    for number, place in enumerate(PLACES):
        rng = np.random.default_rng([seed, number])
        part = _part(place, rng)
        frame = parcel_frame(place, part.plots, rng)
        parts.append(part)
        frames.append(frame)
        papers.append(documents(frame, rng))
    parcels = gpd.GeoDataFrame(pd.concat(frames, ignore_index=True), crs=WORKING)
    layers = build_layers(parts, parcels, outlines)
    plots = [plot for part in parts for plot in part.plots]
    answers = _planted(plots, parcels)
    sold = entries(answers)
    parcels = registered(parcels, sold)
    PARCELS.require(parcels, WORKING)
    documented = pd.concat([*papers, contracts(sold)], ignore_index=True)
    rasters = raster_samples(PLACES[0], layers["survey_land_use"].features)
    on_cells = plant_cells(rasters, parcels, answers["parcel_id"])
    return SampleDistrict(size, seed, parcels, documented, layers, answers, rasters, on_cells, sold)


def _part(place: Place, rng: np.random.Generator) -> Part:
    """Settle one part: planted cases choose first, then yards, then houses, and the fields take what is left."""
    terrain = lay_out(place, rng)
    rows = rows_of(terrain, rng)
    plots = planted.plant(terrain, rows, rng)
    planted.close_edge(rows)
    urban, lots = settlement.urban(terrain, rng)
    plots += urban
    plots += settlement.yards(rows, _YARDS, rng)
    runs = settlement.houses(rows, rng)
    plots = [plots[at] for at in rng.permutation(len(plots))]
    settle_facts(place, plots, rng)
    return Part(terrain, plots, runs, lots, cover(terrain, plots, runs, lots, rng))


def _planted(plots: list[Plot], parcels: gpd.GeoDataFrame) -> pd.DataFrame:
    rows = []
    for plot, parcel_id, district in zip(plots, parcels["parcel_id"], parcels["district"], strict=True):
        known = plot.expectation
        if known is None:
            continue
        rows.append(
            {
                "kind": known.kind,
                "parcel_id": parcel_id,
                "district": district,
                "title_zh": known.title_zh,
                "expected_verdict": known.verdicts[district],
                "expected_control_lines": known.control_lines,
                "decisive_rules": "" if known.verdicts[district] == "clear" else ";".join(known.rules),
                "layer": known.layer,
                "expected_m2": known.m2,
                "expected_uncovered_m2": known.uncovered_m2,
                "as_of": known.as_of,
                "note": known.note,
                "expected_elsewhere": next(verdict for key, verdict in known.verdicts.items() if key != district),
            }
        )
    return pd.DataFrame(rows).astype({"expected_m2": "float64", "expected_uncovered_m2": "float64"})
