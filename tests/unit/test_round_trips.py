"""What is written comes back the same: outlines with holes and parts, texts, numbers, missing values."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.exchange.reading.vector import read_vector
from landgis.exchange.writing.shapefile import write_shapefile_zip
from landgis.exchange.writing.vector import write_geopackage

X, Y = 612_000.0, 3_425_000.0
TEXT = st.text("松江区崇明岛镇村经济合作社地块编号一二三四五六七八九十甲乙丙丁ABC123（）〔〕", min_size=1, max_size=10)
"""Everyday characters: of rare ones alone nobody can tell the encoding, and the reader asks."""
OFFSET = st.floats(0.01, 40, allow_nan=False).map(lambda value: round(value, 4))


@st.composite
def outlines(draw: st.DrawFn) -> shapely.MultiPolygon:
    """One to three parts apart from each other, some with a hole."""
    parts = []
    for number in range(draw(st.integers(1, 3))):
        west, south = X + 200 * number + draw(OFFSET), Y + draw(OFFSET)
        shell = shapely.box(west, south, west + 50 + draw(OFFSET), south + 60 + draw(OFFSET))
        hole = shapely.box(west + 5, south + 5, west + 10 + draw(OFFSET) / 2, south + 20)
        parts.append(shell.difference(hole) if draw(st.booleans()) else shell)
    return shapely.MultiPolygon(parts)


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "名称": TEXT,
            "面积": st.floats(0, 1e6).map(lambda value: round(value, 2)),
            "序号": st.integers(0, 10**6),
            "图形": outlines(),
        }
    ),
    min_size=1,
    max_size=5,
)


@pytest.mark.parametrize("kind", ["GeoPackage", "GBK", "UTF-8"])
@settings(max_examples=6, deadline=None)
@given(rows=ROWS)
def test_what_is_written_is_read_back(kind: str, rows: list[dict[str, Any]]) -> None:
    shapes = np.array([row["图形"] for row in rows], dtype=object)
    table = pd.DataFrame([{name: row[name] for name in ("名称", "面积", "序号")} for row in rows])
    frame = gpd.GeoDataFrame(table, geometry=shapes, crs=4549)
    with tempfile.TemporaryDirectory() as folder:
        if kind == "GeoPackage":
            path = Path(folder) / "地块.gpkg"
            write_geopackage(path, {"地块": frame})
        else:
            path = Path(folder) / "地块.zip"
            write_shapefile_zip(path, "地块", frame, kind)
        raw = read_vector(path)
    assert raw.crs.to_epsg() == 4549
    assert raw.issues == ()
    assert list(raw.frame["名称"]) == list(table["名称"])
    assert list(raw.frame["序号"]) == list(table["序号"])
    assert list(raw.frame["面积"]) == list(table["面积"])
    assert shapely.equals(
        shapely.normalize(np.array(raw.frame.geometry, dtype=object)), shapely.normalize(shapes)
    ).all()
    difference = np.abs(shapely.area(np.array(raw.frame.geometry, dtype=object)) - shapely.area(shapes))
    assert difference.max() == 0
