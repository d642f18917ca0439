"""What we hand over, opened by readers that are not ours: two other GDALs, ezdxf, openpyxl, plain SQLite and Arrow."""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import os
import sqlite3
import subprocess
from pathlib import Path

import ezdxf
import fiona
import geopandas as gpd
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import shapely

from landgis.exchange.reading.vector import read_vector
from landgis.exchange.writing.fitting import fit
from landgis.exchange.writing.formats import FORMATS
from landgis.exchange.writing.stored import StoredLayer
from landgis.exchange.writing.vector import write_shapefile_zip
from landgis.services.sample.build_sample import build_sample
from tests.support.deliveries import LAYER, every_kind, everything_accepted

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


# --- every format, by two readers that share no code with the writer -----------------------------------------------------

CELLS = ("geopackage", "filegdb", "shapefile", "geojson", "flatgeobuf")
OGR_BY_PLACE = {"shapefile": "/vsizip/{}/" + LAYER + ".shp", "filegdb": "/vsizip/{}"}


@pytest.fixture(scope="module", params=[300, pytest.param(50_000, marks=pytest.mark.deep)])
def content(request: pytest.FixtureRequest) -> gpd.GeoDataFrame:
    return every_kind(request.param)


def written(folder: Path, key: str, content: gpd.GeoDataFrame) -> tuple[Path, StoredLayer]:
    path = folder / f"成果{FORMATS[key].suffix}"
    FORMATS[key].write(path, {LAYER: content}, everything_accepted())
    return path, fit({LAYER: content}, FORMATS[key].limits, everything_accepted())[0][0]


def require_equal(
    content: gpd.GeoDataFrame,
    stored: StoredLayer,
    rows: dict[str, dict[str, object]],
    shapes: dict[str, object],
    crs: int,
) -> None:
    """Compare what another reader found, by number, with what was handed over."""
    assert set(rows) == set(content["DKBH"])
    wanted = stored.table.rename_columns(list(stored.names)).to_pylist()
    for row in wanted:
        found = rows[str(row["DKBH"])]
        for column, value in row.items():
            assert same(value, found[stored.names[column]]), (row["DKBH"], column)
    order = content["DKBH"].tolist()
    there = gpd.GeoSeries([shapes[number] for number in order], crs=crs).to_crs(4549).to_numpy()
    assert shapely.hausdorff_distance(there, content.geometry.to_numpy()).max() < 1e-4
    assert shapely.area(there) == pytest.approx(shapely.area(content.geometry.to_numpy()), abs=0.05)


def same(value: object, found: object) -> bool:
    if value is None or found in (None, ""):
        return value is None and found in (None, "")
    if isinstance(value, bool):
        return value == bool(found)
    if isinstance(value, dt.date):
        return value.isoformat() == str(found)[:10].replace("/", "-")
    if isinstance(value, float):
        return math.isclose(value, float(str(found)), rel_tol=1e-14, abs_tol=1e-15)
    return str(value) in (str(found), str(found).replace("/", "-"))  # GDAL takes ISO text in GeoJSON for dates


@pytest.mark.parametrize("key", CELLS)
def test_fiona_reads_every_row_value_and_shape(tmp_path: Path, key: str, content: gpd.GeoDataFrame) -> None:
    path, stored = written(tmp_path, key, content)
    place = OGR_BY_PLACE.get(key, "{}").format(path)
    with fiona.open(place, layer=None if key == "shapefile" else stored.name) as source:
        features = list(source)
    rows = {feature["properties"]["DKBH"]: dict(feature["properties"]) for feature in features}
    shapes = {feature["properties"]["DKBH"]: shapely.geometry.shape(feature["geometry"]) for feature in features}
    require_equal(content, stored, rows, shapes, 4326 if key == "geojson" else 4549)


@pytest.mark.parametrize("key", CELLS)
def test_the_systems_ogr2ogr_reads_every_row_value_and_shape(
    tmp_path: Path, key: str, content: gpd.GeoDataFrame
) -> None:
    path, stored = written(tmp_path, key, content)
    place = OGR_BY_PLACE.get(key, "{}").format(path)
    layer = [] if key == "shapefile" else [stored.name]
    command = [
        "ogr2ogr",
        "-f",
        "CSV",
        "/vsistdout/",
        place,
        *layer,
        "-lco",
        "GEOMETRY=AS_WKT",
        "-lco",
        "STRING_QUOTING=ALWAYS",
    ]
    told = subprocess.run(command, check=True, capture_output=True, env={**os.environ, "OGR_WKT_PRECISION": "17"})
    csv.field_size_limit(1 << 24)
    listed = list(csv.DictReader(io.StringIO(told.stdout.decode("utf-8-sig"), newline="")))
    rows: dict[str, dict[str, object]] = {
        row["DKBH"]: {name: {"true": True, "false": False}.get(text, text) for name, text in row.items()}
        for row in listed
    }
    rows = {number: with_flags(row, stored) for number, row in rows.items()}
    shapes = {row["DKBH"]: shapely.from_wkt(row["WKT"]) for row in listed}
    require_equal(content, stored, rows, shapes, 4326 if key == "geojson" else 4549)


def with_flags(row: dict[str, object], stored: StoredLayer) -> dict[str, object]:
    """Turn the 0 and 1 of a CSV into yes and no where the column holds those."""
    flags = [field.name for field in stored.table.schema if pa.types.is_boolean(field.type)]
    return {**row, **{name: {"0": False, "1": True}.get(str(row[name]), row[name]) for name in flags}}


def test_pyarrow_and_geopandas_read_the_geoparquet(tmp_path: Path, content: gpd.GeoDataFrame) -> None:
    path, stored = written(tmp_path, "geoparquet", content)
    bare = pq.ParquetFile(path).read(columns=stored.table.column_names, use_threads=False)
    assert bare.equals(stored.table.cast(bare.schema))
    read = gpd.read_parquet(path)
    assert read.crs.to_epsg() == 4549
    assert shapely.hausdorff_distance(read.geometry.to_numpy(), content.geometry.to_numpy()).max() == 0.0


def test_ezdxf_and_another_gdal_read_the_drawing(tmp_path: Path, content: gpd.GeoDataFrame) -> None:
    path, _ = written(tmp_path, "dxf", content)
    page = ezdxf.readfile(path).modelspace()
    rings = [shapely.Polygon(list(line.get_points("xy"))) for line in page.query("LWPOLYLINE")]
    parts = shapely.get_parts(content.geometry.to_numpy())
    wanted = [shapely.Polygon(ring) for part in parts for ring in (part.exterior, *part.interiors)]
    assert [ring.equals_exact(other, 1e-4) for ring, other in zip(rings, wanted, strict=True)] == [True] * len(wanted)
    assert [text.dxf.text for text in page.query("TEXT")] == content["DKBH"].tolist()
    assert {entity.dxf.layer for entity in page} == {LAYER}
    with fiona.open(path) as source:
        texts = [feature["properties"]["Text"] for feature in source if feature["properties"]["Text"]]
    assert texts == content["DKBH"].tolist()


def test_two_readers_of_the_workbook(tmp_path: Path, content: gpd.GeoDataFrame) -> None:
    path, stored = written(tmp_path, "xlsx", content)
    page = openpyxl.load_workbook(path, read_only=True)[LAYER]
    heading, *rows = page.iter_rows(values_only=True, max_col=len(stored.fields))
    assert heading[1] == "地块名称"
    assert [list(row) for row in rows] == [list(row.values()) for row in stored.table.to_pylist()]
    listed = subprocess.run(
        ["ogr2ogr", "-f", "CSV", "/vsistdout/", path, LAYER], check=True, capture_output=True, text=True
    ).stdout
    again = list(csv.DictReader(io.StringIO(listed, newline="")))
    assert [row["DKBH"] for row in again] == content["DKBH"].tolist()
    assert [row["地块名称"] for row in again] == content["DKMC"].tolist()
