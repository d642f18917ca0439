"""What the sample writes, opened by readers that are not ours; every format by its readers: tests/unit/test_two_readers.py."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import fiona
import pytest

from landgis.exchange.reading.vector import read_vector
from landgis.exchange.writing.vector import write_shapefile_zip
from landgis.services.sample.build_sample import build_sample

pytestmark = pytest.mark.interop


def test_another_gdal_reads_the_geopackage(tmp_path: Path) -> None:
    build_sample("small", 1, tmp_path)
    ours = read_vector(tmp_path / "parcels.gpkg").frame
    with fiona.open(tmp_path / "parcels.gpkg") as source:
        rows = list(source)
    assert [row["properties"]["DKBM"] for row in rows] == ours["DKBM"].tolist()
    assert [row["properties"]["QSDWMC"] for row in rows] == ours["QSDWMC"].tolist()


def test_sqlite_finds_a_geopackage(tmp_path: Path) -> None:
    build_sample("small", 1, tmp_path)
    with sqlite3.connect(tmp_path / "parcels.gpkg") as database:
        assert database.execute("PRAGMA application_id").fetchone()[0] == 0x47504B47
        assert database.execute("SELECT srs_id FROM gpkg_geometry_columns").fetchone()[0] == 4549
        assert database.execute("PRAGMA integrity_check").fetchone()[0] == "ok"


@pytest.mark.parametrize("encoding", ["GBK", "GB18030", "UTF-8"])
def test_another_gdal_reads_the_shapefile_with_its_chinese(tmp_path: Path, encoding: str) -> None:
    build_sample("small", 1, tmp_path)
    frame = read_vector(tmp_path / "parcels.gpkg").frame[["DKBM", "QSDWMC", "CJMC", "geometry"]]
    names = write_shapefile_zip(tmp_path / "地块.zip", "地块", frame, encoding)
    with fiona.open(f"zip://{tmp_path / '地块.zip'}") as source:
        rows = list(source)
    assert [row["properties"][names["QSDWMC"]] for row in rows] == frame["QSDWMC"].tolist()
