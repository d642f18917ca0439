"""Values of facts as people write and read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from landgis.domain.documents import DocumentKind
from landgis.domain.facts import Fact, FactState, Inherits, OwnerLevel
from landgis.domain.land_use import Scheme, look_up
from landgis.domain.register import REGISTER_FACTS, Share, Value
from landgis.errors import UsageError

_YES = {"是", "有", "yes", "y", "true", "1"}
_NO = {"否", "无", "no", "n", "false", "0"}
_PENDING = {"待补", "pending"}
_UNKNOWN = {"存疑", "unknown"}
_SCHEMES = {
    "planned_use_code": "planned_use_scheme",
    "current_use_code": "current_use_scheme",
    "contract_use_code": "contract_use_scheme",
}
"""Fact of a land-use code → fact that names its list: the same digits mean different things in different lists."""


def fact_named(name: str) -> Fact:
    """Return the fact that a name, Chinese label or field name means.

    Raises
    ------
    UsageError
        If none answers to it.
    """
    wanted = name.strip().casefold()
    for fact in REGISTER_FACTS:
        if wanted in {known.casefold() for known in (fact.name, fact.zh, *fact.aliases)}:
            return fact
    known = "、".join(f"{fact.name}（{fact.zh}）" for fact in REGISTER_FACTS)
    raise UsageError(
        f"没有名为“{name}”的事实",
        f"There is no fact “{name}”",
        where=name,
        next_zh=f"可用的名称：{known}",
        next_en=f"Known: {', '.join(fact.name for fact in REGISTER_FACTS)}",
    )


def parse_value(fact: Fact, text: str) -> tuple[FactState, Value | None]:
    """Read a value as a person writes it; ``待补`` and ``存疑`` are values too.

    Raises
    ------
    UsageError
        If the fact cannot take it, saying what it takes.
    """
    plain = text.strip().casefold()
    if plain in _PENDING or not plain:
        return FactState.PENDING, None
    if plain in _UNKNOWN:
        return FactState.UNKNOWN, None
    value = _read(fact, text.strip(), plain)
    if value is None:
        zh, en = values_taken(fact)
        raise UsageError(
            f"“{fact.zh}”不能是“{text}”",
            f"“{fact.en}” cannot be “{text}”",
            where=fact.name,
            next_zh=f"可填：{zh}，或 待补、存疑",
            next_en=f"It takes: {en}, or pending, unknown",
        )
    return FactState.KNOWN, value


def _read(fact: Fact, text: str, plain: str) -> Value | None:
    if fact.kind == "bool":
        return True if plain in _YES else False if plain in _NO else None
    if fact.kind == "choice":
        return next((str(choice) for choice in fact.choices if plain in (str(choice), _choice_zh(choice))), None)
    if fact.kind == "text":
        return text
    if fact.kind == "shares":
        return None
    try:
        return _positive(text) if fact.kind == "area_m2" else date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def _positive(text: str) -> float | None:
    number = float(text.replace(",", ""))
    return number if 0 < number < float("inf") else None


def values_taken(fact: Fact) -> tuple[str, str]:
    """Say what a fact takes, in Chinese and in English."""
    if fact.kind == "choice":
        zh = "、".join(f"{_choice_zh(choice)}（{choice}）" for choice in fact.choices)
        return zh, ", ".join(fact.choices)
    return {
        "bool": ("是、否", "yes, no"),
        "area_m2": ("大于 0 的平方米数", "square metres above 0"),
        "date": ("日期，如 2026-06-30", "a date, e.g. 2026-06-30"),
        "shares": ("份额，请用 landgis parcel owner", "shares, by landgis parcel owner"),
    }.get(fact.kind, ("文字", "text"))


def parse_share(text: str) -> Share:
    """Read ``团结村股份经济合作社=village=1/3``: owner, level, exact fraction.

    Raises
    ------
    UsageError
        If it is not written so.
    """
    name, level, part = ([*text.split("="), "", ""])[:3]
    levels = {word: level for level in OwnerLevel if level is not OwnerLevel.JOINT for word in (level.value, level.zh)}
    try:
        share = Share(name.strip(), levels[level.strip()], Fraction(part.strip()))
    except (KeyError, ValueError, ZeroDivisionError):
        share = Share("", OwnerLevel.VILLAGE, Fraction(0))
    if not share.name or not 0 < share.part <= 1 or text.count("=") != 2:
        raise UsageError(
            f"所有权份额“{text}”无法识别",
            f"The share “{text}” cannot be read",
            where=text,
            next_zh="请写成 集体名称=级别=份额，级别为 镇（街道）集体、村集体 或 村民小组，如 团结村股份经济合作社=村集体=1/3",
            next_en="Write owner=level=fraction, the level town, village or group",
        )
    return share


def value_text(fact: Fact, state: FactState, value: object, lang: str = "zh", scheme: object = None) -> str:
    """Return what a person reads.

    Parameters
    ----------
    value
        What the fact holds; None unless ``state`` is known.
    scheme
        List of a land-use code, for its name.
    """
    if state is not FactState.KNOWN or value is None:
        return state.zh if lang == "zh" else state.en
    if isinstance(value, bool):
        return ("是" if value else "否") if lang == "zh" else ("yes" if value else "no")
    if fact.kind == "area_m2":
        return f"{value:,.2f} {'㎡' if lang == 'zh' else 'm²'}"
    if isinstance(value, list):
        return ("；" if lang == "zh" else "; ").join(_share_text(one, lang) for one in value)
    if fact.kind == "choice" and lang == "zh":
        return next((_choice_zh(choice) for choice in fact.choices if str(choice) == value), str(value))
    return _code_text(str(value), scheme, lang) if fact.name in _SCHEMES else str(value)


def scheme_of(fact: Fact, facts: Mapping[str, object]) -> object:
    """Return the list that a land-use code stands in, out of the known facts; None for other facts."""
    return facts.get(_SCHEMES.get(fact.name, ""))


def _code_text(code: str, scheme: object, lang: str) -> str:
    if scheme not in Scheme.__members__.values():
        return f"{code}（分类标准待补）" if lang == "zh" else f"{code} (code list not stated)"
    known = Scheme(str(scheme))
    use = look_up(code, known)
    name = use.name_zh if use else ("该标准无此代码" if lang == "zh" else "not in that list")
    return f"{code} {name}（{known.zh}）" if lang == "zh" else f"{code} {name} ({known.value})"


def _share_text(share: Mapping[str, object], lang: str) -> str:
    part = share["part"]
    fraction = Fraction(*part) if isinstance(part, list) else part
    level = OwnerLevel(str(share["level"]))
    if lang == "zh":
        return f"{share['name']}（{level.zh}）{fraction}"
    return f"{share['name']} ({level.value}) {fraction}"


def _choice_zh(choice: str) -> str:
    return str(getattr(choice, "zh", choice))


def papers_needed(facts: Mapping[str, Value]) -> set[DocumentKind]:
    """Return the kinds of papers that known facts stand on: those that speak for the parcel, and the boundary survey.

    The survey must be done before the sale (松江 三(五)2, 崇明 四(八)1).
    """
    needed = {DocumentKind.BOUNDARY_SURVEY}
    for fact in REGISTER_FACTS:
        value = facts.get(fact.name)
        favourable = value is False if fact.inherits is Inherits.FAULT else value not in (None, False)
        if favourable:
            needed.add(fact.evidence)
    return needed


def names_of(shares: Sequence[Share]) -> str:
    """Return the owners' names as the fact ``owner_name`` holds them."""
    return "、".join(share.name for share in shares)
