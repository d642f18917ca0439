"""Papers of parcels: kind, number, title, date, and the file itself, kept byte for byte."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.bulk import raw
from landgis.db.connect import Database
from landgis.db.originals import SourceFile, record_source
from landgis.db.own_town import require_own_town
from landgis.db.statements import statement
from landgis.db.tables.register import PARCEL_DOCUMENT
from landgis.domain.documents import Paper, document_label
from landgis.errors import NotFound, UsageError


@dataclass(frozen=True)
class StoredPaper:
    """A paper as it was stated last; ``content_hash`` and ``file_name`` are None while the file is not there."""

    document_no: int
    paper: Paper
    content_hash: str | None
    file_name: str | None
    told_by: str
    told_at: datetime


class DocumentStore:
    """Papers of the register; nothing of them is ever changed, a later statement stands beside the earlier."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, parcel_id: str, paper: Paper, source: SourceFile | None, *, person: Person) -> int:
        """Store a paper and return its number in the register.

        Parameters
        ----------
        source
            The file, kept among the originals; None: not handed in.

        Raises
        ------
        NotAllowed
            By policy.
        Conflict
            If there is no such parcel, or the date lies in the future.
        """
        person.require(Action.STATE_FACTS)
        row = vars(paper) | {"parcel_id": parcel_id, "created_by": person.person_id}
        with self._database.begin(person) as connection:
            require_own_town(connection, person, Action.STATE_FACTS, [parcel_id])
            if source is not None:
                record_source(connection, source, person)
                row["content_hash"] = source.content_hash
            query = insert(PARCEL_DOCUMENT).values(row).returning(PARCEL_DOCUMENT.c.document_no)
            number: int = connection.execute(query).scalar_one()
            return number

    def list(self, parcel_id: str, *, known_at: datetime | None = None) -> list[StoredPaper]:
        """Return the papers of a parcel as they were stated last (until a moment), by kind and number."""
        keys = {"parcel_id": parcel_id, "known_at": known_at}
        with self._database.begin() as connection:
            rows = raw(connection).execute(statement("papers_of_parcel"), keys).fetchall()
        return [StoredPaper(row[0], Paper(*row[1:5]), *row[5:]) for row in rows]

    def find(self, parcel_id: str, number: str) -> int:
        """Return the register's number of the paper of a parcel that has a 文号.

        Parameters
        ----------
        number
            文号; where papers of several kinds bear it, with the kind before it: ``decision:沪松规〔2026〕7号``.

        Raises
        ------
        NotFound
            If the parcel has none.
        UsageError
            If papers of several kinds bear the number, and no kind is said.
        """
        papers = self.list(parcel_id)
        found = [row for row in papers if row.paper.number == number]
        found = found or [row for row in papers if number in _with_kind(row.paper)]
        if not found:
            raise NotFound(
                f"地块 {parcel_id} 没有文号为“{number}”的文件",
                f"Parcel {parcel_id} has no document “{number}”",
                where=number,
                next_zh=f"请先登记：landgis parcel document add {parcel_id} 文件 --number {number} --kind 类别"
                "（类别见 landgis parcel document kinds）",
                next_en=f"Add it first: landgis parcel document add {parcel_id} FILE --number {number} --kind KIND "
                "(landgis parcel document kinds)",
            )
        if len(found) > 1:
            raise _which(parcel_id, number, found)
        return found[0].document_no


def _with_kind(paper: Paper) -> tuple[str, ...]:
    """Return how a paper is called where its number alone would not do."""
    kinds = (paper.kind, document_label(paper.kind), document_label(paper.kind, "en"))
    return tuple(f"{kind}{colon}{paper.number}" for kind in kinds for colon in ":：")


def _which(parcel_id: str, number: str, found: Sequence[StoredPaper]) -> UsageError:
    """Say that a number is not enough, with every paper that bears it and whether it is there."""
    there = [
        (("已收件", "received") if row.content_hash else ("未收件", "not received"), row.paper.kind) for row in found
    ]
    zh = "、".join(f"{document_label(kind)}（{state[0]}）" for state, kind in there)
    en = ", ".join(f"{document_label(kind, 'en')} ({state[1]})" for state, kind in there)
    choices = [f"--document {kind}:{number}" for _, kind in there]
    return UsageError(
        f"地块 {parcel_id} 有 {len(found)} 份文件的文号为“{number}”：{zh}",
        f"{len(found)} documents of parcel {parcel_id} bear the number “{number}”: {en}",
        where=number,
        next_zh=f"请写明类别：{' 或 '.join(choices)}",
        next_en=f"Say which kind: {' or '.join(choices)}",
    )
