"""Faults that the receiver of a delivery would find, each with its code, weight and words."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from landgis.domain.issue import Severity

_FATAL, _SERIOUS, _MINOR = Severity.FATAL, Severity.SERIOUS, Severity.MINOR


class FaultCode(StrEnum):
    """Kinds of fault."""

    severity: Severity
    zh: str
    en: str

    def __new__(cls, code: str, severity: Severity, zh: str, en: str) -> FaultCode:
        """Make a member that is its code."""
        member = str.__new__(cls, code)
        member._value_ = code
        member.severity, member.zh, member.en = severity, zh, en
        return member

    LAYER_MISSING = "layer_missing", _FATAL, "缺少图层", "the layer is missing"
    LAYER_UNEXPECTED = "layer_unexpected", _FATAL, "多出图层", "the profile has no such layer"
    FIELD_MISSING = "field_missing", _FATAL, "缺少字段", "the field is missing"
    FIELD_UNEXPECTED = "field_unexpected", _FATAL, "多出字段", "the profile has no such field"
    FIELD_REPEATED = "field_repeated", _FATAL, "字段重名", "two fields have the name"
    FIELD_ORDER = "field_order", _SERIOUS, "字段顺序不符", "the fields are in another order"
    FIELD_TYPE = "field_type", _FATAL, "字段类型不符", "the field is of another type"

    REQUIRED_EMPTY = "required_empty", _FATAL, "必填项为空", "a required value is empty"
    TEXT_BLANK = "text_blank", _SERIOUS, "只有空白，或首尾有空白", "blank, or with blanks at its ends"
    TEXT_CONTROL = "text_control", _SERIOUS, "含控制字符或换行", "holds control characters or line breaks"
    TEXT_DAMAGED = "text_damaged", _FATAL, "含损坏的字符", "holds damaged characters"
    TEXT_UNWRITABLE = "text_unwritable", _FATAL, "目标编码写不出的字符", "the encoding cannot write it"
    TEXT_TOO_LONG = "text_too_long", _FATAL, "文字超出规定长度", "the text is longer than declared"
    TEXT_TOO_WIDE = "text_too_wide", _FATAL, "文字超出格式容许的字节数", "it takes more bytes than the format holds"
    CODE_UNLISTED = "code_unlisted", _FATAL, "代码不在代码表内", "the code is not in the list"
    NUMBER_NOT_FINITE = "number_not_finite", _FATAL, "数值无效", "not a number"
    NUMBER_TOO_LONG = "number_too_long", _FATAL, "数值超出规定位数", "the number has more digits than declared"
    DECIMALS_TOO_MANY = "decimals_too_many", _SERIOUS, "小数位数过多", "the number has more decimals than declared"
    DAY_IMPOSSIBLE = "day_impossible", _SERIOUS, "日期不可能", "the day is impossible"
    KEY_REPEATED = "key_repeated", _FATAL, "标识重复", "the key is repeated"
    REFERENCE_BROKEN = "reference_broken", _FATAL, "所指记录不存在", "it refers to a record that is not there"
    REFERENCE_LACKING = "reference_lacking", _FATAL, "没有对应的从属记录", "no record refers to it"
    CONDITION_EMPTY = "condition_empty", _FATAL, "按条件必填而为空", "empty though another field demands it"
    CONDITION_FILLED = "condition_filled", _SERIOUS, "按条件应为空而有值", "filled though another field forbids it"

    GEOMETRY_MISSING = "geometry_missing", _FATAL, "图层没有图形", "the layer has no geometry"
    GEOMETRY_UNEXPECTED = "geometry_unexpected", _FATAL, "表不应有图形", "the table should have no geometry"
    GEOMETRY_NULL = "geometry_null", _FATAL, "没有图形", "the row has no geometry"
    GEOMETRY_EMPTY = "geometry_empty", _FATAL, "图形为空", "the geometry is empty"
    GEOMETRY_TYPE = "geometry_type", _FATAL, "图形种类不符", "geometry of another kind"
    GEOMETRY_INVALID = "geometry_invalid", _FATAL, "图形无效", "the geometry is invalid"
    GEOMETRY_HEIGHT = "geometry_height", _SERIOUS, "图形带高程", "the geometry has heights"
    COORDINATE_NOT_FINITE = "coordinate_not_finite", _FATAL, "坐标值无效", "a coordinate is no number"
    VERTEX_REPEATED = "vertex_repeated", _SERIOUS, "相邻界址点重合", "neighbouring vertices coincide"
    RING_DIRECTION = (
        "ring_direction",
        _SERIOUS,
        "环方向不符（外环顺时针）",
        "a ring turns the wrong way (outer: clockwise)",
    )
    PART_ORDER = "part_order", _MINOR, "各部分未按面积从大到小", "parts are not in order of area, largest first"
    GEOMETRY_DUPLICATE = "geometry_duplicate", _FATAL, "图形重复", "the same geometry twice"
    GEOMETRY_OVERLAP = "geometry_overlap", _FATAL, "地块相互重叠", "plots overlap"
    POINT_ORDER = "point_order", _FATAL, "界址点顺序不连续", "boundary points are not numbered 1, 2, 3 …"
    RING_NUMBER = "ring_number", _FATAL, "圈号不连续", "rings are not numbered 1, 2, 3 …"
    POINT_OFF_RING = (
        "point_off_ring",
        _FATAL,
        "界址点与地块图形不符",
        "boundary points are not the vertices of the plot",
    )
    POINT_COORDINATES = "point_coordinates", _FATAL, "坐标字段与图形不符", "the coordinate fields are not the geometry"

    CRS_MISSING = "crs_missing", _FATAL, "没有坐标系", "there is no CRS"
    CRS_OTHER = "crs_other", _FATAL, "坐标系与规定不符", "the CRS is not the declared one"
    AXES_SWAPPED = "axes_swapped", _FATAL, "坐标轴颠倒", "the axes are swapped"
    ZONE_OTHER = "zone_other", _FATAL, "带号或投影带不符", "the numbers belong to another zone"
    PLACE_OUTSIDE = "place_outside", _FATAL, "不在上海市范围", "outside Shanghai"
    DISTRICT_OUTSIDE = "district_outside", _SERIOUS, "不在本区范围", "outside the district"
    COORDINATES_FINE = "coordinates_fine", _FATAL, "坐标未按规定粗化", "the coordinates are not coarsened as declared"

    AREA_NOT_POSITIVE = "area_not_positive", _FATAL, "面积不大于零", "the area is not positive"
    AREA_UNIT = "area_unit", _FATAL, "面积单位似有误", "the area seems to be in another unit"
    AREA_OFF = "area_off", _SERIOUS, "面积与图形不符", "the area is not that of the geometry"
    SUM_OFF = "sum_off", _FATAL, "分项之和不等于合计", "the parts do not add up to the total"
    NOT_ZERO = "not_zero", _FATAL, "应为零而不为零", "must be zero"
    TOTAL_OFF = "total_off", _FATAL, "合计与计划不符", "the total is not that of the plan"
    COUNT_OFF = "count_off", _FATAL, "行数不符", "the number of rows is not as it should be"

    PERSONAL_FIELD = "personal_field", _FATAL, "个人信息未去除", "personal values are not dropped"
    PERSONAL_UNMASKED = "personal_unmasked", _FATAL, "个人信息未遮盖", "personal values are not masked"
    PERSONAL_NUMBER = "personal_number", _FATAL, "含身份证号或手机号", "holds an identity or telephone number"
    SECRECY_ABOVE = "secrecy_above", _FATAL, "密级高于接收范围", "marked above what the receiver may be given"
    COVERAGE_CONTINUOUS = "coverage_continuous", _FATAL, "连续覆盖超过 25 平方公里", "continuous coverage of more than 25 km²"  # fmt: skip
    FORMAT_NOT_ALLOWED = "format_not_allowed", _FATAL, "格式不在规定之列", "the format is not among those allowed"
    RECEIVER_RULE = "receiver_rule", _FATAL, "接收方曾因此退回", "the receiver sent it back for this before"
    PROFILE_OTHER = "profile_other", _FATAL, "不是按本方案或本版本组织的", "made under another profile or version"


@dataclass(frozen=True)
class Fault:
    """One thing that a receiver would refuse or ask about.

    Attributes
    ----------
    code
        What is wrong.
    layer, key, field
        Where: empty where the whole delivery, layer or row is meant. Never a personal value.
    message_zh, message_en
        What is wrong, with the values that matter.
    """

    code: FaultCode
    layer: str
    key: str
    field: str
    message_zh: str
    message_en: str

    @property
    def severity(self) -> Severity:
        """How bad it is."""
        return self.code.severity

    @property
    def where(self) -> str:
        """Place in words."""
        return " ".join(part for part in (self.layer, self.key, self.field) if part)

    def as_dict(self) -> dict[str, Any]:
        """Return plain fields."""
        return {name: str(value) for name, value in asdict(self).items()} | {"severity": self.severity.value}
