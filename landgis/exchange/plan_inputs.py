"""Reading what the bureau states of single parcels for the plan, and the changes of an adjustment: YAML, CSV or xlsx."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from landgis.errors import ConfigError, FileMissing
from landgis.exchange.reading.table import read_table
from landgis.plan.inputs import LineChange, LineInput
from landgis.rules.choosing.sale import Buyer, Project

COLUMNS = {
    "地块编号": "parcel_id",
    "供应季度": "quarter",
    "使用年限": "term_years",
    "前期成本（元）": "cost_yuan",
    "项目类型": "project",
    "意向用地者数": "intended",
    "受让人类型": "buyer",
    "有风貌管控要求": "character_area",
    "市场情况": "market",
    "招商情况": "investor",
    "纳入住宅用地供应计划": "in_housing_plan",
    "暂缓列入理由": "hold_back",
    "调整": "change",
    "理由": "reason",
}
"""Headings of a table → fields; the fields' own names serve too."""
_CHANGES = {"调入": "in", "调出": "out", "变更": "changed"}
_YES_NO = {"是": True, "否": False, "yes": True, "no": False, "true": True, "false": False}
Row = TypeVar("Row", bound=BaseModel)


def _worded(kind: type[Project] | type[Buyer]) -> BeforeValidator:
    """Take a choice by its name or by its Chinese label."""
    labels: dict[str, StrEnum] = {each.zh: each for each in kind}
    return BeforeValidator(lambda value: labels.get(value, value) if isinstance(value, str) else value)


_YesNo = Annotated[
    bool, BeforeValidator(lambda value: _YES_NO.get(value.lower(), value) if isinstance(value, str) else value)
]


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    parcel_id: str = Field(min_length=1)
    quarter: int | None = Field(default=None, ge=1, le=4)
    term_years: int | None = Field(default=None, ge=1, le=70)
    cost_yuan: Decimal | None = Field(default=None, ge=0, decimal_places=2)
    project: Annotated[Project, _worded(Project)] | None = None
    intended: int | None = Field(default=None, ge=0)
    buyer: Annotated[Buyer, _worded(Buyer)] | None = None
    character_area: _YesNo | None = None
    market: str = ""
    investor: str = ""
    in_housing_plan: _YesNo | None = None
    hold_back: str = ""

    def stated(self) -> LineInput:
        return LineInput(
            self.quarter, self.term_years, self.cost_yuan, self.project, self.intended, self.buyer, self.character_area,
            self.market, self.investor, self.in_housing_plan, self.hold_back,
        )  # fmt: skip


class _Change(_Line):
    change: Annotated[Literal["in", "out", "changed"], BeforeValidator(lambda value: _CHANGES.get(str(value), value))]
    reason: str = Field(min_length=1)


def read_line_inputs(path: Path) -> dict[str, LineInput]:
    """Read what is stated of parcels.

    Parameters
    ----------
    path
        YAML with a list ``lines``, or a table with a row per parcel under the headings of ``COLUMNS``.

    Returns
    -------
    dict
        By parcel number.

    Raises
    ------
    FileMissing, ConfigError
        No such file; or a row that is not as declared, or a parcel that is there twice.
    """
    return _stated(_rows(_Line, path, "lines"))


def line_inputs_of(values: Any) -> dict[str, LineInput]:
    """Take what is stated of parcels as a page sends it: a list of rows.

    Raises
    ------
    ConfigError
        As `read_line_inputs`.
    """
    return _stated(_models(_Line, _listed(values), Path("lines"), "lines"))


def _stated(rows: list[_Line]) -> dict[str, LineInput]:
    return {row.parcel_id: row.stated() for row in rows}


def read_line_changes(path: Path) -> tuple[LineChange, ...]:
    """Read the changes of an adjustment: a list ``changes``, or a table; each with its reason.

    Raises
    ------
    FileMissing, ConfigError
        As `read_line_inputs`; or a change that states nothing, or one that takes out and states something.
    """
    return _changes(_rows(_Change, path, "changes"), path)


def line_changes_of(values: Any) -> tuple[LineChange, ...]:
    """Take the changes of an adjustment as a page sends them: a list of rows; errors as `read_line_changes`."""
    path = Path("changes")
    return _changes(_models(_Change, _listed(values), path, "changes"), path)


def _listed(values: Any) -> list[Any]:
    return values if isinstance(values, list) else [values]


def _changes(rows: list[_Change], path: Path) -> tuple[LineChange, ...]:
    for row in rows:
        stated = row.stated().stated()
        if row.change == "changed" and not stated:
            raise _fault(path, f"{row.parcel_id}: changed, but nothing is stated anew")
        if row.hold_back:
            raise _fault(path, f"{row.parcel_id}: hold_back belongs to a draft; to take it out, state change: out")
        if row.change == "out" and stated:
            raise _fault(path, f"{row.parcel_id}: out, but {', '.join(stated)} is stated of it")
    return tuple(LineChange(row.parcel_id, row.change, row.reason, row.stated()) for row in rows)


def _rows(model: type[Row], path: Path, key: str) -> list[Row]:
    if not path.is_file():
        raise FileMissing(
            f"没有文件 {path}",
            f"There is no file {path}",
            where=str(path),
            next_zh="请核对路径",
            next_en="Check the path",
        )
    listed = _yaml(path, key) if path.suffix.lower() in (".yaml", ".yml") else _table(path)
    return _models(model, listed, path, key)


def _models(model: type[Row], listed: Iterable[Any], path: Path, key: str) -> list[Row]:
    read = []
    for number, row in enumerate(listed, 1):
        try:
            read.append(model.model_validate(row))
        except ValidationError as error:
            told = "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
            raise _fault(path, f"{key} {number}: {told}") from error
    ids = [str(getattr(row, "parcel_id", "")) for row in read]
    if twice := sorted({each for each in ids if ids.count(each) > 1}):
        raise _fault(path, f"{twice[0]} is there twice")
    return read


def _yaml(path: Path, key: str) -> list[Any]:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _fault(path, str(error)) from error
    if not isinstance(content, Mapping) or set(content) != {key} or not isinstance(content[key], list):
        raise _fault(path, f"one list called {key} is expected, and nothing else")
    return list(content[key])


def _table(path: Path) -> Iterator[dict[str, str]]:
    table = read_table(path)
    names = [COLUMNS.get(str(name).strip(), str(name).strip()) for name in table.columns]
    for row in table.itertuples(index=False):
        yield {
            name: str(cell).strip()
            for name, cell in zip(names, row, strict=True)
            if isinstance(cell, str) and cell.strip()
        }


def _fault(path: Path, what: str) -> ConfigError:
    return ConfigError(
        f"计划填报文件有误：{what}",
        f"What is stated for the plan is wrong: {what}",
        where=str(path),
        next_zh="请对照 data/criteria/plan-lines-2027.yaml 修改",
        next_en="Compare with data/criteria/plan-lines-2027.yaml",
    )
