"""A town's list of parcel numbers: the parcels as they stand in the inventory on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

import pandas as pd

from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.domain.issue import Issue, Severity, shown
from landgis.errors import ContractBroken
from landgis.exchange.conforming.identifiers import as_seen, chosen_issue
from landgis.exchange.conforming.parcels import ID_FIELDS
from landgis.exchange.reading.fields import find_fields, first_five
from landgis.screening.judge import Rejected
from landgis.services.checking.batch import Batch
from landgis.services.checking.check import Candidates
from landgis.services.checking.check_files import facts_table


def batch_of_list(database: Database, path: Path, as_of: date, *, encoding: str | None = None) -> Batch:
    """Take the parcels that a list names from the inventory.

    A number that the inventory does not hold on the day stays in the batch, to be answered `unknown`; one that stands
    in the list twice is taken once, and told.

    Parameters
    ----------
    database
        The inventory.
    path
        CSV or xlsx with a column of parcel numbers.
    as_of
        Day whose outlines and facts count.
    encoding
        Of a CSV that does not prove its own.

    Raises
    ------
    ContractBroken
        If no column holds parcel numbers; names the columns.
    """
    table = facts_table(path, encoding)
    column = _column(table, path)
    listed = table[column].dropna()
    asked = sorted({str(number) for number in listed})
    parcels = ParcelStore(database).current(as_of=as_of, parcel_ids=asked)
    missing = _missing(asked, parcels["parcel_id"])
    rejected = tuple(_absent(number, as_of) for number in missing)
    issues = [
        *_chosen(table, column, path),
        *_blank(table, column, path),
        *_repeated(listed, path),
        *_absent_issue(missing, path),
    ]
    return Batch(Candidates(parcels, rejected, tuple(issues), ""), absent=frozenset(missing))


def _column(table: pd.DataFrame, path: Path) -> str:
    found = find_fields(table.columns, ID_FIELDS)
    if found:
        return found[0]
    listed, wanted = "、".join(shown(name) for name in table.columns), "、".join(ID_FIELDS)
    raise ContractBroken(
        f"清单 {path.name} 没有地块编号列；现有的列：{listed}",
        f"The list {path.name} has no column of parcel numbers; its columns: {listed}",
        where=str(path),
        next_zh=f"第一行须是标题，编号列应为其中之一：{wanted}",
        next_en=f"The first row is the heading; the column of numbers is one of: {wanted}",
    )


def _chosen(table: pd.DataFrame, column: str, path: Path) -> list[Issue]:
    return chosen_issue(column, find_fields(table.columns, ID_FIELDS)[1:], path.name)


def _missing(asked: Sequence[str], present: Iterable[str]) -> list[str]:
    """Return the numbers that are not there in any spelling that the list gives them, each once."""
    there = {as_seen(number) for number in present}
    return sorted({as_seen(number): number for number in asked if as_seen(number) not in there}.values())


def _absent(number: str, as_of: date) -> Rejected:
    return Rejected(
        number,
        f"未入库：库内在 {as_of} 没有这个编号的地块（从未导入、当日尚未成立或已终止）",
        f"not in the inventory: on {as_of} it holds no parcel of this number (never imported, not yet begun, or ended)",
    )


def _absent_issue(numbers: Sequence[str], path: Path) -> list[Issue]:
    if not numbers:
        return []
    listed = first_five(numbers)
    zh, en = f"{len(numbers)} 个编号未入库：{listed}", f"{len(numbers)} numbers are not in the inventory: {listed}"
    return [Issue("parcel_not_in_inventory", Severity.SERIOUS, path.name, zh, en)]


def _blank(table: pd.DataFrame, column: str, path: Path) -> list[Issue]:
    rows = table.index[table[column].isna()] + 1
    if rows.empty:
        return []
    zh, en = f"第 {first_five(rows)} 条没有编号，未核对", f"entries {first_five(rows)} have no number: not checked"
    return [Issue("list_row_empty", Severity.SERIOUS, path.name, zh, en)]


def _repeated(listed: pd.Series, path: Path) -> list[Issue]:
    """Tell numbers that stand in several rows, each with its entries, counted from 1 below the heading."""
    seen = listed.map(as_seen)
    rows = seen[seen.duplicated(keep=False)].groupby(seen).groups
    return [
        Issue(
            "number_listed_twice",
            Severity.MINOR,
            f"{path.name} {shown(listed[at[0]])}",
            f"编号在清单中出现 {len(at)} 次（第 {'、'.join(str(row + 1) for row in at)} 条），只核对一次",
            f"the number is listed {len(at)} times (entries {', '.join(str(row + 1) for row in at)}) and checked once",
        )
        for at in rows.values()
    ]
