"""The rooms of the office: which pages there are, and who may enter them."""

from __future__ import annotations

from landgis.access.person import Person
from landgis.access.roles import Action

DESK = (Action.READ_VERDICTS, Action.READ_PARCELS)
"""What the desk itself takes."""
_ROOMS = (
    ("/", "to_desk", DESK),
    ("/boards/pool", "board_pool", (Action.READ_POOL,)),
    ("/boards/plan", "board_plan", (Action.READ_PLANS,)),
    ("/releases", "receiving", (Action.READ_LAYERS,)),
    ("/jobs", "jobs", (Action.READ,)),
    ("/handbook", "handbook", ()),
    ("/people", "page_/people", (Action.MANAGE_PEOPLE,)),
    ("/audit", "page_/audit", (Action.READ_AUDIT,)),
    ("/system", "page_/system", (Action.MANAGE_SYSTEM,)),
)


def rooms_of(person: Person) -> tuple[tuple[str, str], ...]:
    """Return the rooms that a person may enter: path, and the key of its name."""
    return tuple((path, key) for path, key, actions in _ROOMS if all(person.may(action) for action in actions))
