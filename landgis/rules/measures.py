"""The register of measures: named functions that read numbers and facts into categories.

A reading is one row ``parcel_id, category, amount, least, most, value``: *which* of the measure's categories applies to
the parcel, by how much, and between which bounds the true amount lies where the layer does not say all of it. What a
category means is the pack's business, not the measure's.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from math import inf

import pandas as pd

from landgis.area import FLOOR_M2
from landgis.domain.land_use import PlannedClass, Scheme, SurveyClass, planned_class
from landgis.domain.raster import UNRECOGNISED, CellMeasure, CoverClass
from landgis.frames.measures import CELLS


@dataclass(frozen=True)
class Evidence:
    """Everything the rules may look at.

    Attributes
    ----------
    facts
        Indexed by parcel_id; fact columns as in ``frames.parcels.PARCELS``. Geometry is not needed.
    areas, overlaps, coverage, cells
        Frames of ``frames.measures``.
    """

    facts: pd.DataFrame
    areas: pd.DataFrame
    overlaps: pd.DataFrame
    coverage: pd.DataFrame
    cells: pd.DataFrame = field(default_factory=CELLS.empty)


@dataclass(frozen=True)
class Measure:
    """A registered measure.

    Attributes
    ----------
    unit
        Unit of ``amount``, or ``yes_no`` / ``code`` where a reading has no amount.
    categories
        Every category it can give; a pack must say what each means.
    reads_layer
        Whether it needs a layer (and that layer's coverage).
    read
        ``read(evidence, name)`` → DataFrame parcel_id, category, amount (NaN: counts whatever the threshold), least and
        most (bounds of the true amount; equal to it where all of it is known), value (what a card prints). ``name`` is
        the layer or the fact.
    reads_cells
        Whether that layer must be a raster; every other measure needs one of features.
    """

    unit: str
    categories: tuple[str, ...]
    reads_layer: bool
    read: Callable[[Evidence, str], pd.DataFrame]
    reads_cells: bool = False


def _overlap_area(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Union area of the parcel inside the layer, planar m²."""
    rows = evidence.overlaps[(evidence.overlaps["layer"] == layer) & (evidence.overlaps["class"] == "")]
    return _readings(rows["parcel_id"], "overlap", rows["union_m2"])


def _class_area(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Union area per class, planar m², and the gap: parcel area that no feature of the layer says anything of."""
    rows = evidence.overlaps[evidence.overlaps["layer"] == layer]
    classes = rows[rows["class"] != ""]
    planar = evidence.areas.set_index("parcel_id")["planar_m2"]
    # Of a parcel without a row nothing was measured: all of it is a gap.
    whole = rows.loc[rows["class"] == ""].set_index("parcel_id")["union_m2"].reindex(planar.index, fill_value=0.0)
    # The difference of two areas of a parcel carries the rounding of both: 1e-9 of the area, at least the floor.
    gap = (planar - whole).where(planar - whole > (planar * 1e-9).clip(lower=FLOOR_M2), 0.0)
    return pd.concat(
        [
            _readings(classes["parcel_id"], classes["class"], classes["union_m2"]),
            _readings(gap.index.to_series(), "gap", gap),
        ],
        ignore_index=True,
    )


def _cover_share(evidence: Evidence, layer: str) -> pd.DataFrame:
    """Share of the parcel per land-cover class, every class; ground that nobody knows the class of may be of any."""
    rows = _cells(evidence, layer, CellMeasure.COVER_SHARE)
    shares = rows.pivot_table(index="parcel_id", columns="class", values="amount", aggfunc="sum", fill_value=0.0)
    shares = shares.reindex(columns=list(_COVERS), fill_value=0.0)
    table = shares.reset_index().melt(id_vars="parcel_id", var_name="class", value_name="amount")
    known = table["class"] != UNRECOGNISED
    parcel = table["parcel_id"]
    unknown = (parcel.map(shares[UNRECOGNISED]).where(known, 0.0), parcel.map(_silent_share(evidence, layer)))
    return _readings(
        parcel, table["class"], table["amount"], most=table["amount"] + sum(part.astype(float) for part in unknown)
    )


def _silent_share(evidence: Evidence, layer: str) -> pd.Series:
    """Share of every parcel that a raster says nothing of; exactly 0 where it covers the parcel."""
    rows = _cells(evidence, layer, CellMeasure.COVERED_SHARE).set_index("parcel_id")["amount"]
    return (1.0 - rows).where(~rows.index.isin(_covered(evidence, layer)), 0.0)


def _covered(evidence: Evidence, layer: str) -> pd.Series:
    """Parcels that a layer leaves no part of uncovered."""
    coverage = evidence.coverage
    whole: pd.Series = coverage.loc[(coverage["layer"] == layer) & (coverage["uncovered_m2"] == 0), "parcel_id"]
    return whole


def _height(evidence: Evidence, layer: str, measure: CellMeasure) -> pd.DataFrame:
    """A height in metres. Ground that is not covered can be of any: it may raise the highest and lower the lowest."""
    rows = _cells(evidence, layer, measure)
    whole, amount = rows["parcel_id"].isin(_covered(evidence, layer)), rows["amount"]
    least = amount.where(whole | (measure is CellMeasure.MAX_M), -inf)
    most = amount.where(whole | (measure is CellMeasure.MIN_M), inf)
    return _readings(rows["parcel_id"], "height", amount, least=least, most=most)


def _cells(evidence: Evidence, layer: str, measure: CellMeasure) -> pd.DataFrame:
    return evidence.cells[(evidence.cells["layer"] == layer) & (evidence.cells["measure"] == measure)]


def _yes_no(evidence: Evidence, fact: str) -> pd.DataFrame:
    """A yes/no fact: category yes, no or missing."""
    values = evidence.facts[fact].astype("boolean")
    category = pd.Series("missing", index=values.index, dtype="object")
    category[values.fillna(False)] = "yes"
    category[~values.fillna(True)] = "no"
    shown = category.map({"yes": "是", "no": "否", "missing": "缺"})
    return _readings(values.index.to_series(), category, None, shown)


def _planned_use(evidence: Evidence, _fact: str) -> pd.DataFrame:
    """Class of the planned use; housing is split by whether it is bound to rental."""
    facts = evidence.facts
    known = facts["planned_use_code"].notna() & facts["planned_use_scheme"].isin(_PLAN_SCHEMES)
    category = pd.Series("missing", index=facts.index, dtype="object")
    stated = zip(facts.loc[known, "planned_use_code"], facts.loc[known, "planned_use_scheme"], strict=True)
    found = [str(planned_class(code, Scheme(scheme))) for code, scheme in stated]
    category[known] = pd.Series(found, index=category.index[known], dtype="object")
    housing = category == PlannedClass.HOUSING
    rental = facts["rental_only"].astype("boolean")
    category[housing] = "housing_unstated"
    category[housing & rental.fillna(False)] = "housing_rental"
    category[housing & ~rental.fillna(True)] = "housing_commodity"
    return _readings(facts.index.to_series(), category, None, facts["planned_use_code"].fillna("缺"))


def _readings(
    parcel: pd.Series,
    category: pd.Series | str,
    amount: pd.Series | None,
    value: pd.Series | None = None,
    *,
    least: pd.Series | None = None,
    most: pd.Series | None = None,
) -> pd.DataFrame:
    names = category if isinstance(category, str) else category.to_numpy()
    known = float("nan") if amount is None else amount.to_numpy(dtype=float)
    return pd.DataFrame(
        {
            "parcel_id": parcel.to_numpy(),
            "category": names,
            "amount": known,
            "least": known if least is None else least.to_numpy(dtype=float),
            "most": known if most is None else most.to_numpy(dtype=float),
            "value": "" if value is None else value.to_numpy(),
        }
    )


_COVERS = (*map(str, CoverClass), UNRECOGNISED)
_PLAN_SCHEMES = [scheme.value for scheme in Scheme if scheme.is_plan]
_SURVEY = (*map(str, SurveyClass), "gap")
_PLANNED = (*map(str, PlannedClass), "gap")
_PLANNED_FACT = (
    *(str(kind) for kind in PlannedClass if kind is not PlannedClass.HOUSING),
    "housing_rental",
    "housing_commodity",
    "housing_unstated",
    "missing",
)

MEASURES: dict[str, Measure] = {
    "overlap_area": Measure("m2", ("overlap",), True, _overlap_area),
    "survey_class_area": Measure("m2", _SURVEY, True, _class_area),
    "planned_class_area": Measure("m2", _PLANNED, True, _class_area),
    "cover_share": Measure("share", _COVERS, True, _cover_share, reads_cells=True),
    "height_mean": Measure("m", ("height",), True, partial(_height, measure=CellMeasure.MEAN_M), reads_cells=True),
    "height_max": Measure("m", ("height",), True, partial(_height, measure=CellMeasure.MAX_M), reads_cells=True),
    "height_min": Measure("m", ("height",), True, partial(_height, measure=CellMeasure.MIN_M), reads_cells=True),
    "yes_no": Measure("yes_no", ("yes", "no", "missing"), False, _yes_no),
    "planned_use": Measure("code", _PLANNED_FACT, False, _planned_use),
}
