"""A clause: the sentence of the law that a rule stands on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Document:
    """A policy document or statute.

    Attributes
    ----------
    key
        Short key used by clauses, e.g. ``songjiang-2023-84``.
    title_zh, number
        Full Chinese title and document number (文号; empty where the text gives none).
    issued_on
        Date of issue.
    """

    key: str
    title_zh: str
    number: str
    issued_on: date


@dataclass(frozen=True)
class Clause:
    """A place in a document, with the sentence quoted.

    Attributes
    ----------
    quote_is_summary
        The wording was not at hand: ``quote_zh`` is a summary, and begins by saying so.
    """

    document: Document
    article: str
    quote_zh: str
    quote_is_summary: bool = False

    @property
    def label_zh(self) -> str:
        """Printable reference: document number or title, and article."""
        return f"{self.document.number or '《' + self.document.title_zh + '》'} {self.article}"

    def as_dict(self) -> dict[str, str]:
        """Return the reference and the sentence as plain fields, for JSON."""
        document = self.document.number or self.document.title_zh
        return {"document": document, "article": self.article, "quote_zh": self.quote_zh}
