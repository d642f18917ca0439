"""A plan as a project of QGIS: its sources hold the rows that are told, and a reader of the database sees the same."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyogrio
import pytest
from defusedxml import ElementTree as Tree

from landgis.bootstrap import build
from landgis.db.connect import Database, open_database
from landgis.db.shown import features, judged_parcels, plan_lines, pool_members, read_shown
from landgis.maps.style import use_class
from landgis.services.planning.draft_plan import load_plan
from tests.support.command import landgis
from tests.support.planned_office import planned_office

MADE = ("--made-on", "2026-11-22", "--why", "内部看图")


@pytest.fixture(scope="module", autouse=True)
def office(planned_home: Path) -> Iterator[Path]:
    with planned_office("工程", planned_home) as home:
        yield home


@pytest.fixture(scope="module")
def opened(office: Path) -> Iterator[Any]:
    app = build(None, lambda _zh, _en: None)
    yield app
    app.close()


@pytest.fixture(scope="module")
def reader(opened: Any) -> Iterator[Database]:
    database = open_database(opened.running, role="landgis_read", pooled=False)
    yield database
    database.close()


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return export(tmp_path_factory.mktemp("qgis"))


@pytest.fixture(scope="module")
def direct(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return export(tmp_path_factory.mktemp("direct"), "--direct")


def export(out: Path, *options: object) -> dict[str, Any]:
    result = landgis("export", "qgis", "--out", out, *MADE, *options, "--json")
    assert result.returncode == 0, result.stderr
    told: dict[str, Any] = json.loads(result.stdout)
    return told | {"stderr": result.stderr}


def project(told: dict[str, Any]) -> Any:
    with zipfile.ZipFile(told["project"]) as archive:
        return Tree.fromstring(archive.read("landgis.qgs"))


def sources(told: dict[str, Any]) -> dict[str, str]:
    return {layer.findtext("shortname"): layer.findtext("datasource") for layer in project(told).iter("maplayer")}


def test_every_layer_lies_in_the_geopackage_with_the_rows_told(made: dict[str, Any]) -> None:
    folder = Path(made["project"]).parent
    for key, source in sources(made).items():
        name, layer = source.split("|layername=")
        information = pyogrio.read_info(folder / name, layer=layer)
        assert (key, information["features"]) == (layer, made["rows"][key])
        assert information["crs"] == "EPSG:4549"
    assert list(sources(made)) == list(made["rows"])
    assert made["rows"]["parcels"] > made["rows"]["plan_lines"] > 0
    assert made["rows"]["permanent_basic_farmland"] > 0


def test_the_same_state_gives_the_same_bytes(made: dict[str, Any], tmp_path: Path) -> None:
    again = export(tmp_path)
    first, second = Path(made["project"]).parent, tmp_path
    assert len(made["files"]) == len(again["files"]) == 2 + 3 * len(made["rows"])
    for path in map(Path, made["files"]):
        name = path.relative_to(first)
        assert (second / name).read_bytes() == path.read_bytes(), name
    assert {path.relative_to(first) for path in first.rglob("*") if path.is_file()} == {
        Path(path).relative_to(first) for path in made["files"]
    }


def test_the_rows_are_those_of_the_plan_as_it_is_drawn_elsewhere(opened: Any) -> None:
    plan = load_plan(opened.database, None, "songjiang")
    shown = read_shown(opened.database, plan_lines(plan.head.plan_id)).set_index("parcel_id")
    lines = plan.lines.set_index("parcel_id").loc[shown.index]
    for name in ("line_no", "area_ha", "area_mu", "verdict", "planned_use_zh"):
        assert shown[name].tolist() == lines[name].tolist()
    assert shown["use_class"].tolist() == [use_class(code) for code in lines["planned_use_code"]]
    assert shown.geometry.geom_equals(lines.geometry).all()


def test_a_padded_code_has_the_class_that_the_maps_give_it(opened: Any) -> None:
    codes = ["090102", "090000", "0901", " 0901 ", "101000", "100100", "09", "110000", "9999", "120803"]
    query = "SELECT landgis.use_class(code) FROM unnest(%s::text[]) WITH ORDINALITY AS c (code, at) ORDER BY at"
    with opened.database.begin() as connection:
        found = [row[0] for row in connection.connection.driver_connection.execute(query, [codes])]
    assert found == [use_class(code) for code in codes]


def test_reasons_are_the_findings_that_are_not_clear(opened: Any, reader: Database) -> None:
    run_id = load_plan(opened.database, None, "songjiang").head.run_id
    parcels = read_shown(reader, judged_parcels(run_id))
    assert parcels.loc[parcels["verdict"] == "clear", "reasons_zh"].isna().all()
    assert parcels.loc[parcels["verdict"] != "clear", "reasons_zh"].str.len().gt(0).all()


def test_a_direct_project_asks_what_a_reader_may_read_and_gets_the_same_rows(
    direct: dict[str, Any], made: dict[str, Any], reader: Database
) -> None:
    assert direct["rows"] == made["rows"]
    for key, source in sources(direct).items():
        assert source.startswith("service='landgis' ")
        assert not any(word in source for word in ("host=", "password", "user=", "dbname"))
        table = re.search(r'table="\((.*)\)" \(geom\)$', source)
        assert table is not None
        query = table[1].replace('\\"', '"').replace("\\\\", "\\")
        with reader.begin() as connection:
            plain = connection.connection.driver_connection
            plain.execute("SET TRANSACTION READ ONLY")
            count = plain.execute(f"SELECT count(geom) FROM ({query}) AS q".encode()).fetchone()  # noqa: S608
        assert count[0] == made["rows"][key]
    assert not list(Path(direct["project"]).parent.glob("*.gpkg"))


def test_the_same_drawing_on_both_roads(direct: dict[str, Any], made: dict[str, Any]) -> None:
    one, other = project(made), project(direct)
    for root in (one, other):
        for element in root.iter():
            element.attrib.pop("source", None)
            element.attrib.pop("providerKey", None)
            if element.tag in ("datasource", "provider"):
                element.text = ""
    assert Tree.tostring(one) == Tree.tostring(other)


def test_stand_in_data_are_named_and_the_sources_cited(made: dict[str, Any]) -> None:
    root = project(made)
    labels = {item.get("id"): item.get("labelText", "") for item in root.iter("LayoutItem")}
    assert labels["banner"].startswith("替代数据，非法定成果")
    assert labels["sources"].count("［替代数据］") == 7
    assert "内部使用 · 制图 " in labels["map_note"]
    assert "2026-11-22" in labels["map_note"]
    assert labels["title"] == "松江区2027年度农村集体经营性建设用地入市供应计划图"
    assert "替代数据，非法定成果" in made["stderr"]


def test_who_may_not_export_gets_nothing(tmp_path: Path) -> None:
    assert landgis("person", "add", "kan", "领导丙", "--role", "leader").returncode == 0
    refused = landgis("export", "qgis", "--out", tmp_path / "out", *MADE, "--as", "kan")
    assert refused.returncode != 0
    assert "导出成果" in refused.stderr
    assert not (tmp_path / "out").exists()


def test_a_service_name_that_could_say_more_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    refused = landgis("export", "qgis", "--out", tmp_path, *MADE, "--direct", "--service", "x' password='y")
    assert refused.returncode == 2
    assert list(tmp_path.iterdir()) == []


def test_features_and_members_come_in_the_order_of_their_keys(opened: Any) -> None:
    head = load_plan(opened.database, None, "songjiang").head
    for rows in (pool_members(head.pool_id), features("homestead", "2026-01")):
        keys = read_shown(opened.database, rows)[rows.table.key].tolist()
        assert keys == sorted(keys)
        assert keys


def test_a_layer_without_a_release_is_named_not_passed_over(tmp_path: Path) -> None:
    assert landgis("layer", "retire", "town@2026-01", "--reason", "更正", "--leave-none").returncode == 0
    told = export(tmp_path)
    assert told["absent"] == ["街镇"]
    assert "街镇" in told["stderr"]
    assert "town" not in told["rows"]
    assert "town" not in sources(told)
