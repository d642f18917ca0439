"""Reading how near is near: YAML in, `Adjacency` out; a distance that nobody signed does not load."""

from __future__ import annotations

from pydantic import Field, model_validator

from landgis.rules.adjacency import Adjacency
from landgis.rules.reading.build import words_of
from landgis.rules.reading.faults import checked, refuse
from landgis.rules.reading.folder import PackFolder
from landgis.rules.reading.schema import Day, Strict, WordsYaml, refused
from landgis.rules.reading.signature_table import SignatureYaml, signature_of

_FILE = "adjacency.yaml"
_FARTHEST_M = 100.0
"""Distances beyond are not measured."""


class _Within(Strict):
    value: float | None = Field(gt=0, le=_FARTHEST_M)
    unit: str = Field(pattern="^m$")


class _Edition(Strict):
    start: Day = Field(alias="from")
    within: _Within
    signed: SignatureYaml | None
    layers: dict[str, WordsYaml] = Field(min_length=1)

    @model_validator(mode="after")
    def _signed_when_on(self) -> _Edition:
        if self.within.value is not None and self.signed is None:
            raise refused("有距离而无签字，不能启用", "a distance without a signature is nobody's setting")
        return self


class AdjacencyYaml(Strict):
    editions: tuple[_Edition, ...] = Field(min_length=1)


def adjacency_of(folder: PackFolder) -> tuple[Adjacency, ...]:
    """Read the setting of a pack, every edition; a pack without the file has none.

    Raises
    ------
    RulePackError
        If it does not keep the schema: no unit, no signature, or farther than distances are measured.
    """
    if _FILE not in folder.content:
        return ()
    raw, faults = checked(AdjacencyYaml, folder.read(_FILE))
    if raw is None:
        raise refuse(faults)
    return tuple(
        Adjacency(
            each.start,
            each.within.value,
            signature_of(each.signed),
            {layer: words_of(title) for layer, title in each.layers.items()},
        )
        for each in raw.editions
    )
