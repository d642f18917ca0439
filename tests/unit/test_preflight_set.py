"""One set of deliveries with seventy faults in it: all are found, each by its own code at its own place, and no other.

The deliveries are those of one hand-over under all shipped profiles. Faults that no other can stand beside (a layer gone,
another CRS) are planted one by one in ``test_preflight.py``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
import shapely

from landgis.domain.layer import Secrecy
from landgis.domain.preflight_fault import FaultCode as Code
from landgis.frames.delivered import Delivery
from landgis.preflight import preflight
from tests.support.delivered import Change, cell, good, on_frame, profiles, rounded, shape, together
from tests.support.ground import at

PLOTS, POINTS, PLAN, HOUSING = "TDGY_ZDDK", "TDGY_ZDDKJZD", "TDGY_GYJH", "TDGY_GYJH_ZD"
LAND, STOCK, DRAWN, PUBLIC, LINES, MEMBERS = "ZDJBXX", "JYXJSYD", "GHYDYH", "plan_public", "plan_lines", "pool_members"
MAPPED, KEPT = "RSJH", "RSCBK"
IDENTITY = "11010519491231002X"
Fault = tuple[str, str, str, Code]
"""Layer, key, field, code."""


def _plots() -> dict[str, Any]:
    """Twenty plots: the first with a hole, the second of two parts."""
    plots: dict[str, Any] = {f"SJ-{row + 1:03d}": at(400 * (row % 5), 300 * (row // 5), 80, 60) for row in range(20)}
    plots["SJ-001"] = plots["SJ-001"].difference(at(20, 20, 10, 10))
    plots["SJ-002"] = shapely.union_all([plots["SJ-002"], at(550, 0, 20, 20)])
    return plots


@cache
def whole(profile_id: str) -> Delivery:
    """A good delivery under a profile."""
    return good(profile_id, _plots())


def _key(profile_id: str, layer: str, row: int) -> str:
    key = next(each for each in profiles()[profile_id].layers if each.name == layer).key
    return " ".join(str(whole(profile_id).layers[layer][name].iloc[row]) for name in key)


def _turned(one: Any) -> Any:
    return shapely.reverse(one)


def _bow_tie(one: Any) -> Any:
    west, south, east, north = one.bounds
    return shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])


def _vertex_twice(one: Any) -> Any:
    vertices = shapely.get_coordinates(one)
    return shapely.Polygon(np.vstack([vertices[:2], vertices[1:]]))


def _endless(one: Any) -> Any:
    vertices = shapely.get_coordinates(one)
    vertices[1, 0] = np.inf
    return shapely.Polygon(vertices)


def _moved(east: float, north: float) -> Callable[[Any], Any]:
    return lambda one: shapely.transform(one, lambda vertices: vertices + np.array([east, north]))


def _swapped(one: Any) -> Any:
    return shapely.reverse(shapely.transform(one, lambda vertices: vertices[:, ::-1]))


def _more(by: float) -> Callable[[float], float]:
    return lambda value: rounded(value + by, 6)


def _times(factor: float, decimals: int = 4) -> Callable[[float], float]:
    return lambda value: rounded(value * factor, decimals)


CELLS: Mapping[str, tuple[tuple[str, int, str, object, Code], ...]] = {
    "supply": (
        (PLOTS, 0, "DKYT", None, Code.REQUIRED_EMPTY),
        (PLOTS, 1, "DKYT", "9999", Code.CODE_UNLISTED),
        (PLOTS, 2, "ZDZL", " ", Code.TEXT_BLANK),
        (PLOTS, 3, "ZDZL", "锟斤拷", Code.TEXT_DAMAGED),
        (PLOTS, 4, "ZDZL", "叶榭镇\n团结村", Code.TEXT_CONTROL),
        (PLOTS, 5, "ZDZL", "村" * 201, Code.TEXT_TOO_LONG),
        (PLOTS, 6, "ZDZL", "村" * 128, Code.TEXT_TOO_WIDE),
        (PLOTS, 7, "ZDZL", "𠮷家宅", Code.TEXT_UNWRITABLE),
        (PLOTS, 8, "ZDZL", "找王某 13800138000", Code.PERSONAL_NUMBER),
        (PLOTS, 9, "ZDMC", f"张某{IDENTITY}", Code.PERSONAL_NUMBER),
        (PLOTS, 10, "JZDS", None, Code.REQUIRED_EMPTY),
        (PLOTS, 11, "DKMJ", np.inf, Code.NUMBER_NOT_FINITE),
        (PLOTS, 12, "DKMJ", 0.0, Code.AREA_NOT_POSITIVE),
        (PLOTS, 13, "DKMJ", _times(10_000), Code.AREA_UNIT),
        (PLOTS, 14, "DKMJ", _times(1.1), Code.AREA_OFF),
        (PLOTS, 15, "DKMJ", _times(15), Code.AREA_UNIT),
        (PLOTS, 16, "RKRQ", date(1066, 10, 14), Code.DAY_IMPOSSIBLE),
        (PLOTS, 17, "ZDMJ", lambda value: value + 0.00001, Code.DECIMALS_TOO_MANY),
        (PLOTS, 18, "ZDMJ", 1e12, Code.NUMBER_TOO_LONG),
        (POINTS, 0, "FSBC", np.inf, Code.NUMBER_NOT_FINITE),
        (POINTS, 1, "FSBC", 0.123_456_7, Code.DECIMALS_TOO_MANY),
        (POINTS, 2, "XZB", _more(1.0), Code.POINT_COORDINATES),
        (POINTS, 3, "YZB", _more(-0.1), Code.POINT_COORDINATES),
        (POINTS, 4, "BZ", "a\tb", Code.TEXT_CONTROL),
        (PLAN, 0, "XZQDM", "310000", Code.CODE_UNLISTED),
        (PLAN, 0, "XZQMC", "松江\ufffd", Code.TEXT_DAMAGED),
        (PLAN, 0, "SP_ZZ", 0.5, Code.NOT_ZERO),
        (PLAN, 0, "ZGY_MJ", _more(1.0), Code.SUM_OFF),
        (HOUSING, 0, "GYJH_GUID", "x", Code.REFERENCE_BROKEN),
        (HOUSING, 1, "ZDBH", "SJ-999", Code.REFERENCE_BROKEN),
        (HOUSING, 2, "BZ", "字" * 501, Code.TEXT_TOO_LONG),
        (HOUSING, 3, "BZ", "末尾空格 ", Code.TEXT_BLANK),
    ),
    "cadastre": (
        (LAND, 0, "BSM", 12_345_678_901, Code.NUMBER_TOO_LONG),
        (LAND, 1, "MJDW", "9", Code.CODE_UNLISTED),
        (LAND, 2, "ZDDM", "SJ-002", Code.KEY_REPEATED),
        (LAND, 3, "ZDMJZYY", None, Code.REQUIRED_EMPTY),
        (LAND, 4, "ZDMJZYY", -1.0, Code.AREA_NOT_POSITIVE),
        (LAND, 5, "ZDMJZYY", _times(1.02), Code.AREA_OFF),
        (LAND, 6, "ZL", "\u3000团结村", Code.TEXT_BLANK),
    ),
    "inventory": (
        (STOCK, 1, "LYZT", "9", Code.CODE_UNLISTED),
        (STOCK, 2, "DCBH", "SJ-002", Code.KEY_REPEATED),
    ),
    "plan-layer": (
        (DRAWN, 0, "YDYHFLMC", "", Code.TEXT_BLANK),
        (DRAWN, 1, "BZ", "电话：138-0013-8000", Code.PERSONAL_NUMBER),
        (DRAWN, 2, "TBMJ", _times(1 / 10_000, 2), Code.AREA_UNIT),
        (DRAWN, 3, "YDYHFLDM", "1", Code.CODE_UNLISTED),
    ),
    "plain": (
        (LINES, 0, "verdict", "unknown?", Code.CODE_UNLISTED),
        (LINES, 1, "term", 1_000, Code.NUMBER_TOO_LONG),
        (LINES, 2, "area_ha", _times(1.5), Code.AREA_OFF),
        (MEMBERS, 0, "rank", None, Code.REQUIRED_EMPTY),
        (MEMBERS, 1, "basis", "guess", Code.CODE_UNLISTED),
    ),
    "one-map": (
        (MAPPED, 0, "SCJL", None, Code.REQUIRED_EMPTY),
        (KEPT, 0, "MJ", 0.0, Code.AREA_NOT_POSITIVE),
    ),
    "public": ((PUBLIC, 0, "area_ha", 0.123, Code.DECIMALS_TOO_MANY),),
}
"""Profile → faults of single cells: layer, row, field, what is put there, how it is found."""

SHAPES: Mapping[str, tuple[tuple[str, int, Callable[[Any], Any], Code], ...]] = {
    "inventory": (
        (STOCK, 0, lambda one: shapely.Polygon(one.exterior, [_turned(ring) for ring in one.interiors]), Code.RING_DIRECTION),
        (STOCK, 1, lambda one: shapely.multipolygons(shapely.get_parts(one)[::-1]), Code.PART_ORDER),
        (STOCK, 4, lambda _: None, Code.GEOMETRY_NULL),
        (STOCK, 5, lambda _: shapely.Polygon(), Code.GEOMETRY_EMPTY),
        (STOCK, 6, lambda one: one.boundary, Code.GEOMETRY_TYPE),
        (STOCK, 7, _bow_tie, Code.GEOMETRY_INVALID),
        (STOCK, 8, lambda one: shapely.force_3d(one, 4.0), Code.GEOMETRY_HEIGHT),
        (STOCK, 9, _endless, Code.COORDINATE_NOT_FINITE),
        (STOCK, 10, _vertex_twice, Code.VERTEX_REPEATED),
        (STOCK, 11, _turned, Code.RING_DIRECTION),
        (STOCK, 13, lambda _: whole("inventory").layers[STOCK].geometry.iloc[12], Code.GEOMETRY_DUPLICATE),
        (STOCK, 15, lambda _: _moved(-1.0, 5.0)(whole("inventory").layers[STOCK].geometry.iloc[14]), Code.GEOMETRY_OVERLAP),
        (STOCK, 16, _moved(0.0, 900_000.0), Code.PLACE_OUTSIDE),
        (STOCK, 17, _moved(-40e6, 0.0), Code.ZONE_OTHER),
        (STOCK, 18, _moved(0.0, 60_000.0), Code.DISTRICT_OUTSIDE),
    ),
    "cadastre": ((LAND, 7, _swapped, Code.AXES_SWAPPED),),
    "public": ((PUBLIC, 1, _moved(1.0, 0.0), Code.COORDINATES_FINE),),
}  # fmt: skip
"""Profile → faults of single outlines: layer, row, what becomes of the outline, how it is found."""

OTHERS: Mapping[str, tuple[tuple[Change, Fault], ...]] = {
    "supply": ((cell(PLAN, 0, "JISY_ZZ", 1.0), (PLAN, _key("supply", PLAN, 0), "QT", Code.SUM_OFF)),),
    "inventory": (
        (cell(STOCK, 0, "LYZT", "3"), (STOCK, "SJ-001", "FQYY", Code.CONDITION_EMPTY)),
        (together(cell(STOCK, 3, "LYZT", "1"), cell(STOCK, 3, "KZYY", "1")), (STOCK, "SJ-004", "KZYY", Code.CONDITION_FILLED)),
    ),
    "plan-layer": (
        (on_frame(DRAWN, lambda frame: frame.assign(EXTRA="x")), (DRAWN, "", "EXTRA", Code.FIELD_UNEXPECTED)),
        (on_frame(DRAWN, lambda frame: frame.drop(columns="JQDLDM")), (DRAWN, "", "JQDLDM", Code.FIELD_MISSING)),
        (on_frame(DRAWN, lambda frame: frame.assign(GHZT=1.5)), (DRAWN, "", "GHZT", Code.FIELD_TYPE)),
        (lambda delivery: replace(delivery, format="dxf"), ("", "", "", Code.FORMAT_NOT_ALLOWED)),
        (lambda delivery: replace(delivery, profile_version="0"), ("", "", "", Code.PROFILE_OTHER)),
    ),
    "plain": (
        (lambda delivery: replace(delivery, layers=dict(delivery.layers) | {"X": pd.DataFrame()}), ("X", "", "", Code.LAYER_UNEXPECTED)),
        (lambda delivery: replace(delivery, counts=dict(delivery.counts) | {MEMBERS: 21}), (MEMBERS, "", "", Code.COUNT_OFF)),
    ),
    "public": (
        (lambda delivery: replace(delivery, secrecy={PUBLIC: Secrecy.INTERNAL}), (PUBLIC, "", "", Code.SECRECY_ABOVE)),
    ),
}  # fmt: skip
"""Profile → faults of a field, layer or delivery as a whole."""


def _faulty(profile_id: str) -> tuple[Delivery, set[Fault]]:
    """Return a delivery with all faults of its profile, and the faults."""
    told: set[Fault] = set()
    changes: list[Change] = []
    for layer, row, field, value, code in CELLS.get(profile_id, ()):
        changes.append(cell(layer, row, field, value))
        key = str(value) if code is Code.KEY_REPEATED else _key(profile_id, layer, row)
        told.add((layer, key, field, code))
    for layer, row, change, code in SHAPES.get(profile_id, ()):
        changes.append(shape(layer, row, change))
        told.add((layer, _key(profile_id, layer, row), "", code))
    for other, fault in OTHERS.get(profile_id, ()):
        changes.append(other)
        told.add(fault)
    start = replace(whole(profile_id), format="shapefile") if profile_id == "supply" else whole(profile_id)
    return together(*changes)(start), told


def test_a_good_set_of_deliveries_has_no_fault() -> None:
    assert [preflight(whole(profile_id), profile) for profile_id, profile in profiles().items()] == [()] * len(
        profiles()
    )


def test_seventy_faults_are_planted_of_nearly_every_kind() -> None:
    planted = [fault for profile_id in profiles() for fault in _faulty(profile_id)[1]]
    assert len(planted) >= 70
    assert len({code for *_, code in planted}) >= 40


@pytest.mark.parametrize("profile_id", sorted({*CELLS, *SHAPES, *OTHERS}))
def test_every_fault_of_the_set_is_found_at_its_place_and_no_other(profile_id: str) -> None:
    delivery, planted = _faulty(profile_id)
    found = {(fault.layer, fault.key, fault.field, fault.code) for fault in preflight(delivery, profiles()[profile_id])}
    assert found - planted == set(), "found beside what was planted"
    assert planted - found == set(), "not found"


# --- what only a format makes a fault --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "file_format", "code"),
    [
        ("𠮷家宅", "shapefile", Code.TEXT_UNWRITABLE),
        ("㙍头村", "shapefile", Code.TEXT_UNWRITABLE),
        ("𠮷家宅", "geopackage", None),
        ("𠮷家宅", "filegdb", None),
        ("村" * 127, "shapefile", None),
        ("村" * 127 + "a", "shapefile", Code.TEXT_TOO_WIDE),
        ("村" * 200, "shapefile", Code.TEXT_TOO_WIDE),
        ("村" * 200, "geopackage", None),
        ("a" * 200, "shapefile", None),
        ("村" * 201, "shapefile", Code.TEXT_TOO_LONG),
    ],
)
def test_a_text_is_judged_as_the_format_will_hold_it(text: str, file_format: str, code: Code | None) -> None:
    delivery = replace(cell(PLOTS, 0, "ZDZL", text)(whole("supply")), format=file_format)
    found = [(fault.layer, fault.key, fault.field, fault.code) for fault in preflight(delivery, profiles()["supply"])]
    assert found == ([(PLOTS, "SJ-001", "ZDZL", code)] if code else [])


@pytest.mark.parametrize("file_format", ["geopackage", "geojson", "geoparquet", "flatgeobuf", "xlsx"])
def test_formats_in_unicode_hold_any_text_of_the_declared_length(file_format: str) -> None:
    delivery = replace(cell(LINES, 0, "owner", "𠮷" * 255)(whole("plain")), format=file_format)
    assert preflight(delivery, profiles()["plain"]) == ()


def test_a_utf8_shapefile_holds_fewer_characters_of_any_kind() -> None:
    for text, codes in (("𠮷" * 63, []), ("𠮷" * 64, [Code.TEXT_TOO_WIDE]), ("村" * 85, [Code.TEXT_TOO_WIDE])):
        delivery = replace(cell(LINES, 0, "owner", text)(whole("plain")), format="shapefile")
        assert [fault.code for fault in preflight(delivery, profiles()["plain"])] == codes
