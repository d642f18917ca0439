"""The filter in words: for its form, for the conditions in force, and for the head of what leaves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from landgis.domain.district import town_names
from landgis.domain.fact import OwnerLevel
from landgis.domain.land_use_codes import look_up
from landgis.domain.outcome import Outcome
from landgis.domain.parcel_filter import NOT_POOLED, OWNER_UNKNOWN, ParcelFilter
from landgis.domain.pooling import Standing
from landgis.domain.printed import number
from landgis.domain.scheme import Scheme
from landgis.rules.pack import RulePack
from landgis.services.desk.desk_map import verdict_words

Pair = tuple[str, str]
"""Chinese and English."""


@dataclass(frozen=True)
class Condition:
    """One condition in force.

    Attributes
    ----------
    name, value
        As an address writes it.
    field_zh, field_en, zh, en
        What is asked, and of what value.
    without
        The filter without it.
    """

    name: str
    value: str
    field_zh: str
    field_en: str
    zh: str
    en: str
    without: ParcelFilter


def conditions(wanted: ParcelFilter, pack: RulePack, towns: Mapping[str, str] | None = None) -> list[Condition]:
    """Return the conditions of a filter, one by one.

    Parameters
    ----------
    pack
        For titles of rules.
    towns
        Names by town code; the list of the two districts where a code is not in it.
    """
    names = town_names() | dict(towns or {})
    words: dict[str, Callable[[str], Pair]] = {
        "town": lambda code: (names.get(code, code),) * 2,
        "use": use_words,
        "verdict": verdict_words,
        "rule": lambda value: _rule(value, pack),
        "pool": pool_words,
        "owner": owner_words,
        "area_from": _m2,
        "area_to": _m2,
    }
    found = []
    for name, value in wanted.pairs():
        _, field_zh, field_en = FIELDS[name]
        zh, en = words[name](value) if name in words else (value, value)
        found.append(Condition(name, value, field_zh, field_en, zh, en, _without(wanted, name, value)))
    return found


def told(found: list[Condition]) -> Pair:
    """Return conditions as one sentence: values of one field by 或, fields by a semicolon."""
    if not found:
        return "全部地块", "all parcels"
    fields = list(dict.fromkeys((row.field_zh, row.field_en) for row in found))
    zh = "；".join(f"{field[0]}：{'或'.join(row.zh for row in found if row.field_zh == field[0])}" for field in fields)
    en = "; ".join(
        f"{field[1]}: {' or '.join(row.en for row in found if row.field_en == field[1])}" for field in fields
    )
    return zh, en


def pool_words(state: str) -> Pair:
    """Return a pool state in words."""
    return ("未入库", "never in the pool") if state == NOT_POOLED else (Standing(state).zh, Standing(state).en)


def owner_words(level: str) -> Pair:
    """Return an owner level in words."""
    return ("未登记", "not known") if level == OWNER_UNKNOWN else (OwnerLevel(level).zh, _OWNER_EN[OwnerLevel(level)])


def use_words(use: str) -> Pair:
    """Return a use in words: its scheme, its code, its name."""
    scheme, _, code = use.partition(":")
    row = look_up(code, Scheme(scheme))
    name = f"{row.code} {row.name_zh}" if row else code
    return f"{name}（{Scheme(scheme).zh}）", f"{name} ({Scheme(scheme).en})"


def _m2(value: str) -> Pair:
    return f"{number(float(value))} ㎡", f"{number(float(value))} m²"


def _rule(value: str, pack: RulePack) -> Pair:
    rule_id, _, outcome = value.rpartition(":")
    title, said = pack.title_of(rule_id), verdict_words(Outcome(outcome))
    return f"{title.zh} {said[0]}", f"{title.en} {said[1]}"


def _without(wanted: ParcelFilter, name: str, value: str) -> ParcelFilter:
    field = FIELDS[name][0]
    held = getattr(wanted, field)
    if not isinstance(held, tuple):
        return replace(wanted, **{field: "" if field == "text" else None})  # type: ignore[arg-type]  # of the field's own type
    return replace(wanted, **{field: tuple(one for one in held if str(one) != value)})  # type: ignore[arg-type]


_OWNER_EN = {
    OwnerLevel.TOWN: "town collective", OwnerLevel.VILLAGE: "village collective", OwnerLevel.GROUP: "villagers' group",
    OwnerLevel.JOINT: "two collectives or more",
}  # fmt: skip
FIELDS: Mapping[str, tuple[str, str, str]] = {
    "town": ("towns", "街镇", "town"),
    "village": ("villages", "村", "village"),
    "use": ("uses", "用途", "use"),
    "verdict": ("verdicts", "结论", "verdict"),
    "rule": ("rules", "规则", "rule"),
    "pool": ("pool_states", "在库状态", "pool state"),
    "year": ("plan_years", "计划年度", "plan year"),
    "owner": ("owner_levels", "所有权主体", "owner level"),
    "area_from": ("area_from_m2", "面积至少", "area at least"),
    "area_to": ("area_to_m2", "面积至多", "area at most"),
    "q": ("text", "文字", "text"),
    "parcel_in": ("parcels", "选定地块", "chosen parcels"),
}
"""Name in an address → field, and what it asks in Chinese and English."""
