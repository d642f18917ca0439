"""A run of a few dozen parcels that differ in everything a filter asks, and the same filter in plain Python."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from landgis.access.person import Person
from landgis.db.cluster import PrivateCluster
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.db.runs import RunMeta, RunStore
from landgis.domain.catalogue import plain_name
from landgis.domain.land_use_codes import look_up
from landgis.domain.outcome import Outcome, Scope
from landgis.domain.parcel_filter import OWNER_UNKNOWN, ParcelFilter
from landgis.domain.scheme import Scheme
from landgis.frames.judged import FINDINGS
from landgis.screening.judge import Judged
from tests.conftest import admin
from tests.postgis.support import screened
from tests.support import desk_case, ground

COUNT = 60
TOWNS = (("310117106", "佘山镇"), ("310117109", "叶榭镇"), ("310117102", "新桥镇"))
VILLAGES = ("东村", "西村", "100%_村", "O'Neill \\ “村”", "=SUM(A1)")
PLANNED = ("0601", "060101", "0901", "090101", "1001", "100101", None)
CURRENT = ("05H1", "0601", "0303", None)
RULES = ("permanent-basic-farmland", "development-boundary", "homestead")
STATES = ("none", "lead", "pooled", "planned", "withdrawn")
YEARS = (None, 2026, 2027)
_VERDICTS = ("clear", "flagged", "unknown", "excluded")


@dataclass(frozen=True)
class Planted:
    """What was planted: the run, and every parcel as plain values."""

    database: Database
    person: Person
    run: str
    rows: pd.DataFrame


def plant(cluster: PrivateCluster, database: Database, person: Person) -> Planted:
    """Store parcels and a run over them, some in the pool and in published plans; always the same."""
    draw = random.Random(7)
    ids = [f"SJ-{number:03d}" for number in range(1, COUNT + 1)]
    shapes = {key: ground.at(100 * n, 0, draw.choice((40, 60, 80)), draw.choice((50, 60))) for n, key in enumerate(ids)}
    frame = ground.parcels(shapes)
    places = [draw.choice(TOWNS) for _ in ids]
    frame["town_code"], frame["town_name"] = [code for code, _ in places], [name for _, name in places]
    frame["village_name"] = [draw.choice(VILLAGES) for _ in ids]
    frame["planned_use_code"] = [draw.choice(PLANNED) for _ in ids]
    frame["planned_use_scheme"] = "guide2023"
    frame["current_use_code"] = [draw.choice(CURRENT) for _ in ids]
    frame["current_use_scheme"] = "survey"
    frame["owner_level"] = [draw.choice(("village", "town", "group", None)) for _ in ids]
    desk_case.store_parcels(database, person, frame)
    stored = ParcelStore(database).current("songjiang")
    measured, _ = screened(stored)
    judged, outcomes = _judged(ids, draw)
    meta = RunMeta(
        "songjiang", "1", date(2026, 6, 30), Scope.FULL, "songjiang", "EPSG:4549", {"homestead": "test"}, "0.1.0", 0.5
    )
    run = RunStore(database).save(meta, stored, measured, judged, person=person).run_id
    rows = pd.DataFrame(stored.drop(columns="geometry")).merge(measured.areas[["parcel_id", "ellipsoidal_m2"]])
    rows = rows.merge(judged.verdicts)
    rows["outcomes"] = [outcomes[key] for key in rows["parcel_id"]]
    rows["pool"] = [draw.choice(STATES) for _ in ids]
    rows["year"] = pd.Series([draw.choice(YEARS) for _ in ids], dtype="object")
    _pool_and_plans(cluster, database, rows, person.person_id)
    return Planted(database, person, run, rows)


def holds(wanted: ParcelFilter, row: Any) -> bool:
    """The filter as a person would say it, over one planted row."""
    text = plain_name(wanted.text)
    uses = _with_parents(row.planned_use_code, Scheme.GUIDE_2023) | _with_parents(row.current_use_code, Scheme.SURVEY)
    owner = row.owner_level if isinstance(row.owner_level, str) else OWNER_UNKNOWN
    return all(
        (
            not wanted.towns or row.town_code in wanted.towns,
            not wanted.villages or row.village_name in wanted.villages,
            not wanted.uses or bool(uses & set(wanted.uses)),
            not wanted.verdicts or row.verdict in wanted.verdicts,
            not wanted.rules or any(row.outcomes.get(rule.rule_id) == rule.outcome for rule in wanted.rules),
            not wanted.pool_states or row.pool in wanted.pool_states,
            not wanted.plan_years or row.year in wanted.plan_years,
            not wanted.owner_levels or owner in wanted.owner_levels,
            wanted.area_from_m2 is None or row.ellipsoidal_m2 >= wanted.area_from_m2,
            wanted.area_to_m2 is None or row.ellipsoidal_m2 <= wanted.area_to_m2,
            not wanted.text
            or (bool(text) and (text in plain_name(row.parcel_id) or text in plain_name(row.village_name))),
            not wanted.parcels or row.parcel_id in wanted.parcels,
        )
    )


def expected(planted: Planted, wanted: ParcelFilter) -> pd.DataFrame:
    """The planted rows that a filter holds, by number."""
    kept = [holds(wanted, row) for row in planted.rows.itertuples()]
    return planted.rows[kept].sort_values("parcel_id")


def _with_parents(code: object, scheme: Scheme) -> set[str]:
    found: set[str] = set()
    while isinstance(code, str) and code and (use := look_up(code, scheme)):
        found.add(f"{scheme}:{use.code}")
        code = use.parent
    return found


def _judged(ids: list[str], draw: random.Random) -> tuple[Judged, dict[str, dict[str, str]]]:
    blank = dict.fromkeys(FINDINGS.names, "") | {"measured": None}
    outcomes = {key: {rule: draw.choice(_VERDICTS) for rule in RULES} for key in ids}
    findings = [
        blank | {"parcel_id": key, "rule_id": rule, "outcome": outcome}
        for key, said in outcomes.items()
        for rule, outcome in said.items()
    ]
    verdicts = [max((Outcome(said) for said in outcomes[key].values()), key=lambda one: one.severity) for key in ids]
    frame = pd.DataFrame({"parcel_id": ids, "verdict": [str(verdict) for verdict in verdicts]})
    return Judged(pd.DataFrame(findings).astype("str"), frame), outcomes


def _pool_and_plans(cluster: PrivateCluster, database: Database, rows: pd.DataFrame, person_id: int) -> None:
    """Write standings and lines as if they had come by the rules, which are not what is tried here."""
    name = database.engine.url.database or ""
    with admin(cluster, name) as connection, connection.transaction():
        connection.execute("SET LOCAL session_replication_role = replica")
        for place, row in enumerate(rows.itertuples(), 1):
            if row.pool != "none":
                member = f"M{place:06d}"
                values = (member, row.parcel_id, person_id)
                connection.execute(
                    "INSERT INTO landgis.membership (member_id, parcel_id, created_by, district, tier)"
                    " VALUES (%s, %s, %s, 'songjiang', 'project')", values,
                )  # fmt: skip
                connection.execute(
                    "INSERT INTO landgis.membership_standing (member_id, step, standing, district, parcel_id, version)"
                    " VALUES (%s, 1, %s, 'songjiang', %s, 1)", (member, row.pool, row.parcel_id),
                )  # fmt: skip
                if place % 2:  # what was withdrawn and came back stands as what it is now
                    connection.execute(
                        "INSERT INTO landgis.membership_standing (member_id, step, standing, district, parcel_id, version)"
                        " VALUES (%s, 1, 'withdrawn', 'songjiang', %s, 1)", (f"{member}-before", row.parcel_id),
                    )  # fmt: skip
        for year, status in ((2026, "published"), (2027, "published"), (2028, "draft")):
            connection.execute(
                "INSERT INTO landgis.plan (plan_id, pool_id, district, year, status, targets, created_by)"
                " VALUES (%s, 'P1', 'songjiang', %s, %s, '{}', %s)", (f"L{year}", year, status, person_id),
            )  # fmt: skip
            for line_no, row in enumerate(rows.itertuples(), 1):
                if row.year == year or status == "draft":
                    connection.execute(
                        "INSERT INTO landgis.plan_line (plan_id, pool_id, line_no, parcel_id, district, planned_use_code,"
                        " planned_use_zh, area_ha, area_mu, area_basis, verdict, open_points_zh)"
                        " VALUES (%s, 'P1', %s, %s, 'songjiang', '', '', 1, 15, '', 'clear', '')",
                        (f"L{year}", line_no, row.parcel_id),
                    )
