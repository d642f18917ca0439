"""Reading the standard durations of the procedure: a setting that the bureau signs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field

from landgis.domain.planning import Milestone
from landgis.errors import ConfigError
from landgis.exchange.form import read_form
from landgis.plan.durations import Durations


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Signed(_Strict):
    by: str = Field(min_length=1)
    dated: date
    document: str = ""


class _Durations(_Strict):
    signed: _Signed | None
    counts_as_supplied: Milestone
    warn_days: int = Field(ge=0, le=90)
    days: dict[Milestone, int]


def read_durations(path: Path) -> Durations:
    """Read standard durations.

    Raises
    ------
    FileMissing, ConfigError
        No such file; a milestone without days, a day below 0, or a field that is not as declared.
    """
    raw = read_form(_Durations, path, _fault)
    missing = [each.value for each in Milestone if each not in raw.days]
    below = [each.value for each, days in raw.days.items() if days < 0]
    if missing or below:
        raise _fault(path, f"days: {'missing ' + ', '.join(missing) if missing else 'below 0: ' + ', '.join(below)}")
    signed = raw.signed
    return Durations(
        raw.days, raw.counts_as_supplied, raw.warn_days,
        signed.by if signed else "", signed.dated if signed else None, signed.document if signed else "",
    )  # fmt: skip


def _fault(path: Path, what: str) -> ConfigError:
    return ConfigError(
        f"办理时长文件有误：{what}",
        f"The durations are wrong: {what}",
        where=str(path),
        next_zh="请对照 data/criteria/plan-durations.yaml 修改",
        next_en="Compare with data/criteria/plan-durations.yaml",
    )
