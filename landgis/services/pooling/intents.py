"""Intents of investors: recorded one by one or from a file, listed, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.db.intents import IntentStore
from landgis.domain.intents import Intent, IntentEnd
from landgis.domain.issue import Issue
from landgis.exchange.intents import read_intents, wanted_from


@dataclass(frozen=True)
class TakenIntents:
    """What a file held: numbers of the intents recorded, and rows that were not."""

    ids: Sequence[str]
    issues: Sequence[Issue]


def add_intent(database: Database, person: Person, fields: Mapping[str, object]) -> Intent:
    """Record an intent.

    Parameters
    ----------
    fields
        What is asked for; see ``exchange.intents.wanted_from``.

    Raises
    ------
    NotAllowed, UsageError
        By policy; fields that are not as declared.
    """
    person.require(Action.RECORD_INTENT)
    store = IntentStore(database)
    (intent_id,) = store.add([wanted_from(fields)], person=person)
    return store.one(intent_id, person=person)


def import_intents(database: Database, person: Person, path: Path, encoding: str | None = None) -> TakenIntents:
    """Record the intents of a file (YAML, CSV or xlsx); a row that is not sound is told and left out.

    Raises
    ------
    NotAllowed
        By policy.
    LandgisError
        If the file cannot be read, or is no list of intents; see ``exchange.intents``.
    """
    person.require(Action.RECORD_INTENT)
    wanted, issues = read_intents(path, encoding)
    return TakenIntents(IntentStore(database).add(wanted, person=person), issues)


def intents(
    database: Database, person: Person, district: str | None = None, *, ended: bool = False
) -> Sequence[Intent]:
    """Return intents that a person may see; ``ended``: also those that are pursued no longer."""
    return IntentStore(database).list(district, ended=ended, person=person)


def end_intent(database: Database, person: Person, intent_id: str, end: IntentEnd, note: str = "") -> Intent:
    """Say that an intent is pursued no longer."""
    return IntentStore(database).end(intent_id, end, note, person=person)
