"""Faithful writing: every Chinese value reads back, the same content gives the same bytes, nothing is cut in silence."""

from __future__ import annotations

import csv
import datetime as dt
import io
import time
import zipfile
from decimal import Decimal
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyogrio
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Polygon

from landgis.errors import ContractBroken, FileUnreadable, InputError
from landgis.exchange.reading.table import read_table
from landgis.exchange.reading.vector import read_vector
from landgis.exchange.writing.fit_names import short_names
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.reading_back import require_same_layer, require_same_shapes
from landgis.exchange.writing.stored import StoredField, StoredLayer
from landgis.exchange.writing.vector import write_csv, write_geopackage, write_shapefile_zip
from tests.support.foreign import frame, square

PARTS = MultiPolygon([square().difference(square(20, 20, 10)), square(300)])


def sample() -> gpd.GeoDataFrame:
    """Every kind of column that a frame of ours has."""
    return frame(
        {
            "规划用地性质代码": ["0901", "0703", "1001"],
            "规划用地性质名称": ["商业用地", "农村宅基地", "工业用地"],
            "注册": pd.Series([True, None, False], dtype="boolean"),
            "宗数": pd.Series([1, None, 3], dtype="Int64"),
            "面积_m2": [600123.4567890123, np.nan, -1 / 3],
            "公顷": [Decimal("1.2345"), Decimal("0.5000"), Decimal(2)],
            "日期": [dt.date(2026, 1, 2), None, None],
            "原属性": [{"村": "甲"}, {}, None],
            "备注": ["", None, "=1+1"],
        },
        [square(), PARTS, square(900)],
    )


# --- GeoPackage ------------------------------------------------------------------------------------------------------


def test_a_geopackage_keeps_every_value_and_vertex(tmp_path: Path) -> None:
    path = tmp_path / "输出" / "成果.gpkg"
    write_geopackage(path, {"地块": sample(), "空层": sample().iloc[:0]})
    read = pyogrio.read_dataframe(path, layer="地块")
    assert list(read.columns) == list(sample().columns)
    assert list(read["规划用地性质名称"]) == ["商业用地", "农村宅基地", "工业用地"]
    assert read["面积_m2"].tolist()[0] == 600123.4567890123
    assert read["公顷"].tolist() == [1.2345, 0.5, 2.0]
    assert read["日期"].tolist()[0] == "2026-01-02"
    assert read["原属性"].tolist()[0] == '{"村": "甲"}'
    assert read["备注"].tolist()[::2] == ["", "=1+1"]
    assert read.geometry[1].equals_exact(PARTS, 0)
    assert read.crs.to_epsg() == 4549
    assert len(pyogrio.read_dataframe(path, layer="空层")) == 0
    assert list(path.parent.iterdir()) == [path], "nothing is left beside it"


def test_the_same_content_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for name in ("a", "b"):
        write_geopackage(tmp_path / f"{name}.gpkg", {"地块": sample()})
        write_shapefile_zip(tmp_path / f"{name}.zip", "地块", sample())
        write_csv(tmp_path / f"{name}.csv", sample())
        made.append([(tmp_path / f"{name}{suffix}").read_bytes() for suffix in (".gpkg", ".zip", ".csv")])
        if name == "a":
            time.sleep(1.05)  # file formats that keep the clock keep seconds
    assert made[0] == made[1]


def test_a_frame_that_cannot_be_written_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    write_geopackage(path, {"地块": sample()})
    before = path.read_bytes()
    for bad in (
        sample().set_crs(None, allow_override=True),
        sample().rename(columns={"备注": "fid"}),
        sample().assign(备注=[1, "a", None]),
    ):
        with pytest.raises(ContractBroken):
            write_geopackage(path, {"好": sample(), "坏": bad})
    with pytest.raises(ContractBroken, match="no layer"):
        write_geopackage(path, {})
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_names_that_the_format_would_merge_are_refused(tmp_path: Path) -> None:
    clash = frame({"DKBM": ["1"], "dkbm": ["2"]}, [square()])
    with pytest.raises(ContractBroken, match="dkbm"):
        write_geopackage(tmp_path / "a.gpkg", {"a": clash})
    assert list(tmp_path.iterdir()) == []


def stored(table: pa.Table, shapes: list[object]) -> StoredLayer:
    fields = tuple(StoredField(name, name) for name in table.column_names)
    return StoredLayer("t", "t", "t", fields, table, np.array(shapes, dtype=object), "MultiPolygon", None)


def test_reading_back_notices_every_kind_of_difference() -> None:
    table = pa.table({"a": ["甲", None]})
    layer = stored(table, [square(), None])
    single_or_multi = np.array([MultiPolygon([square()]), None], dtype=object)
    require_same_layer(layer, table, single_or_multi, Limits(), "t")
    for other in (pa.table({"b": ["甲", None]}), pa.table({"a": ["甲", ""]}), pa.table({"a": ["已", None]})):
        with pytest.raises(FileUnreadable, match="does not read back"):
            require_same_layer(layer, other, single_or_multi, Limits(), "t")
    with pytest.raises(FileUnreadable, match="1 read back"):
        require_same_layer(layer, table.slice(0, 1), single_or_multi[:1], Limits(), "t")
    for moved in (square(1e-6), shapely.force_3d(square(), 1.0), None):
        with pytest.raises(FileUnreadable, match="row 1"):
            require_same_shapes(single_or_multi, np.array([moved, None], dtype=object), "t")
    high = np.array([shapely.force_3d(square(), 1.0)], dtype=object)
    with pytest.raises(FileUnreadable, match="row 1"):
        require_same_shapes(high, np.array([shapely.force_3d(square(), 2.0)], dtype=object), "t")


def test_rows_are_compared_whatever_their_order_where_the_format_has_its_own() -> None:
    limits = Limits(keeps_order=False)
    layer = stored(pa.table({"a": ["甲", "乙"]}), [square(), square(200)])
    swapped = np.array([square(200), square()], dtype=object)
    require_same_layer(layer, pa.table({"a": ["乙", "甲"]}), swapped, limits, "t")
    with pytest.raises(FileUnreadable):
        require_same_layer(layer, pa.table({"a": ["甲", "乙"]}), swapped, limits, "t")


# --- shapefile -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["GBK", "GB18030", "UTF-8"])
def test_a_zipped_shapefile_comes_back_through_our_own_door(tmp_path: Path, encoding: str) -> None:
    names = write_shapefile_zip(tmp_path / "成果.zip", "入市地块", sample(), encoding)
    raw = read_vector(tmp_path / "成果.zip")
    assert raw.name == "入市地块"
    assert raw.encoding == encoding
    assert raw.issues == ()
    assert list(raw.frame[names["规划用地性质名称"]]) == ["商业用地", "农村宅基地", "工业用地"]
    assert list(raw.frame[names["规划用地性质代码"]]) == ["0901", "0703", "1001"]
    assert raw.frame[names["注册"]].tolist()[::2] == ["是", "否"]
    assert raw.frame[names["注册"]].isna().tolist() == [False, True, False]
    assert shapely.normalize(raw.frame.geometry[1]).equals_exact(shapely.normalize(PARTS), 0)
    assert raw.crs.to_epsg() == 4549 or raw.crs.to_epsg(min_confidence=60) == 4549


def test_the_name_table_travels_with_the_shapefile(tmp_path: Path) -> None:
    names = write_shapefile_zip(tmp_path / "a.zip", "地块", sample())
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        assert sorted(packed.namelist()) == [
            "地块.cpg",
            "地块.dbf",
            "地块.prj",
            "地块.shp",
            "地块.shx",
            "字段对照表.csv",
        ]
        assert packed.read("地块.cpg").strip() == b"GBK"
        assert packed.read("地块.dbf")[29] == 0x4D
        rows = list(csv.DictReader(io.StringIO(packed.read("字段对照表.csv").decode("utf-8-sig"))))
    assert {row["原列名"]: row["字段名"] for row in rows} == names
    assert names["规划用地性质代码"] == "规划用地性"
    assert names["规划用地性质名称"] == "规划用地_1"


@settings(max_examples=60)
@given(
    st.lists(
        st.text(st.characters(codec="gbk", exclude_characters="\x00"), min_size=1, max_size=12),
        unique=True,
        max_size=12,
    )
)
def test_short_names_fit_and_stay_apart(columns: list[str]) -> None:
    names = short_names(columns, "gbk")
    assert list(names) == columns
    shorts = list(names.values())
    assert len({short.casefold() for short in shorts}) == len(columns)
    assert all(1 <= len(short.encode("gbk")) <= 10 for short in shorts)


@pytest.mark.parametrize(
    ("text", "encoding", "told"),
    [("䶮村", "GBK", "cannot be written"), ("村" * 128, "GBK", "too long"), ("村" * 85, "UTF-8", "too long")],
)
def test_text_that_does_not_fit_is_refused_with_its_row(tmp_path: Path, text: str, encoding: str, told: str) -> None:
    content = frame({"村名": ["甲", text]}, [square(), square(200)])
    with pytest.raises(InputError, match=told) as caught:
        write_shapefile_zip(tmp_path / "a.zip", "a", content, encoding)
    assert "#2" in caught.value.zh
    assert list(tmp_path.iterdir()) == []


def test_rare_characters_travel_in_gb18030(tmp_path: Path) -> None:
    content = frame({"村名": ["䶮村𠀀"]}, [square()])
    write_shapefile_zip(tmp_path / "a.zip", "a", content, "GB18030")
    assert list(read_vector(tmp_path / "a.zip").frame["村名"]) == ["䶮村𠀀"]


def test_an_unknown_encoding_or_no_crs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match="encoding"):
        write_shapefile_zip(tmp_path / "a.zip", "a", sample(), "latin-1")
    with pytest.raises(ContractBroken, match="CRS"):
        write_shapefile_zip(tmp_path / "a.zip", "a", sample().set_crs(None, allow_override=True))


# --- CSV -------------------------------------------------------------------------------------------------------------


def test_csv_opens_as_utf8_and_runs_no_formula(tmp_path: Path) -> None:
    table = pd.DataFrame(
        {"村名": ["泖港镇", "=HYPERLINK(1)", "@x", "+1", "-1", "＝1", '"a",b'], "差": [-1.5, 2, 3, 4, 5, 6, np.nan]}
    )
    write_csv(tmp_path / "a.csv", table)
    data = (tmp_path / "a.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    read = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [row[0] for row in read[1:]] == ["泖港镇", "'=HYPERLINK(1)", "'@x", "'+1", "'-1", "'＝1", '"a",b']
    assert [row[1] for row in read[1:]] == ["-1.5", "2.0", "3.0", "4.0", "5.0", "6.0", ""]
    write_csv(tmp_path / "b.csv", table, bom=False)
    assert (tmp_path / "b.csv").read_bytes() == data[3:]


def test_numbers_keep_full_precision_in_csv(tmp_path: Path) -> None:
    numbers = [1 / 3, -2e-300, 123456789012.12345, 0.1 + 0.2, 5e-324, 1.7976931348623157e308]
    write_csv(tmp_path / "a.csv", pd.DataFrame({"a": numbers, "n": range(6)}))
    read = read_table(tmp_path / "a.csv")
    assert [float(text) for text in read["a"]] == numbers
    assert list(read["n"]) == ["0", "1", "2", "3", "4", "5"]


def test_our_csv_is_a_table_of_facts_again(tmp_path: Path) -> None:
    table = pd.DataFrame({"DKBM": ["00123"], "dispute": pd.Series([False], dtype="boolean"), "road": [None]})
    write_csv(tmp_path / "a.csv", table)
    read = read_table(tmp_path / "a.csv")
    assert read["DKBM"].tolist() == ["00123"]
    assert read["dispute"].tolist() == ["否"]
    assert read["road"].isna().all()


def test_an_invalid_polygon_is_written_as_it_is(tmp_path: Path) -> None:
    bow = Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])
    write_geopackage(tmp_path / "a.gpkg", {"a": frame({"DKBM": ["1"]}, [bow])})
    assert pyogrio.read_dataframe(tmp_path / "a.gpkg").geometry[0].geoms[0].equals_exact(bow, 0)
