"""The causes of a flip, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.outcome import Outcome
from landgis.domain.printed import number, percent

Words = tuple[str, str]
"""Chinese and English."""
NOTHING: Words = ("", "")
_NAMED = 5
"""So many rules are named where one clause is about more."""
OVERLAP: Words = ("压占", "an overlap")
MEASURED: Words = ("所涉部分", "a part concerned")
AMOUNTS = ("m2", "m", "share")
"""Units of findings that are numbers."""


class Kind(StrEnum):
    """What changed."""

    RULE = "rule"
    RELEASE = "release"
    EXPIRED = "expired"
    DAY = "day"
    OUTLINE = "outline"
    FACT = "fact"
    PROGRAM = "program"
    UNEXPLAINED = "unexplained"


@dataclass(frozen=True)
class Cause:
    """One input that changed, as a clause of a sentence.

    Attributes
    ----------
    kind, zh, en
        What changed, and the clause.
    about
        The rule that it names already, or ''.
    plural
        The clause about several rules at once, with ``{}`` where they are named; empty where it is about no rule.
    """

    kind: Kind
    zh: str
    en: str
    about: str = ""
    about_en: str = ""
    plural: Words = NOTHING


def _about_rule(title: Words, zh: str, en: str, plural_en: str) -> Cause:
    """Make a clause about a rule; ``{}`` stands where it is named."""
    named = zh.format(f"规则“{title[0]}”"), en.format(f"the rule “{title[1]}”")
    return Cause(Kind.RULE, *named, title[0], title[1], (zh, plural_en))


def together(causes: Sequence[Cause]) -> Words:
    """Say of several rules, in one clause, what became of all of them."""
    count, named = len(causes), causes[:_NAMED]
    zh = "".join(f"“{cause.about}”" for cause in named) + ("等" if count > len(named) else "")
    en = ", ".join(f"“{cause.about_en}”" for cause in named) + (" …" if count > len(named) else "")
    plural = causes[0].plural
    return plural[0].format(f"{count} 条规则（{zh}）"), plural[1].format(f"{count} rules ({en})")


def rule_new(title: Words) -> Cause:
    """The rule was not there before."""
    return _about_rule(title, "新增{}", "{} is new", "{} are new")


def rule_gone(title: Words) -> Cause:
    """The rule is not there any more."""
    return _about_rule(title, "{}不再适用", "{} no longer applies", "{} no longer apply")


def rule_changed(title: Words, changed: dict[str, tuple[str, str]]) -> Cause:
    """Values that a rule judges by are others."""
    told = ((name, _said_zh(name, was), _said_zh(name, now)) for name, (was, now) in changed.items())
    zh = "、".join(f"{_value_zh(name)}由 {was} 改为 {now}" for name, was, now in told)
    en = ", ".join(f"{_value_en(name)} from {was} to {now}" for name, (was, now) in changed.items())
    zh, en = (text.replace("{", "{{").replace("}", "}}") for text in (zh, en))
    return _about_rule(title, "{}的" + zh, "{} changed its " + en, "{} changed their " + en)


def outline(was: int, now: int) -> Cause:
    """The parcel was redrawn."""
    return Cause(
        Kind.OUTLINE, f"地块重绘（第 {was} 版 → 第 {now} 版）", f"the parcel was redrawn (version {was} to {now})"
    )


def release(title: Words, was: str, now: str, why: Words) -> Cause:
    """Another release of a layer speaks, or one speaks at last, or none any more (``why``, where that is known)."""
    if was and now:
        zh, en = f"图层“{title[0]}”由版本 {was} 换为 {now}", f"release {was} of “{title[1]}” gave way to {now}"
    elif now:
        zh, en = f"图层“{title[0]}”有了版本 {now}", f"“{title[1]}” got the release {now}"
    else:
        zh, en = f"图层“{title[0]}”的版本 {was} 不再可用", f"release {was} of “{title[1]}” speaks no more"
    return Cause(Kind.RELEASE, zh + _in_brackets(why)[0], en + _in_brackets(why)[1], title[0])


def expired(title: Words, name: str, why: Words) -> Cause:
    """The release is the same, and cannot be used on this day."""
    zh, en = f"图层“{title[0]}”的版本 {name} 不再可用", f"release {name} of “{title[1]}” can no longer be used"
    return Cause(Kind.EXPIRED, f"{zh}：{why[0]}" if why[0] else zh, f"{en}: {why[1]}" if why[1] else en, title[0])


def day(was: date, now: date) -> Cause:
    """Nothing but the day asked for is another."""
    return Cause(Kind.DAY, f"截至日期由 {was} 改为 {now}", f"the day that counts went from {was} to {now}")


def fact(name: str, was: Any, now: Any) -> Cause:
    """A fact became known, was withdrawn, or is another."""
    declared = FACT_BY_NAME.get(name)
    zh, en = (declared.zh, declared.en) if declared else (name, name)
    if was is None:
        told = f"事实“{zh}”已查明：{_cell(now)[0]}", f"the fact “{en}” became known: {_cell(now)[1]}"
    elif now is None:
        told = f"事实“{zh}”（原为{_cell(was)[0]}）不再已知", f"the fact “{en}” ({_cell(was)[1]}) is no longer known"
    else:
        told = (
            f"事实“{zh}”由 {_cell(was)[0]} 改为 {_cell(now)[0]}",
            f"the fact “{en}” went from {_cell(was)[1]} to {_cell(now)[1]}",
        )
    return Cause(Kind.FACT, *told)


def program(was: Words, now: Words) -> Cause:
    """Nothing that the rule reads is another, but the program or the kernel is (version, kernel)."""
    return Cause(
        Kind.PROGRAM, f"程序由 {was[0]}（内核 {was[1]}）换为 {now[0]}（内核 {now[1]}）",
        f"the program went from {was[0]} (kernel {was[1]}) to {now[0]} (kernel {now[1]})",
    )  # fmt: skip


def unexplained(before: str, after: str) -> Cause:
    """Nothing that the rule reads is another."""
    return Cause(
        Kind.UNEXPLAINED, f"未见任何输入有变，请用 landgis verify 核验 {before} 与 {after}",
        f"no input has changed: verify {before} and {after} (landgis verify)",
    )  # fmt: skip


def amount_effect(noun: Words, was: float, now: float, unit: str) -> Words:
    """Say what became of a measured number; nothing where it is the same."""
    if was == now:
        return NOTHING
    if was == 0:
        return f"出现{noun[0]} {_amount(now, unit)[0]}", f"{noun[1]} of {_amount(now, unit)[1]} appeared"
    if now == 0:
        return f"原{noun[0]} {_amount(was, unit)[0]} 消失", f"{noun[1]} of {_amount(was, unit)[1]} is gone"
    return (
        f"{noun[0]}由 {_amount(was, unit)[0]} 变为 {_amount(now, unit)[0]}",
        f"{noun[1]} went from {_amount(was, unit)[1]} to {_amount(now, unit)[1]}",
    )


def uncovered_effect(was_m2: float, now_m2: float) -> Words:
    """Say what became of the ground that a layer says nothing of; nothing where it is the same."""
    if was_m2 == now_m2:
        return NOTHING
    if now_m2 == 0:
        return (
            f"原未覆盖的 {_amount(was_m2, 'm2')[0]} 已覆盖",
            f"the {_amount(was_m2, 'm2')[1]} left uncovered are covered",
        )
    return f"有 {_amount(now_m2, 'm2')[0]} 未覆盖", f"it leaves {_amount(now_m2, 'm2')[1]} uncovered"


def _amount(amount: float, unit: str) -> Words:
    """Write a number so that a little never reads as nothing."""
    if unit == "share":
        return percent(amount), percent(amount)
    text = number(amount)
    zh, en = {"m2": ("㎡", "m²"), "m": ("米", "m")}[unit]
    return f"{text} {zh}", f"{text} {en}"


def _cell(value: Any) -> Words:
    if isinstance(value, bool):
        return ("是", "yes") if value else ("否", "no")
    return str(value), str(value)


def _in_brackets(why: Words) -> Words:
    return (f"（{why[0]}）", f" ({why[1]})") if any(why) else NOTHING


_VALUES: dict[str, Words] = {
    "in_force": ("是否施行", "being in force"),
    "start": ("起始日", "first day"),
    "threshold": ("限值", "threshold"),
    "unit": ("单位", "unit"),
    "side": ("限值方向", "side of the threshold"),
    "setting": ("设定", "setting"),
    "setting_value": ("设定取值", "choice of the setting"),
    "measure": ("量测", "measure"),
    "layer": ("图层", "layer"),
    "fact": ("事实", "fact"),
}


_SAID_ZH = {"yes": "是", "no": "否", "True": "是", "False": "否", "above": "大于", "below": "小于"}
_OUTCOMES = tuple(map(str, Outcome))


def _value_zh(name: str) -> str:
    kind, _, category = name.partition(".")
    return f"“{category}”的结论" if kind == "outcomes" else _VALUES.get(name, (name, name))[0]


def _said_zh(name: str, value: str) -> str:
    """Return a value in Chinese, where it is a word of the program and not a number, a day or a key."""
    if name.startswith("outcomes."):
        return f"“{Outcome(value).zh}”" if value in _OUTCOMES else value
    if name == "fact":
        return f"“{FACT_BY_NAME[value].zh}”" if value in FACT_BY_NAME else value
    return _SAID_ZH.get(value, value)


def _value_en(name: str) -> str:
    kind, _, category = name.partition(".")
    return f"outcome of “{category}”" if kind == "outcomes" else _VALUES.get(name, (name, name))[1]
