"""A plan of the sample, its pool and its register under every shipped profile: nothing that a receiver would find."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.bootstrap import build
from landgis.crs import name_of
from landgis.domain.layer import Secrecy
from landgis.domain.leaving import ExportKind
from landgis.domain.preflight_fault import FaultCode
from landgis.errors import NotAllowed, NotFound, UsageError
from landgis.preflight import preflight
from landgis.services.handing_over.build_delivery import Wanted, build_delivery
from landgis.services.handing_over.control import leaving_of
from landgis.services.planning.draft_plan import load_plan
from tests.support.delivered import profiles
from tests.support.planned_office import planned_office

WANTED = Wanted("songjiang", date(2026, 6, 30))
OF_PLAN = ("plain", "one-map", "supply", "plan-layer")


@pytest.fixture(scope="module")
def opened(planned_home: Path) -> Iterator[Any]:
    with planned_office("移交", planned_home):
        app = build(None, lambda _zh, _en: None)
        yield app
        app.close()


@pytest.mark.parametrize("profile_id", OF_PLAN)
def test_a_plan_of_the_sample_has_nothing_to_find(opened: Any, profile_id: str) -> None:
    profile = profiles()[profile_id]
    delivery = build_delivery(opened.database, opened.person, profile, WANTED)
    assert preflight(delivery, profile) == ()
    assert set(delivery.layers) == set(profile.layer_names)
    assert name_of(delivery.crs) == profile.crs


def test_a_draft_is_internal_and_nothing_for_the_public(opened: Any) -> None:
    profile = profiles()["public"]
    delivery = build_delivery(opened.database, opened.person, profile, WANTED)
    assert [fault.code for fault in preflight(delivery, profile)] == [FaultCode.SECRECY_ABOVE]
    assert delivery.secrecy == {"plan_public": Secrecy.INTERNAL}
    supply = build_delivery(opened.database, opened.person, profiles()["supply"], WANTED)
    assert set(supply.secrecy) == set(supply.layers)
    leaving = leaving_of(supply, profiles()["supply"], kind=ExportKind.PACKAGE, why="报市局", plan_id="L000001")
    assert (leaving.secrecy, leaving.receiver, leaving.continuous_m2) == (Secrecy.INTERNAL, Secrecy.INTERNAL, 0.0)
    assert leaving.rows == {name: len(frame) for name, frame in supply.layers.items()}
    assert (leaving.profile_id, leaving.format, leaving.crs, leaving.plan_id) == (
        "supply",
        "filegdb",
        "EPSG:4528",
        "L000001",
    )


def test_the_supply_tables_agree_with_the_plan(opened: Any) -> None:
    plan = load_plan(opened.database, None, "songjiang")
    delivery = build_delivery(opened.database, opened.person, profiles()["supply"], WANTED)
    lines = plan.draft.lines
    assert delivery.layers["TDGY_ZDDK"]["DKBH"].tolist() == lines["parcel_id"].tolist()
    assert Decimal(repr(float(delivery.layers["TDGY_GYJH"]["ZGY_MJ"].iloc[0]))) == sum(lines["area_ha"])
    assert len(delivery.layers["TDGY_ZDDKJZD"]) == delivery.layers["TDGY_ZDDK"]["JZDS"].sum()


def test_the_register_as_it_is_shows_the_receiver_only_its_planted_faults(opened: Any) -> None:
    profile = profiles()["cadastre"]
    delivery = build_delivery(opened.database, opened.person, profile, WANTED)
    codes = {fault.code for fault in preflight(delivery, profile)}
    assert codes <= {FaultCode.GEOMETRY_OVERLAP, FaultCode.GEOMETRY_DUPLICATE, FaultCode.CODE_UNLISTED}


def test_another_crs_or_format_may_be_asked_and_what_is_not_allowed_is_refused(opened: Any) -> None:
    plain = profiles()["plain"]
    other = build_delivery(
        opened.database, opened.person, plain, Wanted("songjiang", date(2026, 6, 30), crs="EPSG:4528")
    )
    assert name_of(other.crs) == "EPSG:4528"
    assert {fault.code for fault in preflight(other, plain)} == {FaultCode.CRS_OTHER}
    with pytest.raises(UsageError, match="dxf"):
        build_delivery(opened.database, opened.person, plain, Wanted("songjiang", date(2026, 6, 30), format="dxf"))
    with pytest.raises(NotFound):
        build_delivery(opened.database, opened.person, plain, Wanted("songjiang", date(2026, 6, 30), plan_id="L999999"))


def test_who_may_not_export_gets_nothing(opened: Any) -> None:
    clerk = Person(99, "xiangzhen", "镇填报员乙", Role.TOWN_CLERK)
    with pytest.raises(NotAllowed):
        build_delivery(opened.database, clerk, profiles()["plain"], WANTED)
