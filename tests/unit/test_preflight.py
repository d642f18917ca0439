"""The pre-flight: nothing in a good delivery, every planted fault by its code and nothing beside it, no change unseen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.crs import parse
from landgis.domain.layer import Secrecy
from landgis.domain.personal import PERSONAL_LIKE, PersonalNumber, mask, masked, personal_number
from landgis.domain.preflight_fault import FaultCode
from landgis.domain.profile import ExportProfile, FieldKind, GeometryKind, LayerProfile, Personal, ProfileField
from landgis.frames.delivered import Delivery
from landgis.preflight import preflight
from landgis.services.handing_over.fill_profile import normal_form
from tests.support.delivered import (
    Change,
    cell,
    good,
    on_frame,
    profiles,
    rounded,
    shape,
    together,
    without_rows,
)
from tests.support.ground import at

PLOTS, POINTS, PLAN, HOUSING = "TDGY_ZDDK", "TDGY_ZDDKJZD", "TDGY_GYJH", "TDGY_GYJH_ZD"
STOCK = "JYXJSYD"
GUID_OF_FIRST = str(good("supply").layers[POINTS]["JZD_GUID"].iloc[0])
IDENTITY = "11010519491231002X"
"""The example of the standard for identity numbers."""


def _to_shapefile(delivery: Delivery) -> Delivery:
    return replace(delivery, format="shapefile")


def _without_geometry(frame: Any) -> pd.DataFrame:
    return pd.DataFrame(frame.drop(columns="geometry"))


def _with_points(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(frame, geometry=shapely.points([[40_615_000.0, 3_424_000.0]] * len(frame)), crs=4528)


def _moved(by: tuple[float, float]) -> Callable[[Any], Any]:
    return lambda one: shapely.transform(one, lambda vertices: vertices + np.array(by))


def _everywhere(change: Callable[[Any], Any]) -> Change:
    def moved(frame: Any) -> Any:
        shapes = normal_form(np.array([change(each) for each in frame.geometry], dtype=object))
        return frame.set_geometry(gpd.GeoSeries(shapes, index=frame.index, crs=frame.crs))

    return on_frame(STOCK, moved)


def _in_next_zone(frame: Any) -> Any:
    return frame.set_geometry(frame.geometry.to_crs(4529).set_crs(4528, allow_override=True))


def _reversed(one: Any) -> Any:
    return shapely.reverse(one)


def _hole_reversed(one: Any) -> Any:
    part = shapely.get_parts(one)[0]
    return shapely.Polygon(part.exterior, [shapely.reverse(ring) for ring in part.interiors])


def _parts_reversed(one: Any) -> Any:
    return shapely.multipolygons(shapely.get_parts(one)[::-1])


def _vertex_twice(one: Any) -> Any:
    vertices = shapely.get_coordinates(shapely.get_parts(one)[0].exterior)
    return shapely.Polygon(np.vstack([vertices[:2], vertices[1:]]))


def _bow_tie(one: Any) -> Any:
    west, south, east, north = one.bounds
    return shapely.Polygon([(west, south), (east, north), (east, south), (west, north)])


def _endless(one: Any) -> Any:
    vertices = shapely.get_coordinates(shapely.get_parts(one)[0].exterior)
    vertices[1, 0] = np.inf
    return shapely.Polygon(vertices)


def _point_moved(row: int) -> Change:
    return together(
        shape(POINTS, row, _moved((0.5, 0.0))), cell(POINTS, row, "YZB", lambda value: rounded(value + 0.5, 6))
    )


def _stated_crs(epsg: int | None) -> Callable[[Any], Any]:
    return lambda frame: frame.set_crs(epsg, allow_override=True) if epsg else frame.set_crs(None, allow_override=True)


def _last_of_first_plot(frame: Any) -> Any:
    return (frame["DKBH"] == "SJ-001") & (frame["JZDORDER"] == frame.loc[frame["DKBH"] == "SJ-001", "JZDORDER"].max())


def _cells(**values: object) -> Change:
    return together(*(cell(STOCK, 0, name, value) for name, value in values.items()))


def _last_as_third(frame: Any) -> Any:
    return frame.set_geometry(frame.geometry.iloc[[0, 1, 2, 2]].set_axis(frame.index))


def _in_another_crs(delivery: Delivery) -> Delivery:
    return replace(on_frame(STOCK, lambda frame: frame.to_crs(4549))(delivery), crs=parse(4549))


def _one_hectare_more(delivery: Delivery) -> Delivery:
    return together(*(cell(PLAN, 0, name, lambda v: rounded(v + 1, 6)) for name in ("SF", "ZGY_MJ")))(delivery)


PLANTED: dict[str, tuple[str, FaultCode, Change]] = {
    "表缺失": ("supply", FaultCode.LAYER_MISSING, lambda d: replace(d, layers={k: v for k, v in d.layers.items() if k != HOUSING})),
    "多出图层": ("supply", FaultCode.LAYER_UNEXPECTED, lambda d: replace(d, layers=dict(d.layers) | {"X": pd.DataFrame()})),
    "缺字段": ("supply", FaultCode.FIELD_MISSING, on_frame(PLOTS, lambda f: f.drop(columns="TFH"))),
    "缺必填字段": ("inventory", FaultCode.FIELD_MISSING, on_frame(STOCK, lambda f: f.drop(columns="JSYDMJ"))),
    "缺标识字段": ("inventory", FaultCode.FIELD_MISSING, on_frame(STOCK, lambda f: f.drop(columns="DCBH"))),
    "多字段": ("supply", FaultCode.FIELD_UNEXPECTED, on_frame(PLOTS, lambda f: f.assign(EXTRA="x"))),
    "字段重名": ("supply", FaultCode.FIELD_REPEATED, on_frame(HOUSING, lambda f: pd.concat([f, f[["BZ"]]], axis=1))),
    "字段次序": ("supply", FaultCode.FIELD_ORDER, on_frame(HOUSING, lambda f: f[f.columns[::-1]])),
    "数写成文字": ("supply", FaultCode.FIELD_TYPE, on_frame(HOUSING, lambda f: f.assign(ZDMJ=f["ZDMJ"].astype("str")))),
    "整数写成小数": ("supply", FaultCode.FIELD_TYPE, on_frame(PLOTS, lambda f: f.assign(JZDS=f["JZDS"].astype("float64")))),
    "日期写成时刻": ("supply", FaultCode.FIELD_TYPE, on_frame(PLOTS, lambda f: f.assign(RKRQ=pd.Timestamp("2026-01-01")))),
    "日期写成文字": ("supply", FaultCode.FIELD_TYPE, on_frame(PLAN, lambda f: f.assign(FB_SJ=pd.Series(["2026-12-01"], dtype="str")))),
    "必填文字为空": ("supply", FaultCode.REQUIRED_EMPTY, cell(PLOTS, 0, "DKYT", None)),
    "必填面积为空": ("supply", FaultCode.REQUIRED_EMPTY, cell(PLAN, 0, "SF", np.nan)),
    "必填整数为空": ("supply", FaultCode.REQUIRED_EMPTY, cell(PLOTS, 0, "JZDS", None)),
    "只有空格": ("supply", FaultCode.TEXT_BLANK, cell(PLOTS, 0, "ZDZL", " ")),
    "末尾空格": ("supply", FaultCode.TEXT_BLANK, cell(PLOTS, 1, "ZDMC", "团结村 ")),
    "全角空格": ("supply", FaultCode.TEXT_BLANK, cell(PLOTS, 1, "ZDMC", "\u3000团结村")),
    "空文字": ("supply", FaultCode.TEXT_BLANK, cell(PLOTS, 2, "ZDMC", "")),
    "换行": ("supply", FaultCode.TEXT_CONTROL, cell(PLOTS, 0, "DKMC", "叶榭镇\n团结村")),
    "制表符": ("supply", FaultCode.TEXT_CONTROL, cell(HOUSING, 0, "BZ", "a\tb")),
    "替换字符": ("supply", FaultCode.TEXT_DAMAGED, cell(PLOTS, 0, "DKMC", "叶\ufffd镇")),
    "乱码": ("supply", FaultCode.TEXT_DAMAGED, cell(PLOTS, 0, "ZDZL", "锟斤拷")),
    "编码写不出": ("supply", FaultCode.TEXT_UNWRITABLE, together(_to_shapefile, cell(PLOTS, 0, "ZDZL", "𠮷家宅"))),
    "字节超宽": ("supply", FaultCode.TEXT_TOO_WIDE, together(_to_shapefile, cell(PLOTS, 0, "ZDZL", "村" * 128))),
    "文字超长": ("supply", FaultCode.TEXT_TOO_LONG, cell(PLOTS, 0, "ZDZL", "村" * 201)),
    "备注超长": ("supply", FaultCode.TEXT_TOO_LONG, cell(HOUSING, 0, "BZ", "字" * 501)),
    "用途代码": ("supply", FaultCode.CODE_UNLISTED, cell(PLOTS, 0, "DKYT", "9999")),
    "区代码": ("supply", FaultCode.CODE_UNLISTED, cell(PLAN, 0, "XZQDM", "310000")),
    "无穷大": ("supply", FaultCode.NUMBER_NOT_FINITE, cell(POINTS, 0, "FSBC", np.inf)),
    "面积无穷大": ("supply", FaultCode.NUMBER_NOT_FINITE, cell(PLOTS, 0, "DKMJ", np.inf)),
    "小数超位": ("supply", FaultCode.NUMBER_TOO_LONG, cell(POINTS, 0, "FSBC", 1e12)),
    "整数超位": ("cadastre", FaultCode.NUMBER_TOO_LONG, cell("ZDJBXX", 0, "BSM", 12_345_678_901)),
    "小数过多": ("supply", FaultCode.DECIMALS_TOO_MANY, cell(HOUSING, 0, "ZDMJ", lambda v: v + 0.00001)),
    "边长小数过多": ("supply", FaultCode.DECIMALS_TOO_MANY, cell(POINTS, 0, "FSBC", 0.123_456_7)),
    "日期不可能": ("supply", FaultCode.DAY_IMPOSSIBLE, cell(PLOTS, 0, "RKRQ", date(1066, 10, 14))),
    "点标识重复": ("supply", FaultCode.KEY_REPEATED, cell(POINTS, 1, "JZD_GUID", GUID_OF_FIRST)),
    "编号重复": ("inventory", FaultCode.KEY_REPEATED, cell(STOCK, 1, "DCBH", "SJ-001")),
    "计划不存在": ("supply", FaultCode.REFERENCE_BROKEN, cell(HOUSING, 0, "GYJH_GUID", "x")),
    "宗地不存在": ("supply", FaultCode.REFERENCE_BROKEN, cell(HOUSING, 0, "ZDBH", "SJ-009")),
    "点无地块": ("supply", FaultCode.REFERENCE_BROKEN, cell(POINTS, 0, "DKBH", "SJ-009")),
    "地块无点": ("supply", FaultCode.REFERENCE_LACKING, without_rows(POINTS, lambda f: f["DKBH"] == "SJ-003", counted=True)),
    "在用无用途": ("inventory", FaultCode.CONDITION_EMPTY, together(cell(STOCK, 0, "LYZT", "1"), cell(STOCK, 0, "TDYT", None))),
    "在用有空置原因": ("inventory", FaultCode.CONDITION_FILLED, together(cell(STOCK, 0, "LYZT", "1"), cell(STOCK, 0, "KZYY", "1"))),
    "废弃无原因": ("inventory", FaultCode.CONDITION_EMPTY, cell(STOCK, 0, "LYZT", "3")),
    "闲置有税": ("inventory", FaultCode.CONDITION_FILLED, _cells(LYZT="2", KZYY="1", NSSE=10.0)),
    "图层无图形": ("inventory", FaultCode.GEOMETRY_MISSING, on_frame(STOCK, _without_geometry)),
    "表有图形": ("supply", FaultCode.GEOMETRY_UNEXPECTED, on_frame(PLAN, _with_points)),
    "缺图形": ("inventory", FaultCode.GEOMETRY_NULL, shape(STOCK, 0, lambda _: None)),
    "空图形": ("inventory", FaultCode.GEOMETRY_EMPTY, shape(STOCK, 0, lambda _: shapely.Polygon())),
    "线": ("inventory", FaultCode.GEOMETRY_TYPE, shape(STOCK, 0, lambda one: one.boundary)),
    "点": ("inventory", FaultCode.GEOMETRY_TYPE, shape(STOCK, 2, lambda one: one.centroid)),
    "点层有面": ("supply", FaultCode.GEOMETRY_TYPE, shape(POINTS, 0, lambda one: one.buffer(1))),
    "自相交": ("inventory", FaultCode.GEOMETRY_INVALID, shape(STOCK, 2, _bow_tie)),
    "高程": ("inventory", FaultCode.GEOMETRY_HEIGHT, shape(STOCK, 0, lambda one: shapely.force_3d(one, 4.0))),
    "坐标无穷": ("inventory", FaultCode.COORDINATE_NOT_FINITE, shape(STOCK, 3, _endless)),
    "点重合": ("inventory", FaultCode.VERTEX_REPEATED, shape(STOCK, 3, _vertex_twice)),
    "外环逆时针": ("inventory", FaultCode.RING_DIRECTION, shape(STOCK, 3, _reversed)),
    "内环顺时针": ("inventory", FaultCode.RING_DIRECTION, shape(STOCK, 0, _hole_reversed)),
    "部分次序": ("inventory", FaultCode.PART_ORDER, shape(STOCK, 1, _parts_reversed)),
    "图形重复": ("inventory", FaultCode.GEOMETRY_DUPLICATE, on_frame(STOCK, _last_as_third)),
    "重叠": ("inventory", FaultCode.GEOMETRY_OVERLAP, shape(STOCK, 2, _moved((-1.0, 0.0)))),
    "微小重叠": ("inventory", FaultCode.GEOMETRY_OVERLAP, shape(STOCK, 2, _moved((-0.01, 0.0)))),
    "点序缺号": ("supply", FaultCode.POINT_ORDER, cell(POINTS, 2, "JZDORDER", 50)),
    "点序重号": ("supply", FaultCode.POINT_ORDER, cell(POINTS, 2, "JZDORDER", 2)),
    "圈号": ("supply", FaultCode.RING_NUMBER, on_frame(POINTS, lambda f: f.assign(QH=f["QH"].where(f["DKBH"] != "SJ-004", 2)))),
    "圈号跳号": ("supply", FaultCode.RING_NUMBER, on_frame(POINTS, lambda f: f.assign(QH=f["QH"].where(f["QH"] == 1, 3)))),
    "点不在角上": ("supply", FaultCode.POINT_OFF_RING, _point_moved(0)),
    "少一点": ("supply", FaultCode.POINT_OFF_RING, without_rows(POINTS, _last_of_first_plot, counted=True)),
    "坐标字段": ("supply", FaultCode.POINT_COORDINATES, cell(POINTS, 0, "XZB", lambda v: v + 1)),
    "无坐标系": ("inventory", FaultCode.CRS_MISSING, on_frame(STOCK, _stated_crs(None))),
    "坐标系标错": ("inventory", FaultCode.CRS_OTHER, on_frame(STOCK, _stated_crs(4549))),
    "坐标系不是规定的": ("inventory", FaultCode.CRS_OTHER, _in_another_crs),
    "坐标轴颠倒": ("inventory", FaultCode.AXES_SWAPPED, _everywhere(lambda one: shapely.transform(one, lambda v: v[:, ::-1]))),
    "无带号": ("inventory", FaultCode.ZONE_OTHER, _everywhere(_moved((-40e6, 0.0)))),
    "邻带": ("inventory", FaultCode.ZONE_OTHER, on_frame(STOCK, _in_next_zone)),
    "不在上海": ("inventory", FaultCode.PLACE_OUTSIDE, _everywhere(_moved((0.0, 900_000.0)))),
    "不在本区": ("inventory", FaultCode.DISTRICT_OUTSIDE, lambda d: replace(d, district="chongming")),
    "未粗化": ("public", FaultCode.COORDINATES_FINE, shape("plan_public", 0, _moved((1.0, 0.0)))),
    "面积为零": ("supply", FaultCode.AREA_NOT_POSITIVE, cell(PLOTS, 0, "DKMJ", 0.0)),
    "面积为负": ("inventory", FaultCode.AREA_NOT_POSITIVE, cell(STOCK, 0, "JSYDMJ", -1.0)),
    "面积写成平方米": ("supply", FaultCode.AREA_UNIT, cell(PLOTS, 0, "DKMJ", lambda v: rounded(v * 10_000))),
    "面积写成亩": ("supply", FaultCode.AREA_UNIT, cell(PLOTS, 0, "ZDMJ", lambda v: rounded(v * 15))),
    "面积不符": ("supply", FaultCode.AREA_OFF, cell(PLOTS, 0, "DKMJ", lambda v: rounded(v * 1.1))),
    "总面积不是分项之和": ("supply", FaultCode.SUM_OFF, cell(PLAN, 0, "ZGY_MJ", lambda v: rounded(v + 1, 6))),
    "住宅分项": ("supply", FaultCode.SUM_OFF, cell(PLAN, 0, "QT", 1.0)),
    "商品住宅": ("supply", FaultCode.NOT_ZERO, cell(PLAN, 0, "SP_ZZ", 0.5)),
    "合计差一平方米": ("supply", FaultCode.TOTAL_OFF, cell(PLOTS, 0, "ZDMJ", lambda v: rounded(v + 0.0001))),
    "分项与总面积同错": ("supply", FaultCode.TOTAL_OFF, _one_hectare_more),
    "少一行": ("inventory", FaultCode.COUNT_OFF, without_rows(STOCK, lambda f: f["DCBH"] == "SJ-003", counted=False)),
    "手机号": ("supply", FaultCode.PERSONAL_NUMBER, cell(HOUSING, 0, "BZ", "联系13800138000")),
    "身份证号": ("supply", FaultCode.PERSONAL_NUMBER, cell(PLOTS, 0, "DKMC", f"张某{IDENTITY}")),
    "密级高": ("public", FaultCode.SECRECY_ABOVE, lambda d: replace(d, secrecy={"plan_public": Secrecy.INTERNAL})),
    "密级未标": ("public", FaultCode.SECRECY_ABOVE, lambda d: replace(d, secrecy={"plan_public": Secrecy.UNSTATED})),
    "密级无人说": ("public", FaultCode.SECRECY_ABOVE, lambda d: replace(d, secrecy={})),
    "格式不许": ("supply", FaultCode.FORMAT_NOT_ALLOWED, lambda d: replace(d, format="dxf")),
    "方案版本": ("supply", FaultCode.PROFILE_OTHER, lambda d: replace(d, profile_version="0")),
}  # fmt: skip


@pytest.mark.parametrize("profile_id", ["plain", "one-map", "supply", "cadastre", "plan-layer", "inventory", "public"])
def test_nothing_is_found_in_a_good_delivery(profile_id: str) -> None:
    delivery = good(profile_id)
    assert all(len(frame) for frame in delivery.layers.values())
    assert preflight(delivery, profiles()[profile_id]) == ()


def test_at_least_sixty_faults_are_planted_and_every_code_once() -> None:
    elsewhere = {
        FaultCode.PERSONAL_FIELD, FaultCode.PERSONAL_UNMASKED, FaultCode.COVERAGE_CONTINUOUS, FaultCode.RECEIVER_RULE,
    }  # fmt: skip
    assert len(PLANTED) >= 60
    assert {code for _, code, _ in PLANTED.values()} | elsewhere == set(FaultCode)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_fault_is_found_and_nothing_beside_it(name: str) -> None:
    profile_id, code, plant = PLANTED[name]
    faults = preflight(plant(good(profile_id)), profiles()[profile_id])
    assert {fault.code for fault in faults} == {code}, [fault.as_dict() for fault in faults]
    for fault in faults:
        assert fault.message_zh.startswith(code.zh)
        assert fault.message_en.startswith(code.en)
        assert fault.severity is code.severity
    said = " ".join(fault.message_zh for fault in faults)
    assert IDENTITY not in said
    assert "13800138000" not in said


def test_faults_name_row_and_field() -> None:
    found = preflight(cell(PLOTS, 2, "DKYT", "9999")(good("supply")), profiles()["supply"])
    assert [(each.layer, each.key, each.field, each.message_zh) for each in found] == [
        (PLOTS, "SJ-003", "DKYT", "代码不在代码表内：9999")
    ]
    assert found[0].where == "TDGY_ZDDK SJ-003 DKYT"
    assert found[0].as_dict()["severity"] == "fatal"


def _personal(rule: Personal) -> ExportProfile:
    text = {"kind": FieldKind.TEXT, "length": 50}
    fields = (
        ProfileField("DCBH", "编号", "number", FieldKind.TEXT, 50, required=True, source="parcel.parcel_id"),
        ProfileField("YXSRR", "意向受让人", "intended buyer", text["kind"], 50, source="parcel.intended_buyer", personal=True),
    )  # fmt: skip
    layer = LayerProfile("L", "层", "layer", "parcels", GeometryKind.POLYGON, fields, ("DCBH",))
    return ExportProfile("own", "1", "自定", "own", "generic", (layer,), "EPSG:4528", personal=rule)


@pytest.mark.parametrize(
    ("rule", "value", "code"),
    [
        (Personal.DROP, "张三丰", FaultCode.PERSONAL_FIELD),
        (Personal.MASK, "张三丰", FaultCode.PERSONAL_UNMASKED),
        (Personal.MASK, mask("张三丰"), None),
        (Personal.KEEP, "张三丰", None),
        (Personal.DROP, None, None),
    ],
)
def test_personal_values_go_by_the_rule_of_the_profile(
    rule: Personal, value: str | None, code: FaultCode | None
) -> None:
    frame = good("inventory").layers[STOCK][["DCBH", "geometry"]].copy()
    frame.insert(1, "YXSRR", pd.Series([value, None, None, None], dtype="str"))
    delivery = Delivery("own", "1", "geopackage", parse(4528), {"L": frame}, "songjiang")
    found = preflight(delivery, _personal(rule))
    assert [fault.code for fault in found] == ([code] if code else [])
    assert "张三丰" not in " ".join(fault.message_zh for fault in found)


def test_numbers_of_persons_are_told_from_other_numbers() -> None:
    assert personal_number(IDENTITY)
    assert personal_number("电话：13800138000。")
    assert not personal_number("110105194912310021")
    assert not personal_number("310117109904JB00001")
    assert not personal_number("c13800138000a")
    assert personal_number("TEL13800138000") == personal_number("手机１３８００１３８０００") == PersonalNumber.MOBILE
    assert personal_number("138 0013 8000") == personal_number("138-0013-8000") == PersonalNumber.MOBILE
    assert not personal_number("1380-013-8000")
    assert personal_number(f"13800138000，{IDENTITY}") == PersonalNumber.IDENTITY
    assert personal_number("１１０１０５１９４９１２３１００２Ｘ") == PersonalNumber.IDENTITY
    assert mask("张三丰") == "张＊＊"
    assert mask("张") == "＊"
    assert masked(mask("张三丰"))
    assert not masked("张三丰")


_NEARLY = r"[ab一TEL1-3 -]{0,3}(1[3-9][0-9０-９]{9}|1[3-9][0-9] [0-9]{4} [0-9]{4}|[0-9０-９]{17}[0-9X])[ab一，1]{0,2}"


@given(st.from_regex(_NEARLY, fullmatch=True) | st.just(f"见{IDENTITY}"))
def test_the_quick_search_misses_no_personal_number(text: str) -> None:
    quick = pc.match_substring_regex(pa.array([text]), PERSONAL_LIKE)[0].as_py()
    assert quick or personal_number(text) is None


@pytest.mark.parametrize(("side_m", "codes"), [(4_900.0, []), (5_200.0, [FaultCode.COVERAGE_CONTINUOUS])])
def test_continuous_coverage_of_full_element_data_is_limited(side_m: float, codes: list[FaultCode]) -> None:
    delivery = good("inventory", {"甲": at(0, 0, side_m / 2, side_m), "乙": at(side_m / 2, 0, side_m / 2, side_m)})
    whole = replace(delivery, full_elements=frozenset({STOCK}))
    assert [fault.code for fault in preflight(whole, profiles()["inventory"])] == codes
    assert preflight(delivery, profiles()["inventory"]) == ()


def test_what_is_apart_covers_nothing_continuously() -> None:
    delivery = good("inventory", {str(number): at(6_000 * number, 0, 4_000, 4_000) for number in range(3)})
    assert preflight(replace(delivery, full_elements=frozenset({STOCK})), profiles()["inventory"]) == ()


def _mutations(delivery: Delivery, profile: ExportProfile) -> list[tuple[str, Change]]:
    """Every single change of a declared property of every field, row and layer."""
    found: list[tuple[str, Change]] = []
    for layer in profile.layers:
        for field in layer.fields:
            place = f"{layer.name}.{field.name}"
            found.append((f"{place} gone", on_frame(layer.name, lambda f, n=field.name: f.drop(columns=n))))
            found.append(
                (f"{place} renamed", on_frame(layer.name, lambda f, n=field.name: f.rename(columns={n: "某字段"})))
            )
            found.append(
                (
                    f"{place} of another type",
                    on_frame(layer.name, lambda f, n=field.name: f.assign(**{n: [b"x"] * len(f)})),
                )
            )
            found += [
                (f"{place}[{row}] {said}", cell(layer.name, row, field.name, value))
                for row in range(len(delivery.layers[layer.name]))
                for said, value in _wrong_values(
                    field, filled=not pd.isna(delivery.layers[layer.name][field.name].iloc[row])
                )
            ]
            source = field.source
            if ".area" in source or "_area" in source or source.startswith("summary."):
                found.append(
                    (
                        f"{place} one step more",
                        cell(
                            layer.name,
                            0,
                            field.name,
                            lambda v, f=field: rounded(v + 10.0 ** -(f.decimals or 0), f.decimals or 0),
                        ),
                    )
                )
        found.append(
            (
                f"{layer.name} gone",
                lambda d, n=layer.name: replace(d, layers={k: v for k, v in d.layers.items() if k != n}),
            )
        )
        found.append((f"{layer.name} lacks a row", on_frame(layer.name, lambda f: f.iloc[1:].reset_index(drop=True))))
        found.append(
            (
                f"{layer.name} has a row twice",
                on_frame(layer.name, lambda f: f.iloc[[*range(len(f)), 0]].reset_index(drop=True)),
            )
        )
        if layer.geometry is GeometryKind.POLYGON and profile.coarsen_m is None:
            for row in range(len(delivery.layers[layer.name])):
                found += [
                    (f"{layer.name}[{row}] {said}", shape(layer.name, row, change))
                    for said, change in (
                        ("null", lambda _: None),
                        ("turned", _reversed),
                        ("a line", lambda one: one.boundary),
                        ("with height", lambda one: shapely.force_3d(one)),
                        ("elsewhere", _moved((5.0, 500_000.0))),
                        ("smaller", lambda one: normal_form(np.array([one.buffer(-3)], dtype=object))[0]),
                    )
                ]
    return found  # fmt: skip


def _wrong_values(field: ProfileField, *, filled: bool) -> list[tuple[str, object]]:
    wrong: list[tuple[str, object]] = [("empty", None)] if field.required and filled else []
    if field.kind is FieldKind.TEXT:
        wrong += [("blank", " "), ("broken", "\ufffd"), ("of two lines", "a\nb")]
        wrong += [("too long", "长" * (field.length + 1))] if field.length else []
        wrong += [("unlisted", "无此代码"[: field.length])] if field.codes is not None else []
    elif field.kind is FieldKind.DECIMAL:
        wrong += [("endless", np.inf)]
        wrong += (
            [("too fine", lambda v: (0.0 if pd.isna(v) else v) + 0.1 * 10.0**-field.decimals)]
            if field.decimals is not None and field.decimals < 6
            else []
        )
        wrong += [("too large", 10.0**field.length)] if field.length else []
    elif field.kind is FieldKind.WHOLE and field.length:
        wrong += [("too large", 10**field.length)]
    elif field.kind is FieldKind.DAY:
        wrong += [("long ago", date(1, 1, 1))]
    return wrong  # fmt: skip


MUTATIONS = {
    profile_id: _mutations(good(profile_id), profiles()[profile_id])
    for profile_id in ("plain", "one-map", "supply", "cadastre", "plan-layer", "inventory", "public")
}


@settings(deadline=None, max_examples=30)
@given(st.data())
def test_no_single_change_of_a_declared_property_goes_unseen(data: st.DataObject) -> None:
    profile_id = data.draw(st.sampled_from(sorted(MUTATIONS)))
    said, change = data.draw(st.sampled_from(MUTATIONS[profile_id]))
    faults = preflight(change(good(profile_id)), profiles()[profile_id])
    assert faults, f"{profile_id}: {said}"
