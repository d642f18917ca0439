"""What the columns of a delivery can mean, and which of them are known by their names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from landgis.domain.catalogue import LayerSpec
from landgis.exchange.conforming.facts import known_facts
from landgis.exchange.conforming.parcel_place import (
    DISTRICT_FIELDS,
    TOWN_CODE_FIELDS,
    TOWN_NAME_FIELDS,
    VILLAGE_FIELDS,
)
from landgis.exchange.conforming.parcels import ID_FIELDS
from landgis.exchange.reading.fields import find_fields


@dataclass(frozen=True)
class Meaning:
    """What a column can mean.

    Attributes
    ----------
    read_as
        Name under which such a column is read.
    zh, en
        What it means.
    names
        Every name by which it is known, best first.
    """

    read_as: str
    zh: str
    en: str
    names: tuple[str, ...]


def parcel_meanings() -> tuple[Meaning, ...]:
    """Return what columns of a file of parcels can mean."""
    place = (
        ("地块编号", "parcel number", ID_FIELDS), ("街镇代码", "town code", TOWN_CODE_FIELDS),
        ("街镇名称", "town name", TOWN_NAME_FIELDS), ("村", "village", VILLAGE_FIELDS), ("区", "district", DISTRICT_FIELDS),
    )  # fmt: skip
    of_place = (Meaning(names[0], zh, en, names) for zh, en, names in place)
    of_facts = (Meaning(names[0], fact.zh, fact.en, names) for fact, names in known_facts())
    return (*of_place, *of_facts)


def layer_meanings(spec: LayerSpec) -> tuple[Meaning, ...]:
    """Return what columns of a layer can mean: its identifier, what a card prints, and its code or day."""
    kinds = (
        ("要素编号", "identifier", spec.id_fields), ("名称", "what a card prints", spec.label_fields),
        ("日期", "day", spec.code_fields) if spec.class_by == "day" else ("地类代码", "land-use code", spec.code_fields),
    )  # fmt: skip
    return tuple(Meaning(names[0], zh, en, names) for zh, en, names in kinds if names)


def recognised(columns: Sequence[str], meanings: Sequence[Meaning]) -> dict[str, Meaning]:
    """Return the columns that are known by their names, and what they mean; of several for one meaning, all."""
    return {column: meaning for meaning in reversed(meanings) for column in find_fields(columns, meaning.names)}
