"""Reading what a bureau asks of a pool and a plan: YAML with a schema, the same at every front door."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, model_validator

from landgis.domain.criteria import PlanTargets, PoolCriteria, QuarterQuota, TownQuota, UseQuota
from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.outcome import Outcome
from landgis.errors import ConfigError
from landgis.exchange.form import fill_form, read_form

_PAGE = Path("targets")
"""Where the values of a page come from, for the message."""
_ENTERING = (Outcome.CLEAR, Outcome.FLAGGED)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Pool(_Strict):
    verdicts: list[Outcome] = Field(default=list(_ENTERING), min_length=1)
    min_area_m2: float = Field(default=0.0, ge=0)
    towns: list[str] = []
    planned_uses: list[str] = []
    overlap_tolerance_m2: float = Field(default=0.0, ge=0)


class _Quota(_Strict):
    max_ha: Decimal | None = Field(default=None, ge=0)
    min_ha: Decimal | None = Field(default=None, ge=0)

    @model_validator(mode="after")
    def _limits_something(self) -> _Quota:
        if self.max_ha is None and self.min_ha is None:
            raise ValueError("max_ha or min_ha is needed")
        if self.max_ha is not None and self.min_ha is not None and self.min_ha > self.max_ha:
            raise ValueError("min_ha is above max_ha")
        return self


class _UseQuota(_Quota):
    use: str = Field(pattern=r"^\d{2,6}$")


class _TownQuota(_Quota):
    town_code: str = Field(pattern=r"^\d{9}$")


class _QuarterQuota(_Quota):
    quarter: int = Field(ge=1, le=4)


class _Plan(_Strict):
    year: int = Field(ge=2023, le=2100)
    verdicts: list[Outcome] = Field(default=list(_ENTERING), min_length=1)
    required_facts: list[str] = []
    min_ha: Decimal | None = Field(default=None, ge=0)
    max_ha: Decimal | None = Field(default=None, ge=0)
    quotas: list[_UseQuota] = []
    town_quotas: list[_TownQuota] = []
    quarter_quotas: list[_QuarterQuota] = []


def read_pool_criteria(path: Path) -> PoolCriteria:
    """Read pool criteria.

    Raises
    ------
    FileMissing, ConfigError
        No such file; or a field that is not as declared.
    """
    raw = read_form(_Pool, path, _fault)
    _require_entering(raw.verdicts, path)
    return PoolCriteria(
        tuple(raw.verdicts), raw.min_area_m2, tuple(raw.towns), tuple(raw.planned_uses), raw.overlap_tolerance_m2
    )


def read_plan_targets(path: Path) -> PlanTargets:
    """Read the targets of a year.

    Raises
    ------
    FileMissing, ConfigError
        No such file; or a field that is not as declared.
    """
    return _targets(read_form(_Plan, path, _fault), path)


def plan_targets_of(values: Any) -> PlanTargets:
    """Take the targets of a year as a page sends them.

    Raises
    ------
    ConfigError
        A field that is not as declared.
    """
    return _targets(fill_form(_Plan, values, _PAGE, _fault), _PAGE)


def _targets(raw: _Plan, path: Path) -> PlanTargets:
    _require_entering(raw.verdicts, path)
    unknown = [name for name in raw.required_facts if name not in FACT_BY_NAME or FACT_BY_NAME[name].kind != "bool"]
    if unknown:
        yes_no = "、".join(fact.name for fact in FACT_BY_NAME.values() if fact.kind == "bool")
        raise _fault(path, f"required_facts: {unknown[0]} is not a yes/no fact; there are {yes_no}")
    return PlanTargets(
        raw.year,
        tuple(raw.verdicts),
        tuple(raw.required_facts),
        raw.max_ha,
        tuple(UseQuota(**dict(quota)) for quota in raw.quotas),
        raw.min_ha,
        tuple(TownQuota(**dict(quota)) for quota in raw.town_quotas),
        tuple(QuarterQuota(**dict(quota)) for quota in raw.quarter_quotas),
    )


def _require_entering(verdicts: list[Outcome], path: Path) -> None:
    """Refuse criteria that would let an excluded or undecided parcel in."""
    wrong = [verdict for verdict in verdicts if verdict not in _ENTERING]
    if wrong:
        raise _fault(path, f"verdicts: {wrong[0]} may never enter")


def _fault(path: Path, what: str) -> ConfigError:
    return ConfigError(
        f"条件文件有误：{what}",
        f"The criteria are wrong: {what}",
        where=str(path),
        next_zh="请对照 data/criteria/ 下的示例修改",
        next_en="Compare with the examples under data/criteria/",
    )
