"""Reading the audit records: by day and account, page by page, all of them counted."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.audit import Asked, AuditStore, Part
from landgis.db.connect import Database
from landgis.domain.district import BEIJING
from landgis.errors import UsageError


def entries(database: Database, admin: Person, first: date, last: date, account: str, *, page: int, size: int) -> Part:
    """Return a page of log-ins, refusals and lock-outs of some days, Beijing time; see `changes`."""
    admin.require(Action.READ_AUDIT)
    return AuditStore(database).entries(_asked(first, last, account, page, size))


def changes(database: Database, admin: Person, first: date, last: date, account: str, *, page: int, size: int) -> Part:
    """Return a page of who changed which kind of record in some days, Beijing time.

    Parameters
    ----------
    database
        As the administrator sees it.
    first, last
        Days, both included.
    account
        Of one account; empty: of all.
    page, size
        Number of the page, from 1, and rows of each.

    Raises
    ------
    NotAllowed, UsageError
        If the person is no audit administrator; if the last day lies before the first.
    """
    admin.require(Action.READ_AUDIT)
    return AuditStore(database).changes(_asked(first, last, account, page, size))


def _asked(first: date, last: date, account: str, page: int, size: int) -> Asked:
    if last < first:
        raise UsageError("止日早于起日", "The last day lies before the first", where="to")
    begin, end = (datetime.combine(day, time(), BEIJING) for day in (first, last + timedelta(days=1)))
    return Asked(begin, end, account.strip(), (page - 1) * size, size)
