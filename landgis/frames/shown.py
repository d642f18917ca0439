"""What other programs are shown of plan, pool, parcels and layers: fields, what they are called, what codes they hold."""

from __future__ import annotations

from dataclasses import dataclass

from landgis.frames.spec import Column


@dataclass(frozen=True)
class ShownField:
    """One field as another program shows it.

    Attributes
    ----------
    column
        Name and kind.
    zh, en
        What it is called.
    codes
        ``verdict``, ``area_basis`` or ``use_class`` where its values are codes; else empty.
    """

    column: Column
    zh: str
    en: str
    codes: str = ""

    @property
    def name(self) -> str:
        """Name of the column."""
        return self.column.name


@dataclass(frozen=True)
class ShownTable:
    """Fields of one table, in order; ``key`` is the text field that tells its rows apart. Geometry comes beside them."""

    key: str
    fields: tuple[ShownField, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """Columns of the fields, in order."""
        return tuple(field.column for field in self.fields)


_PARCEL = ShownField(Column("parcel_id", "text"), "地块编号", "parcel")
_TOWN = ShownField(Column("town_name", "text", nullable=True), "镇街", "town")
_VILLAGE = ShownField(Column("village_name", "text", nullable=True), "村", "village")
_USE_CODE = ShownField(Column("planned_use_code", "text", nullable=True), "规划用途代码", "planned use code")
_VERDICT = ShownField(Column("verdict", "text"), "筛查结论", "verdict", "verdict")
_BASIS = ShownField(Column("area_basis", "text"), "面积依据", "area basis", "area_basis")
_OPEN = ShownField(Column("open_points_zh", "text"), "待办事项", "open points")

SHOWN_PLAN_LINES = ShownTable(
    "parcel_id",
    (
        ShownField(Column("line_no", "int"), "序号", "line"),
        _PARCEL,
        _TOWN,
        _VILLAGE,
        ShownField(Column("owner_name", "text", nullable=True), "权属单位", "owner"),
        _USE_CODE,
        ShownField(Column("use_class", "text"), "规划用途类别", "class of planned use", "use_class"),
        ShownField(Column("planned_use_zh", "text"), "规划用途", "planned use"),
        ShownField(Column("area_ha", "object"), "面积（公顷）", "area (ha)"),
        ShownField(Column("area_mu", "object"), "面积（亩）", "area (mu)"),
        _BASIS,
        _VERDICT,
        ShownField(Column("quarter", "object", nullable=True), "供应季度", "quarter"),
        _OPEN,
    ),
)
SHOWN_POOL_MEMBERS = ShownTable(
    "parcel_id",
    (
        ShownField(Column("rank", "int"), "排序", "rank"),
        _PARCEL,
        _TOWN,
        _VILLAGE,
        _VERDICT,
        ShownField(Column("area_m2", "float"), "面积（平方米）", "area (m²)"),
        _BASIS,
        _OPEN,
    ),
)
SHOWN_PARCELS = ShownTable(
    "parcel_id",
    (
        _PARCEL,
        _TOWN,
        _VILLAGE,
        _USE_CODE,
        _VERDICT,
        ShownField(Column("ellipsoidal_m2", "float"), "椭球面积（平方米）", "ellipsoidal area (m²)"),
        ShownField(Column("registered_m2", "float", nullable=True), "证载面积（平方米）", "registered area (m²)"),
        ShownField(Column("reasons_zh", "text", nullable=True), "结论理由", "reasons"),
    ),
)
SHOWN_FEATURES = ShownTable(
    "feature_id",
    (
        ShownField(Column("feature_id", "text"), "要素编号", "feature"),
        ShownField(Column("class", "text"), "类别", "class"),
        ShownField(Column("label", "text", nullable=True), "名称", "name"),
    ),
)
