"""The authorisation matrix: a policy read from a table of its own, rows of two towns in every table, and probes.

Nothing here is taken from ``access/roles.py`` or ``db/row_rights.py``: what is expected is written down twice.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, Boolean, Date, DateTime, Double, Integer, LargeBinary, Numeric
from sqlalchemy.dialects.postgresql import JSONB, TSTZRANGE
from sqlalchemy.types import TypeEngine

from landgis.access.person import Person
from landgis.access.roles import Action, Reach, Role
from landgis.db.connect import Database
from landgis.db.people import PeopleStore
from landgis.db.tables import METADATA

OWN, OTHER = "310117109", "310117106"
"""Town of the clerk, and another."""
Connection = psycopg.Connection[tuple[Any, ...]]
Cells = Mapping[tuple[Role, Action], Reach]


def frozen_policy() -> dict[tuple[Role, Action], Reach]:
    """Return the policy as it was read in review."""
    with (Path(__file__).parent / "policy_table.csv").open(encoding="utf-8") as lines:
        return {(Role(row["role"]), Action(row["action"])): Reach(row["reach"]) for row in csv.DictReader(lines)}


@dataclass(frozen=True)
class Sees:
    """What a table shows: to which actions, and how (``town``, ``head``, ``all``); ``mine``: rows by oneself, to these."""

    actions: tuple[str, ...]
    how: str
    mine: tuple[str, ...] = ()
    oneself: bool = False


@dataclass(frozen=True)
class Adds:
    """A row that a table takes: to which actions, and how; ``row``: columns besides those of the place and the writer."""

    table: str
    actions: tuple[str, ...]
    how: str
    row: Mapping[str, Any] = field(default_factory=dict)
    command: str = "INSERT"

    def __str__(self) -> str:
        """Name it."""
        return f"{self.command} {self.table} {json.dumps(self.row)}"


def _each(names: str, sees: Sees) -> dict[str, Sees]:
    return dict.fromkeys(names.split(), sees)


SEES: dict[str, Sees] = {
    **_each("layer_release layer_release_history layer_feature layer_issue layer_repair release_hash",
            Sees(("read_layers",), "all")),
    **_each("parcel parcel_version parcel_fact parcel_fact_history parcel_intention parcel_intention_history parcel_part"
            " parcel_act", Sees(("read_parcels",), "town")),
    **_each("parcel_import parcel_issue", Sees(("read_parcels",), "all", ("read_parcels",))),
    "parcel_document": Sees(("read_documents",), "town"),
    "source_file": Sees(
        ("read_documents",), "town", ("import_layer", "import_parcels", "state_facts", "import_supply"),
    ),
    **_each("run_parcel run_row run_finding run_overlap run_hit run_coverage run_cell decision decision_act",
            Sees(("read_verdicts",), "town")),
    "screening_run": Sees(("read_verdicts",), "head"),
    **_each("pool pool_history", Sees(("read_pool",), "head")),
    **_each("pool_member pool_left_out membership membership_move membership_standing task task_end",
            Sees(("read_pool",), "town")),
    **_each("plan plan_history plan_step supply_batch", Sees(("read_plans",), "head")),
    **_each("plan_line plan_left_out plan_input plan_change plan_line_check other_supply milestone", Sees(("read_plans",), "town")),
    "investor_intent": Sees(("read_intents",), "all", ("record_intent",)),
    "investor_intent_end": Sees(("read_intents", "record_intent"), "all", ("record_intent", "read_intents")),
    "export_log": Sees(("read_exports",), "all", ("export",)),
    "export_receipt": Sees(("read_exports",), "all"),
    **_each("export_rejection export_rejection_end", Sees(("read_exports", "export"), "all")),
    "person": Sees(("read", "manage_people", "read_audit"), "all", oneself=True),
    "person_history": Sees(("manage_people", "read_audit"), "all"),
    "job": Sees((), "all", ("read",)),
    **_each("bookmark bookmark_end", Sees(("read",), "head")),
    **_each("access_token access_token_end", Sees(("manage_people",), "all", oneself=True)),
}  # fmt: skip
_REGISTER = ("import_parcels", "state_facts", "reshape_parcels")
_MOVE = {"from_standing": "pooled", "to_standing": "withdrawn"}
ADDS = (
    *(Adds(table, ("import_layer",), "all") for table in ("layer_release", "layer_issue", "layer_repair")),
    Adds("layer_release", ("publish_layer",), "all", command="UPDATE"),
    Adds("parcel", ("import_parcels", "reshape_parcels"), "head"),
    Adds("parcel_version", ("reshape_parcels",), "town", {"act_no": 1}),
    Adds("parcel_version", ("import_parcels",), "town", {"import_no": 1, "act_no": None}),
    Adds("parcel_version", ("state_facts",), "town", {"import_no": None, "act_no": None}),
    Adds("parcel_fact", _REGISTER, "town"),
    Adds("parcel_fact", _REGISTER, "town", command="UPDATE"),
    Adds("parcel_intention", ("state_facts",), "town"),
    Adds("parcel_intention", ("state_facts",), "town", command="UPDATE"),
    Adds("parcel_document", ("state_facts", "import_parcels"), "town"),
    Adds("parcel_import", ("import_parcels", "reshape_parcels"), "head"),
    Adds("parcel_act", ("reshape_parcels",), "head"),
    Adds("parcel_part", ("reshape_parcels",), "town"),
    Adds("source_file", ("import_layer", "import_parcels", "reshape_parcels", "state_facts", "import_supply"), "head"),
    Adds("screening_run", ("screen",), "all"),
    *(Adds(table, ("screen",), "town") for table in
      ("run_parcel", "run_row", "run_finding", "run_overlap", "run_hit", "run_coverage", "run_cell", "task")),
    Adds("decision", ("record_decision",), "town"),
    Adds("decision_act", ("confirm_decision",), "town", {"act": "confirm"}),
    Adds("decision_act", ("withdraw_decision",), "town", {"act": "withdraw"}),
    Adds("pool", ("build_pool",), "all"),
    *(Adds(table, ("build_pool",), "town") for table in ("pool_member", "pool_left_out")),
    Adds("membership", ("report_lead", "build_pool"), "town"),
    Adds("membership_move", ("report_lead",), "town", {"to_standing": "lead"}),
    Adds("membership_move", ("move_member",), "town", _MOVE),
    Adds("membership_move", ("build_pool",), "town", _MOVE | {"pool_id": "own1"}),
    Adds("membership_move", ("publish_plan",), "town", _MOVE | {"plan_id": "own1"}),
    Adds("task_end", ("end_task",), "town"),
    Adds("investor_intent", ("record_intent",), "town"),
    Adds("investor_intent_end", ("end_intent",), "all"),
    *(Adds(table, ("draft_plan",), "town") for table in
      ("plan_line", "plan_left_out", "plan_input", "plan_change", "plan_line_check")),
    *(Adds(table, ("read",), "head") for table in ("bookmark", "bookmark_end")),
    Adds("plan", ("draft_plan",), "all"),
    Adds("plan_step", ("move_plan",), "all", {"to_status": "returned"}),
    Adds("plan_step", ("approve_plan",), "all", {"to_status": "reported"}),
    Adds("plan_step", ("publish_plan",), "all", {"to_status": "published"}),
    Adds("supply_batch", ("import_supply",), "all"),
    Adds("other_supply", ("import_supply",), "town"),
    Adds("milestone", ("record_milestone",), "town"),
    Adds("job", ("import_layer",), "all", {"kind": "import_layer"}),
    Adds("job", ("import_parcels",), "head", {"kind": "import_parcels"}),
    Adds("job", ("screen",), "all", {"kind": "screen"}),
    Adds("job", ("export_internal",), "all", {"kind": "atlas"}),
    Adds("job", ("export",), "all", {"kind": "package"}),
    Adds("export_log", ("export",), "all", {"secrecy": "public"}),
    Adds("export_log", ("export_internal",), "all", {"secrecy": "internal"}),
    *(Adds(table, ("note_receipt",), "all") for table in ("export_receipt", "export_rejection", "export_rejection_end")),
)  # fmt: skip
ASKS = {
    "read_audit": "SELECT count(*) FROM landgis.entries('-infinity', 'infinity', '')",
    "manage_people": "SELECT count(*) FROM landgis.accounts()",
    "manage_system": "SELECT landgis.sessions_open()",
}
"""Functions that show something to one action alone; they raise for the others."""
TOLD = ("check", "read")
"""Actions that keep no rows: the database tells how far they go."""


@dataclass
class Matrix:
    """A database with rows of two towns in every table.

    Attributes
    ----------
    connection
        The superuser's.
    people
        One person of each role, and one who has left.
    checks
        What the catalogue says a table takes, by table and command.
    """

    connection: Connection
    people: dict[Role, Person]
    left: Person
    checks: dict[tuple[str, str], str]

    @property
    def rows(self) -> int:
        """How many rows every table has: two of the own town, one of the other, one by every person there."""
        return 3 + len(self.people) + 1

    def look(self, account: str | None) -> None:
        """Work as the desk does, for somebody, to the end of the transaction."""
        self.connection.execute("SET LOCAL ROLE landgis_desk")
        if account is not None:
            self.connection.execute("SELECT set_config('landgis.viewer', %s, true)", [account])

    def seen(self, tables: Iterable[str]) -> dict[str, int]:
        """Count the rows that are shown."""
        parts = [
            sql.SQL("SELECT {} AS name, count(*) AS n FROM {}").format(
                sql.Literal(name), sql.Identifier("landgis", name)
            )
            for name in tables
        ]
        found = self.connection.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall() if parts else []
        return {str(name): int(count) for name, count in found}

    def taken(self, adds: Iterable[Adds], writer: Person, by: int | None = None) -> dict[str, tuple[bool, bool]]:
        """Ask of every row whether it would be taken: one of the own town, one of the other."""
        parts = []
        for one in adds:
            both = [self._row(one, marker, by or writer.person_id) for marker in ("own1", "other")]
            parts.append(
                sql.SQL("SELECT {}, array_agg(coalesce({}, false) ORDER BY ordinality) FROM"
                        " jsonb_array_elements({}::jsonb) WITH ORDINALITY j (given, ordinality),"
                        " LATERAL jsonb_populate_record(NULL::{}, given) AS {}").format(
                    sql.Literal(str(one)), sql.SQL(self.checks[one.table, one.command]), sql.Literal(json.dumps(both)),
                    sql.Identifier("landgis", one.table), sql.Identifier(one.table),
                )
            )  # fmt: skip
        found = self.connection.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall() if parts else []
        return {str(name): (bool(answers[0]), bool(answers[1])) for name, answers in found}

    def asked(self, action: str) -> bool:
        """Whether a function that is there for one action answers."""
        try:
            with self.connection.transaction():
                self.connection.execute(ASKS[action])  # type: ignore[arg-type]  # fixed above
        except psycopg.errors.InsufficientPrivilege:
            return False
        return True

    def told(self, action: str) -> tuple[bool, bool]:
        """What the database says of an action without rows: whether anywhere, whether everywhere."""
        row = self.connection.execute(
            "SELECT landgis.reaches(%s), landgis.reaches_all(%s)", [action, action]
        ).fetchone()
        assert row is not None
        return bool(row[0]), bool(row[1])

    def probes(self, action: str, person: Person) -> dict[str, Any]:
        """Return what every probe of an action finds now."""
        found: dict[str, Any] = {}
        found |= self.seen(name for name, sees in SEES.items() if action in sees.actions + sees.mine)
        found |= self.taken((one for one in ADDS if action in one.actions), person)
        found |= {action: self.asked(action)} if action in ASKS else {}
        found |= {f"{action} told": self.told(action)} if action in TOLD else {}
        return found

    def _row(self, one: Adds, marker: str, by: int) -> dict[str, Any]:
        number = {"own1": 1, "other": 3}[marker]
        place = {"own1": OWN, "other": OTHER}[marker]
        row: dict[str, Any] = {
            "towns": [place],
            "town_code": place,
            "created_by": by,
            "received_by": by,
            "accepted_by": by,
            "asked_by": by,
        }
        row |= dict.fromkeys(
            ("parcel_id", "member_id", "decision_id", "task_id", "run_id", "intent_id", "export_id", "content_hash"),
            marker,
        )
        row |= {"import_no": number, "act_no": number, "line_no": number}
        if one.table == "plan_line_check":
            row["plan_id"] = marker
        return row | dict(one.row)


def fill(connection: Connection, owner: Database) -> Matrix:
    """Register persons and put rows into every table; what a row has to look like is no matter here."""
    store = PeopleStore(owner)
    people = {
        role: store.register(role.value, role.zh, role, town_code=OWN if role is Role.TOWN_CLERK else None)
        for role in Role
    }
    left = replace(store.register("left", "离岗", Role.DISTRICT_PLANNER), active=False)
    connection.execute("UPDATE landgis.person SET active = false WHERE os_account = 'left'")
    for table, name in connection.execute(
        "SELECT conrelid::regclass::text, conname FROM pg_constraint"
        " WHERE contype = 'c' AND connamespace = 'landgis'::regnamespace"
    ).fetchall():
        connection.execute(sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}").format(sql.SQL(table), sql.Identifier(name)))
    connection.execute("CREATE TABLE landgis.layer_feature_any PARTITION OF landgis.layer_feature DEFAULT")
    connection.execute("SET session_replication_role = replica")
    connection.execute("DELETE FROM landgis.person_history")
    writers = [0, 0, 0, *(person.person_id for person in (*people.values(), left))]
    for table in METADATA.sorted_tables:
        if table.name in SEES and table.name != "person":
            for number, writer in enumerate(writers, 1):
                _insert(connection, table, number, writer)
    connection.execute("SET session_replication_role = DEFAULT")
    connection.execute("SET search_path = public")  # or PostgreSQL would leave the schema out of what it shows
    checks = {
        (str(table), str(command)): str(check)
        for table, command, check in connection.execute(
            "SELECT tablename, cmd, with_check FROM pg_policies WHERE schemaname = 'landgis' AND cmd <> 'SELECT'"
        )
    }
    return Matrix(connection, people, left, checks)


def _insert(connection: Connection, table: Any, number: int, writer: int) -> None:
    values = [_value(column.name, column.type, number, writer) for column in table.columns]
    names = sql.SQL(", ").join(sql.Identifier(column.name) for column in table.columns)
    statement = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
        sql.Identifier("landgis", table.name), names, sql.SQL(", ").join(values)
    )
    connection.execute(statement)


_SAID: Mapping[type[TypeEngine[Any]], LiteralString] = {
    Boolean: "true", Double: "1.0", Numeric: "1.0", Date: "DATE '2026-01-01'", DateTime: "now()", JSONB: "'{}'::jsonb",
    TSTZRANGE: "tstzrange(now(), NULL)", LargeBinary: "''::bytea",
}  # fmt: skip


def _value(name: str, kind: TypeEngine[Any], number: int, writer: int) -> sql.Composable:
    town = OWN if number < 3 else OTHER
    if name == "town_code":
        return sql.Literal(town)
    if name in ("created_by", "received_by", "accepted_by", "asked_by", "published_by", "person_id"):
        return sql.Literal(writer)
    if isinstance(kind, ARRAY):
        return sql.SQL("ARRAY[{}]").format(sql.Literal(town))
    if isinstance(kind, Integer):
        return sql.Literal(number)
    for of, said in _SAID.items():
        if isinstance(kind, of):
            return sql.SQL(said)
    if kind.__class__.__name__ == "Geometry":
        return sql.SQL("ST_Multi(ST_MakeEnvelope(0, 0, 1, 1, 4549))")
    return sql.Literal({1: "own1", 2: "own2", 3: "other"}.get(number, f"by{writer}"))
