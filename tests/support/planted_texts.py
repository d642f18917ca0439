"""A desk on which every text that a person can write is an attack: typed in, imported, or put where it is kept.

Names of parcels, villages, owners, features and editions come in as they do in life: by import. Every other text column is
filled where it is kept, which is harder on the desk than any form: no form stands between. A new text column is filled by
itself; where it has no row here, or is a code of the program's own, it has to be named below.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date

import pandas as pd
import psycopg
from psycopg import sql
from sqlalchemy import ARRAY, Text

from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.db.tables import METADATA
from landgis.domain.criteria import PlanTargets, PoolCriteria
from landgis.domain.outcome import Outcome
from landgis.rules.reading.load import load_pack
from landgis.services.deciding.decide import record_decision
from landgis.services.desk.bookmarks import keep
from landgis.services.planning.draft_plan import draft_plan
from landgis.services.pooling.build_pool import build_pool
from tests.conftest import admin
from tests.support import desk_case, ground
from tests.support.door_case import DoorCase, door_case

CODES = frozenset(
    [
        "role",
        "action",
        "reach",
        "state",
        "status",
        "kind",
        "tier",
        "act",
        "outcome",
        "verdict",
        "severity",
        "code",
        "change",
        "standing",
        "secrecy",
        "legal_state",
        "ownership",
        "channel",
        "from_status",
        "to_status",
        "from_standing",
        "to_standing",
        "milestone",
        "measure",
        "measured",
        "threshold",
        "unit",
        "area_basis",
        "owner_level",
        "trade_mode",
        "mode_certainty",
        "asked",
        "wish",
        "fact",
        "format",
        "crs",
        "source_crs",
        "transform",
        "uses",
        "towns",
        "required_facts",
        "how",
        "personal",
        "scope",
        "encoding",
        "code_scheme",
        "pack_id",
        "pack_version",
        "code_version",
        "kernel",
        "coverage_basis",
        "part",
    ]
)
"""Columns that take one of a closed list, or what the program itself says."""
KEYS = frozenset(
    [
        "parcel_id",
        "layer",
        "release",
        "name",
        "run_id",
        "pool_id",
        "plan_id",
        "member_id",
        "task_id",
        "decision_id",
        "intent_id",
        "supply_id",
        "export_id",
        "rejection_id",
        "content_hash",
        "outline_hash",
        "facts_hash",
        "sha256",
        "argon2id",
        "os_account",
        "district",
        "town_code",
        "planned_use_code",
        "planned_use",
        "rule_id",
        "check_id",
        "repair_id",
        "feature_id",
        "class",
        "profile_id",
        "profile_version",
        "replaces",
        "adjusts",
        "from_release",
        "taken_from",
        "since",
        "key",
        "worker",
        "folded",
        "initials",
        "row_key",
        "test",
        "field",
    ]
)
"""Columns by which rows are found: those of parcels and features come in by import."""
FREE_NAMES = frozenset({("bookmark", "name"), ("source_file", "name")})
"""Names that are no key, in tables where ``name`` is what a person typed."""


@dataclass
class Planted:
    """A served desk full of attacks.

    Attributes
    ----------
    run, plan
        What stands on it.
    parcels
        Numbers of parcels, each an attack.
    columns
        Text columns that hold one, as (table, column).
    bare
        Text columns without any row here.
    closed
        Text columns that the database itself lets no such text into.
    """

    door: DoorCase
    run: str
    plan: str
    parcels: tuple[str, ...]
    columns: set[tuple[str, str]] = field(default_factory=set)
    bare: set[tuple[str, str]] = field(default_factory=set)
    closed: set[tuple[str, str]] = field(default_factory=set)


def free_columns() -> set[tuple[str, str]]:
    """Return the columns that take a person's own words, as (table, column)."""
    found = {
        (table.name, column.name)
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, Text) or (isinstance(column.type, ARRAY) and isinstance(column.type.item_type, Text))
    }
    return {one for one in found if one in FREE_NAMES or one[1] not in CODES | KEYS}


@contextmanager
def planted(cluster: PrivateCluster, payloads: Sequence[str]) -> Iterator[Planted]:
    """Serve a desk with the payloads on it."""
    with door_case(cluster) as door:
        found = _brought(door, payloads)
        with admin(cluster, str(door.database.engine.url.database)) as connection:
            connection.execute("SET session_replication_role = replica")
            for table, column in sorted(free_columns()):
                try:
                    filled = _fill(connection, table, column, payloads)
                except psycopg.errors.CheckViolation:
                    found.closed.add((table, column))
                else:
                    (found.columns if filled else found.bare).add((table, column))
        yield found


def _brought(door: DoorCase, payloads: Sequence[str]) -> Planted:
    """Bring in what comes by import and by the services."""
    database, planner = door.database, door.person(Role.DISTRICT_PLANNER.value)
    names = [f"{text}" for text in payloads]
    boxes = {name: ground.at(100 * (at % 12), 100 * (at // 12), 80, 60) for at, name in enumerate(names)}
    frame = ground.parcels(boxes)
    turned = names[1:] + names[:1]
    for column in ("village_name", "owner_name", "certificate_no", "conversion_document", "intended_buyer"):
        frame[column] = turned
    layers = ground.clear_layers()
    fields = {f"{name} ": ground.at(100 * (at % 12) - 6, 100 * (at // 12), 10, 30) for at, name in enumerate(names)}
    layers["permanent_basic_farmland"] = ground.layer("permanent_basic_farmland", dict(list(fields.items())[1::2]))
    desk_case.store_layers(database, planner, layers.values())
    paper = {"kind": "boundary_survey", "title_zh": names[0], "dated_on": date(2024, 5, 11)}
    papers = pd.DataFrame([{"parcel_id": name, "number": f"〔{name}〕"} | paper for name in names])
    desk_case.store_parcels(database, planner, frame, papers)
    run = desk_case.run_of(database, planner)
    build_pool(database, planner, "songjiang", PoolCriteria())
    plan = draft_plan(database, planner, "songjiang", PlanTargets(2027)).head.plan_id
    for text in names:
        keep(database, planner, text[:100], "?run=" + run, shared=True)
    reviewer = door.person(Role.DISTRICT_PLANNER.value)
    rule = next(rule for rule in load_pack("songjiang").rules if "farmland" in rule.rule_id)
    record_decision(
        database, reviewer, load_pack, names[1], rule.rule_id, Outcome.FLAGGED, reason=names[0], document=f"〔{names[1]}〕",
        expires_on=date(2026, 12, 31), today=desk_case.AS_OF,
    )  # fmt: skip
    return Planted(door, run, plan, tuple(names))


def _fill(connection: psycopg.Connection[tuple[object, ...]], table: str, column: str, payloads: Sequence[str]) -> bool:
    """Put a payload into every row of a column; return whether there was a row."""
    many = isinstance(METADATA.tables[f"landgis.{table}"].columns[column].type, ARRAY)
    statement = sql.SQL(
        "UPDATE landgis.{table} t SET {column} = {value} FROM (SELECT tableoid AS of, ctid AS at, (%s::text[])"
        "[1 + (row_number() OVER ())::int %% %s] AS said FROM landgis.{table}) p WHERE p.of = t.tableoid AND p.at = t.ctid"
    ).format(
        table=sql.Identifier(table), column=sql.Identifier(column), value=sql.SQL("ARRAY[p.said]" if many else "p.said")
    )
    return connection.execute(statement, [list(payloads), len(payloads)]).rowcount > 0
