"""Which action a kind of job takes, who sees those of others, and what makes two of them the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from landgis.access.person import Person
from landgis.access.roles import Action, Reach, reach
from landgis.domain.jobs import Job, JobKind
from landgis.errors import UsageError
from landgis.services.jobs.asked import (
    Asked,
    AtlasAsked,
    KeptFile,
    LayerAsked,
    PackageAsked,
    ParcelsAsked,
    ScreenAsked,
    as_record,
)


@dataclass(frozen=True)
class Kind:
    """A kind of job.

    Attributes
    ----------
    action
        What its asker must be allowed to do, when he asks and when it is done.
    seen_with
        Action that lets a person see everybody's jobs of this kind, where the policy lets it reach everywhere.
    asked
        What may be asked.
    own
        Whether it is its asker's own, such as a paper with his name: the same asked by somebody else is another job.
    """

    action: Action
    seen_with: Action
    asked: type[Asked]
    own: bool


KINDS: Mapping[JobKind, Kind] = {
    JobKind.IMPORT_LAYER: Kind(Action.IMPORT_LAYER, Action.IMPORT_LAYER, LayerAsked, own=False),
    JobKind.IMPORT_PARCELS: Kind(Action.IMPORT_PARCELS, Action.IMPORT_PARCELS, ParcelsAsked, own=True),
    JobKind.SCREEN: Kind(Action.SCREEN, Action.SCREEN, ScreenAsked, own=False),
    # An atlas shows pool and plan before they are public, and it is made to be taken away.
    JobKind.ATLAS: Kind(Action.EXPORT_INTERNAL, Action.READ_EXPORTS, AtlasAsked, own=True),
    JobKind.PACKAGE: Kind(Action.EXPORT, Action.READ_EXPORTS, PackageAsked, own=True),
}


def parsed(kind: JobKind, arguments: Mapping[str, Any]) -> Asked:
    """Return what is asked, checked field by field.

    Raises
    ------
    UsageError
        If a field is unknown, missing or cannot be.
    """
    try:
        return KINDS[kind].asked.model_validate(arguments)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False)
        places = ["、".join(dict.fromkeys(".".join(map(str, fault["loc"])) or str(kind) for fault in faults))]
        raise UsageError(
            f"任务“{kind.zh}”的参数有误：{places[0]}",
            f"Wrong arguments of the job “{kind.en}”: "
            + "; ".join(f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults),
            where=places[0],
            next_zh=f"可写的参数：{'、'.join(KINDS[kind].asked.model_fields)}",
            next_en=f"Arguments: {', '.join(KINDS[kind].asked.model_fields)}",
        ) from error


def files_of(asked: Asked) -> tuple[KeptFile, ...]:
    """Return the files that a job reads."""
    values = (getattr(asked, name) for name in type(asked).model_fields)
    return tuple(value for value in values if isinstance(value, KeptFile))


def key_of(kind: JobKind, asked: Asked, person: Person) -> str:
    """Return the hash of what makes two jobs the same: kind and arguments, and the asker where the job is his own."""
    whose = person.person_id if KINDS[kind].own else None
    said = json.dumps([str(kind), as_record(asked), whose], ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def kinds_seen(person: Person) -> tuple[JobKind, ...]:
    """Return the kinds of which a person sees everybody's jobs."""
    return tuple(kind for kind, row in KINDS.items() if reach(person.role, row.seen_with) is Reach.ALL)


def sees(person: Person, job: Job) -> bool:
    """Tell whether a person sees a job: one's own, or of a kind that one sees everybody's of."""
    return job.asked_by == person.person_id or job.kind in kinds_seen(person)
