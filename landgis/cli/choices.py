"""Values of a fixed list on the command line: by key or by Chinese label."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Protocol, TypeVar, cast

from landgis.cli.misuse import WrongValue

Kind = TypeVar("Kind", bound=StrEnum)


class _Labelled(Protocol):
    @property
    def zh(self) -> str: ...


def label(value: StrEnum) -> str:
    """Return the Chinese label of a value."""
    return cast("_Labelled", value).zh


def one_of(values: Iterable[Kind]) -> Callable[[str], Kind]:
    """Return a parser for one of some values, each written by its key or its Chinese label."""
    known = tuple(values)

    def parse(text: str) -> Kind:
        plain = text.strip()
        found = next((each for each in known if plain.lower() == each or plain == label(each)), None)
        if found is None:
            raise WrongValue(
                f"没有“{text}”", f"There is no “{text}”", where=text,
                next_zh=f"可选：{'、'.join(f'{each}（{label(each)}）' for each in known)}",
                next_en=f"Choose from: {', '.join(known)}",
            )  # fmt: skip
        return found

    return parse


def listed(values: Iterable[StrEnum]) -> str:
    """Return keys with Chinese labels, for help."""
    return "、".join(f"{each} {label(each)}" for each in values)
