"""What the children of a split or a merger surely hold of their parents' facts: unknown is not clear."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from landgis.domain.facts import Fact, Inherits, OwnerLevel
from landgis.domain.register import REGISTER_FACTS, Value


def inheritance(parents: Sequence[Mapping[str, Value]], children: int) -> dict[str, Value]:
    """Return the facts that children surely hold of their parents'; all others are 待补.

    Parameters
    ----------
    parents
        Known facts of every parent.
    children
        How many parcels come out. A fact of the whole need not be one of each part; above all, which of several
        owners has which part is not known.
    """
    sole = all(
        parent.get("owner_level") in (OwnerLevel.TOWN, OwnerLevel.VILLAGE, OwnerLevel.GROUP) for parent in parents
    )
    sure = {}
    for fact in REGISTER_FACTS:
        if fact.name.startswith("owner_") and children > 1 and not sole:
            continue
        value = _inherited(fact, [parent.get(fact.name) for parent in parents], children)
        if value is not None:
            sure[fact.name] = value
    return sure


def _inherited(fact: Fact, values: Sequence[Value | None], children: int) -> Value | None:
    if fact.inherits is Inherits.NEVER:
        return None
    if fact.inherits is Inherits.ALIKE:
        return values[0] if all(value == values[0] for value in values) else None
    passes = fact.inherits is Inherits.MERIT
    if all(value is passes for value in values):
        return passes
    return (not passes) if children == 1 and (not passes) in values else None
