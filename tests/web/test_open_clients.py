"""Programs that are not ours read the open services: GDAL (two of them) and OWSLib, in every CRS, with the right axes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from owslib.ogcapi.features import Features

from landgis.access.roles import Role
from tests.support.open_case import CGCS2000, CRS84, PARCELS, WORKING, OpenCase

READER = """
import json, sys
import pyogrio
address, token, crs, box = sys.argv[1:]
pyogrio.set_gdal_config_options({"GDAL_HTTP_AUTH": "BEARER", "GDAL_HTTP_BEARER": token})
layers = [name for name, _ in pyogrio.list_layers(address)]
frame = pyogrio.read_dataframe(address, layer="parcels", CRS=crs, bbox=json.loads(box) and tuple(json.loads(box)))
print(json.dumps({"layers": layers, "ids": frame["parcel_id"].tolist(), "bounds": list(frame.total_bounds),
                  "town": frame["town_name"].iloc[0], "crs": frame.crs.to_string()}))
"""
EAST, NORTH = 121.2047, 30.9317
"""Inside the first parcel."""


@pytest.mark.parametrize(
    ("crs", "east", "north", "step"),
    [("OGC:CRS84", EAST, NORTH, 1e-5), ("EPSG:4490", EAST, NORTH, 1e-5), ("EPSG:4549", 615_140, 3_424_030, 1)],
)
def test_gdal_reads_every_crs_east_first_as_it_always_does(
    case: OpenCase, crs: str, east: float, north: float, step: float
) -> None:
    """GDAL puts the axes of the authority into its own order: the ground must lie where its own data would."""
    whole = _gdal(case, crs, None)
    assert {"parcels", "pool_members", "plan_lines", "town"} < set(whole["layers"])
    assert whole["ids"] == [f"SJ-{n:03d}" for n in range(1, PARCELS + 1)]
    assert whole["town"] == "叶榭镇"
    west, south, far_east, far_north = whole["bounds"]
    assert west < east < far_east
    assert south < north < far_north
    assert _gdal(case, crs, [east - step, north - step, east + step, north + step])["ids"] == ["SJ-001"]


def _gdal(case: OpenCase, crs: str, box: list[float] | None) -> dict[str, Any]:
    """Read in a process of its own: here GDAL would hold the lock that the server needs to answer."""
    asked = [f"OAPIF:{case.address}/ogc", case.token(Role.DISTRICT_PLANNER), crs, json.dumps(box)]
    told = subprocess.run(
        [sys.executable, "-c", READER, *asked], capture_output=True, text=True, check=True, timeout=120
    )
    found: dict[str, Any] = json.loads(told.stdout)
    return found


@pytest.mark.interop
def test_gdals_own_tool_reads_with_a_header_file(case: OpenCase, tmp_path: Path) -> None:
    header = tmp_path / "token.txt"
    header.write_text(f"Authorization: Bearer {case.token(Role.DISTRICT_PLANNER)}\n", encoding="utf-8")
    command = ["ogrinfo", "-al", "-geom=SUMMARY", f"OAPIF:{case.address}/ogc", "plan_lines"]
    command += ["--config", "GDAL_HTTP_HEADER_FILE", str(header)]
    told = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout
    assert "Feature Count: 2" in told
    assert "TITLE=已公布的供应计划" in told
    assert "line_id (String) = L1-2" in told
    assert "area_ha (Real) = 0.48" in told


@pytest.mark.parametrize(
    ("uri", "first", "second"), [(CRS84, EAST, NORTH), (CGCS2000, NORTH, EAST), (WORKING, 3_424_030, 615_140)]
)
def test_owslib_reads_every_crs_in_the_order_of_its_axes(case: OpenCase, uri: str, first: float, second: float) -> None:
    service = _owslib(case)
    assert {"parcels", "plan_lines"} < set(service.feature_collections())
    found = service.collection_items("parcels", crs=uri, limit=1)
    ring = found["features"][0]["geometry"]["coordinates"][0][0]
    for axis, middle in ((0, first), (1, second)):
        assert min(point[axis] for point in ring) < middle < max(point[axis] for point in ring)
    step = 1e-5 if uri != WORKING else 1
    near = f"{first - step},{second - step},{first + step},{second + step}"
    boxed = service.collection_items("parcels", **{"bbox-crs": uri}, bbox=[float(part) for part in near.split(",")])
    assert [one["id"] for one in boxed["features"]] == ["SJ-001"]


def test_owslib_finds_its_way_and_filters(case: OpenCase) -> None:
    service = _owslib(case)
    assert len(service.conformance()["conformsTo"]) > 4
    assert service.collection("parcels")["storageCrs"] == WORKING
    assert "parcel_id" in service.collection_queryables("parcels")["properties"]
    assert service.collection_item("parcels", "SJ-002")["id"] == "SJ-002"
    assert service.collection_items("parcels", filter="parcel_id = 'SJ-003'")["numberMatched"] == 1
    assert len(service.api()["paths"]) > 60


def _owslib(case: OpenCase) -> Features:
    return Features(f"{case.address}/ogc", headers={"Authorization": f"Bearer {case.token(Role.DISTRICT_PLANNER)}"})


def test_requests_without_a_token_learn_how_to_ask(case: OpenCase) -> None:
    with requests.get(f"{case.address}/ogc", timeout=10) as answer:
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == 'Bearer realm="landgis"'
