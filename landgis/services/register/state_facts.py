"""Single statements about a parcel: a fact, the owners' shares, a paper, an owner's answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.db.parcel_documents import DocumentStore, StoredPaper
from landgis.db.parcel_facts import FactStore, HeldFact, Statement
from landgis.db.parcel_intentions import IntentionStore
from landgis.db.parcel_places import PlaceStore
from landgis.db.parcels import ParcelStore
from landgis.domain.documents import Paper
from landgis.domain.fact_values import fact_named, names_of, parse_share, parse_value, values_taken
from landgis.domain.place import Place, parse_place
from landgis.domain.register import REGISTER_FACTS, Answer, Value, level_of, shares_value
from landgis.errors import UsageError


def state_fact(
    database: Database,
    person: Person,
    parcel_id: str,
    name: str,
    text: str,
    *,
    valid_from: date | None,
    document: str = "",
    reason: str,
) -> HeldFact:
    """State one fact of a parcel from a day on; what was known before stays in the history.

    Parameters
    ----------
    name, text
        Fact (name or Chinese label) and value as a person writes them; ``待补`` and ``存疑`` are values.
    valid_from
        First day on which it holds; None: since the beginning.
    document
        文号 of a paper of this parcel that proves it.

    Returns
    -------
    HeldFact
        The fact as it holds on that day.

    Raises
    ------
    UsageError, NotFound, Conflict
        A value that the fact cannot take; a paper that is not there; a parcel that is not there or had ended.
    """
    _require_reason(reason)
    fact = fact_named(name)
    state, value = parse_value(fact, text)
    document_no = DocumentStore(database).find(parcel_id, document) if document else None
    store = FactStore(database)
    store.state([Statement(parcel_id, fact.name, value, state, valid_from, document_no)], person=person, reason=reason)
    return store.held(parcel_id, as_of=valid_from)[fact.name]


def state_place(
    database: Database,
    person: Person,
    parcel_id: str,
    place: Place,
    text: str,
    *,
    valid_from: date | None,
    document: str = "",
    reason: str,
) -> str | None:
    """State the town or the village of a parcel from a day on (None: since the beginning), and return its name.

    Outlines of later days that only carried the old place along get the new one too. 待补 makes it open again.

    Raises
    ------
    UsageError, NotFound, Conflict
        A town that the district does not have; a parcel or a paper that is not there, or not yet on that day.
    """
    _require_reason(reason)
    district = str(ParcelStore(database).one(parcel_id)["district"].iloc[0])
    stated = parse_place(place, text, district)
    document_no = DocumentStore(database).find(parcel_id, document) if document else None
    PlaceStore(database).state(
        parcel_id, stated, valid_from=valid_from, document_no=document_no, person=person, reason=reason
    )
    return stated[f"{place.value}_name"]


def state_owners(
    database: Database,
    person: Person,
    parcel_id: str,
    shares: Sequence[str],
    *,
    valid_from: date | None,
    document: str = "",
    reason: str,
) -> dict[str, HeldFact]:
    """State who owns a parcel and how much: exact fractions that make one whole; level and name follow from them.

    Raises
    ------
    UsageError, Conflict
        A share that cannot be read; shares that do not add up to 1.
    """
    _require_reason(reason)
    owners = [parse_share(text) for text in shares]
    document_no = DocumentStore(database).find(parcel_id, document) if document else None
    values: dict[str, Value] = {
        "owner_shares": shares_value(owners),
        "owner_level": level_of(owners).value,
        "owner_name": names_of(owners),
    }
    statements = [
        Statement(parcel_id, name, value, valid_from=valid_from, document_no=document_no)
        for name, value in values.items()
    ]
    store = FactStore(database)
    store.state(statements, person=person, reason=reason)
    held = store.held(parcel_id, as_of=valid_from)
    return {name: held[name] for name in values}


def fact_kinds() -> list[dict[str, str]]:
    """Return what can be stated of a parcel, and what each takes, as plain rows: facts, then town and village."""
    rows = [(fact.group.zh, fact.name, fact.zh, fact.en, *values_taken(fact)) for fact in REGISTER_FACTS]
    taken = {
        Place.TOWN: ("镇（街道）名称或九位代码", "name or nine-digit code of a town"),
        Place.VILLAGE: ("村名", "name of a village"),
    }
    rows += [("位置", place.value, place.zh, place.value, *taken[place]) for place in Place]
    return [dict(zip(("group_zh", "name", "zh", "en", "takes_zh", "takes_en"), row, strict=True)) for row in rows]


def add_document(
    database: Database, originals: Originals, person: Person, parcel_id: str, paper: Paper, path: Path | None
) -> StoredPaper:
    """Keep a paper of a parcel, byte for byte; without a file it is listed and not received.

    Raises
    ------
    Conflict, FileMissing
        No such parcel, a date in the future; no such file.
    """
    store = DocumentStore(database)
    source = originals.keep(path) if path else None
    store.add(parcel_id, paper, source, person=person)
    return next(
        row for row in store.list(parcel_id) if (row.paper.kind, row.paper.number) == (paper.kind, paper.number)
    )


def record_wish(
    database: Database, person: Person, parcel_id: str, answer: Answer, document: str = "", reason: str = ""
) -> HeldFact:
    """Record what an owner answered (意愿调查), and return the fact ``owner_willing`` as it holds on that day.

    The fact is made of the latest answer of every owner; the least willing wins: unwilling, before undecided or a
    co-owner not heard, before willing.
    """
    number = DocumentStore(database).find(parcel_id, document) if document else None
    known = Answer(answer.asked, answer.asked_on, answer.wish, answer.use_wanted, answer.remark, number)
    IntentionStore(database).add(parcel_id, known, person=person, reason=reason)
    return FactStore(database).held(parcel_id, as_of=answer.asked_on)["owner_willing"]


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError("请用 --reason 写明理由", "State why with --reason", where="--reason")
