"""Nearness to a control line: a setting that the bureau signs, off until it does. On, it flags and does nothing more.

No plan says how near is near. A parcel that does not touch a line may still need a look when the line runs within the
error of its survey, or when the line's keeper asks for a distance.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from landgis.rules.rule import Words
from landgis.rules.signature import Signature

PREFIX = "adjacency-"
"""Ids of findings about nearness begin with this; no rule's does."""
WITHIN = "within"
"""On which side of the distance they count: at the distance itself too, unlike on the sides of a rule's threshold."""


@dataclass(frozen=True)
class Adjacency:
    """The setting in force from a day on.

    Attributes
    ----------
    start
        First day.
    within_m
        How near is near, in metres; None: off.
    signed
        Who set it, when, by which paper; None only while it is off.
    layers
        The lines asked about, by layer key, with their names.
    """

    start: date
    within_m: float | None
    signed: Signature | None
    layers: dict[str, Words]

    @property
    def rule_ids(self) -> dict[str, str]:
        """Id of the findings about each line, by layer key."""
        return {layer: PREFIX + layer.replace("_", "-") for layer in self.layers}

    @property
    def titles(self) -> dict[str, Words]:
        """What those findings are called, by their id."""
        return {
            self.rule_ids[layer]: Words(f"邻近{line.zh}", f"Near {line.en.lower()}")
            for layer, line in self.layers.items()
        }
