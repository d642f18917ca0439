"""Reading intents of investors: YAML, CSV or xlsx with one schema; a row that is not sound is an issue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Self

import pandas as pd
import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, field_validator, model_validator

from landgis.area import MU_PER_HA
from landgis.domain.district import DISTRICTS, district_of_town, town_names
from landgis.domain.facts import FACTS
from landgis.domain.intents import Wanted
from landgis.domain.issue import Issue, Severity, shown
from landgis.domain.land_use import Scheme, look_up
from landgis.errors import ConfigError, EncodingUnknown, FileMissing, UsageError
from landgis.exchange.reading.fields import find_fields
from landgis.exchange.reading.table import read_table
from landgis.frames.spec import rows_of

HEADINGS: dict[str, tuple[str, ...]] = {
    "district": ("district", "区", "试点区"),
    "investor": ("investor", "意向单位", "意向用地者"),
    "uses": ("uses", "意向用途", "用途代码"),
    "min_mu": ("min_mu", "面积下限（亩）", "面积下限"),
    "max_mu": ("max_mu", "面积上限（亩）", "面积上限"),
    "towns": ("towns", "意向镇街", "镇（街道）", "镇街"),
    "wanted_by": ("wanted_by", "最迟供地日期", "需地日期"),
    "required_facts": ("required_facts", "必备条件"),
    "requirements": ("requirements", "其他要求"),
}
"""Field → headings of a table, as they are written in forms."""
_YAML = (".yaml", ".yml")
_MAX_BYTES = 2 << 20
_M2_PER_MU = Decimal(10_000) / MU_PER_HA
_SEPARATORS = re.compile(r"[\s、，,;；/]+")
_YES_NO = {label: fact.name for fact in FACTS if fact.kind == "bool" for label in (fact.name, fact.zh)}
_DISTRICTS = {label: one.key for one in DISTRICTS.values() for label in (one.key, one.name_zh, one.code)}


def _listed(value: object) -> object:
    return [part for part in _SEPARATORS.split(value.strip()) if part] if isinstance(value, str) else value


_List = Annotated[list[str], BeforeValidator(_listed)]
_Mu = Annotated[Decimal, Field(gt=0, le=1_000_000)]
_Words = Annotated[str, Field(max_length=2_000)]


class _Intent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    district: str
    investor: Annotated[str, Field(min_length=1, max_length=200)]
    uses: Annotated[_List, Field(min_length=1)]
    min_mu: _Mu | None = None
    max_mu: _Mu | None = None
    towns: _List = []
    wanted_by: date | None = None
    required_facts: _List = []
    requirements: _Words = ""

    @field_validator("district")
    @classmethod
    def _known_district(cls, value: str) -> str:
        return _known(value, _DISTRICTS)

    @field_validator("uses")
    @classmethod
    def _known_uses(cls, values: list[str]) -> list[str]:
        wrong = [value for value in values if look_up(value, Scheme.GUIDE_2023) is None]
        if wrong:
            raise ValueError(f"{shown(wrong[0])} is no code of the land-use guide of 2023 用地用海分类代码不存在")
        return list(dict.fromkeys(values))

    @field_validator("required_facts")
    @classmethod
    def _known_facts(cls, values: list[str]) -> list[str]:
        return list(dict.fromkeys(_known(value, _YES_NO) for value in values))

    @model_validator(mode="after")
    def _agrees(self) -> Self:
        if self.min_mu is not None and self.max_mu is not None and self.min_mu > self.max_mu:
            raise ValueError("min_mu is more than max_mu 面积下限大于上限")
        self.town_codes()
        return self

    def town_codes(self) -> tuple[str, ...]:
        """Return the codes of the towns, which may be written by name within the district."""
        names = {name: code for code, name in town_names().items() if _home(code) == self.district}
        known = names | {code: code for code in names.values()}
        return tuple(dict.fromkeys(_known(town, known) for town in self.towns))


def wanted_from(fields: Mapping[str, object]) -> Wanted:
    """Return what an investor asks for.

    Parameters
    ----------
    fields
        Those of ``HEADINGS``: district (key, name or code), investor, uses (codes of the guide of 2023), min_mu and max_mu
        (亩), towns (codes or names), wanted_by (day), required_facts (names or Chinese labels), requirements.

    Raises
    ------
    UsageError
        Naming every field that is not as declared.
    """
    try:
        return _wanted(_Intent.model_validate(dict(fields)))
    except ValidationError as error:
        raise UsageError(
            f"用地意向有误：{_told(error)}", f"The intent is wrong: {_told(error)}",
            next_zh="请对照 data/criteria/intents.yaml 填写", next_en="Compare with data/criteria/intents.yaml",
        ) from error  # fmt: skip


def read_intents(path: Path, encoding: str | None = None) -> tuple[list[Wanted], list[Issue]]:
    """Read a list of intents.

    Parameters
    ----------
    path
        YAML (``intents:`` with a list), CSV or xlsx (headings: ``HEADINGS``).
    encoding
        Of a CSV that does not prove its own.

    Returns
    -------
    tuple
        The sound ones in file order, and an issue for each that is not.

    Raises
    ------
    FileMissing, ConfigError
        No such file; no list of intents, or a field or heading that means nothing.
    LandgisError
        What the guarded reader says of tables: see ``exchange.reading.table``.
    """
    rows = _yaml_rows(path) if path.suffix.lower() in _YAML else _table_rows(path, encoding)
    sound, issues = [], []
    for number, fields in enumerate(rows, 1):
        try:
            sound.append(_wanted(_Intent.model_validate(fields)))
        except ValidationError as error:
            where, told = f"{path.name} 第 {number} 条", _told(error)
            issues.append(
                Issue("intent_unsound", Severity.SERIOUS, where, f"未登记：{told}", f"entry {number} not taken: {told}")
            )
    return sound, issues


def _wanted(raw: _Intent) -> Wanted:
    return Wanted(
        raw.district, raw.investor, tuple(raw.uses), _m2(raw.min_mu), _m2(raw.max_mu), raw.town_codes(), raw.wanted_by,
        tuple(raw.required_facts), raw.requirements,
    )  # fmt: skip


def _m2(area_mu: Decimal | None) -> float | None:
    return None if area_mu is None else float(area_mu * _M2_PER_MU)


def _home(town_code: str) -> str:
    district = district_of_town(town_code)
    return district.key if district else ""


def _known(value: str, names: Mapping[str, str]) -> str:
    if value not in names:
        raise ValueError(f"{shown(value)} is not known 无此名称；known 可用: {'、'.join(list(names)[:40])}")
    return names[value]


def _yaml_rows(path: Path) -> list[Any]:
    if not path.is_file():
        raise FileMissing(
            f"没有文件 {path}", f"There is no file {path}", where=str(path),
            next_zh="请核对路径", next_en="Check the path",
        )  # fmt: skip
    if path.stat().st_size > _MAX_BYTES:
        raise _fault(path, "文件超过 2 MB", "it is larger than 2 MB")
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise _fault(path, str(error), str(error)) from error
    if not isinstance(raw, dict) or set(raw) != {"intents"} or not isinstance(raw["intents"], list):
        raise _fault(path, "须为 intents: 下的清单", "a list under intents: is expected")
    return raw["intents"]


def _table_rows(path: Path, encoding: str | None) -> list[dict[str, str]]:
    try:
        table = read_table(path)
    except EncodingUnknown:
        if encoding is None:
            raise
        table = read_table(path, encoding=encoding)
    chosen = {field: found for field, names in HEADINGS.items() if (found := find_fields(table.columns, names))}
    columns = {found[0]: field for field, found in chosen.items()}
    odd = [column for column in table.columns if column not in columns]
    if odd or "investor" not in chosen:
        listed = "、".join(names[1] for names in HEADINGS.values())
        column = shown(odd[0]) if odd else "意向单位"
        raise _fault(
            path, f"{'列名无法识别' if odd else '缺少列'}：{column}；可用的列：{listed}",
            f"{'unknown column' if odd else 'missing column'}: {column}; columns: {listed}",
        )  # fmt: skip
    rows = rows_of(table.rename(columns=columns))
    return [{name: cell for name, cell in row.items() if not pd.isna(cell)} for row in rows]


def _told(error: ValidationError) -> str:
    return "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors()).lstrip(": ")


def _fault(path: Path, zh: str, en: str) -> ConfigError:
    return ConfigError(
        f"用地意向清单有误：{zh}", f"The list of intents is wrong: {en}", where=str(path),
        next_zh="请对照 data/criteria/intents.yaml 修改", next_en="Compare with data/criteria/intents.yaml",
    )  # fmt: skip
