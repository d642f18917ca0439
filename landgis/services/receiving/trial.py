"""Trying the rows of a file of parcels before they are brought in: which would be stored, which would stay out, and why."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.domain.issue import Issue
from landgis.errors import InputError, UsageError
from landgis.exchange.conforming.parcels import RejectedParcel
from landgis.exchange.writing.vector import write_csv
from landgis.services.desk.check_uploads import Kept
from landgis.services.register.import_parcels import ParcelDelivery, read_delivery
from landgis.services.register.row_table import row_table


@dataclass(frozen=True)
class TriedRows:
    """What an import would do with the rows of a file.

    Attributes
    ----------
    good
        How many would be stored.
    refused
        Those that would stay out.
    issues
        Everything noticed.
    blocked
        Why nothing would be stored; None where something would.
    """

    good: int
    refused: tuple[RejectedParcel, ...]
    issues: tuple[Issue, ...]
    blocked: InputError | UsageError | None


def try_rows(person: Person, kept: Kept, delivery: ParcelDelivery) -> TriedRows:
    """Read the rows of a file of parcels as the import will; nothing is stored, but the list of what would stay out.

    Raises
    ------
    NotAllowed
        If the policy lets this person bring in parcels of his own town alone, and others are among them.
    """
    refused_list(kept).unlink(missing_ok=True)
    try:
        read = read_delivery(delivery)
    except (InputError, UsageError) as error:
        return TriedRows(0, (), (), error)
    conformed = read.conformed
    write_csv(refused_list(kept), row_table(conformed.rejected, read.issues))
    for town_code in sorted(set(conformed.parcels["town_code"].dropna())):
        person.require(Action.IMPORT_PARCELS, town_code=town_code)
    blocked: InputError | None = None
    try:
        read.require_storable()
    except InputError as error:
        blocked = error
    return TriedRows(len(conformed.parcels), conformed.rejected, read.issues, blocked)


def refused_list(kept: Kept) -> Path:
    """Return where the list of rows that would stay out lies, once they were tried."""
    return kept.folder / "refused.csv"
