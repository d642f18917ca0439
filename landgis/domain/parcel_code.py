"""Codes of parcels and places, explained part by part: 不动产单元代码, 宗地代码, 单位代码, town, village and feature codes.

None of them has a check digit. What can be checked is the form, the county, the pair of feature letters and what the
parts say together; what a code means for entry is data (``code_tables/parcel_screening.csv``).
"""

from __future__ import annotations

import re

from landgis.domain.code_kinds import CodeKind, CodePart, ParcelCode, ScreeningMeaning
from landgis.domain.code_table import rows_of
from landgis.domain.district import DISTRICTS, town_names
from landgis.domain.issue import Issue, Severity

__all__ = [
    "CodeKind", "CodePart", "ParcelCode", "ScreeningMeaning", "effect_of", "explain_parcel_code", "feature_letters",
]  # fmt: skip

_FORMS = (
    (CodeKind.UNIT, re.compile(r"[0-9]{12}[GJZ][ABSXCDEFLNHGWY][0-9]{5}[FLQW][0-9]{8}")),
    (CodeKind.PARCEL, re.compile(r"[0-9]{12}[GJZ][ABSXCDEFLNHGWY][0-9]{5}")),
    (CodeKind.SURVEY_UNIT, re.compile(r"[0-9]{19}")),
    (CodeKind.FEATURE, re.compile(r"[0-9]{18}")),
    (CodeKind.VILLAGE, re.compile(r"[0-9]{12}")),
    (CodeKind.TOWN, re.compile(r"[0-9]{9}")),
)
_OF_PARCELS = (CodeKind.UNIT, CodeKind.PARCEL)
_LETTERED = re.compile("|".join(form.pattern for kind, form in _FORMS if kind in _OF_PARCELS))
_COUNTIES = {district.code: district for district in DISTRICTS.values()}
_CHONGMING_COUNTY = "310230"
"""崇明县, until the county became a district in 2016."""


def explain_parcel_code(code: str) -> ParcelCode:
    """Explain a code part by part and say what is wrong with it.

    Parameters
    ----------
    code
        28, 19, 18, 12 or 9 characters.

    Returns
    -------
    ParcelCode
        Of kind ``unknown``, with one fatal issue that names the fault, where the form is none of these.
    """
    text = code.strip()
    kind = next((kind for kind, form in _FORMS if form.fullmatch(text)), CodeKind.UNKNOWN)
    if kind is CodeKind.UNKNOWN:
        return ParcelCode(text, kind, (), (_form_issue(text),), None)
    if kind in _OF_PARCELS:
        parts, issues, screening = _parcel_parts(text), _parcel_issues(text), _screening(text[12], text[13])
    else:
        (parts, issues), screening = _place_parts(text, kind), None
    return ParcelCode(text, kind, (_county(text), *parts), (*_county_issues(text), *issues), screening)


def feature_letters(code: str) -> str:
    """Return the two letters (土地所有权类型 and 宗地特征码) of a parcel or unit code; empty for anything else."""
    text = code.strip()
    return text[12:14] if _LETTERED.fullmatch(text) else ""


def effect_of(letters: str) -> str:
    """Return what two feature letters say about entry; see `ScreeningMeaning.effect`."""
    return _screening(letters[0], letters[1]).effect


def _county(text: str) -> CodePart:
    district = _COUNTIES.get(text[:6])
    meaning = (district.name_zh, district.name_en) if district else ("", "")
    if text[:6] == _CHONGMING_COUNTY:
        meaning = ("崇明县（2016 年以前）", "Chongming county (until 2016)")
    return CodePart(1, 6, text[:6], "县级行政区", "county", *meaning)


def _parcel_parts(text: str) -> list[CodePart]:
    ownership, parcel = _row("ownership", text[12]), _row("parcel", text[13])
    parts = [
        CodePart(7, 9, text[6:9], "地籍区", "cadastral district", *_namesake(text[:9])),
        CodePart(10, 12, text[9:12], "地籍子区", "cadastral sub-district"),
        CodePart(13, 13, text[12], "土地所有权类型", "ownership", ownership["meaning_zh"], ownership["meaning_en"]),
        CodePart(14, 14, text[13], "宗地特征码", "kind of parcel", parcel["meaning_zh"], parcel["meaning_en"]),
        CodePart(15, 19, text[14:19], "宗地顺序号", "serial number"),
    ]
    if len(text) == 28:
        fixture = _row("fixture", text[19])
        parts.append(
            CodePart(20, 20, text[19], "定着物特征码", "kind of fixture", fixture["meaning_zh"], fixture["meaning_en"])
        )
        parts.append(CodePart(21, 28, text[20:], "定着物单元号", "fixture number"))
    return parts


def _namesake(code9: str) -> tuple[str, str]:
    """Town that carries the same digits: cadastral districts often follow the towns, and need not."""
    name = town_names().get(code9)
    return (
        (f"与{name}同号；地籍区不一定就是街镇", f"same digits as {name}; need not be that town") if name else ("", "")
    )


def _place_parts(text: str, kind: CodeKind) -> tuple[list[CodePart], list[Issue]]:
    if kind is CodeKind.FEATURE:
        return [
            CodePart(7, 10, text[6:10], "图层代码", "layer code"),
            CodePart(11, 18, text[10:], "顺序号", "serial number"),
        ], []
    town = town_names().get(text[:9])
    parts = [CodePart(7, 9, text[6:9], "街镇", "town", town or "", town or "")]
    issues = [] if town else [_issue("town_unknown", text, f"没有街镇代码 {text[:9]}", f"there is no town {text[:9]}")]
    if kind is CodeKind.TOWN:
        return parts, issues
    village = text[9:12]
    outside = ("镇内不属任何村的土地", "land of the town outside its villages") if village == "999" else ("", "")
    parts.append(CodePart(10, 12, village, "村", "village", *outside))
    if kind is CodeKind.SURVEY_UNIT:
        parts.append(CodePart(13, 19, text[12:], "补位", "padding"))
        if text[12:] != "0" * 7:
            zh, en = f"后 7 位应为 0，实为 {text[12:]}", f"the last seven digits are zeros, not {text[12:]}"
            issues.append(_issue("padding_wrong", text, zh, en))
    return parts, issues


def _county_issues(text: str) -> list[Issue]:
    county = text[:6]
    if county in _COUNTIES:
        return []
    if county == _CHONGMING_COUNTY:
        zh, en = "310230 是崇明县的旧代码，现为 310151", "310230 is the old code of Chongming, now 310151"
        return [_issue("county_old", text, zh, en, Severity.MINOR)]
    zh, en = f"{county} 不是试点区的代码（310117、310151）", f"{county} is no pilot district (310117, 310151)"
    return [_issue("county_elsewhere", text, zh, en)]


def _parcel_issues(text: str) -> list[Issue]:
    ownership, kind, issues = text[12], text[13], []
    if ownership not in _row("parcel", kind)["ownerships"]:
        fitting = "、".join(_row("parcel", kind)["ownerships"])
        zh = f"宗地特征码 {kind} 只与 {fitting} 相配，不与 {ownership} 相配"
        en = f"kind {kind} goes with {fitting}, not with {ownership}"
        issues.append(_issue("letters_do_not_go_together", text, zh, en))
    if text[14:19] == "00000":
        issues.append(_issue("serial_zero", text, "宗地顺序号从 00001 起", "serial numbers begin with 00001"))
    if len(text) == 28 and (text[19] == "W") != (text[20:] == "0" * 8):
        zh = "无定着物（W）时后 8 位应为 0，有定着物时不应全为 0"
        en = "eight zeros follow W (no fixture) and nothing else"
        issues.append(_issue("fixture_number_wrong", text, zh, en))
    return issues


def _screening(ownership: str, kind: str) -> ScreeningMeaning:
    """First row that fits: the table runs from disputes to the rest."""
    row = next(
        row
        for row in rows_of("parcel_screening")
        if row["ownership"] in (ownership, "*") and row["parcel"] in (kind, "*")
    )
    return ScreeningMeaning(row["effect"], row["meaning_zh"], row["meaning_en"], row["confidence"])


def _form_issue(text: str) -> Issue:
    wide = next((mark for mark in text if not mark.isascii()), "")
    if wide:
        zh, en = f"含有全角或非法字符“{wide}”，应为半角数字和大写字母", f"“{wide}” is no plain digit or capital letter"
    elif text != text.upper() and any(form.fullmatch(text.upper()) for _, form in _FORMS):
        zh, en = "字母应大写", "letters are capitals"
    elif len(text) not in (9, 12, 18, 19, 28):
        zh = f"共 {len(text)} 位；应为 28（不动产单元）、19（宗地、单位）、18（标识码）、12（村）或 9（街镇）位"
        en = f"{len(text)} characters; 28 (unit), 19 (parcel, survey unit), 18 (feature), 12 (village) or 9 (town) expected"
    else:
        zh, en = _first_wrong(text)
    return _issue("code_malformed", text, zh, en, Severity.FATAL)


def _first_wrong(text: str) -> tuple[str, str]:
    """Name the first character that does not fit the form of its length."""
    sets = ["0123456789"] * len(text)
    if len(text) in (19, 28) and not re.fullmatch("[0-9]{2}", text[12:14]):
        sets[12], sets[13] = "GJZ", "ABSXCDEFLNHGWY"
    if len(text) == 28:
        sets[12], sets[13], sets[19] = "GJZ", "ABSXCDEFLNHGWY", "FLQW"
    at = next(place for place, (mark, allowed) in enumerate(zip(text, sets, strict=True)) if mark not in allowed)
    wanted_zh = "数字" if sets[at][0] == "0" else "、".join(sets[at])
    wanted_en = "a digit" if sets[at][0] == "0" else f"one of {', '.join(sets[at])}"
    return f"第 {at + 1} 位“{text[at]}”应为{wanted_zh}", f"character {at + 1}, “{text[at]}”, should be {wanted_en}"


def _row(kind: str, code: str) -> dict[str, str]:
    return next(dict(row) for row in rows_of("parcel_features") if (row["kind"], row["code"]) == (kind, code))


def _issue(code: str, text: str, zh: str, en: str, severity: Severity = Severity.SERIOUS) -> Issue:
    return Issue(code, severity, text, zh, en)
