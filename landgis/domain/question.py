"""A question: what only the deliverer of a file can say, with the likely answers and why each is likely.

Nothing is guessed: a file without a CRS or an encoding is not read until one of the candidates, or another answer, is
given with the option that the question names. The answer is recorded with what is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from landgis import errors
from landgis.errors import LandgisError, NeedsAnswer


@dataclass(frozen=True)
class Candidate:
    """One likely answer.

    Attributes
    ----------
    value
        What to write after the option.
    evidence_zh, evidence_en
        What speaks for it, and against.
    preview
        Up to five rows of the file as they would read; empty where the answer changes no text.
    """

    value: str
    evidence_zh: str
    evidence_en: str
    preview: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields."""
        return {
            "value": self.value,
            "evidence_zh": self.evidence_zh,
            "evidence_en": self.evidence_en,
            "preview": list(self.preview),
        }


@dataclass(frozen=True)
class Question:
    """What is asked.

    Attributes
    ----------
    code
        ``crs``, ``encoding`` …
    where
        File and layer concerned.
    asks_zh, asks_en
        The question, with what was found.
    option
        The option that answers it, e.g. ``--crs``.
    candidates
        Likely answers, best first; none where nothing known fits.
    """

    code: str
    where: str
    asks_zh: str
    asks_en: str
    option: str
    candidates: tuple[Candidate, ...] = ()

    @property
    def likeliest(self) -> str:
        """The option with its best candidate, as it would be typed; with dots where there is none."""
        return f"{self.option} {self.candidates[0].value}" if self.candidates else f"{self.option} …"

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields."""
        return {
            "code": self.code,
            "where": self.where,
            "asks_zh": self.asks_zh,
            "asks_en": self.asks_en,
            "option": self.option,
            "candidates": [candidate.as_dict() for candidate in self.candidates],
        }


def question_from_dict(data: Mapping[str, Any]) -> Question:
    """Rebuild a question from `Question.as_dict`."""
    candidates = tuple(
        Candidate(row["value"], row["evidence_zh"], row["evidence_en"], tuple(row.get("preview", ())))
        for row in data["candidates"]
    )
    return Question(data["code"], data["where"], data["asks_zh"], data["asks_en"], data["option"], candidates)


def error_from_dict(data: Mapping[str, Any]) -> LandgisError:
    """Rebuild an error from ``LandgisError.as_dict``: the class by its code, questions included.

    Notes
    -----
    How an error of the confined reader comes home: as text, never as a pickled object.
    """
    kind = {each.code: each for each in _family(LandgisError)}.get(str(data.get("code")), errors.InputError)
    told = {name: str(data.get(name, "")) for name in ("where", "next_zh", "next_en")}
    zh, en = str(data["message_zh"]), str(data["message_en"])
    if issubclass(kind, NeedsAnswer):
        questions = tuple(question_from_dict(row) for row in data.get("questions", ()))
        return kind(zh, en, questions=questions, **told)
    return kind(zh, en, **told)


def _family(kind: type[LandgisError]) -> Iterator[type[LandgisError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from _family(child)
