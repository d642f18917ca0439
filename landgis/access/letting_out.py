"""Judging whether something may leave: by whom, with what mark, to whom, how much ground; nothing is looked up here."""

from __future__ import annotations

from enum import StrEnum

from landgis.access.roles import Action, Role, may
from landgis.domain.layer import Secrecy
from landgis.domain.leaving import CONTINUOUS_LIMIT_M2, ExportKind, Leaving, above
from landgis.domain.profile import Personal


class Hindrance(StrEnum):
    """Why something must not leave, or not with this person."""

    NO_REASON = "no_reason"
    ROLE = "role"
    INTERNAL = "internal"
    PLATFORM_KIND = "platform_kind"
    NOT_PUBLISHED = "not_published"
    MARK_ABOVE = "mark_above"
    PERSONAL_OPEN = "personal_open"
    NOT_MEASURED = "not_measured"
    CONTINUOUS = "continuous"
    NO_BASE = "no_base"

    @property
    def of_person(self) -> bool:
        """Whether another person might let it out."""
        return self in (Hindrance.ROLE, Hindrance.INTERNAL, Hindrance.PLATFORM_KIND, Hindrance.NOT_PUBLISHED)


def hindrances(role: Role, leaving: Leaving, *, published: bool) -> tuple[Hindrance, ...]:
    """Return everything that stands in the way; empty: it may leave.

    Parameters
    ----------
    role
        Of the person who lets it out.
    published
        Whether the plan that it shows has been published.
    """
    public = leaving.secrecy is Secrecy.PUBLIC
    machine = role is Role.PLATFORM
    size = leaving.continuous_m2
    asked = {
        Hindrance.NO_REASON: not leaving.why.strip(),
        Hindrance.ROLE: not may(role, Action.EXPORT),
        Hindrance.INTERNAL: not public and not may(role, Action.EXPORT_INTERNAL),
        Hindrance.PLATFORM_KIND: machine and leaving.kind not in (ExportKind.PACKAGE, ExportKind.DELTA),
        Hindrance.NOT_PUBLISHED: machine and not published,
        Hindrance.MARK_ABOVE: above(leaving.secrecy, leaving.receiver),
        Hindrance.PERSONAL_OPEN: leaving.personal is Personal.KEEP
        and (leaving.receiver is Secrecy.PUBLIC or not may(role, Action.EXPORT_INTERNAL)),
        Hindrance.NOT_MEASURED: size is None or size != size,
        Hindrance.CONTINUOUS: size is not None and size > CONTINUOUS_LIMIT_M2,
        Hindrance.NO_BASE: (leaving.kind is ExportKind.DELTA) is not bool(leaving.since),
    }
    return tuple(hindrance for hindrance, stands in asked.items() if stands)
