"""The sample district in every format, read by readers that share no code with the writer: every row, value and shape.

Readers: geopandas (GDAL as pyogrio ships it), fiona (another GDAL), the system's ogr2ogr (a third), ezdxf, openpyxl,
pyarrow, and for the exchange text two plain parsers. 300 parcels always, 50,000 in the deep tests, ogr2ogr in interop.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import math
import os
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import ezdxf
import fiona
import geopandas as gpd
import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
import shapely

from landgis.exchange.writing.fit_shapes import as_multi
from landgis.exchange.writing.fitting import fit
from landgis.exchange.writing.formats import FORMATS
from tests.support.deliveries import LAYER, every_kind, everything_accepted, of_the_sample

NUMBER = "DKBH"
NEAR_M = 1e-4
STATED = {"txt": 0.5001e-3}
"""Formats that state decimals: three."""


@dataclass(frozen=True)
class Read:
    """What a reader found.

    Attributes
    ----------
    cells
        Field name → values, row by row.
    shapes
        Geometry row by row; None where the format has none.
    crs
        EPSG code, where the reader is told one.
    apart
        Whether ``shapes`` are single rings, outer ones and holes in turn.
    """

    cells: dict[str, list[Any]]
    shapes: np.ndarray | None
    crs: int | None = None
    apart: bool = False


Reader = Callable[[Path, str], Read]
"""File, and name of the layer in it → what is there."""


# --- readers ---------------------------------------------------------------------------------------------------------


def _place(path: Path) -> str:
    if path.name.endswith(".gdb.zip"):
        return f"/vsizip/{path}"
    return f"/vsizip/{path}/{LAYER}.shp" if path.suffix == ".zip" else str(path)


def _inside(path: Path, layer: str) -> str:
    """Name the layer as GDAL does: a shapefile is called by its file."""
    return LAYER if path.suffix == ".zip" and not path.name.endswith(".gdb.zip") else layer


def by_geopandas(path: Path, layer: str) -> Read:
    """GDAL as pyogrio ships it, through Arrow."""
    frame = gpd.read_file(_place(path), layer=_inside(path, layer), use_arrow=True)
    return Read(_columns(frame), frame.geometry.to_numpy(), frame.crs.to_epsg())


def by_fiona(path: Path, layer: str) -> Read:
    """Another GDAL, feature by feature."""
    with fiona.open(_place(path), layer=_inside(path, layer)) as source:
        features = [(dict(feature["properties"]), feature["geometry"]) for feature in source]
        names, crs = list(source.schema["properties"]), source.crs.to_epsg()
    shapes = np.array([shapely.geometry.shape(drawn) for _, drawn in features], dtype=object)
    return Read({name: [cells[name] for cells, _ in features] for name in names}, shapes, crs)


def by_ogr2ogr(path: Path, layer: str) -> Read:
    """The system's GDAL, as text."""
    rows = list(_csv_of(path, "-lco", "GEOMETRY=AS_WKT", "-lco", "STRING_QUOTING=ALWAYS", _inside(path, layer)))
    shapes = np.array([shapely.from_wkt(row["WKT"]) for row in rows], dtype=object)
    degrees = path.suffix == ".geojson"
    return Read(
        {name: [row[name] for row in rows] for name in rows[0] if name != "WKT"}, shapes, 4326 if degrees else None
    )


def _csv_of(path: Path, *options: str) -> Iterator[dict[str, str]]:
    command = ["ogr2ogr", "-f", "CSV", "/vsistdout/", _place(path), *options]
    settings = {"OGR_WKT_PRECISION": "17", "DXF_ENCODING": "UTF-8"}
    told = subprocess.run(command, check=True, capture_output=True, env=os.environ | settings)
    csv.field_size_limit(1 << 24)
    return csv.DictReader(io.StringIO(told.stdout.decode("utf-8-sig"), newline=""))


def parquet_by_pyarrow(path: Path, _: str) -> Read:
    """Arrow alone: the geometry is WKB."""
    table = pq.ParquetFile(path).read(use_threads=False)
    shapes = np.asarray(shapely.from_wkb(table["geometry"].to_numpy()), dtype=object)
    return Read(table.drop_columns(["geometry", "bbox"]).to_pydict(), shapes)


def parquet_by_geopandas(path: Path, _: str) -> Read:
    """By the standard's metadata."""
    frame = gpd.read_parquet(path).drop(columns="bbox", errors="ignore")
    return Read(_columns(frame), frame.geometry.to_numpy(), frame.crs.to_epsg())


def drawing_by_ezdxf(path: Path, layer: str) -> Read:
    """Plots put together by the marks in the extended data: row, part, ring."""
    page = ezdxf.readfile(path).modelspace().query(f'*[layer=="{layer}"]')
    rings: dict[int, list[list[tuple[float, float]]]] = {}
    for line in page.query("LWPOLYLINE"):
        rings.setdefault(_marked_row(line), []).append([(x, y) for x, y in line.get_points("xy")])
    numbers = {_marked_row(text): text.dxf.text for text in page.query("TEXT")}
    shapes = np.array([_of_rings(drawn) for drawn in rings.values()], dtype=object)
    return Read({NUMBER: [numbers[row] for row in rings]}, shapes)


def _marked_row(entity: Any) -> int:
    return int(entity.get_xdata("LANDGIS_RING")[0].value)


def drawing_by_fiona(path: Path, layer: str) -> Read:
    """Another GDAL, to which every closed polyline is a line; it must be told that drawings are UTF-8 since 2007."""
    with fiona.Env(DXF_ENCODING="UTF-8"), fiona.open(path) as source:
        features = [(feature["properties"], shapely.geometry.shape(feature["geometry"])) for feature in source]
    return _of_lines([(told["Text"], shape) for told, shape in features if told["Layer"] == layer])


def drawing_by_ogr2ogr(path: Path, layer: str) -> Read:
    """The system's GDAL: as by fiona."""
    rows = [row for row in _csv_of(path, "-lco", "GEOMETRY=AS_WKT") if row["Layer"] == layer]
    return _of_lines([(row["Text"], shapely.from_wkt(row["WKT"])) for row in rows])


def _of_lines(drawn: list[tuple[str | None, Any]]) -> Read:
    """Return rings as they come, and the numbers."""
    rings = [shapely.Polygon(shapely.get_coordinates(shape)) for text, shape in drawn if not text]
    return Read({NUMBER: [text for text, _ in drawn if text]}, np.array(rings, dtype=object), apart=True)


def _of_rings(rings: list[list[tuple[float, float]]]) -> Any:
    """Return a plot of its rings, whatever their order: what lies in another is a hole of it."""
    plots = sorted((shapely.Polygon(ring) for ring in rings), key=shapely.area, reverse=True)
    whole = plots[0]
    for plot in plots[1:]:
        whole = whole.symmetric_difference(plot)
    return whole


def workbook_by_openpyxl(path: Path, layer: str) -> Read:
    """Cells as they stand; the first row names them."""
    heading, *rows = openpyxl.load_workbook(path)[layer].iter_rows(values_only=True)
    return Read({str(name): list(cells) for name, cells in zip(heading, zip(*rows, strict=True), strict=True)}, None)


def workbook_by_gdal(path: Path, layer: str) -> Read:
    """GDAL's own reader of workbooks."""
    return Read(_columns(gpd.read_file(path, layer=layer, use_arrow=True)), None)


def workbook_by_ogr2ogr(path: Path, layer: str) -> Read:
    """The system's GDAL."""
    rows = list(_csv_of(path, layer))
    return Read({name: [row[name] for row in rows] for name in rows[0]}, None)


def text_by_lines(path: Path, _: str) -> Read:
    """The exchange text, line by line: a plot begins with a line that ends in @."""
    plots: list[tuple[str, dict[str, list[tuple[float, float]]]]] = []
    lines = path.read_text(encoding="gb18030").split("[地块坐标]")[1].splitlines()
    for cells in (line.split(",") for line in lines if line.strip()):
        if cells[-1] == "@":
            plots.append((cells[2], {}))
        else:
            plots[-1][1].setdefault(cells[1], []).append((float(cells[3]), float(cells[2])))
    shapes = [_of_rings(list(rings.values())) for _, rings in plots]
    return Read({NUMBER: [number for number, _ in plots]}, np.array(shapes, dtype=object))


def text_by_pandas(path: Path, _: str) -> Read:
    """The exchange text as one table of points."""
    lines = pd.Series(path.read_bytes().decode("gb18030").splitlines())
    begins = lines.str.endswith(",@")
    table = pd.DataFrame({"plot": lines.where(begins).str.split(",").str[2].ffill(), "line": lines})[~begins].dropna()
    cells = table["line"].str.split(",", expand=True)
    points = pd.DataFrame({"plot": table["plot"], "ring": cells[1], "x": cells[3], "y": cells[2]})
    plots = points.groupby("plot", sort=False)
    shapes = [
        _of_rings([ring[["x", "y"]].astype(float).to_numpy().tolist() for _, ring in plot.groupby("ring")])
        for _, plot in plots
    ]
    return Read({NUMBER: list(plots.groups)}, np.array(shapes, dtype=object))


def _columns(frame: pd.DataFrame) -> dict[str, list[Any]]:
    geometry = frame.geometry.name if isinstance(frame, gpd.GeoDataFrame) else ""
    return {str(name): frame[name].astype(object).tolist() for name in frame.columns if name != geometry}


# --- the matrix ------------------------------------------------------------------------------------------------------

_OGR: dict[str, Reader] = {"geopandas": by_geopandas, "fiona": by_fiona, "ogr2ogr": by_ogr2ogr}
READERS: dict[str, dict[str, Reader]] = {
    "geopackage": _OGR,
    "filegdb": _OGR,
    "shapefile": _OGR,
    "geojson": _OGR,
    "flatgeobuf": _OGR,
    "geoparquet": {"pyarrow": parquet_by_pyarrow, "geopandas": parquet_by_geopandas},
    "dxf": {"ezdxf": drawing_by_ezdxf, "fiona": drawing_by_fiona, "ogr2ogr": drawing_by_ogr2ogr},
    "txt": {"lines": text_by_lines, "pandas": text_by_pandas},
    "xlsx": {"openpyxl": workbook_by_openpyxl, "gdal": workbook_by_gdal, "ogr2ogr": workbook_by_ogr2ogr},
}


CONTENTS: dict[str, Callable[[], gpd.GeoDataFrame]] = {
    "sample-300": lambda: of_the_sample(300),
    "made-300": lambda: every_kind(300),
    "sample-50000": lambda: of_the_sample(50_000),
}
"""The sample district, and plots made up so that every third has a hole and every fifth two parts."""


def _cases() -> Iterator[Any]:
    for name in CONTENTS:
        for key, readers in READERS.items():
            for reader in readers:
                deep = pytest.mark.deep if name.endswith("50000") else ()
                mark = pytest.mark.interop if reader == "ogr2ogr" else deep
                yield pytest.param(key, reader, name, marks=mark, id=f"{key}-{reader}-{name}")


@cache
def content(name: str) -> gpd.GeoDataFrame:
    """What is handed over, made once."""
    return CONTENTS[name]()


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Write a content in a format, once for all its readers."""

    @cache
    def write(key: str, name: str) -> Path:
        path = tmp_path_factory.mktemp(key) / f"成果{FORMATS[key].suffix}"
        FORMATS[key].write(path, {LAYER: content(name)}, everything_accepted())
        return path

    return write


def test_every_format_has_two_readers_that_are_not_ours() -> None:
    assert set(READERS) == set(FORMATS)
    assert min(len(set(readers) - {"ogr2ogr"}) for readers in READERS.values()) == 2


@pytest.mark.parametrize(("key", "reader", "name"), list(_cases()))
def test_another_reader_finds_every_row_value_and_shape(
    written: Callable[[str, str], Path], key: str, reader: str, name: str
) -> None:
    wanted = content(name)
    [stored], _ = fit({LAYER: wanted}, FORMATS[key].limits, everything_accepted())
    read = READERS[key][reader](written(key, name), stored.name)
    columns = [column for column in stored.names if column != NUMBER]
    captions = {one.column: one.alias or one.name for one in stored.fields} if key == "xlsx" else stored.names
    rows_found = {number: row for row, number in enumerate(read.cells[captions[NUMBER]])}
    assert len(rows_found) == len(read.cells[captions[NUMBER]])
    assert set(rows_found) == set(wanted[NUMBER])
    order = [rows_found[number] for number in wanted[NUMBER]]  # FlatGeobuf puts rows in an order of its own
    assert key == "flatgeobuf" or order == list(range(len(wanted)))
    if key in ("dxf", "txt"):
        assert columns == (["AREA_M2"] if key == "txt" else [])
    else:
        assert len(columns) == wanted.shape[1] - 2
        for column in columns:
            cells = read.cells[captions[column]]
            pairs = zip(wanted[column].astype(object), (cells[row] for row in order), strict=True)
            assert [(column, value, found) for value, found in pairs if not same(value, found)][:5] == []
    if key != "xlsx":
        require_same_shapes(wanted, read, order, STATED.get(key, NEAR_M))


def same(value: Any, found: Any) -> bool:
    """Tell whether a value is the one found: missing may be blank, yes and no are 是 and 否, days are ISO text."""
    if value is None or value is pd.NA or value != value:
        return found is None or found is pd.NA or found == "" or found != found
    if isinstance(value, bool):
        return found in ((True, 1, "是", "1", "true") if value else (False, 0, "否", "0", "false"))
    if isinstance(value, dt.date):
        return value.isoformat() == str(found)[:10].replace("/", "-")
    if isinstance(value, (int, float, Decimal)):
        return math.isclose(value, float(found), rel_tol=1e-14, abs_tol=0.0)
    return bool(value == found)


def require_same_shapes(wanted: gpd.GeoDataFrame, read: Read, order: list[int], near: float) -> None:
    """Compare shapes vertex for vertex in EPSG:4549."""
    assert read.shapes is not None
    shapes, there = wanted.geometry.to_numpy(), read.shapes
    if read.crs not in (None, 4549):
        there = gpd.GeoSeries(there, crs=read.crs).to_crs(4549).to_numpy()
    if read.apart:
        shapes = shapely.polygons(shapely.get_rings(shapely.get_parts(shapes)))
    else:
        there = there[order]
    one, other = as_multi(there), as_multi(shapes)
    assert np.flatnonzero(~alike(one, other, near)).tolist() == []


def alike(one: np.ndarray, other: np.ndarray, near: float) -> np.ndarray:
    """Tell rows with as many parts, rings and vertices, each vertex near one of the other's, and as much ground."""
    there, wanted = (np.array([_counts(shape) for shape in shapes]) for shapes in (one, other))
    corners = (
        np.array([shapely.MultiPoint(shapely.get_coordinates(shape)) for shape in shapes]) for shapes in (one, other)
    )
    as_near = shapely.hausdorff_distance(*corners) <= near * math.sqrt(2)
    as_large = np.abs(shapely.area(one) - shapely.area(other)) <= near * shapely.length(other)
    return np.asarray((there == wanted).all(axis=1) & as_near & as_large)


def _counts(shape: Any) -> tuple[int, int, int]:
    parts = shapely.get_parts(shape)
    return len(parts), len(shapely.get_rings(parts)), int(shapely.get_num_coordinates(shape))
