"""Parcel identifiers: which field holds them, which rows have none, and which two are one to a reader."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

import numpy as np
import pandas as pd

from landgis.domain.issue import Issue, Severity, shown
from landgis.errors import ContractBroken
from landgis.exchange.conforming.geometry_rows import RowFault
from landgis.exchange.conforming.values import as_text, is_word_for_nothing
from landgis.exchange.reading.detect import DXF
from landgis.exchange.reading.fields import find_fields, first_five, rival_fields
from landgis.exchange.reading.raw_layer import RawLayer

_USUAL = re.compile(
    r"[0-9A-Za-z\u3400-\u9fff\U00020000-\U0003ffff][0-9A-Za-z\u3400-\u9fff\U00020000-\U0003ffff _./()（）〔〕·#—-]{0,63}"
)
_SCIENTIFIC = re.compile(r"\d(\.\d+)?[Ee]\+?\d+")


def read_identifiers(raw: RawLayer, names: Sequence[str]) -> tuple[pd.Series, dict[int, RowFault], list[Issue]]:
    """Read the identifier of every row.

    Parameters
    ----------
    raw
        Layer as read.
    names
        Names of the field to look for, best first.

    Returns
    -------
    tuple
        Identifiers as delivered (NA where missing); rows without one, and rows whose identifier another row has too
        (compared as a reader sees them: width, case and invisible characters do not tell parcels apart); and issues.

    Raises
    ------
    ContractBroken
        If no field holds the identifier, naming the fields found and those looked for.
    """
    columns = [str(column) for column in raw.frame.columns if column != raw.frame.geometry.name]
    found = _require_id_field(columns, names, raw)
    ids = as_text(raw.frame[found[0]]).reset_index(drop=True)
    ids = ids.mask(ids.map(is_word_for_nothing, na_action="ignore").fillna(False).astype(bool))
    rivals = [*found[1:], *rival_fields(columns, found[0])]
    return ids, _faults(ids), [*chosen_issue(found[0], rivals, raw.where), *_odd_issue(ids, f"{raw.where} {found[0]}")]


def as_seen(identifier: str) -> str:
    """Return an identifier without what a reader does not see: width, case, invisible characters."""
    plain = unicodedata.normalize("NFKC", identifier)
    return "".join(character for character in plain if character.isprintable()).strip().casefold()


def _require_id_field(columns: Sequence[str], names: Sequence[str], raw: RawLayer) -> list[str]:
    found = find_fields(columns, names)
    if found:
        return found
    listed, wanted = "、".join(shown(column) for column in columns[:50]), "、".join(names)
    drawn_zh, drawn_en = (
        ("；DXF 没有属性：请在每条闭合界线内写一个编号（TEXT、MTEXT 或块属性），即作为 地块编号", "; a DXF has no fields: write "
         "one number (TEXT, MTEXT or block attribute) inside each closed boundary, it is taken as 地块编号")
        if raw.driver == DXF else ("", "")
    )  # fmt: skip
    raise ContractBroken(
        f"{raw.where} 没有地块编号字段；现有字段：{listed or '无'}",
        f"{raw.where} has no parcel identifier; it has: {listed or 'none'}",
        where=raw.where,
        next_zh=f"编号字段应为其中之一：{wanted}{drawn_zh}",
        next_en=f"The identifier is one of: {wanted}{drawn_en}",
    )


def _faults(ids: pd.Series) -> dict[int, RowFault]:
    faults = {
        int(row): RowFault("parcel_id_missing", "没有地块编号", "There is no parcel identifier")
        for row in np.flatnonzero(ids.isna())
    }
    seen = ids.map(as_seen, na_action="ignore")
    repeated = seen[seen.notna() & seen.duplicated(keep=False)]
    for rows in repeated.groupby(repeated).groups.values():
        listed = "、".join(str(row + 1) for row in rows[:20]) + ("…" if len(rows) > 20 else "")
        zh, en = f"地块编号重复（第 {listed} 行）", f"The parcel identifier is repeated (rows {listed})"
        if len(set(ids[rows])) > 1:
            zh, en = f"{zh}，只差全角半角、大小写或不可见字符", f"{en}, but for width, case or invisible characters"
        faults |= {int(row): RowFault("parcel_id_repeated", zh, en) for row in rows}
    return dict(sorted(faults.items()))


def chosen_issue(chosen: str, others: Sequence[str], where: str) -> list[Issue]:
    """Say which of several fields is taken as the identifier; nothing where there is one."""
    if not others:
        return []
    listed = first_five(others)
    zh, en = (
        f"以 {chosen} 为地块编号；另有 {listed}",
        f"{chosen} is taken as the parcel identifier; also there: {listed}",
    )
    return [Issue("id_field_chosen", Severity.MINOR, where, zh, en)]


def _odd_issue(ids: pd.Series, where: str) -> list[Issue]:
    odd = [text for text in ids.dropna() if not _USUAL.fullmatch(text) or _SCIENTIFIC.fullmatch(text)]
    if not odd:
        return []
    listed = first_five(odd)
    zh = f"{len(odd)} 个地块编号含编号中不应有的字符（全角、公式、标记、科学计数等）：{listed}；按原样保留，请核对"
    en = f"{len(odd)} identifiers hold what does not belong in one (full-width, formula, markup, 1E+11): {listed}; kept, check them"
    return [Issue("parcel_id_odd", Severity.SERIOUS, where, zh, en)]
