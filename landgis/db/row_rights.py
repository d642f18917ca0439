"""Which action lets a person see, add or change which rows: the one table of it, and the policies that say so in SQL.

A row is shown, or taken, when the policy lets the viewer do one of the actions named: with reach ``all`` any row, with
reach ``own_town`` the rows that the place says are of the own town. What the text is made of is fixed here; no value of a
user comes near it. Revision 0020 keeps the text as it was; a test compares the two.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from landgis.access.roles import Action

DESK = "landgis_desk"
"""Role in which the desk and the open services work."""


@dataclass(frozen=True)
class Place:
    """How a row is known to be one of the viewer's own.

    Attributes
    ----------
    sql
        Condition; ``{actions}`` stands for the actions that are asked about.
    of
        Table on whose rows it hangs; empty: on none.
    alone
        Whether one's own is all there is, however far the actions reach.
    """

    sql: str
    of: str = ""
    alone: bool = False


_PARCEL = Place("parcel_id IN (SELECT landgis.own_parcels({actions}))")
"""The parcel that the row names lies in the town, or ended there."""
_DISTRICT = Place("(SELECT landgis.reaches({actions}))")
"""A head of the district's work: of no town, shown to whoever sees some of what hangs on it."""
_NOWHERE = Place("")
"""Of no town: for a reach of all alone."""
_TOWN = Place("town_code = (SELECT landgis.own_town({actions}))")
_BORN = Place(f"{_TOWN.sql} AND landgis.own_or_new(parcel_id, {{actions}})")
"""A version lies in the town, and its parcel stands in no other."""
_WANTED = Place("(SELECT landgis.reaches({actions})) AND towns <@ ARRAY[(SELECT landgis.own_town({actions}))]")
"""An investor's wish that names no other town."""
_VIEWER = "(SELECT landgis.viewer_id())"
_ONESELF = Place(f"person_id = {_VIEWER}")

_OF_TOKEN = Place("token_no IN (SELECT token_no FROM landgis.access_token)", "access_token")


def _mine(column: str, *, alone: bool = False) -> Place:
    return Place(f"(SELECT landgis.reaches({{actions}})) AND {column} = {_VIEWER}", alone=alone)


def _of(table: str, columns: str) -> Place:
    """Hang on a row of another table that the viewer sees."""
    hangs = f"({columns}) IN (SELECT {columns} FROM landgis.{table})"  # noqa: S608  # names of this module alone
    return Place(f"(SELECT landgis.reaches({{actions}})) AND {hangs}", table)


@dataclass(frozen=True)
class Right:
    """What some actions give.

    Attributes
    ----------
    actions
        Any of them is enough; none: whoever is in office.
    place
        How a row is known to be one's own.
    when
        Of which rows this speaks, in SQL; empty: of all.
    """

    actions: tuple[Action, ...]
    place: Place
    when: str = ""

    def sql(self) -> str:
        """Return the condition."""
        named = ", ".join(f"'{action}'" for action in self.actions)
        own, every = self.place.sql.format(actions=named), f"(SELECT landgis.reaches_all({named}))"
        said = f"{every} OR {own}" if own else every
        if self.place == _DISTRICT or self.place.alone or not self.actions:
            said = own
        return f"({self.when}) AND ({said})" if self.when else said


@dataclass(frozen=True)
class RowRights:
    """Who may do what with the rows of one table.

    Attributes
    ----------
    reads, inserts, updates
        Any of them is enough; none: nobody.
    by
        Column that names who wrote a row: nobody writes in another's name. Empty: there is none.
    """

    reads: tuple[Right, ...]
    inserts: tuple[Right, ...] = ()
    updates: tuple[Right, ...] = ()
    by: str = ""

    @property
    def rights(self) -> tuple[Right, ...]:
        """All of them."""
        return self.reads + self.inserts + self.updates


def _reads(*actions: Action, place: Place = _PARCEL) -> tuple[Right, ...]:
    return (Right(actions, place),)


_LAYER = _reads(Action.READ_LAYERS, place=_NOWHERE)
_WRITES_LAYER = _reads(Action.IMPORT_LAYER, place=_NOWHERE)
_PARCELS = _reads(Action.READ_PARCELS)
_REGISTER = (Action.IMPORT_PARCELS, Action.STATE_FACTS, Action.RESHAPE_PARCELS)
_STATED = _reads(Action.STATE_FACTS)
_RESHAPED = _reads(Action.RESHAPE_PARCELS)
_JUDGED = RowRights(_reads(Action.READ_VERDICTS), _reads(Action.SCREEN))
_POOL = _reads(Action.READ_POOL)
_PLANS = _reads(Action.READ_PLANS)
_HEAD_OF_PLANS = _reads(Action.READ_PLANS, place=_DISTRICT)
_NOTED = _reads(Action.NOTE_RECEIPT, place=_NOWHERE)
_EXPORTS = _reads(Action.READ_EXPORTS, place=_of("export_log", "export_id"))
_LEAD = "from_standing IS NULL AND to_standing = 'lead'"
_JOB_KINDS = {
    "kind = 'import_layer'": (Action.IMPORT_LAYER, Action.IMPORT_LAYER, _NOWHERE),
    "kind = 'import_parcels'": (Action.IMPORT_PARCELS, Action.IMPORT_PARCELS, _DISTRICT),
    "kind = 'screen'": (Action.SCREEN, Action.SCREEN, _NOWHERE),
    "kind = 'atlas'": (Action.EXPORT_INTERNAL, Action.READ_EXPORTS, _NOWHERE),
    "kind = 'package'": (Action.EXPORT, Action.READ_EXPORTS, _NOWHERE),
}
"""Of which jobs, who asks for them, who sees everybody's, and how a row is one that he may ask for."""
_JOBS_ASKED = tuple(Right((asks,), place, when) for when, (asks, _, place) in _JOB_KINDS.items())
_JOBS_SEEN = (
    *(Right((sees,), _NOWHERE, when) for when, (_, sees, _) in _JOB_KINDS.items()),
    Right((Action.READ,), _mine("asked_by", alone=True)),
)

ROW_RIGHTS: Mapping[str, RowRights] = MappingProxyType({
    # Layers are of no town: whoever may read them reads all of them.
    "layer_release": RowRights(
        _LAYER, _WRITES_LAYER, _reads(Action.PUBLISH_LAYER, place=_NOWHERE), by="created_by"
    ),
    "layer_release_history": RowRights(_LAYER),
    "layer_feature": RowRights(_LAYER),
    "layer_issue": RowRights(_LAYER, _WRITES_LAYER),
    "layer_repair": RowRights(_LAYER, _WRITES_LAYER, by="accepted_by"),
    "release_hash": RowRights(_LAYER),
    # The register.
    "parcel": RowRights(_PARCELS, _reads(Action.IMPORT_PARCELS, Action.RESHAPE_PARCELS, place=_DISTRICT)),
    "parcel_version": RowRights(
        _PARCELS,
        (
            Right((Action.RESHAPE_PARCELS,), _BORN, "act_no IS NOT NULL"),
            Right((Action.IMPORT_PARCELS,), _BORN, "act_no IS NULL AND import_no IS NOT NULL"),
            Right((Action.STATE_FACTS,), _BORN, "num_nonnulls(act_no, import_no) = 0"),
        ), by="created_by",
    ),
    "parcel_fact": RowRights(_PARCELS, _reads(*_REGISTER), _reads(*_REGISTER)),
    "parcel_fact_history": RowRights(_PARCELS),
    "parcel_intention": RowRights(_PARCELS, _STATED, _STATED),
    "parcel_intention_history": RowRights(_PARCELS),
    "parcel_document": RowRights(
        _reads(Action.READ_DOCUMENTS), _reads(Action.STATE_FACTS, Action.IMPORT_PARCELS), by="created_by"
    ),
    "parcel_import": RowRights(
        _reads(Action.READ_PARCELS, place=_mine("created_by")),
        _reads(Action.IMPORT_PARCELS, Action.RESHAPE_PARCELS, place=_DISTRICT), by="created_by",
    ),
    "parcel_issue": RowRights(
        _reads(Action.READ_PARCELS, place=_of("parcel_import", "import_no")),
        _reads(Action.IMPORT_PARCELS, Action.RESHAPE_PARCELS, place=_of("parcel_import", "import_no")),
    ),
    "parcel_act": RowRights(
        _reads(Action.READ_PARCELS, place=_of("parcel_part", "act_no")),
        _reads(Action.RESHAPE_PARCELS, place=_DISTRICT), by="created_by",
    ),
    "parcel_part": RowRights(_PARCELS, _RESHAPED),
    "source_file": RowRights(
        (
            Right((Action.READ_DOCUMENTS,), _of("parcel_document", "content_hash")),
            Right((Action.IMPORT_LAYER, Action.IMPORT_PARCELS, Action.STATE_FACTS, Action.IMPORT_SUPPLY), _mine("received_by", alone=True)),
        ),
        _reads(
            Action.IMPORT_LAYER, Action.IMPORT_PARCELS, Action.RESHAPE_PARCELS, Action.STATE_FACTS, Action.IMPORT_SUPPLY,
            place=_DISTRICT,
        ), by="received_by",
    ),
    # Verdicts.
    "screening_run": RowRights(
        _reads(Action.READ_VERDICTS, place=_DISTRICT), _reads(Action.SCREEN, place=_NOWHERE), by="created_by"
    ),
    **dict.fromkeys(("run_parcel", "run_row", "run_finding", "run_overlap", "run_hit", "run_coverage", "run_cell"), _JUDGED),
    "decision": RowRights(_reads(Action.READ_VERDICTS), _reads(Action.RECORD_DECISION), by="created_by"),
    "decision_act": RowRights(
        _reads(Action.READ_VERDICTS, place=_of("decision", "decision_id")),
        (
            Right((Action.CONFIRM_DECISION,), _of("decision", "decision_id"), "act = 'confirm'"),
            Right((Action.WITHDRAW_DECISION,), _of("decision", "decision_id"), "act = 'withdraw'"),
        ), by="created_by",
    ),
    # The pool.
    "pool": RowRights(
        _reads(Action.READ_POOL, place=_DISTRICT), _reads(Action.BUILD_POOL, place=_NOWHERE), by="created_by"
    ),
    "pool_history": RowRights(_reads(Action.READ_POOL, place=_DISTRICT)),
    "pool_member": RowRights(_POOL, _reads(Action.BUILD_POOL)),
    "pool_left_out": RowRights(_POOL, _reads(Action.BUILD_POOL)),
    "membership": RowRights(_POOL, _reads(Action.REPORT_LEAD, Action.BUILD_POOL), by="created_by"),
    "membership_move": RowRights(
        _POOL,
        (
            Right((Action.REPORT_LEAD,), _PARCEL, _LEAD),
            Right((Action.BUILD_POOL,), _PARCEL, "pool_id IS NOT NULL"),
            Right((Action.PUBLISH_PLAN,), _PARCEL, "plan_id IS NOT NULL"),
            Right((Action.MOVE_MEMBER,), _PARCEL, f"num_nonnulls(pool_id, plan_id) = 0 AND NOT ({_LEAD})"),
        ), by="created_by",
    ),
    "membership_standing": RowRights(_POOL),
    "task": RowRights(_POOL, _reads(Action.SCREEN), by="created_by"),
    "task_end": RowRights(
        _reads(Action.READ_POOL, place=_of("task", "task_id")), _reads(Action.END_TASK, place=_of("task", "task_id")),
        by="created_by",
    ),
    "investor_intent": RowRights(
        (Right((Action.READ_INTENTS,), _NOWHERE), Right((Action.RECORD_INTENT,), _mine("created_by", alone=True))),
        _reads(Action.RECORD_INTENT, place=_WANTED), by="created_by",
    ),
    "investor_intent_end": RowRights(
        _reads(Action.READ_INTENTS, Action.RECORD_INTENT, place=_of("investor_intent", "intent_id")),
        _reads(Action.END_INTENT, place=_of("investor_intent", "intent_id")), by="created_by",
    ),
    # Plans.
    "plan": RowRights(_HEAD_OF_PLANS, _reads(Action.DRAFT_PLAN, place=_NOWHERE), by="created_by"),
    "plan_history": RowRights(_HEAD_OF_PLANS),
    "plan_line": RowRights(_PLANS, _reads(Action.DRAFT_PLAN)),
    "plan_left_out": RowRights(_PLANS, _reads(Action.DRAFT_PLAN)),
    "plan_input": RowRights(_PLANS, _reads(Action.DRAFT_PLAN)),
    "plan_change": RowRights(_PLANS, _reads(Action.DRAFT_PLAN)),
    "plan_line_check": RowRights(
        _reads(Action.READ_PLANS, place=_of("plan_line", "plan_id, line_no")),
        _reads(Action.DRAFT_PLAN, place=_of("plan_line", "plan_id, line_no")),
    ),
    "plan_step": RowRights(
        _HEAD_OF_PLANS,
        (
            Right((Action.APPROVE_PLAN,), _NOWHERE, "to_status = 'reported'"),
            Right((Action.PUBLISH_PLAN,), _NOWHERE, "to_status = 'published'"),
            Right((Action.MOVE_PLAN,), _NOWHERE, "to_status NOT IN ('reported', 'published')"),
        ), by="created_by",
    ),
    "supply_batch": RowRights(_HEAD_OF_PLANS, _reads(Action.IMPORT_SUPPLY, place=_NOWHERE), by="created_by"),
    "other_supply": RowRights(_reads(Action.READ_PLANS, place=_TOWN), _reads(Action.IMPORT_SUPPLY, place=_TOWN)),
    "milestone": RowRights(
        _reads(Action.READ_PLANS, place=_of("membership", "member_id")),
        _reads(Action.RECORD_MILESTONE, place=_of("membership", "member_id")), by="created_by",
    ),
    # What leaves the house.
    "export_log": RowRights(
        (Right((Action.READ_EXPORTS,), _NOWHERE), Right((Action.EXPORT,), _mine("created_by", alone=True))),
        (
            Right((Action.EXPORT,), _NOWHERE, "secrecy = 'public'"),
            Right((Action.EXPORT_INTERNAL,), _NOWHERE, "secrecy <> 'public'"),
        ), by="created_by",
    ),
    "export_receipt": RowRights(_EXPORTS, _NOTED, by="created_by"),
    "export_rejection": RowRights(_reads(Action.READ_EXPORTS, Action.EXPORT, place=_NOWHERE), _NOTED, by="created_by"),
    "export_rejection_end": RowRights(_reads(Action.READ_EXPORTS, Action.EXPORT, place=_NOWHERE), _NOTED, by="created_by"),
    # Persons: who did what is told to whoever may read at all; everybody knows himself.
    "person": RowRights(
        (Right((Action.READ, Action.MANAGE_PEOPLE, Action.READ_AUDIT), _NOWHERE), Right((), _ONESELF))
    ),
    "person_history": RowRights(_reads(Action.MANAGE_PEOPLE, Action.READ_AUDIT, place=_NOWHERE)),
    # Long work: one's own, and by kind what whoever may do it sees of everybody's.
    "job": RowRights(_JOBS_SEEN, _JOBS_ASKED, _JOBS_SEEN, by="asked_by"),
    # Views of the map: one's own, and those that somebody shares.
    "bookmark": RowRights(
        (Right((Action.READ,), _DISTRICT, "shared"), Right((Action.READ,), _mine("created_by", alone=True))),
        _reads(Action.READ, place=_DISTRICT), by="created_by",
    ),
    "bookmark_end": RowRights(
        _reads(Action.READ, place=_of("bookmark", "bookmark_no")), _reads(Action.READ, place=_DISTRICT), by="created_by"
    ),
    "access_token": RowRights((Right((Action.MANAGE_PEOPLE,), _NOWHERE), Right((), _ONESELF))),
    "access_token_end": RowRights(
        (Right((Action.MANAGE_PEOPLE,), _NOWHERE), Right((), _OF_TOKEN))
    ),
})  # fmt: skip
"""Rights by table. A table that is not here shows nothing to the desk, or stands in `OPEN_TO_ALL`."""
OPEN_TO_ALL: Mapping[str, str] = MappingProxyType({
    "access_rule": "the policy itself: compared with the program's before anybody looks",
    "map_state": "a stamp made by chance: that something changed, and nothing of what",
    "entry_state": "a stamp made by chance, and the hash of a policy that everybody knows",
    "map_change": "numbers of transactions that are under way",
    "alembic_version": "which tables these are: asked before anybody looks",
})  # fmt: skip
"""Tables without rights by row, and why."""


def knowing_towns() -> frozenset[Action]:
    """Return the actions for which a reach of the own town is something between nothing and all."""
    rights = (right for table in ROW_RIGHTS.values() for right in table.rights)
    found = frozenset(action for right in rights if _knows_towns(right.place) for action in right.actions)
    return found | {Action.CHECK}  # measures what is drawn, and keeps nothing


def _knows_towns(place: Place) -> bool:
    if place.of:
        return any(_knows_towns(right.place) for right in ROW_RIGHTS[place.of].reads)
    return "landgis.own_" in place.sql


def policies(tables: Iterable[str] = tuple(ROW_RIGHTS)) -> str:
    """Return the SQL that puts the rights of some tables in force."""
    return "\n".join(line for table in tables for line in _policies_of(table))


def _policies_of(table: str) -> Iterable[str]:
    rights = ROW_RIGHTS[table]
    yield f"ALTER TABLE landgis.{table} ENABLE ROW LEVEL SECURITY;"
    yield _policy("sees", table, "SELECT", f"USING ({_any(rights.reads)})")
    if rights.inserts:
        by = f"{rights.by} = {_VIEWER} AND " if rights.by else ""
        yield _policy("adds", table, "INSERT", f"WITH CHECK ({by}({_any(rights.inserts)}))")
    if rights.updates:
        once = _any(rights.updates)
        yield _policy("changes", table, "UPDATE", f"USING ({once}) WITH CHECK ({once})")


def _policy(name: str, table: str, command: str, condition: str) -> str:
    return f"CREATE POLICY {name} ON landgis.{table} FOR {command} TO {DESK}\n    {condition};"


def _any(rights: tuple[Right, ...]) -> str:
    said = [right.sql() for right in rights]
    return said[0] if len(said) == 1 else " OR ".join(f"({one})" for one in said)
