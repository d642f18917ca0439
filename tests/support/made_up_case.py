"""A small desk with something of every kind on it, for requests that are made up."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from shapely import box

from landgis.access.roles import Role
from landgis.db.cluster import PrivateCluster
from landgis.domain.criteria import PlanTargets, PoolCriteria
from landgis.rules.reading.load import load_pack
from landgis.services.desk.bookmarks import keep
from landgis.services.planning.draft_plan import draft_plan
from landgis.services.pooling.build_pool import build_pool
from tests.support import ground
from tests.support.desk_case import known_ground
from tests.support.door_case import DoorCase, door_case
from tests.support.made_up import Desk, Known

ROLES = (Role.DISTRICT_PLANNER, Role.TOWN_CLERK, Role.SYSTEM_ADMIN)
SPENT = "zuofei"
"""Account that anything may be done to."""


@contextmanager
def made_up_case(cluster: PrivateCluster, roles: tuple[Role, ...] = ROLES) -> Iterator[Desk]:
    """Serve it, with a browser inside for every role."""
    with filled_case(cluster) as (case, known):
        yield Desk(case.address, case.app.openapi(), known, tuple(role.value for role in roles), case.inside)


@contextmanager
def filled_case(cluster: PrivateCluster) -> Iterator[tuple[DoorCase, Known]]:
    """Serve a desk with something of every kind on it, and say what there is."""
    with door_case(cluster) as case:
        known = _filled(case)
        yield case, dict(known) | dict(_asked(case, known))


def _asked(case: DoorCase, known: Known) -> Known:
    """Ask for a check and for a job, and say by what they are found and what else may be asked soundly."""
    browser = case.inside(Role.DISTRICT_PLANNER.value)
    browser.headers["Origin"] = case.address
    drawn = {"geometry": known["geometry"][0], "as_of": "2026-06-30", "keep": True}
    checked = browser.post("/data/check", json=drawn)
    assert checked.status_code == 200, checked.text
    job = {"kind": "screen", "arguments": {"rules": "songjiang", "as_of": "2026-06-30"}}
    begun = browser.post("/jobs", json=job)
    assert begun.status_code < 400, begun.text
    plan = {"district": "songjiang", "targets": {"year": 2027, "max_ha": "12"}, "inputs": []}
    run, corners = known["run"][0], known["points"][0]
    return {
        "token": (checked.json()["token"],),
        "POST /data/check": (drawn,),
        "POST /jobs": (job, {"kind": "atlas", "arguments": {"drawn_on": "2026-06-30", "towns": ["310117109"]}}),
        "POST /data/measure": ({"kind": "area", "points": corners}, {"kind": "length", "points": corners}),
        "POST /bookmarks": ({"name": "东头", "state": f"?run={run}", "shared": True},),
        "POST /data/boards/plan/try": (plan,),
        "POST /data/boards/plan/save": (plan,),
        "POST /data/boards/plan/scenarios": ({"district": "songjiang", "scenarios": list(known["scenarios"][0])},),
        "POST /data/releases/{layer}/{name}/publish": ({"reason": "重发"},),
        "POST /data/card/decision": ({
            "parcel": "SJ-004", "rule": known["rule"][1], "outcome": "flagged", "reason": "报送", "document": "〔2026〕1号",
            "expires_on": "2026-12-31",
        },),
        "POST /data/check/answers": ({"token": checked.json()["token"], "answers": {"crs": "EPSG:4549"}},),
        "POST /data/check/save": ({"token": checked.json()["token"], "reason": "报送"},),
        "POST /enter": ({"account": SPENT, "password": "wrong"},),
    }  # fmt: skip


def _filled(case: DoorCase) -> Known:
    """Put something of every kind on the desk, and say what there is."""
    planner, database = case.person(Role.DISTRICT_PLANNER.value), case.database
    case.new(SPENT)
    run = known_ground(database, planner)
    build_pool(database, planner, "songjiang", PoolCriteria())
    plan = draft_plan(database, planner, "songjiang", PlanTargets(2027))
    for name in ("东头", "西头"):
        keep(database, planner, name, "?run=" + run, shared=True)
    ids = ("SJ-001", "SJ-002", "SJ-003", "SJ-004")
    rule = load_pack("songjiang").rules[0].rule_id
    x, y = ground.X, ground.Y
    square = [[x, y], [x + 80, y], [x + 80, y + 60], [x, y + 60], [x, y]]
    return {
        "run": (run,), "run_id": (run,), "parcel": ids, "parcel_id": ids, "around": ids, "layer": ("permanent_basic_farmland",),
        "release": ("test",), "name": ("test",), "before": (run, "test"), "after": (run, "test"),
        "district": ("songjiang",), "plan": (plan.head.plan_id,), "plan_id": (plan.head.plan_id,), "pool_id": (plan.head.pool_id,),
        "town": ("310117109",), "town_code": ("310117109",), "village": ("东村",), "verdict": ("clear", "excluded"),
        "year": ("2027",), "bookmark_no": (1, 2), "job_no": (1, 2), "step": (1, 2), "account": (SPENT,), "lang": ("zh", "en"),
        "east": (x + 120,), "north": (y + 30,), "epsg": (4549, 4490), "z": (0, 7, 9), "x": (0, 40), "y": (0, 40),
        "geometry": ({"type": "Polygon", "coordinates": [square]},), "form": ("xlsx", "pdf"), "q": ("SJ-001", "dongcun", "村"),
        "kind": ("screen", "atlas", "package", "import_layer", "import_parcels", "area"), "rule": ("context", rule),
        "deed": ("add", "role", "unlock"), "role": ("leader",), "text": (box(x, y, x + 80, y + 60).wkt,),
        "targets": ({"year": 2027, "max_ha": 12, "verdicts": ["clear"], "required_facts": ["road"]},),
        "inputs": ([{"parcel_id": "SJ-001", "note": "先行"}], []),
        "changes": ([{"parcel_id": "SJ-001", "change": "remove", "reason": "缓"}],),
        "scenarios": ([{"scenario": "a", "year": 2027, "name_zh": "甲", "name_en": "A", "max_ha": 3}],),
        "arguments": ({"rules": "songjiang", "as_of": "2026-06-30"}, {"drawn_on": "2026-06-30", "towns": ["310117109"]}),
        "answers": ({"crs": "EPSG:4549"}, {"crs": "EPSG:4490", "encoding": "GBK", "layer": "x", "repair": "yes"}),
        "cut_back": ({"buffer_m": 1, "least_area_m2": 10, "least_width_m": 2},),
        "outcome": ("clear", "flagged"), "expires_on": ("2026-12-31",),
        "points": (square,), "record": ("entries", "changes"), "why": ("报送",), "reason": ("报送",),
    }  # fmt: skip
