"""The one filter of a run's parcels: what map, table, statistics, print and export mean by "these parcels"."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import NoReturn
from urllib.parse import parse_qsl, urlencode

from landgis.domain.fact import OwnerLevel
from landgis.domain.land_use_codes import look_up
from landgis.domain.outcome import VERDICTS, Outcome
from landgis.domain.pooling import Standing
from landgis.domain.scheme import Scheme
from landgis.errors import UsageError

NOT_POOLED = "none"
"""Pool state of a parcel that never was in a pool."""
POOL_STATES = (*map(str, Standing), NOT_POOLED)
OWNER_UNKNOWN = "unknown"
"""Owner level of a parcel whose owner is not known."""
OWNER_LEVELS = (*map(str, OwnerLevel), OWNER_UNKNOWN)
LONGEST = 100
"""Characters of a text, a name or a number at most."""
_TOWN = re.compile("[0-9]{9}")
_YEAR = re.compile("[0-9]{4}")


@dataclass(frozen=True, order=True)
class RuleOutcome:
    """What a rule said: the outcome of one rule."""

    rule_id: str
    outcome: Outcome

    def __str__(self) -> str:
        """Return it as an address writes it: ``rule:outcome``."""
        return f"{self.rule_id}:{self.outcome}"


@dataclass(frozen=True)
class ParcelFilter:
    """Which parcels of a run are meant.

    An empty field means all. Several values of one field mean any of them; fields together mean all of them. Values
    are kept sorted and once each, so that two filters that mean the same are equal and have the same key.

    Attributes
    ----------
    towns
        Nine-digit codes.
    villages
        Names as stored.
    uses
        ``scheme:code``; a code means itself and what lies below it.
    verdicts
        Verdicts of parcels.
    rules
        Rules with their outcomes.
    pool_states
        `POOL_STATES`: how a parcel stands in the pool now.
    plan_years
        Calendar years in whose published plan it is.
    owner_levels
        `OWNER_LEVELS`.
    area_from_m2, area_to_m2
        Ellipsoidal area, m², inclusive.
    text
        Part of a parcel number or village name; case, dashes and full width make no difference.
    parcels
        A selection by number.

    Raises
    ------
    UsageError
        For a value that cannot be one of its field.
    """

    towns: tuple[str, ...] = ()
    villages: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    verdicts: tuple[Outcome, ...] = ()
    rules: tuple[RuleOutcome, ...] = ()
    pool_states: tuple[str, ...] = ()
    plan_years: tuple[int, ...] = ()
    owner_levels: tuple[str, ...] = ()
    area_from_m2: float | None = None
    area_to_m2: float | None = None
    text: str = ""
    parcels: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, (field, reading) in _MANY.items():
            values = getattr(self, field)
            object.__setattr__(self, field, tuple(sorted({reading(_plain(name, str(value))) for value in values})))
        for name, field in _AREAS.items():
            area_m2 = getattr(self, field)
            object.__setattr__(self, field, None if area_m2 is None else _area(name, str(area_m2)))
        object.__setattr__(self, "text", _plain("q", self.text))

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> ParcelFilter:
        """Return the filter that the pairs of an address mean; empty values say nothing, as those of a form.

        Raises
        ------
        UsageError
            For a name that is none of the filter's, a value that cannot be, or two values where one is asked.
        """
        many: dict[str, list[str]] = {}
        for name, value in pairs:
            if name not in NAMES:
                _refuse("筛选条件", "condition", name, NAMES)
            if value.strip():
                many.setdefault(name, []).append(value)
        fields: dict[str, object] = {
            field: tuple(reading(_plain(name, value)) for value in many.get(name, ()))
            for name, (field, reading) in _MANY.items()
        }
        fields |= {field: _area(name, value) for name, field in _AREAS.items() if (value := _one(many, name))}
        return cls(**fields, text=_one(many, "q"))  # type: ignore[arg-type]  # read by the field's own reading

    @classmethod
    def from_key(cls, key: str) -> ParcelFilter:
        """Return the filter of a key; see `key`."""
        return cls.of(parse_qsl(key, keep_blank_values=True))

    def pairs(self) -> list[tuple[str, str]]:
        """Return names and values as an address writes them, in one order whatever the filter was made from."""
        found = [(name, str(value)) for name, (field, _) in _MANY.items() for value in getattr(self, field)]
        areas = [(name, _told(area)) for name, field in _AREAS.items() if (area := getattr(self, field)) is not None]
        return [*found, *areas, *([("q", self.text)] if self.text else [])]

    def key(self) -> str:
        """Return the filter as one canonical text, for addresses and keys of caches; empty: every parcel."""
        return urlencode(self.pairs())


def _plain(name: str, value: str) -> str:
    text = value.strip()
    if len(text) > LONGEST or not text.isprintable():
        _refuse(f"筛选条件 {name} 的值", f"value of {name}", text[:LONGEST])
    return text


def _one(many: dict[str, list[str]], name: str) -> str:
    values = many.get(name, [])
    if len(values) > 1:
        _refuse(f"筛选条件 {name} 的第二个值", f"second value of {name}", values[1])
    return values[0] if values else ""


def _area(name: str, value: str) -> float:
    try:
        area_m2 = float(value)
    except ValueError:
        area_m2 = math.nan
    if not (math.isfinite(area_m2) and area_m2 >= 0):
        _refuse(f"面积（{name}）", f"area ({name})", value)
    return area_m2 + 0.0  # of the two zeros one


def _told(area_m2: float) -> str:
    return repr(int(area_m2)) if area_m2.is_integer() and area_m2 < 1e15 else repr(area_m2)


def _town(value: str) -> str:
    if not _TOWN.fullmatch(value):
        _refuse("街镇代码", "town code", value)
    return value


def _use(value: str) -> str:
    scheme, _, code = value.partition(":")
    if scheme not in list(Scheme):
        _refuse("分类标准", "scheme of land use", scheme, tuple(map(str, Scheme)))
    use = look_up(code, Scheme(scheme))
    if use is None:
        _refuse(f"{Scheme(scheme).zh}的代码", f"code of {scheme}", code)
    return f"{scheme}:{use.code}"


def _verdict(value: str) -> Outcome:
    if value not in list(VERDICTS):
        _refuse("结论", "verdict", value, tuple(map(str, VERDICTS)))
    return Outcome(value)


def _rule(value: str) -> RuleOutcome:
    rule_id, _, outcome = value.rpartition(":")
    if not rule_id or outcome not in list(Outcome):
        _refuse("“规则:结论”", "“rule:outcome”", value, tuple(map(str, Outcome)))
    return RuleOutcome(rule_id, Outcome(outcome))


def _pool(value: str) -> str:
    if value not in POOL_STATES:
        _refuse("在库状态", "pool state", value, POOL_STATES)
    return value


def _year(value: str) -> int:
    if not _YEAR.fullmatch(value):
        _refuse("年份", "year", value)
    return int(value)


def _owner(value: str) -> str:
    if value not in OWNER_LEVELS:
        _refuse("所有权主体", "owner level", value, OWNER_LEVELS)
    return value


def _name(value: str) -> str:
    if not value:
        _refuse("名称或编号", "name or number", value)
    return value


_MANY: dict[str, tuple[str, Callable[[str], object]]] = {
    "town": ("towns", _town),
    "village": ("villages", _name),
    "use": ("uses", _use),
    "verdict": ("verdicts", _verdict),
    "rule": ("rules", _rule),
    "pool": ("pool_states", _pool),
    "year": ("plan_years", _year),
    "owner": ("owner_levels", _owner),
    "parcel_in": ("parcels", _name),
}
"""Name in an address → field and how a value of it is read: those with several values."""
_AREAS = {"area_from": "area_from_m2", "area_to": "area_to_m2"}
NAMES = (*_MANY, *_AREAS, "q")
"""Names of the filter in an address."""


def _refuse(zh: str, en: str, value: str, known: tuple[str, ...] = ()) -> NoReturn:
    raise UsageError(
        f"没有这种{zh}：{value}",
        f"There is no such {en}: {value}",
        where=value,
        next_zh=f"可用：{'、'.join(known)}" if known else "请从列表中选择",
        next_en=f"Known: {', '.join(known)}" if known else "Choose from the list",
    )
