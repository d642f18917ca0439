"""What preference is read from, parcel by parcel: a value where it is known, else the bounds it lies between."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from landgis.domain.layer import Coverage
from landgis.domain.raster import UNRECOGNISED, CellMeasure
from landgis.domain.register import REGISTER_FACT_BY_NAME
from landgis.frames.preferred import READINGS
from landgis.frames.spec import rows_of
from landgis.rules.choosing.preference import Contribution, Preference, Reads
from landgis.rules.pack import Words
from landgis.screening.nearness import Borders
from landgis.screening.preference_subject import FIRM, Bounds, Subject, same


def readings(preference: Preference, subject: Subject) -> pd.DataFrame:
    """Read every contribution of every parcel.

    Parameters
    ----------
    preference
        What counts.
    subject
        Parcels that may enter, with what was measured of them.

    Returns
    -------
    pandas.DataFrame
        ``frames.preferred.READINGS``. Shares are 0 to 1, distances metres, areas m² (registered where certified, else
        ellipsoidal).
    """
    tables = [_frame(each, subject, _READERS[each.reading.kind](each, subject)) for each in preference.contributions]
    table = pd.concat(tables, ignore_index=True)
    READINGS.require(table)
    return table


def _frame(each: Contribution, subject: Subject, found: Bounds) -> pd.DataFrame:
    columns = {
        "parcel_id": subject.ids.to_numpy(dtype=object),
        "contribution": each.contribution_id,
        "value": np.where(found.least == found.most, found.least, np.nan),
        "least": found.least,
        "most": found.most,
        "source_zh": found.source_zh,
        "source_en": found.source_en,
    }
    kinds = {column.name: "str" for column in READINGS.columns if column.kind == "text"}
    return pd.DataFrame(columns).astype(kinds)


def _inside(each: Contribution, subject: Subject) -> Bounds:
    """Share of the parcel inside a layer; ground that the release says nothing of may be inside or not."""
    layer = each.reading.layer
    state, silent = subject.states(layer)
    share = np.nan_to_num(subject.of_layer(subject.measured.overlaps, layer, "share_of_parcel"))
    silent = np.where(subject.incomplete(layer), 1.0, silent)
    firm = np.isin(state, FIRM)
    least, most = np.where(firm, np.clip(share, 0, 1), 0.0), np.where(firm, np.clip(share + silent, 0, 1), 1.0)
    return Bounds(least, most, *subject.source(layer, state))


def _outside(each: Contribution, subject: Subject) -> Bounds:
    inside = _inside(each, subject)
    return Bounds(1.0 - inside.most, 1.0 - inside.least, inside.source_zh, inside.source_en)


def _distance(each: Contribution, subject: Subject) -> Bounds:
    """Distance to the nearest feature; nearer ones may lie where the release ends, or among those it lost."""
    layer = each.reading.layer
    state, silent = subject.states(layer)
    reach = np.full(len(state), np.inf)
    edge = np.zeros(len(state))
    if layer in subject.layers:
        data = subject.layers[layer]
        reach = subject.of_layer(subject.measured.overlaps, layer, "distance_m").copy()
        far = np.isnan(reach)
        reach[far] = Borders(data.features.geometry.to_numpy()).distance_m(subject.shapes[far])
        edge = Borders(np.array([data.coverage], dtype=object)).distance_m(subject.shapes)
        edge[(silent > 0) | subject.incomplete(layer)] = 0.0
    firm = np.isin(state, FIRM)
    most = np.where(firm, reach, np.inf)
    return Bounds(np.where(firm, np.minimum(edge, reach), 0.0), most, *subject.source(layer, state))


def _cover(each: Contribution, subject: Subject) -> Bounds:
    """Share of a class of land cover; cells of unknown class, and ground without cells, may be of any."""
    layer, kind = each.reading.layer, each.reading.cover
    state, _ = subject.states(layer)
    share = subject.cells(layer, CellMeasure.COVER_SHARE, kind)
    unknown = subject.cells(layer, CellMeasure.COVER_SHARE, UNRECOGNISED)
    covered = subject.cells(layer, CellMeasure.COVERED_SHARE)
    # A parcel that is wholly covered may read 1 − 1e-16: no doubt is made of that.
    silent = np.where(state == Coverage.COMPLETE, 0.0, 1.0 - covered)
    firm = np.isin(state, FIRM)
    most = np.where(firm, np.clip(share + unknown + silent, 0, 1), 1.0)
    return Bounds(np.where(firm, np.clip(share, 0, 1), 0.0), most, *subject.source(layer, state))


def _facts(each: Contribution, subject: Subject) -> Bounds:
    """Share of some yes/no facts that are true; a missing one may be either."""
    names = each.reading.facts
    table = subject.parcels[list(names)].astype("boolean")
    true, missing = (
        table.fillna(False).sum(axis=1).to_numpy(dtype=float),
        table.isna().sum(axis=1).to_numpy(dtype=float),
    )
    facts = [REGISTER_FACT_BY_NAME[name] for name in names]
    rows = [tuple(None if value is pd.NA else bool(value) for value in row.values()) for row in rows_of(table)]
    told = {
        row: (
            "、".join(f"{fact.zh} {_YES_ZH[value]}" for fact, value in zip(facts, row, strict=True)),
            ", ".join(f"{fact.en}: {_YES_EN[value]}" for fact, value in zip(facts, row, strict=True)),
        )
        for row in set(rows)
    }
    zh, en = (np.array([told[row][side] for row in rows], dtype=object) for side in (0, 1))
    return Bounds(true / len(names), (true + missing) / len(names), zh, en)


_YES_ZH = {True: "是", False: "否", None: "缺"}
_YES_EN = {True: "yes", False: "no", None: "missing"}


def _area(_each: Contribution, subject: Subject) -> Bounds:
    """The registered area where a certificate states one, else the ellipsoidal one, m²."""
    areas = subject.measured.areas.set_index("parcel_id").reindex(subject.ids)
    registered = areas["registered_m2"].to_numpy(dtype=float, na_value=np.nan)
    certified = registered > 0
    area = np.where(certified, registered, areas["ellipsoidal_m2"].to_numpy(dtype=float))
    zh = np.where(certified, "证载面积", "椭球面积").astype(object)
    return Bounds(area, area, zh, np.where(certified, "registered area", "ellipsoidal area").astype(object))


def _compactness(_each: Contribution, subject: Subject) -> Bounds:
    """4πA/P² in the plane: 1 for a circle, 0.79 for a square, near 0 for a strip."""
    shapes = subject.shapes
    roundness = 4 * np.pi * shapely.area(shapes) / shapely.length(shapes) ** 2
    return Bounds(roundness, roundness, *same(len(shapes), Words("图形（平面）", "outline, in the plane")))


_READERS = {
    Reads.OUTSIDE_SHARE: _outside,
    Reads.INSIDE_SHARE: _inside,
    Reads.DISTANCE: _distance,
    Reads.FACT_SHARE: _facts,
    Reads.AREA: _area,
    Reads.COMPACTNESS: _compactness,
    Reads.COVER_SHARE: _cover,
}
