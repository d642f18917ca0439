"""A plan or line comes into force: the release that showed it before becomes a draft in force, without its file."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import Originals
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import LegalState, Release, ReleaseStatus
from landgis.errors import Conflict, UsageError
from landgis.frames.layer import LayerData
from landgis.services.layers.original_rows import original_source


@dataclass(frozen=True)
class IntoForce:
    """What is said when a plan or line comes into force.

    Attributes
    ----------
    in_force_from
        First day in force.
    reason
        Why: it is kept with the new release.
    document_no
        Document that says so; empty: that of the release before.
    name
        Name of the new edition; empty: the old one with ``-生效``.
    """

    in_force_from: date
    reason: str
    document_no: str = ""
    name: str = ""


def bring_into_force(
    database: Database, originals: Originals, person: Person, layer: str, name: str, says: IntoForce
) -> StoredRelease:
    """Store a new draft in force with the features, coverage, issues and original of a release that was not.

    The release before is not touched; stored releases never change. The new one says which it follows, who brought it
    into force, when and why.

    Raises
    ------
    NotAllowed, NotFound, FileMissing
        By policy; no such release; its original is not kept here.
    UsageError
        Without a reason.
    Conflict
        If it is in force already or was retired, or the new name is taken.
    """
    store = LayerStore(database)
    old = store.get(layer, name)
    _require_movable(old.release, says)
    release = replace(
        old.release,
        name=says.name or f"{name}-生效",
        legal_state=LegalState.IN_FORCE,
        in_force_from=says.in_force_from,
        document_no=says.document_no or old.release.document_no,
        status=ReleaseStatus.DRAFT,
    )
    complete = Severity.FATAL not in old.issue_counts
    data = LayerData(release, store.features(layer, name, attributes=True), old.coverage, complete)
    issues = (*store.issues(layer, name), _said(old.release, release, says.reason.strip()))
    return store.add_release(data, issues, source=original_source(originals, old.release), person=person)


def _require_movable(release: Release, says: IntoForce) -> None:
    if not says.reason.strip():
        raise UsageError(
            "转为生效须说明理由",
            "Bringing a release into force needs a reason",
            where=release.key,
            next_zh="请用 --reason 写明理由，如批准公布的文件",
            next_en="Give it with --reason, such as the paper that says so",
        )
    if release.legal_state is LegalState.IN_FORCE or release.status is ReleaseStatus.RETIRED:
        state = release.status.zh if release.status is ReleaseStatus.RETIRED else release.legal_state.zh
        raise Conflict(
            f"{release.key} 的状态为“{state}”，不能转为生效",
            f"{release.key} is {release.status} and {release.legal_state}: it cannot be brought into force",
            where=release.key,
            next_zh="只有在编、公示、已批未生效的版本可以转为生效",
            next_en="Only a release that is drafting, on public notice or approved can",
        )


def _said(old: Release, new: Release, reason: str) -> Issue:
    return Issue(
        "brought_into_force",
        Severity.MINOR,
        new.key,
        f"由 {old.key}（{old.legal_state.zh}）转为生效，自 {new.in_force_from} 起，{new.document_no or '无文号'}；理由：{reason}",
        f"brought into force from {old.key} ({old.legal_state}), as of {new.in_force_from}; why: {reason}",
    )
