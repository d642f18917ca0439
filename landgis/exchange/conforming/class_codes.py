"""Land-use codes of a layer into classes, in a scheme that is stated or said to be assumed; and days of papers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from landgis.domain.catalogue import UNDATED, LayerSpec
from landgis.domain.issue import Issue, Severity, shown
from landgis.domain.land_use import Scheme, look_up, planned_class, survey_class
from landgis.errors import ContractBroken
from landgis.exchange.conforming.values import as_day, as_text, first_filled
from landgis.exchange.reading.fields import find_fields, first_five
from landgis.exchange.reading.raw_layer import RawLayer

PRESENT_SCHEME = {"planned": Scheme.GUIDE_2023, "survey": Scheme.SURVEY}
"""Scheme taken for a layer whose delivery states none."""
_CLASS_OF: dict[str, Callable[[str, Scheme], str]] = {"planned": planned_class, "survey": survey_class}
_UNRECOGNISED = "unrecognised"


@dataclass(frozen=True)
class CodedLayer:
    """Classes and labels of a layer's rows.

    Attributes
    ----------
    classes, labels
        One for each row; the class is empty for a layer without codes.
    scheme
        Scheme the codes were read in; None for a layer without codes.
    issues
        Codes that the scheme does not have, and a scheme that was assumed.
    """

    classes: list[str]
    labels: pd.Series
    scheme: Scheme | None
    issues: tuple[Issue, ...]


def read_codes(raw: RawLayer, spec: LayerSpec, stated: Scheme | None) -> CodedLayer:
    """Read the land-use codes of a layer.

    Parameters
    ----------
    raw, spec
        Layer as read, and the catalogue's entry for it.
    stated
        Scheme that the delivery states; None: that of the present, and an issue says so.

    Raises
    ------
    ContractBroken
        If the layer needs a land-use code and has no field for it.
    UsageError
        If the scheme stated is of the other family: plan codes and survey codes look alike.
    """
    names = first_filled(raw.frame, spec.label_fields)
    if spec.class_by is None:
        return CodedLayer([""] * len(raw.frame), names, None, ())
    if spec.class_by == "day":
        return _read_days(raw, spec, names)
    field = _code_field(raw, spec)
    codes = as_text(raw.frame[field]).reset_index(drop=True).fillna("")
    scheme = stated or PRESENT_SCHEME[spec.class_by]
    known = {code: _class_and_name(code, spec.class_by, scheme) for code in codes.unique()}
    labels = [
        f"{code} {known[code][1] or ('' if pd.isna(name) else name)}".strip() or None
        for code, name in zip(codes, names, strict=True)
    ]
    unknown = [code for code in known if known[code][0] == _UNRECOGNISED]
    issues = [_unrecognised_issue(raw, field, unknown, scheme)] if unknown else []
    if stated is None:
        issues.append(_assumed_issue(raw, field, list(known), scheme))
    return CodedLayer([known[code][0] for code in codes], pd.Series(labels, dtype="str"), scheme, tuple(issues))


def _read_days(raw: RawLayer, spec: LayerSpec, names: pd.Series) -> CodedLayer:
    """Class features by the day of their paper; one without a day is kept, and said to be without."""
    found = find_fields(raw.frame.columns, spec.code_fields)
    column = raw.frame[found[0]].reset_index(drop=True) if found else pd.Series(None, index=range(len(raw.frame)))
    days, _ = as_day(column)
    without = int(days.isna().sum())
    issues = [_undated_issue(raw, "、".join(spec.code_fields[:1]), without)] if without else []
    return CodedLayer(days.fillna(UNDATED).tolist(), names, None, tuple(issues))


def _undated_issue(raw: RawLayer, field: str, count: int) -> Issue:
    return Issue(
        "day_missing",
        Severity.SERIOUS,
        f"{raw.where} {field}",
        f"{count} 个要素没有可读的批准日期：所涉地块是否早已批准，无法判定",
        f"{count} features state no day that can be read: whether they were approved in time is undecidable",
    )


def _code_field(raw: RawLayer, spec: LayerSpec) -> str:
    found = find_fields(raw.frame.columns, spec.code_fields)
    if found:
        return found[0]
    columns = "、".join(shown(column) for column in raw.frame.columns if column != raw.frame.geometry.name)
    wanted = "、".join(spec.code_fields)
    raise ContractBroken(
        f"图层 {raw.where} 没有地类代码字段；现有字段：{columns or '无'}",
        f"Layer {raw.where} has no land-use code field; it has: {columns or 'none'}",
        where=raw.where,
        next_zh=f"代码字段应为其中之一：{wanted}",
        next_en=f"The code field is one of: {wanted}",
    )


def _class_and_name(code: str, class_by: str, scheme: Scheme) -> tuple[str, str]:
    row = look_up(code, scheme)
    return str(_CLASS_OF[class_by](code, scheme)), row.name_zh if row else ""


def _unrecognised_issue(raw: RawLayer, field: str, codes: list[str], scheme: Scheme) -> Issue:
    listed = first_five(shown(code) or "（空）" for code in codes)
    return Issue(
        "code_unrecognised",
        Severity.SERIOUS,
        f"{raw.where} {field}",
        f"{len(codes)} 种代码不在{scheme.zh}中或含义不定：{listed}",
        f"{len(codes)} codes are not in scheme {scheme.value}, or not certain in it: {listed}",
    )


def _assumed_issue(raw: RawLayer, field: str, codes: list[str], scheme: Scheme) -> Issue:
    """Say which scheme was taken; where another of the family has more of the codes, say that too, and louder."""
    family = [other for other in Scheme if other.is_plan == scheme.is_plan]
    fits = {other: sum(look_up(code, other) is not None for code in codes) for other in family}
    best = max(family, key=lambda other: (fits[other], other is scheme))
    zh = f"没有写明代码的分类标准，按{scheme.zh}读取；可用 --code-scheme 或 layers.yaml 的 code_scheme 指明"
    en = f"the scheme of the codes is not stated; read as {scheme.value}; state it with --code-scheme or code_scheme"
    if best is not scheme:
        zh += f"。{len(codes)} 种代码中 {fits[best]} 种属{best.zh}，只有 {fits[scheme]} 种属{scheme.zh}"
        en += f". Of {len(codes)} codes {fits[best]} are in {best.value}, only {fits[scheme]} in {scheme.value}"
    severity = Severity.MINOR if best is scheme else Severity.SERIOUS
    return Issue("code_scheme_assumed", severity, f"{raw.where} {field}", zh, en)
