"""What receivers answered: receipts, rejections, and the rules that rejections became."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.db.exports import ExportStore
from landgis.domain.leaving import Logged, Receipt
from landgis.domain.receiver_rule import ReceiverRule, Rejection, require_sound
from landgis.errors import Conflict, UsageError


def last_accepted(database: Database, district: str, profile_id: str) -> Logged | None:
    """Return the newest accepted export of a district under a profile, with its keys; None: there is none."""
    return ExportStore(database).last_accepted(district, profile_id)


def receiver_rules(database: Database, profile_id: str) -> tuple[ReceiverRule, ...]:
    """Return the rules that rejections under a profile became and that are still tried, oldest first."""
    return tuple(each.rule for each in ExportStore(database).rejections(profile_id, ended=False))


def exports(
    database: Database, person: Person, district: str | None = None, since: datetime | None = None
) -> Sequence[Logged]:
    """Return what left, the newest first, without keys.

    Raises
    ------
    NotAllowed
        By policy.
    """
    person.require(Action.READ_EXPORTS)
    return ExportStore(database).list(district, since=since)


def export_of(database: Database, person: Person, export_id: str) -> Logged:
    """Return one export, without keys.

    Raises
    ------
    NotAllowed, NotFound
        By policy; if there is none of that number.
    """
    person.require(Action.READ_EXPORTS)
    return ExportStore(database).one(export_id)


def note_receipt(database: Database, person: Person, export_id: str, receipt: Receipt) -> Logged:
    """Note what a receiver answered to an export; a later answer speaks in place of an earlier one.

    Raises
    ------
    NotAllowed, NotFound, ContractBroken
        As ``ExportStore.add_receipt``.
    UsageError
        Without receiver or document.
    """
    said = {"--receiver": receipt.receiver, "--document": receipt.document_no}
    missing = [name for name, text in said.items() if not text.strip()]
    if missing:
        raise UsageError(
            "回执须写明接收单位和文号", "A receipt names the receiver and its paper", where=" ".join(missing),
            next_zh="请补上 --receiver 与 --document", next_en="Give --receiver and --document",
        )  # fmt: skip
    return ExportStore(database).add_receipt(export_id, receipt, person=person)


def note_rejection(database: Database, person: Person, rejection: Rejection) -> Rejection:
    """Keep what a receiver sent an export back for, as a rule of the profile that the export was made under.

    Parameters
    ----------
    rejection
        Its rule's number and profile are filled in here.

    Raises
    ------
    NotAllowed, NotFound, ContractBroken
        As ``ExportStore.add_rejection``.
    Conflict
        If the export was made under no profile, or has no such layer.
    UsageError
        If the rule cannot be tried.
    """
    person.require(Action.NOTE_RECEIPT)
    require_sound(rejection.rule)
    store = ExportStore(database)
    logged = store.one(rejection.export_id)
    _require_layer(logged, rejection.rule.layer)
    return store.add_rejection(rejection.under(logged.export_id, logged.leaving.profile_id), person=person)


def rejections(
    database: Database, person: Person, profile_id: str | None = None, *, ended: bool
) -> Sequence[Rejection]:
    """Return rejections, oldest first; ``ended``: also those whose rule is tried no longer.

    Raises
    ------
    NotAllowed
        By policy.
    """
    person.require(Action.READ_EXPORTS)
    return ExportStore(database).rejections(profile_id, ended=ended)


def end_rule(database: Database, person: Person, rejection_id: str, reason: str) -> Rejection:
    """Try the rule of a rejection no longer.

    Raises
    ------
    NotAllowed, NotFound, Conflict
        By policy; no such rejection; one that was ended already.
    UsageError
        Without a reason.
    """
    person.require(Action.NOTE_RECEIPT)
    if not reason.strip():
        raise UsageError(
            "没有写明停用理由", "No reason was given", where="--reason",
            next_zh="请用 --reason 写明", next_en="State why with --reason",
        )  # fmt: skip
    store = ExportStore(database)
    found = store.rejection(rejection_id)
    if found.ended_why:
        number = found.rule.rejection_id
        raise Conflict(
            f"规则 {number} 已停用：{found.ended_why}",
            f"Rule {number} was ended already: {found.ended_why}",
            where=number,
        )
    return store.end_rejection(rejection_id, reason, person=person)


def _require_layer(logged: Logged, layer: str) -> None:
    leaving, number = logged.leaving, logged.export_id
    if not leaving.profile_id:
        raise Conflict(
            f"{number} 不是按移交方案导出的，退回意见无处检查", f"{number} was made under no profile: a rule of it is tried nowhere",
            where=number, next_zh="退回意见登记在按方案导出的成果包上", next_en="Rejections are kept of packages made under a profile",
        )  # fmt: skip
    if layer not in leaving.rows:
        listed = "、".join(leaving.rows)
        raise Conflict(
            f"{number} 没有图层“{layer}”", f"{number} has no layer “{layer}”", where=layer,
            next_zh=f"其图层：{listed}", next_en=f"Its layers: {listed}",
        )  # fmt: skip
