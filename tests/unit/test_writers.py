"""Every format: what it cannot hold is known first, what is written reads back, the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import sqlite3
import time
import zipfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import ezdxf
import geopandas as gpd
import pandas as pd
import pytest
import shapely
from ezdxf.layouts.layout import Modelspace
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.domain.loss import LossCode, Weight
from landgis.errors import ContractBroken, LossesNotAccepted, UsageError
from landgis.exchange.reading.vector import read_vector
from landgis.exchange.writing.fitting import fit
from landgis.exchange.writing.formats import FORMATS, format_named
from landgis.exchange.writing.options import FieldForm, LayerForm, WritingOptions
from tests.support.deliveries import LAYER, RARE, every_kind, everything_accepted
from tests.support.foreign import frame, square

WITH_ATTRIBUTES = ("geopackage", "filegdb", "shapefile", "geojson", "geoparquet", "flatgeobuf")


def codes(key: str, content: pd.DataFrame, options: WritingOptions | None = None) -> dict[str, list[tuple[str, str]]]:
    """Return code → (before, after) of everything a format would lose."""
    found: dict[str, list[tuple[str, str]]] = {}
    for loss in FORMATS[key].foresee({"a": content}, options).losses:
        found.setdefault(str(loss.code), []).append((loss.before, loss.after))
    return found


# --- all formats -----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def written_twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The same content in every format, each in a folder of its own, twice."""
    one, other = (tmp_path_factory.mktemp(name) for name in ("one", "other"))
    for root in (one, other):
        for key, form in FORMATS.items():
            form.write(root / key / f"成果{form.suffix}", {LAYER: every_kind(12)}, everything_accepted())
        if root is one:
            time.sleep(1.05)  # file formats that keep the clock keep seconds
    return one, other


@pytest.mark.parametrize("key", FORMATS)
def test_the_same_content_gives_the_same_bytes(written_twice: tuple[Path, Path], key: str) -> None:
    name = f"成果{FORMATS[key].suffix}"
    one, other = (root / key for root in written_twice)
    assert (
        [path.name for path in one.iterdir()] == [path.name for path in other.iterdir()] == [name]
    )  # nothing beside it
    assert (one / name).read_bytes() == (other / name).read_bytes()


@pytest.mark.parametrize("key", FORMATS)
def test_what_is_foreseen_is_what_is_reported(tmp_path: Path, key: str) -> None:
    content, options = every_kind(12, heights=True), everything_accepted("GBK")
    foreseen = FORMATS[key].foresee({LAYER: content}, options)
    assert not list(tmp_path.iterdir())
    assert FORMATS[key].write(tmp_path / f"a{FORMATS[key].suffix}", {LAYER: content}, options) == foreseen


@pytest.mark.parametrize("key", FORMATS)
def test_a_loss_that_nobody_accepted_stops_the_export_and_leaves_the_old_file(tmp_path: Path, key: str) -> None:
    path = tmp_path / f"a{FORMATS[key].suffix}"
    path.write_bytes(b"old")
    bad = every_kind(3).assign(DKBH=pd.Series(["1", "\x00\x01\ud800", "3"], dtype=object))
    with pytest.raises(LossesNotAccepted) as raised:
        FORMATS[key].write(path, {LAYER: bad}, replace(everything_accepted(), accept=frozenset()))
    assert LossCode.TEXT_CHARACTERS in {loss.code for loss in raised.value.losses}
    assert all(loss["layer"] == LAYER for loss in raised.value.as_dict()["losses"])
    assert "text_characters" in raised.value.next_en
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("key", WITH_ATTRIBUTES)
def test_300_rows_of_every_kind_come_home_through_our_own_door(tmp_path: Path, key: str) -> None:
    content, options = every_kind(300), everything_accepted()
    path = tmp_path / f"成果{FORMATS[key].suffix}"
    FORMATS[key].write(path, {LAYER: content}, options)
    raw = read_vector(path)
    [layer] = fit({LAYER: content}, FORMATS[key].limits, options)[0]
    home = raw.frame.set_index("DKBH").loc[content["DKBH"]]
    assert home["DKMC"].tolist() == content["DKMC"].tolist()
    assert home[layer.names["权属单位名称"]].isna().tolist() == content["权属单位名称"].isna().tolist()
    assert [float(number) for number in home["SHARE"]] == pytest.approx(content["SHARE"].tolist(), abs=1e-15)
    moved = gpd.GeoSeries(home.geometry.to_numpy(), crs=raw.crs).to_crs(4549)
    apart = shapely.hausdorff_distance(moved.to_numpy(), content.geometry.to_numpy())
    assert apart.max() < 1e-4


@pytest.mark.deep
@pytest.mark.parametrize("key", FORMATS)
def test_50000_rows_read_back(tmp_path: Path, key: str) -> None:
    path = tmp_path / f"成果{FORMATS[key].suffix}"
    report = FORMATS[key].write(path, {LAYER: every_kind(50_000)}, everything_accepted())
    assert path.stat().st_size > 0
    assert all(loss.code.weight is not Weight.REFUSED for loss in report.losses)


def test_no_layer_no_format_no_crs_are_said(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken, match="no layer"):
        FORMATS["geojson"].write(tmp_path / "a.geojson", {})
    with pytest.raises(UsageError, match="dwg"):
        format_named("dwg")
    assert format_named("dxf") is FORMATS["dxf"]
    bare = every_kind(1).set_crs(None, allow_override=True)
    for key in WITH_ATTRIBUTES:
        assert "crs_missing" in codes(key, bare)


def test_refused_losses_cannot_be_accepted(tmp_path: Path) -> None:
    two = {"a": every_kind(1), "b": every_kind(1)}
    with pytest.raises(LossesNotAccepted, match="as many layers"):
        FORMATS["shapefile"].write(tmp_path / "a.zip", two, everything_accepted())
    mixed = frame({"A": ["1", "2"]}, [square(), shapely.Point(1, 2)])
    assert "geometry_mixed" in codes("shapefile", mixed)
    assert "geometry_mixed" in codes("filegdb", mixed)
    assert "geometry_mixed" not in codes("geopackage", mixed)


def test_a_null_byte_in_text_is_told_by_all_but_parquet() -> None:
    bad = frame({"A": ["1\x002"]}, [square()])
    for key in WITH_ATTRIBUTES:
        assert ("text_characters" in codes(key, bad)) is (key != "geoparquet")


@pytest.mark.parametrize("key", WITH_ATTRIBUTES)
def test_rows_without_geometry_and_layers_without_rows(tmp_path: Path, key: str) -> None:
    gone = every_kind(4)
    gone.loc[[1], "geometry"] = gpd.GeoSeries([None], crs=4549).to_numpy()
    path = tmp_path / f"a{FORMATS[key].suffix}"
    report = FORMATS[key].write(path, {LAYER: gone}, everything_accepted())
    left_out = [loss.row for loss in report.losses if loss.code is LossCode.ROW_LEFT_OUT]
    assert left_out == (["SJ-000001"] if key == "flatgeobuf" else [])
    FORMATS[key].write(path, {LAYER: gone.iloc[:0]}, everything_accepted())


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.none() | st.text(max_size=90),
            st.none() | st.floats(allow_nan=False),
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.dates(),
        ),
        min_size=1,
        max_size=6,
    ),
    st.sampled_from(("geopackage", "filegdb", "shapefile", "geojson", "geoparquet", "flatgeobuf", "xlsx")),
    st.sampled_from(("GBK", "GB18030", "UTF-8")),
)
def test_any_text_and_number_is_written_as_the_report_says(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[object, ...]], key: str, encoding: str
) -> None:
    text, number, whole, day = zip(*rows, strict=True)
    content = frame(
        {
            "T": list(text),
            "F": pd.Series(number, dtype="float64"),
            "W": pd.Series(whole, dtype="Int64"),
            "D": list(day),
        },
        [square()] * len(rows),
    )
    path = tmp_path_factory.mktemp("any") / f"a{FORMATS[key].suffix}"
    report = FORMATS[key].write(path, {LAYER: content}, everything_accepted(encoding))
    assert report.losses or path.exists()
    told = {loss.code for loss in report.losses}
    if key == "geopackage":
        assert told <= {LossCode.TEXT_CHARACTERS}


# --- names -----------------------------------------------------------------------------------------------------------


def test_shapefile_names_are_ascii_given_or_made(tmp_path: Path) -> None:
    fields = {"规划用地性质代码": FieldForm(short="GHYDXZDM", alias="规划用地性质代码")}
    options = replace(everything_accepted(), layers={"地块": LayerForm(fields=fields)})
    content = frame({"规划用地性质代码": ["0901"], "村名": ["甲"], "dkbh": ["1"]}, [square()])
    FORMATS["shapefile"].write(tmp_path / "a.zip", {"地块": content}, options)
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        table = packed.read("字段对照表.csv").decode("utf-8-sig").splitlines()
    assert table[1:] == ['GHYDXZDM,"规划用地性质代码",文字', 'F02,"村名",文字', 'dkbh,"dkbh",文字']
    with pytest.raises(ContractBroken, match="10 bytes"):
        FORMATS["shapefile"].foresee(
            {"地块": content},
            replace(options, layers={"地块": LayerForm(fields={"村名": FieldForm(short="CUNMINGCHENG")})}),
        )


def test_255_fields_go_into_a_shapefile_and_256_do_not() -> None:
    wide = {f"F{number}": ["1"] for number in range(256)}
    assert codes("shapefile", frame(wide, [square()]))["fields_too_many"] == [("256", "255")]
    del wide["F255"]
    assert "fields_too_many" not in codes("shapefile", frame(wide, [square()]))


def test_two_gigabytes_are_known_before_they_are_written(tmp_path: Path) -> None:
    small = replace(FORMATS["shapefile"], limits=replace(FORMATS["shapefile"].limits, file_bytes=1000))
    with pytest.raises(LossesNotAccepted, match="too large"):
        small.write(tmp_path / "a.zip", {LAYER: every_kind(20)}, everything_accepted())
    assert not list(tmp_path.iterdir())


# --- text ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "most", "over"),
    [
        ("GBK", "村" * 127, "村" * 127 + "a"),
        ("GB18030", "𠮷" * 63 + "村", "𠮷" * 63 + "村a"),
        ("UTF-8", "村" * 84 + "ab", "村" * 85),
    ],
)
def test_254_bytes_fit_and_255_are_cut_on_a_character_where_accepted(
    tmp_path: Path, encoding: str, most: str, over: str
) -> None:
    options = WritingOptions(encoding=encoding)
    FORMATS["shapefile"].write(tmp_path / "a.zip", {"a": frame({"T": [most]}, [square()])}, options)
    assert read_vector(tmp_path / "a.zip").frame["T"].tolist() == [most]
    longer = {"a": frame({"T": [over]}, [square()])}
    with pytest.raises(LossesNotAccepted, match="too long"):
        FORMATS["shapefile"].write(tmp_path / "b.zip", longer, options)
    [loss] = (
        FORMATS["shapefile"].write(tmp_path / "b.zip", longer, replace(options, accept=frozenset({"text_cut"}))).losses
    )
    assert read_vector(tmp_path / "b.zip").frame["T"].tolist() == [loss.after]
    assert over.startswith(loss.after)
    assert len(loss.after.encode(encoding)) <= 254


@pytest.mark.parametrize(("encoding", "byte"), [("GBK", 0x4D), ("GB18030", 0x4D), ("UTF-8", 0)])
def test_the_table_says_its_encoding_twice_and_its_widths_are_in_bytes(
    tmp_path: Path, encoding: str, byte: int
) -> None:
    options = WritingOptions(encoding=encoding, layers={"a": LayerForm(fields={"T": FieldForm(length=30)})})
    content = frame({"T": ["村"], "H": [Decimal("1.2345")], "D": [dt.date(2026, 1, 2)]}, [square()])
    FORMATS["shapefile"].write(tmp_path / "a.zip", {"a": content}, options)
    with zipfile.ZipFile(tmp_path / "a.zip") as packed:
        dbf, cpg = packed.read("a.dbf"), packed.read("a.cpg")
    assert cpg == encoding.encode()
    assert dbf[29] == byte
    described = [dbf[32 + 32 * at : 64 + 32 * at] for at in range(3)]
    assert [chr(one[11]) for one in described] == ["C", "N", "D"]
    widest = 2 if encoding == "GBK" else 4
    assert [one[16] for one in described] == [30 * widest, 6, 8]
    row = dbf[32 * 4 + 1 :]
    assert row == b" " + "村".encode(encoding).ljust(30 * widest) + b"1.2345" + b"20260102" + b"\x1a"


def test_rare_characters_stop_gbk_and_are_marked_where_accepted(tmp_path: Path) -> None:
    content = frame({"T": list(RARE)}, [square(200 * at) for at in range(len(RARE))])
    stopped = codes("shapefile", content)["text_characters"]
    assert [before for before, _ in stopped] == list(RARE[:8])
    FORMATS["shapefile"].write(
        tmp_path / "a.zip", {"a": content}, WritingOptions(accept=frozenset({"text_characters"}))
    )
    assert read_vector(tmp_path / "a.zip").frame["T"].tolist() == [after for _, after in stopped] + list(RARE[8:])
    assert stopped[0] == ("𠮷田村", "〓田村")


def test_empty_blank_and_missing_text() -> None:
    content = frame({"T": ["", "甲 ", None, " 乙"]}, [square(200 * at) for at in range(4)])
    lost = codes("shapefile", content)
    assert lost["empty_as_missing"] == [("''", "∅")]
    assert lost["text_trimmed"] == [("'甲 '", "甲"), ("' 乙'", "乙")]
    assert codes("geopackage", content) == {}
    assert codes("geoparquet", content) == {}


# --- numbers and dates -----------------------------------------------------------------------------------------------


def test_numbers_that_do_not_fit_are_told_with_before_and_after() -> None:
    exact = frame({"H": [Decimal("0.12345678901234567890123")]}, [square()])
    assert codes("geopackage", exact)["number_rounded"] == [("0.12345678901234567890123", "0.12345678901234568")]
    endless = frame({"N": [1e300, float("inf"), 1 / 3]}, [square(200 * at) for at in range(3)])
    assert [before for before, _ in codes("shapefile", endless)["number_out_of_range"]] == ["inf", "1e+300"]
    assert "number_rounded" not in codes("shapefile", endless)
    whole = frame({"N": pd.Series([2**40, 2**60], dtype="Int64")}, [square(), square(200)])
    assert codes("filegdb", whole) == {"number_out_of_range": [(str(2**60), "")], "whole_as_decimal": [("", "")]}
    assert codes("shapefile", whole)["number_out_of_range"] == [(str(2**60), "")]
    assert codes("geojson", whole)["number_out_of_range"] == [(str(2**60), "")]


def test_declared_decimals_round_half_up_and_say_so() -> None:
    options = WritingOptions(layers={"a": LayerForm(key="K", fields={"H": FieldForm(decimals=4)})})
    content = frame({"K": ["甲", "乙"], "H": [1.00005, 2.5]}, [square(), square(200)])
    [loss] = FORMATS["geopackage"].foresee({"a": content}, options).losses
    assert (loss.row, loss.field, loss.before, loss.after) == ("甲", "H", "1.00005", "1.0001")


# --- geometry and CRS ------------------------------------------------------------------------------------------------


def test_cgcs2000_is_never_labelled_wgs84_in_silence(tmp_path: Path) -> None:
    with pytest.raises(LossesNotAccepted, match="labelled WGS 84"):
        FORMATS["geojson"].write(tmp_path / "a.geojson", {"a": every_kind(2)})
    degrees = every_kind(2).to_crs(4490)
    assert codes("geojson", degrees)["datum_equated"] == [("EPSG:4490", "OGC:CRS84")]
    assert "datum_equated" not in codes("geojson", degrees.set_crs(4326, allow_override=True))
    assert codes("geopackage", degrees) == {}


def test_heights_go_where_they_can(tmp_path: Path) -> None:
    high = every_kind(6, heights=True)
    for key in ("geopackage", "filegdb", "shapefile", "geoparquet", "flatgeobuf"):
        assert "height_dropped" not in codes(key, high)
        FORMATS[key].write(tmp_path / f"a{FORMATS[key].suffix}", {LAYER: high}, everything_accepted())
    for key in ("geojson", "dxf", "txt"):
        assert len(codes(key, high)["height_dropped"]) == 6
    part = high.copy()
    part.loc[[0], "geometry"] = gpd.GeoSeries([square()], crs=4549).to_numpy()
    assert len(codes("shapefile", part)["height_added"]) == 1


def test_a_geodatabase_says_its_grid(tmp_path: Path) -> None:
    fine = frame({"A": ["1"]}, [square(1 / 3)])
    [(moved, grid)] = codes("filegdb", fine)["coordinates_rounded"]
    assert grid == "1e-04"
    assert float(moved.removeprefix("≤ ")) <= 5.1e-5
    assert "coordinates_rounded" not in codes("filegdb", every_kind(20))


@pytest.mark.parametrize(
    ("column", "cells"), [("AREA_M2", [None, 2.0]), ("AREA_M2", ["甲", "乙"]), ("别的", [1.0, 2.0])]
)
def test_an_exchange_text_needs_every_area(tmp_path: Path, column: str, cells: list[object]) -> None:
    content = frame({"DKBH": ["1", "2"], column: cells}, [square(), square(200)])
    with pytest.raises(LossesNotAccepted, match="needs this value"):
        FORMATS["txt"].write(tmp_path / "a.txt", {LAYER: content}, everything_accepted())
    assert not list(tmp_path.iterdir())


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.sampled_from(("GBK", "GB18030", "UTF-8")), st.integers(3, 6))
def test_the_size_of_an_exchange_text_is_known_beforehand(
    tmp_path_factory: pytest.TempPathFactory, rows: int, encoding: str, precision: int
) -> None:
    whole = everything_accepted(encoding)
    assert whole.plots is not None
    options = replace(whole, plots=replace(whole.plots, precision=precision))
    path = tmp_path_factory.mktemp("size") / "a.txt"
    FORMATS["txt"].write(path, {LAYER: every_kind(rows)}, options)
    [layer], _ = fit({LAYER: every_kind(rows)}, FORMATS["txt"].limits, options)
    size = FORMATS["txt"].size
    assert size is not None
    assert 0.6 * size(layer, options) <= path.stat().st_size - 300 <= size(layer, options)
    small = replace(FORMATS["txt"], limits=replace(FORMATS["txt"].limits, file_bytes=100))
    assert "file_too_large" in {loss.code for loss in small.foresee({LAYER: every_kind(rows)}, options).losses}


def test_a_drawing_keeps_the_number_alone_and_says_so() -> None:
    left_out = [loss.field for loss in FORMATS["dxf"].foresee({LAYER: every_kind(2)}, everything_accepted()).losses
                if loss.code is LossCode.FIELD_LEFT_OUT]  # fmt: skip
    assert set(left_out) == set(every_kind(2).columns) - {"DKBH", "geometry"}


# --- drawings: whose ring a polyline is ----------------------------------------------------------------------------------


def drawn(folder: Path, rows: int = 31) -> tuple[Path, gpd.GeoDataFrame]:
    """Write a drawing; every third plot has a hole, every fifth two parts."""
    content = every_kind(rows)
    FORMATS["dxf"].write(folder / "a.dxf", {LAYER: content}, everything_accepted())
    return folder / "a.dxf", content


def edited(path: Path, change: Callable[[Modelspace], object]) -> Path:
    """Change a drawing as a draughtsman would."""
    drawing = ezdxf.readfile(path)
    change(drawing.modelspace())
    drawing.saveas(path)
    return path


def test_holes_and_parts_of_a_drawing_come_home_as_one_plot(tmp_path: Path) -> None:
    path, content = drawn(tmp_path)
    read = read_vector(path, crs="EPSG:4549")
    assert read.frame["地块编号"].tolist() == content["DKBH"].tolist()
    assert shapely.equals_exact(read.frame.geometry.to_numpy(), content.geometry.to_numpy()).all()
    assert not {"ring_marks_doubted", "number_unclear"} & {issue.code for issue in read.issues}


def test_two_layers_of_a_drawing_keep_their_marks_apart(tmp_path: Path) -> None:
    FORMATS["dxf"].write(tmp_path / "a.dxf", {"甲": every_kind(4), "乙": every_kind(7)}, everything_accepted())
    for layer, rows in (("甲", 4), ("乙", 7)):
        assert len(read_vector(tmp_path / "a.dxf", layer=layer, crs="EPSG:4549").frame) == rows


def test_a_plot_copied_in_the_drawing_is_not_joined_with_its_copy(tmp_path: Path) -> None:
    def copy(page: Modelspace) -> None:
        for ring in list(page.query("LWPOLYLINE"))[:3]:  # outer ring and hole of the first plot, its second part
            copied = ring.copy()
            copied.translate(0, 50_000, 0)
            page.add_entity(copied)

    path, content = drawn(tmp_path)
    read = read_vector(edited(path, copy), crs="EPSG:4549")
    assert len(read.frame) == len(content) - 1 + 6
    [doubt] = [issue for issue in read.issues if issue.code == "ring_marks_doubted"]
    assert doubt.message_zh.startswith("6 条")


def test_a_hole_erased_in_the_drawing_is_gone_and_a_hole_without_its_plot_stands_alone(tmp_path: Path) -> None:
    path, content = drawn(tmp_path, 4)
    read = read_vector(edited(path, lambda page: page.query("LWPOLYLINE")[-1].destroy()), crs="EPSG:4549")
    assert shapely.area(read.frame.geometry.iloc[-1]) > shapely.area(content.geometry.iloc[-1])
    path, _ = drawn(tmp_path, 4)
    alone = read_vector(edited(path, lambda page: page.query("LWPOLYLINE")[-2].destroy()), crs="EPSG:4549")
    assert len(alone.frame) == 4
    assert shapely.area(alone.frame.geometry.iloc[-1]) == pytest.approx(20.5**2, abs=0.1)
    assert "ring_marks_doubted" in {issue.code for issue in alone.issues}


# --- what a GeoPackage carries beside its layers ------------------------------------------------------------------------


def test_a_geopackage_carries_captions_styles_and_metadata(tmp_path: Path) -> None:
    path = tmp_path / "a.gpkg"
    summary = pd.DataFrame({"镇": ["泖港镇"], "公顷": [1.5]})
    FORMATS["geopackage"].write(path, {LAYER: every_kind(3), "汇总": summary}, everything_accepted())
    with closing(sqlite3.connect(path)) as database:
        aliases = database.execute(
            "SELECT column_name, name FROM gpkg_data_columns WHERE name <> column_name"
        ).fetchall()
        styles = database.execute("SELECT f_table_name, styleQML, styleSLD, useAsDefault FROM layer_styles").fetchall()
        told = database.execute("SELECT md_standard_uri, metadata FROM gpkg_metadata").fetchall()
        kinds = dict(database.execute("SELECT table_name, data_type FROM gpkg_contents").fetchall())
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
    assert aliases == [("DKMC", "地块名称")]
    assert styles == [(LAYER, "<qgis/>", "<sld/>", 1)]
    assert told == [("http://www.isotc211.org/2005/gmd", "<gmd:MD_Metadata/>")]
    assert kinds == {LAYER: "features", "汇总": "attributes", "layer_styles": "attributes"}
    assert len(read_vector(path).frame) == 3


def test_styles_or_metadata_alone_go_in_too(tmp_path: Path) -> None:
    whole = everything_accepted()
    FORMATS["geopackage"].write(tmp_path / "a.gpkg", {LAYER: every_kind(1)}, replace(whole, layers={}))
    FORMATS["geopackage"].write(tmp_path / "b.gpkg", {LAYER: every_kind(1)}, replace(whole, metadata_xml=""))
    assert [len(read_vector(tmp_path / name).frame) for name in ("a.gpkg", "b.gpkg")] == [1, 1]
