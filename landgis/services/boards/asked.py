"""What a page asks of a board, taken as strictly as the files of the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from landgis.domain.criteria import PlanTargets
from landgis.domain.portfolio import PortfolioScenario
from landgis.errors import ConfigError, UsageError
from landgis.exchange import criteria, plan_inputs, portfolio
from landgis.plan.inputs import LineChange, LineInput

Read = TypeVar("Read")


def targets_asked(values: Any) -> PlanTargets:
    """Return the targets of a year; `UsageError` names a field that is not as declared."""
    return _taken(criteria.plan_targets_of, values)


def inputs_asked(values: Any) -> dict[str, LineInput]:
    """Return what is stated of parcels, by parcel; errors as `targets_asked`."""
    return _taken(plan_inputs.line_inputs_of, values)


def changes_asked(values: Any) -> tuple[LineChange, ...]:
    """Return the changes of an adjustment; errors as `targets_asked`."""
    return _taken(plan_inputs.line_changes_of, values)


def scenarios_asked(values: Any) -> list[PortfolioScenario]:
    """Return portfolio scenarios; errors as `targets_asked`."""
    listed = values if isinstance(values, list) else [values]
    return [_taken(portfolio.scenario_of, each) for each in listed]


def _taken(read: Callable[[Any], Read], values: Any) -> Read:
    try:
        return read(values)
    except ConfigError as error:
        raise UsageError(
            error.zh, error.en, where=error.where, next_zh="请改正所填内容", next_en="Correct what is filled in"
        ) from error
