"""Parcels of the register as an exchange text."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
import shapely
from pyproj import CRS

from landgis.access.person import Person
from landgis.access.roles import Role
from landgis.db.connect import Database
from landgis.db.people import PeopleStore
from landgis.errors import NotAllowed, NotFound
from landgis.exchange.points.boundary_text import read_boundary_text
from landgis.services.handing_over.export_points import PointOptions, plots_from_register, write_points
from tests.postgis.support import add_parcels
from tests.support.ground import at

OPTIONS = PointOptions(CRS.from_epsg(4528), "示例测绘单位", date(2026, 1, 15))


def test_the_register_becomes_an_exchange_text(database: Database, planner: Person, tmp_path: Path) -> None:
    shapes = {"SJ-001": at(0, 0, 80, 60), "SJ-002": at(100, 0, 50, 50).difference(at(110, 10, 10, 10))}
    add_parcels(database, planner, shapes, village_name="团结村", current_use_code="0601", current_use_scheme="survey")
    written = write_points(plots_from_register(database, planner, "songjiang"), tmp_path / "a.txt", OPTIONS)
    found = read_boundary_text(tmp_path / "a.txt")
    assert (written.plots, written.points, written.crs) == (2, 12, "EPSG:4528")
    assert found.table["地块编号"].tolist() == ["SJ-001", "SJ-002"]
    assert found.table["地块名称"].tolist() == ["团结村", "团结村"]
    assert found.table["地块用途"].tolist() == ["商业用地", "商业用地"]
    assert found.table["地类编码"].tolist() == ["0601", "0601"]
    moved = shapely.transform(found.geometry, lambda xy: xy - [40_000_000, 0])
    wanted = list(shapes.values())
    assert all(a.symmetric_difference(b).area < 0.5 for a, b in zip(moved, wanted, strict=True))
    assert written.area_m2 == pytest.approx(sum(facts.ellipsoidal_m2 or 0 for facts in found.plots), abs=0.1)


def test_only_the_parcels_named_and_none_that_is_not_there(database: Database, planner: Person, tmp_path: Path) -> None:
    add_parcels(database, planner, {"SJ-001": at(0, 0, 80, 60), "SJ-002": at(100, 0, 50, 50)})
    write_points(plots_from_register(database, planner, "songjiang", ["SJ-002"]), tmp_path / "a.txt", OPTIONS)
    assert read_boundary_text(tmp_path / "a.txt").table["地块编号"].tolist() == ["SJ-002"]
    with pytest.raises(NotFound, match="SJ-009"):
        plots_from_register(database, planner, "songjiang", ["SJ-001", "SJ-009"])
    with pytest.raises(NotFound, match="chongming"):
        plots_from_register(database, planner, "chongming")


def test_who_may_not_export_does_not(database: Database, owner: Database, planner: Person) -> None:
    add_parcels(database, planner, {"SJ-001": at(0, 0, 80, 60)})
    clerk = PeopleStore(owner).register("xiangzhen", "镇填报员乙", Role.TOWN_CLERK)
    with pytest.raises(NotAllowed):
        plots_from_register(database, clerk, "songjiang")
