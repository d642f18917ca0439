"""What the tables of a pack share: how a file is read and cited, editions by date, and cases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn, TypeVar

from pydantic import Field

from landgis.domain.clause import Clause, Document
from landgis.rules.reading.build import document_of
from landgis.rules.reading.faults import checked, refuse
from landgis.rules.reading.folder import shipped
from landgis.rules.reading.load import load_pack
from landgis.rules.reading.marked import Marked, Step, read_marked
from landgis.rules.reading.schema import ClauseYaml, DocumentYaml, Strict

NATIONAL = "national"
"""The pack of what the statute says; every district stands on it."""


class TableYaml(Strict):
    """A file of a pack."""

    documents: tuple[DocumentYaml, ...] = Field(default=(), title="文件", description="Cited beside those of the pack.")


@dataclass(frozen=True)
class TableCase:
    """A case that ships beside a table, and what came of it: by name, what was wanted and what was given."""

    name: str
    wanted: Mapping[str, Any]
    given: Mapping[str, Any]

    @property
    def passed(self) -> bool:
        """Whether everything that the case names came out as wanted."""
        return all(self.given[name] == value for name, value in self.wanted.items())


AnyTable = TypeVar("AnyTable", bound=TableYaml)


@dataclass(frozen=True)
class Sheet:
    """A file of a pack as it was read: where its parts stand, and what it may cite.

    Attributes
    ----------
    file
        Its places.
    documents
        Documents by key: the pack's, and those that the file lists itself.
    """

    file: Marked
    documents: Mapping[str, Document]

    def clause(self, raw: ClauseYaml, *path: Step) -> Clause:
        """Return a clause with its document.

        Raises
        ------
        RulePackError
            If nobody lists the document, or the wording is not quoted.
        """
        if raw.document not in self.documents:
            known = ", ".join(sorted(self.documents))
            zh = f"没有代号为“{raw.document}”的文件；已列出：{known}"
            self.refuse((*path, "document"), zh, f"there is no document “{raw.document}”; listed: {known}")
        if raw.quote_is_summary:
            self.refuse((*path, "quote"), "表中只用原文，不用摘要", "a table quotes the wording, never a summary of it")
        return Clause(self.documents[raw.document], raw.article, raw.quote)

    def refuse(self, path: Sequence[Step], zh: str, en: str) -> NoReturn:
        """Raise the error of a fault at a path."""
        raise refuse([self.file.fault(path, zh, en)])

    def require_once(self, names: Sequence[str], *path: Step) -> None:
        """Refuse a list of which two items have one id."""
        for place, name in enumerate(names):
            if name in names[:place]:
                self.refuse((*path, place, "id"), f"“{name}”列了两次", f"“{name}” is listed twice")


def read_table(text: str, where: str, model: type[AnyTable], pack: str) -> tuple[AnyTable, Sheet]:
    """Read the text of a file of a pack; ``where`` is what faults call it.

    Raises
    ------
    RulePackError
        If it does not keep the schema, or lists a document that the pack lists; with file and line.
    """
    file, faults = read_marked(text, where)
    raw, more = checked(model, file) if not faults else (None, [])
    if raw is None:
        raise refuse([*faults, *more])
    known = {document.key: document for document in load_pack(pack).documents}
    own = {row.key: document_of(row) for row in raw.documents}
    sheet = Sheet(file, known | own)
    for place, row in enumerate(raw.documents):
        if row.key in known:
            sheet.refuse(
                ("documents", place), f"“{row.key}”已在 pack.yaml 中列出", f"“{row.key}” is listed in pack.yaml already"
            )
    return raw, sheet


def table_text(pack: str, name: str) -> str:
    """Return the text of a file of a pack that ships."""
    return shipped(pack).joinpath(name).read_text(encoding="utf-8")
