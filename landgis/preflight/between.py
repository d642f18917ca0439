"""Judging what must hold between fields, rows and layers: keys, references, conditions, boundary points."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from landgis.crs import GeometryArray
from landgis.domain.preflight_fault import FaultCode
from landgis.domain.profile import Condition, PointFields, Reference
from landgis.frames.delivered import Delivery
from landgis.preflight.subject import Bools, Subject


def judge_keys(subject: Subject) -> None:
    """Tell rows whose key an earlier row has."""
    names = list(subject.declared.key)
    if names and subject.sound(*names):
        rows = np.flatnonzero(subject.sound_cells(*names))
        twice = rows[subject.frame.iloc[rows].duplicated(names).to_numpy(dtype=bool)]
        subject.tell_rows(FaultCode.KEY_REPEATED, twice, names[0], subject.frame[names[0]].iloc[twice])


def judge_conditions(subject: Subject) -> None:
    """Tell fields that another field's value demands or forbids."""
    for rule in subject.declared.conditions:
        if subject.sound(rule.field):
            _judge_condition(subject, rule)


def _judge_condition(subject: Subject, rule: Condition) -> None:
    values = subject.frame[rule.field].astype(object)
    holds = values.isin(rule.values).to_numpy(dtype=bool) & subject.sound_cells(rule.field)
    for name in (each for each in rule.filled if subject.sound(each)):
        missing = subject.frame[name].isna().to_numpy(dtype=bool)
        subject.tell_rows(FaultCode.CONDITION_EMPTY, holds & missing & subject.sound_cells(name), name)
    for name in (each for each in rule.empty if subject.sound(each)):
        filled = subject.frame[name].notna().to_numpy(dtype=bool)
        subject.tell_rows(FaultCode.CONDITION_FILLED, holds & filled & subject.sound_cells(name), name)


def judge_references(subject: Subject, delivery: Delivery) -> None:
    """Tell values that should stand in another layer and do not, and values there that nothing refers to."""
    for rule in subject.declared.references:
        other = delivery.layers.get(rule.layer)
        if other is not None and rule.other in other.columns and subject.sound(rule.field):
            _judge_reference(subject, rule, other[rule.other])


def _judge_reference(subject: Subject, rule: Reference, there: pd.Series) -> None:
    values = subject.frame[rule.field]
    broken = (values.notna() & ~values.isin(there)).to_numpy(dtype=bool) & subject.sound_cells(rule.field)
    subject.tell_rows(FaultCode.REFERENCE_BROKEN, broken, rule.field, values[broken])
    if rule.every and subject.sound_cells(rule.field).all():
        for lacking in there[there.notna() & ~there.isin(values)].unique():
            subject.tell(FaultCode.REFERENCE_LACKING, rule.field, str(lacking), str(lacking))


def judge_points(subject: Subject, delivery: Delivery) -> None:
    """Tell boundary points that are not numbered through, or are not the vertices of their plot; once for each plot."""
    names, shapes = subject.declared.points, subject.shapes
    if names is None or shapes is None or not subject.sound(names.plot, names.order, names.ring):
        return
    if not (subject.sound_rows() & subject.sound_cells(names.plot, names.order, names.ring)).all():
        return
    points = pd.DataFrame({
        "plot": subject.frame[names.plot].astype(object).to_numpy(),
        "order": subject.frame[names.order].to_numpy(dtype=np.int64),
        "ring": subject.frame[names.ring].to_numpy(dtype=np.int64),
        "x": shapely.get_x(shapes),
        "y": shapely.get_y(shapes),
    })  # fmt: skip
    _judge_coordinates(subject, names, points)
    ranked = points.sort_values(["plot", "order"], kind="stable")
    of_plot = ranked.groupby("plot", sort=False)
    gaps = (ranked["order"] != of_plot.cumcount() + 1).to_numpy()
    _tell_plots(subject, FaultCode.POINT_ORDER, ranked, gaps, names.order)
    step = of_plot["ring"].diff()
    jumps = np.where(step.isna(), ranked["ring"] != 1, ~step.isin([0, 1]))
    _tell_plots(subject, FaultCode.RING_NUMBER, ranked, jumps & ~_plots_with(ranked, gaps), names.ring)
    if not gaps.any():
        _judge_vertices(subject, names, points, delivery)


def _judge_coordinates(subject: Subject, names: PointFields, points: pd.DataFrame) -> None:
    for field, axis in ((names.northing, "y"), (names.easting, "x")):
        if field and subject.sound(field):
            decimals = subject.declared.field(field).decimals
            stated = subject.frame[field].to_numpy(dtype=np.float64, na_value=np.nan)
            off = np.abs(stated - points[axis].to_numpy()) > 0.51 * 10.0 ** -(3 if decimals is None else decimals)
            off &= subject.sound_cells(field)
            subject.tell_rows(FaultCode.POINT_COORDINATES, off, field, stated[off])


def _judge_vertices(subject: Subject, names: PointFields, points: pd.DataFrame, delivery: Delivery) -> None:
    plots = delivery.layers.get(names.polygons)
    if plots is None or names.plot not in plots.columns or not hasattr(plots, "geometry"):
        return
    corners = _corners(plots[names.plot].astype(object).to_numpy(), np.asarray(plots.geometry.array, dtype=object))
    both = corners.merge(points[["plot", "x", "y"]].assign(at=range(len(points))), how="outer", indicator=True)
    strange = set(both.loc[both["_merge"] != "both", "plot"])
    wrong = points["plot"].isin(strange).to_numpy(dtype=bool)
    _tell_plots(subject, FaultCode.POINT_OFF_RING, points, wrong, names.plot)


def _corners(ids: np.ndarray, shapes: GeometryArray) -> pd.DataFrame:
    """Return the vertices of polygons, none of them twice: plot, x, y."""
    parts, row = shapely.get_parts(shapes, return_index=True)
    vertices, part = shapely.get_coordinates(parts, return_index=True)
    table = pd.DataFrame({"plot": ids[row[part]], "x": vertices[:, 0], "y": vertices[:, 1]})
    return table.drop_duplicates()


def _plots_with(points: pd.DataFrame, wrong: Bools) -> Bools:
    return points["plot"].isin(set(points["plot"][wrong])).to_numpy(dtype=bool)


def _tell_plots(subject: Subject, code: FaultCode, points: pd.DataFrame, wrong: Bools, field: str) -> None:
    """Tell each plot once, at the first of its points that is wrong."""
    first = points[wrong].drop_duplicates("plot")
    subject.tell_rows(code, first.index.to_numpy(dtype=np.int64), field, first["plot"])
