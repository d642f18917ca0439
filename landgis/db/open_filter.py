"""Filters of outsiders (trees of CQL2 JSON) as conditions: declared properties only, every value checked and bound."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from math import isfinite
from typing import Any

import shapely
import shapely.geometry
from shapely.geometry.base import BaseGeometry
from sqlalchemy import ColumnElement, Double, and_, func, literal, not_, or_

from landgis.domain.open_data import Kind, OpenCrs
from landgis.errors import UsageError

DEEPEST = 50
GEOMETRY = "geometry"
"""What filters call the outline."""
KNOWN_GROUND = (110.0, 20.0, 130.0, 45.0)
"""Degrees: west, south, east, north. The working projection holds here, and the ground of both districts lies well inside."""
_SRID = 4549
_COMPARES: dict[str, Callable[[Any, Any], ColumnElement[bool]]] = {
    "=": lambda one, other: one == other,
    "<>": lambda one, other: one != other,
    "<": lambda one, other: one < other,
    "<=": lambda one, other: one <= other,
    ">": lambda one, other: one > other,
    ">=": lambda one, other: one >= other,
}
_TIMED = {"t_before": "<", "t_after": ">", "t_equals": "="}
_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SPATIAL = {
    "s_intersects": "ST_Intersects", "s_disjoint": "ST_Disjoint", "s_contains": "ST_Contains", "s_within": "ST_Within",
    "s_touches": "ST_Touches", "s_crosses": "ST_Crosses", "s_overlaps": "ST_Overlaps", "s_equals": "ST_Equals",
}  # fmt: skip
_NUMBERS = 2**31

Columns = Mapping[str, tuple[Kind, ColumnElement[Any]]]


class Conditions:
    """Conditions on one view.

    Parameters
    ----------
    columns
        Properties that may be named, with their kinds.
    outline
        Column of the outlines, EPSG:4549.
    crs
        CRS of the coordinates in filters.
    """

    def __init__(self, columns: Columns, outline: ColumnElement[Any], crs: OpenCrs) -> None:
        self._columns = columns
        self._outline = outline
        self._crs = crs

    def of(self, tree: Any, depth: int = 0) -> ColumnElement[bool]:
        """Return the condition of a tree.

        Raises
        ------
        UsageError
            If it is none, names what is no property, or compares what cannot be compared.
        """
        if depth > DEEPEST:
            raise _wrong(f"层次超过 {DEEPEST}", f"more than {DEEPEST} levels deep")
        op, args = _op(tree)
        if op in ("and", "or") and len(args) >= 2:
            parts = [self.of(part, depth + 1) for part in args]
            return and_(*parts) if op == "and" else or_(*parts)
        if op == "not" and len(args) == 1:
            return not_(self.of(args[0], depth + 1))
        return self._predicate(op, args)

    def _predicate(self, op: str, args: list[Any]) -> ColumnElement[bool]:
        match op, len(args):
            case ("isNull", 1):
                return self._any_column(args[0]).is_(None)
            case ("between", 3):
                kind, column = self._column(args[0])
                return column.between(_fitting(kind, args[1]), _fitting(kind, args[2]))
            case ("in", 2):
                kind, column = self._column(args[0])
                if not isinstance(args[1], list):
                    raise _wrong("IN 之后须有列表", "IN takes a list")
                return column.in_([_fitting(kind, option) for option in args[1]])
            case ("like", 2):
                kind, column = self._column(args[0])
                if kind != "text" or not isinstance(args[1], str):
                    raise _wrong("LIKE 只用于文字", "LIKE is for texts")
                return column.like(args[1], escape="\\")
            case (_, 2) if op in _COMPARES:
                return self._compared(op, *args)
            case (_, 2) if op in _TIMED:
                return self._compared(_TIMED[op], *args)
            case (_, 2) if op in _SPATIAL:
                found: ColumnElement[bool] = getattr(func, _SPATIAL[op])(*map(self._shape, args))
                return found
        raise _wrong(f"没有运算“{op[:40]}”，或参数个数不对", f"no operation “{op[:40]}” of {len(args)} arguments")

    def _compared(self, op: str, left: Any, right: Any) -> ColumnElement[bool]:
        if not _is_property(left):
            return self._compared_property(_TURNED.get(op, op), right, left)
        return self._compared_property(op, left, right)

    def _compared_property(self, op: str, named: Any, value: Any) -> ColumnElement[bool]:
        kind, column = self._column(named)
        if _is_property(value):
            other, beside = self._column(value)
            if {kind, other} - {"whole", "decimal"} and kind != other:
                raise _wrong("两个属性类型不同", "two properties of different kinds")
            return _COMPARES[op](column, beside)
        return _COMPARES[op](column, _fitting(kind, value))

    def _column(self, named: Any) -> tuple[Kind, ColumnElement[Any]]:
        if not _is_property(named):
            raise _wrong("比较须有一个属性", "a comparison needs a property")
        found = self._columns.get(named["property"])
        if found is None:
            name = str(named["property"])[:40]
            raise _wrong(f"没有属性“{name}”", f"there is no property “{name}”")
        return found

    def _any_column(self, named: Any) -> ColumnElement[Any]:
        return self._outline if _is_property(named) and named["property"] == GEOMETRY else self._column(named)[1]

    def _shape(self, side: Any) -> Any:
        if _is_property(side):
            if side["property"] != GEOMETRY:
                raise _wrong("不是几何属性", "no property of geometry")
            return self._outline
        shape = _geometry(side)
        if self._crs.northing_first:
            shape = shapely.transform(shape, lambda points: points[:, ::-1])
        if self._crs.in_degrees and not shapely.box(*KNOWN_GROUND).covers(shape):
            raise _wrong(f"几何须在经纬度 {KNOWN_GROUND} 之内", f"a geometry has to lie in {KNOWN_GROUND} (degrees)")
        placed = func.ST_GeomFromWKB(shapely.to_wkb(shape), self._crs.srid)
        return placed if self._crs.srid == _SRID else func.ST_Transform(placed, _SRID)


def _geometry(side: Any) -> BaseGeometry:
    """Return the geometry of a filter in two dimensions: a box or GeoJSON, whole and valid."""
    found: BaseGeometry | None = None
    try:
        if isinstance(side, dict) and isinstance(side.get("bbox"), list) and len(side["bbox"]) == 4:
            found = shapely.box(*side["bbox"])
        elif isinstance(side, dict) and "coordinates" in side:
            found = shapely.force_2d(shapely.geometry.shape(side))
    except (TypeError, ValueError, AttributeError, IndexError, KeyError, shapely.errors.ShapelyError):
        found = None
    if found is None or found.is_empty or not found.is_valid or not all(map(isfinite, found.bounds)):
        raise _wrong("几何无法读取或无效", "a geometry cannot be read, or is invalid")
    return found


def _op(tree: Any) -> tuple[str, list[Any]]:
    if isinstance(tree, dict) and isinstance(tree.get("op"), str) and isinstance(tree.get("args"), list):
        return tree["op"], tree["args"]
    raise _wrong("不是判断", "no condition")


def _is_property(side: Any) -> bool:
    return isinstance(side, dict) and isinstance(side.get("property"), str)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)


def _fitting(kind: Kind, value: Any) -> Any:
    """Return a value as a property of a kind is compared with it, or refuse what is of another kind."""
    match kind:
        case "text" if isinstance(value, str) and "\0" not in value:
            return value
        case "flag" if isinstance(value, bool):
            return value
        case "whole" | "decimal" if _is_number(value) and abs(value) < _NUMBERS:
            return value if isinstance(value, int) else literal(value, Double)
        case "day" if isinstance(value, dict) and "date" in value:
            return _read(date.fromisoformat, value["date"])
        case "moment" if isinstance(value, dict) and "timestamp" in value:
            moment = _read(datetime.fromisoformat, value["timestamp"])
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    raise _wrong(
        "属性与所给的值类型不同，或数超出范围", "property and value are of different kinds, or a number is out of range"
    )


def _read(reader: Callable[[str], Any], text: Any) -> Any:
    try:
        return reader(text)
    except (TypeError, ValueError) as error:
        raise _wrong("日期或时间无法读取", "a date or time cannot be read") from error


def _wrong(zh: str, en: str) -> UsageError:
    return UsageError(f"参数 filter 有误：{zh}", f"Parameter filter is wrong: {en}", where="filter")
