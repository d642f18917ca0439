"""Answers to questions in the inventory: recorded with what came in, and the local CRS by its name alone."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box
from sqlalchemy import inspect, literal_column, select, table

from landgis import crs as crs_room
from landgis.bootstrap import build
from tests.support.command import landgis
from tests.support.door_case import OF_THE_DOOR
from tests.support.foreign import shapefile, zipped
from tests.support.local_crs import crs_file, leaks
from tests.support.places import passable_folder

REAL = Path(__file__).resolve().parents[2] / "data" / "real" / "dk_standin_4528_gbk.zip"
X, Y = 613_000.0, 3_424_400.0


@pytest.fixture(scope="module", autouse=True)
def home() -> Iterator[Path]:
    """An installation of its own that has a local CRS."""
    with passable_folder("答案") as home, pytest.MonkeyPatch.context() as patch:
        patch.setenv("LANDGIS_HOME", str(home))
        patch.delenv("LANDGIS_DATABASE_URL", raising=False)
        patch.setenv("LANDGIS_CRS_FILE", str(crs_file(home)))
        yield home
        assert landgis("db", "stop").returncode == 0
    crs_room.deploy(None)


def gbk_without_labels(folder: Path) -> Path:
    """The real pack's shapefile, zipped again without its .cpg and with language byte 0."""
    with zipfile.ZipFile(REAL) as archive:
        archive.extractall(folder)
    shp = next(folder.glob("*.shp"))
    content = bytearray(shp.with_suffix(".dbf").read_bytes())
    content[29] = 0
    shp.with_suffix(".dbf").write_bytes(content)
    return zipped(folder / "无标注.zip", shp, leave_out=(".cpg",))


def rows_of_every_table() -> str:
    """Every row of every table of ours, as text."""
    app = build()
    told = []
    with app.database.begin() as connection:
        names = inspect(connection).get_table_names(schema="landgis")
        for name in names:
            if name.startswith("layer_feature_") or name in OF_THE_DOOR:  # shelves are read as one table
                continue
            rows = select(literal_column("t::text")).select_from(table(name, schema="landgis").alias("t"))
            told += connection.scalars(rows).all()
    app.close()
    return "\n".join(told)


def test_the_real_pack_without_labels_comes_in_after_one_answer(tmp_path: Path) -> None:
    path = gbk_without_labels(tmp_path)
    asked = landgis("parcel", "import", path)
    assert asked.returncode == 3
    assert "1. --encoding GBK" in asked.stderr
    assert "泖港镇" in asked.stderr
    done = landgis("parcel", "import", path, "--encoding", "GBK", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["created"] == 6512
    assert "encoding_stated" in [issue["code"] for issue in told["issues"]]


def local_layer(folder: Path, ids: list[str]) -> Path:
    shapes = gpd.GeoSeries([box(X + 100 * n, Y, X + 100 * n + 50, Y + 50) for n in range(len(ids))], crs=4549)
    own, _ = crs_room.to_crs(shapes.to_numpy(), crs_room.WORKING, crs_room.parse("local"))
    content = gpd.GeoDataFrame({"ZJDBM": ids, "DKBM": ids}, geometry=list(own), crs=4549)
    shp = shapefile(folder / "散", "宅基地", content)
    return zipped(folder / "宅基地.zip", shp, leave_out=(".prj",))


def test_the_local_crs_is_stored_shown_and_exported_by_its_name_alone(tmp_path: Path) -> None:
    build()
    path = local_layer(tmp_path / "in", ["甲", "乙"])
    asked = landgis("layer", "import", path, "--name", "asked")
    assert asked.returncode == 3
    assert "--crs local" in asked.stderr
    commands = (
        ("layer", "import", path, "--name", "地方", "--crs", "local"),
        ("layer", "import", path, "--name", "again", "--crs", "local", "--json"),
        ("layer", "show", "homestead", "地方"),
        ("layer", "show", "homestead", "地方", "--json"),
        ("parcel", "import", path, "--district", "songjiang", "--crs", "local", "--json"),
        ("parcel", "list", "--json"),
        ("check", path, "--crs", "local", "--layers", tmp_path / "in", "--out", tmp_path / "out"),
        ("inspect", path, "--crs", "local", "--json"),
    )
    said = asked.stdout + asked.stderr
    for command in commands:
        ran = landgis(*command)
        assert ran.returncode in (0, 1, 3), ran.stderr
        said += ran.stdout + ran.stderr
    assert leaks(said) == []
    shown = json.loads(landgis("layer", "show", "homestead", "地方", "--json").stdout)
    assert shown["source_crs"] == "local"
    assert "crs_stated" in [issue["code"] for issue in shown["issues"]]
    stored = rows_of_every_table()
    assert "local" in stored
    assert leaks(stored) == []
    files = [file for file in (tmp_path / "out").rglob("*") if file.is_file()]
    assert files
    assert [name for file in files for name in leaks(file.read_bytes().decode("utf-8", errors="ignore"))] == []


def test_the_answer_puts_the_layer_where_it_lies(tmp_path: Path) -> None:
    build()
    path = local_layer(tmp_path, ["丙"])
    ran = landgis("check", path, "--crs", "local", "--layers", tmp_path, "--json")
    assert json.loads(ran.stdout)["parcels"][0]["area_m2"]["planar"] == pytest.approx(2500, rel=1e-3)
