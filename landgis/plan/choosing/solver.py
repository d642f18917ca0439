"""HiGHS, asked the same way twice: one thread, a fixed seed, and effort counted in nodes instead of seconds."""

from __future__ import annotations

from dataclasses import dataclass
from math import floor

import highspy
import numpy as np
import numpy.typing as npt

from landgis.errors import ExternalError
from landgis.plan.choosing.amounts import Ints
from landgis.plan.choosing.model import Model, Picks, Row

Floats = npt.NDArray[np.float64]
NODE_COLUMNS = 200_000
"""Effort: nodes of the search times columns. A limit in seconds would not give the same answer twice."""
_OPTIONS: dict[str, bool | int | float | str] = {
    "output_flag": False,
    "threads": 1,
    "parallel": "off",
    "random_seed": 0,
    "mip_rel_gap": 0.0,
    "mip_abs_gap": 0.99,  # the objective is a whole number: nearer than 1 is equal
    "mip_feasibility_tolerance": 1e-7,
}
_LARGEST_BITS = 17


@dataclass(frozen=True)
class Found:
    """What the solver says: a portfolio or none, the bound of the objective, and whether there is none at all."""

    picks: Picks | None
    bound: int
    infeasible: bool


def solve(
    model: Model,
    gain: Ints,
    rows: tuple[Row, ...],
    *,
    node_columns: int = NODE_COLUMNS,
    forced: Ints | None = None,
    allowed: Picks | None = None,
    start: Picks | None = None,
) -> Found:
    """Look for the picks of the largest gain that keep the rows.

    Parameters
    ----------
    model
        Columns.
    gain
        Of every column, whole numbers.
    rows
        What to keep.
    node_columns
        Effort; the search ends after this many nodes times columns (ten nodes at least).
    forced
        Columns of which one must be picked.
    allowed
        Columns that may be picked; None: all.
    start
        A portfolio to begin with.
    """
    columns = len(model.parcel)
    open_columns = columns if allowed is None else int(allowed.sum())
    if not columns:
        return Found(np.zeros(0, dtype=bool), 0, infeasible=False) if _nothing_keeps(rows) else Found(None, 0, True)
    program = _program(columns, gain, rows, forced)
    if allowed is not None:
        program.col_upper_ = allowed.astype(np.float64)
    solver = _loaded(program, {"mip_max_nodes": max(10, node_columns // max(open_columns, 1))})
    if start is not None:
        solver.setSolution(columns, np.arange(columns, dtype=np.int32), start.astype(np.float64))
    status = _run(solver)
    if status in _NONE:
        return Found(None, 0, infeasible=True)
    info = solver.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        return Found(None, 0, infeasible=False)
    picks = np.asarray(solver.getSolution().col_value) > 0.5
    best = int(gain[picks].sum())
    bound = -info.mip_dual_bound
    return Found(picks, max(best, floor(bound + 1e-3)) if np.isfinite(bound) else int(gain[gain > 0].sum()), False)


def relax(model: Model, gain: Ints, rows: tuple[Row, ...]) -> Floats | None:
    """Solve without whole numbers; return each row's price, 0 or more, or None where even so nothing is feasible."""
    if not len(model.parcel):
        return np.zeros(len(rows)) if _nothing_keeps(rows) else None
    program = _program(len(model.parcel), gain, rows, None)
    program.integrality_ = []
    solver = _loaded(program, {})
    if _run(solver) in _NONE:
        return None
    dual = np.asarray(solver.getSolution().row_dual) * _scales(rows)
    # Minimising, a cap has a price below zero and a floor one above it.
    return np.maximum(0.0, np.where([row.at_most for row in rows], -dual, dual))


def _nothing_keeps(rows: tuple[Row, ...]) -> bool:
    """Say whether the empty portfolio keeps the rows: without a column there is nothing to ask the solver."""
    return all(row.slack(np.zeros(0, dtype=bool)) >= 0 for row in rows)


_NONE = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kUnboundedOrInfeasible)
_ENDED = (
    highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kSolutionLimit, highspy.HighsModelStatus.kModelEmpty,
)  # fmt: skip


def _program(columns: int, gain: Ints, rows: tuple[Row, ...], forced: Ints | None) -> highspy.HighsLp:
    """Write the minimisation of −gain; rows are scaled by powers of two, which changes no digit."""
    scales = _scales(rows)
    at, pull = [row.at for row in rows], [row.pull * scale for row, scale in zip(rows, scales, strict=True)]
    limits = np.array([row.limit for row in rows], dtype=np.float64) * scales
    at_most = np.array([row.at_most for row in rows], dtype=bool)
    lower, upper = np.where(at_most, -highspy.kHighsInf, limits), np.where(at_most, limits, highspy.kHighsInf)
    if forced is not None:
        at, pull = [*at, forced], [*pull, np.ones(len(forced))]
        lower, upper = np.append(lower, 1.0), np.append(upper, highspy.kHighsInf)
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = columns, len(at)
    program.col_cost_ = -gain.astype(np.float64)
    program.col_lower_, program.col_upper_ = np.zeros(columns), np.ones(columns)
    program.row_lower_, program.row_upper_ = lower, upper
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = np.cumsum([0, *map(len, at)])
    program.a_matrix_.index_ = np.concatenate([np.zeros(0, dtype=np.int64), *at])
    program.a_matrix_.value_ = np.concatenate([np.zeros(0), *pull])
    program.integrality_ = [highspy.HighsVarType.kInteger] * columns
    return program


def _scales(rows: tuple[Row, ...]) -> Floats:
    """Return the powers of two that keep coefficients below 2^17, so that one m² stays far above the tolerance."""
    largest = [int(np.abs(row.pull).max(initial=0)).bit_length() for row in rows]
    return np.array([2.0 ** min(0, _LARGEST_BITS - bits) for bits in largest])


def _loaded(program: highspy.HighsLp, options: dict[str, int]) -> highspy.Highs:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the package types its core, not this constructor
    for name, value in (_OPTIONS | options).items():
        solver.setOptionValue(name, value)
    solver.passModel(program)
    return solver


def _run(solver: highspy.Highs) -> highspy.HighsModelStatus:
    solver.run()
    status = solver.getModelStatus()
    if status not in (*_NONE, *_ENDED):
        raise ExternalError(
            f"求解器未正常结束：{status}",
            f"The solver did not end as it should: {status}",
            where="HiGHS",
            next_zh="请保存备选与方案文件并报告",
            next_en="Keep the candidates and the scenario file, and report it",
        )
    return status
