"""Projects of QGIS as text: what QGIS goes by is there, nothing of this machine is, the same project is the same bytes."""

from __future__ import annotations

import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree as Tree

from landgis.errors import InputError, UsageError
from landgis.exchange.qgis.drawing import pool_drawing, use_drawing, verdict_drawing
from landgis.exchange.qgis.layer import ProjectLayer, from_geopackage, from_service
from landgis.exchange.qgis.print_layout import Sheet
from landgis.exchange.qgis.project import LayerGroup, Project, project_xml, write_project
from landgis.frames.shown import SHOWN_PARCELS, SHOWN_PLAN_LINES, SHOWN_POOL_MEMBERS
from landgis.maps.layout import load_layout

BOUNDS = (598_000.0, 3_424_000.0, 601_000.0, 3_426_500.0)
SHEET = Sheet(
    "松江区2027年度计划图", "计划 L000001", "替代数据，非法定成果 Stand-in data", ("永久基本农田（2026-01）",), "成果日期 2026-11-22", 20,
    BOUNDS, None,
)  # fmt: skip
LAYERS = (
    ProjectLayer("plan_lines", use_drawing(["0901"]), SHOWN_PLAN_LINES, from_geopackage("计划.gpkg", "plan_lines"), BOUNDS, "计划", "plan"),
    ProjectLayer("pool", pool_drawing(), SHOWN_POOL_MEMBERS, from_geopackage("计划.gpkg", "pool"), BOUNDS, "库", "pool"),
    ProjectLayer("parcels", verdict_drawing(), SHOWN_PARCELS, from_geopackage("计划.gpkg", "parcels"), BOUNDS, "批次", "run"),
)  # fmt: skip
PROJECT = Project(
    "L000001",
    (LayerGroup("计划与储备 Plan", LAYERS[:2]), LayerGroup("筛查 Screening", LAYERS[2:])),
    SHEET,
    "摘要",
    date(2026, 11, 22),
)


def parsed(project: Project = PROJECT) -> Any:
    return Tree.fromstring(project_xml(project))


def items(root: Any) -> dict[str, Any]:
    return {item.get("id"): item for item in root.iter("LayoutItem")}


def test_tree_order_and_layers_speak_of_the_same_ids_from_top_to_bottom() -> None:
    root = parsed()
    ids = [each.text for each in root.findall("projectlayers/maplayer/id")]
    assert ids == ["landgis_plan_lines", "landgis_pool", "landgis_parcels"]
    assert [each.get("id") for each in root.iter("layer-tree-layer")] == ids
    assert [each.get("id") for each in root.findall("layerorder/layer")] == ids
    assert all(len(each) > 10 for each in ids)  # QGIS renames shorter ones
    groups = root.findall("layer-tree-group/layer-tree-group")
    assert [each.get("name") for each in groups] == ["计划与储备 Plan", "筛查 Screening"]


def test_the_crs_is_named_so_that_qgis_takes_it() -> None:
    root = parsed()
    assert {each.text for each in root.iter("authid")} == {"EPSG:4549"}
    assert len(list(root.iter("authid"))) == 2 + len(LAYERS)
    assert all(int(each.text) > 0 for each in root.iter("srsid"))
    assert root.findtext("properties/SpatialRefSys/ProjectionsEnabled") == "1"


def test_paths_are_relative_and_the_clock_is_not_asked() -> None:
    root = parsed()
    assert root.findtext("properties/Paths/Absolute") == "false"
    assert next(each.text for each in root.iter("datasource")) == "./计划.gpkg|layername=plan_lines"
    assert root.findtext("projectMetadata/creation") == "2026-11-22T00:00:00"
    assert not {"saveDateTime", "saveUser"} & set(root.attrib)


def test_the_layout_stands_in_the_boxes_of_our_own_sheet_at_one_of_its_scales() -> None:
    layout, found = load_layout("a3_plan"), items(parsed())
    assert {"page", "title", "map", "legend", "scale_bar", "north_arrow", "banner", "sources"} <= set(found)
    box = layout.items.map
    assert found["map"].get("position") == f"{box.x_mm:g},{box.y_mm:g},mm"
    extent = found["map"].find("Extent").attrib
    metres = float(extent["xmax"]) - float(extent["xmin"])
    assert metres * 1000 / box.width_mm in layout.scales
    assert found["page"].get("size") == "420,297,mm"
    assert found["legend"].get("map_uuid") == found["scale_bar"].get("mapUuid") == found["map"].get("uuid")
    heights = [int(item.get("zValue")) for name, item in found.items() if name != "page"]
    assert sorted(heights) == list(range(1, len(heights) + 1))


def test_stand_in_data_are_marked_on_screen_and_on_paper_and_others_are_not() -> None:
    marked, plain = parsed(), parsed(replace(PROJECT, sheet=replace(SHEET, banner="")))
    assert items(marked)["banner"].get("labelText") == SHEET.banner
    assert marked.findtext("properties/TitleLabel/Label") == SHEET.banner
    assert marked.findtext("properties/TitleLabel/Enabled") == "true"
    assert "banner" not in items(plain)
    assert plain.findtext("properties/TitleLabel/Enabled") == "false"


def test_words_from_outside_are_never_taken_for_an_expression() -> None:
    asking = "[% env('PATH') %]"
    found = items(
        parsed(replace(PROJECT, sheet=replace(SHEET, title=asking, subtitle=asking, sources=(asking,), note=asking)))
    )
    reckoned = {name for name, item in found.items() if "[%" in item.get("labelText", "")}
    assert reckoned == {"map_note"}
    assert found["map_note"].get("labelText").count("[%") == 1
    assert found["title"].get("labelText") == "［% env('PATH') %]"


def test_a_long_legend_stands_in_two_columns() -> None:
    def columns(entries: int) -> str | None:
        return items(parsed(replace(PROJECT, sheet=replace(SHEET, entries=entries))))["legend"].get("columnCount")

    assert (columns(20), columns(60)) == ("1", "2")


def test_a_plan_too_wide_for_any_scale_is_refused() -> None:
    wide = replace(SHEET, shown=(0.0, 0.0, 900_000.0, 10.0))
    with pytest.raises(InputError, match="900"):
        project_xml(replace(PROJECT, sheet=wide))


def test_the_same_project_gives_the_same_bytes_and_one_member(tmp_path: Path) -> None:
    for name in ("一.qgz", "二.qgz"):
        write_project(tmp_path / name, project_xml(PROJECT))
    assert (tmp_path / "一.qgz").read_bytes() == (tmp_path / "二.qgz").read_bytes()
    with zipfile.ZipFile(tmp_path / "一.qgz") as archive:
        assert archive.namelist() == ["landgis.qgs"]
        assert archive.read("landgis.qgs") == project_xml(PROJECT)


def test_a_direct_source_names_a_service_and_quotes_the_query() -> None:
    source = from_service("landgis", r"""SELECT 'a"b\c' AS x, geom FROM t""", "x")
    assert source.provider == "postgres"
    assert source.text.startswith("service='landgis' key='x' ")
    assert source.text.endswith(r"""table="(SELECT 'a\"b\\c' AS x, geom FROM t)" (geom)""")
    assert not any(word in source.text for word in ("host", "password", "user="))


@pytest.mark.parametrize("name", ["", "a b", "x' password='y", "服务"])
def test_a_service_name_that_could_say_more_is_refused(name: str) -> None:
    with pytest.raises(UsageError, match="service name"):
        from_service(name, "SELECT 1", "x")
