"""Bringing parcels in: a file, and a table of facts beside it, become parcel versions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pandas as pd

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.originals import Originals, SourceFile
from landgis.db.parcel_delivery import ImportMeta, ParcelImport
from landgis.db.parcels import ParcelStore
from landgis.domain.issue import Issue, shown
from landgis.errors import Conflict, InputError, NumbersRepeated
from landgis.exchange.conforming.parcels import ConformedParcels, RejectedParcel, conform_parcels
from landgis.exchange.conforming.stated_columns import as_stated
from landgis.exchange.reading.original import original_file
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.exchange.reading.vector import read_vector

Progress = Callable[[str], None]
_NAMED = 20
"""Repeated numbers that a message names."""


@dataclass(frozen=True)
class ParcelDelivery:
    """A file of parcels and what is said of it."""

    path: Path
    layer: str | None = None
    crs: str | None = None
    encoding: str | None = None
    facts: pd.DataFrame | None = None
    documents: pd.DataFrame | None = None
    district: str | None = None
    valid_from: date | None = None
    """Day from which it holds (of survey, of the state of the data); None: nobody said."""
    reason: str = ""
    """Why it comes in, kept with what is written."""
    columns: Mapping[str, str] | None = None
    """Column as delivered → name that is known, for columns whose names tell nothing."""


@dataclass(frozen=True)
class ImportedParcels:
    """The import as stored, and everything that was noticed."""

    stored: ParcelImport
    issues: tuple[Issue, ...]
    refused: tuple[RejectedParcel, ...]

    @property
    def rejected(self) -> int:
        """How many rows stayed out."""
        return len(self.refused)


@dataclass(frozen=True)
class ReadDelivery:
    """A delivery as read and conformed; nothing of it is stored."""

    raw: RawLayer
    conformed: ConformedParcels

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Everything that was noticed."""
        return (*self.raw.issues, *self.conformed.issues)

    def require_storable(self) -> None:
        """Refuse a delivery of which nothing can be stored.

        Raises
        ------
        NumbersRepeated, InputError
            If a parcel number repeats; if no row is good.
        """
        _require_unrepeated(self.conformed, self.raw.where)
        if self.conformed.parcels.empty:
            raise InputError(
                f"没有一宗可用的地块，{len(self.conformed.rejected)} 行有误",
                f"Not one parcel can be used; {len(self.conformed.rejected)} rows are wrong",
                where=self.raw.where,
                next_zh="请用 landgis check 查看每行的原因，更正后重试",
                next_en="See each row's reason with landgis check, correct and try again",
            )


def read_delivery(delivery: ParcelDelivery, progress: Progress = lambda _step: None) -> ReadDelivery:
    """Read a delivery as an import reads it.

    Raises
    ------
    InputError
        If the file as a whole cannot be used.
    """
    progress("读取 reading")
    raw = read_vector(delivery.path, layer=delivery.layer, crs=delivery.crs, encoding=delivery.encoding)
    raw = as_stated(raw, delivery.columns)
    progress("整理 conforming")
    return ReadDelivery(raw, conform_parcels(raw, facts=delivery.facts, district=delivery.district))


def import_parcels(
    database: Database,
    originals: Originals,
    person: Person,
    delivery: ParcelDelivery,
    progress: Progress = lambda _step: None,
) -> ImportedParcels:
    """Store the good rows of a delivery as parcel versions, all or nothing; bad rows are issues.

    Raises
    ------
    InputError
        If the file as a whole cannot be used, a parcel number repeats, or no row is good.
    """
    read = read_delivery(delivery, progress)
    raw, conformed, issues = read.raw, read.conformed, read.issues
    read.require_storable()
    progress("入库 storing")
    source = keep_original(originals, delivery.path, raw)
    transform = str(conformed.transform) if conformed.transform.definition else ""
    stored = ParcelStore(database).add_import(
        conformed.parcels,
        issues,
        source=source,
        meta=ImportMeta(conformed.transform.source, transform, raw.encoding, delivery.valid_from),
        person=person,
        documents=delivery.documents,
        stated=conformed.stated,
        reason=delivery.reason,
    )
    noticed = ParcelStore(database).issues(stored.import_no)
    return ImportedParcels(stored, tuple(noticed), conformed.rejected)


def keep_original(originals: Originals, path: Path, raw: RawLayer) -> SourceFile:
    """Keep the file that a layer was read from, byte for byte.

    Raises
    ------
    Conflict
        If it changed since it was read.
    """
    with original_file(path) as original:
        if original.content_hash != raw.content_hash:
            raise Conflict(
                f"文件 {path.name} 在读取之后被改动，未保存任何内容",
                f"The file {path.name} changed after it was read; nothing was stored",
                where=str(path),
                next_zh="请在文件不再变化后重新导入",
                next_en="Import it again when nobody writes to it",
            )
        return originals.keep(original.path, name=original.name)


def _require_unrepeated(conformed: ConformedParcels, where: str) -> None:
    """A number that names two parcels makes the register ambiguous: the whole delivery is refused."""
    repeated = [row for row in conformed.rejected if row.code == "parcel_id_repeated"]
    if not repeated:
        return
    rows: dict[str, list[str]] = {}
    for row in repeated:
        rows.setdefault(row.parcel_id, []).append(str(row.row))
    told = list(rows.items())[:_NAMED]
    more = len(rows) - len(told)
    listed_zh = "；".join(f"{shown(number)}（第 {'、'.join(at)} 行）" for number, at in told)
    listed_en = "; ".join(f"{shown(number)} (rows {', '.join(at)})" for number, at in told)
    raise NumbersRepeated(
        f"{len(rows)} 个地块编号重复：{listed_zh}{f'；另有 {more} 个，见 --json' if more else ''}",
        f"{len(rows)} parcel numbers repeat: {listed_en}{f'; and {more} more, see --json' if more else ''}",
        where=where,
        next_zh="请更正编号后重新导入，未保存任何内容",
        next_en="Correct the numbers and import again; nothing was stored",
        issues=tuple(issue for issue in conformed.issues if issue.code == "parcel_id_repeated"),
    )
