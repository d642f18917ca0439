"""Land-use codes among the facts: a code speaks only together with its scheme."""

from __future__ import annotations

import pandas as pd

from landgis.domain.issue import Issue, Severity
from landgis.domain.land_use import Scheme, look_up
from landgis.exchange.reading.fields import first_five

_PAIRS = (
    ("planned_use_code", "planned_use_scheme", "规划用途代码", "planned use codes"),
    ("current_use_code", "current_use_scheme", "现状地类代码", "current use codes"),
)


def use_code_issues(facts: pd.DataFrame, where: str) -> list[Issue]:
    """Report codes that stand without a scheme, or that their scheme does not know; the rules answer unknown for both.

    Parameters
    ----------
    facts
        One column per fact, one row per parcel.
    where
        File and layer.
    """
    issues = []
    for code, scheme, zh, en in _PAIRS:
        stated = facts.loc[facts[code].notna(), [code, scheme]]
        bare = stated.loc[stated[scheme].isna(), code].unique()
        if len(bare):
            listed = first_five(bare)
            said_zh = f"{len(bare)} 种{zh}没有说明分类标准，同一代码在各标准中含义不同，不能判读：{listed}"
            said_en = f"{len(bare)} {en} come without their scheme and mean different things in each: {listed}"
            issues.append(Issue("code_scheme_missing", Severity.SERIOUS, where, said_zh, said_en))
        pairs = stated[stated[scheme].notna()].drop_duplicates().itertuples(index=False, name=None)
        unknown = [value for value, named in pairs if look_up(value, Scheme(named)) is None]
        if unknown:
            listed = first_five(unknown)
            said_zh, said_en = (
                f"{len(unknown)} 种{zh}不在所说的标准中：{listed}",
                f"{len(unknown)} {en} are not in their scheme: {listed}",
            )
            issues.append(Issue("code_unrecognised", Severity.SERIOUS, where, said_zh, said_en))
    return issues
