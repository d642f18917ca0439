"""Reading back: what stands in the file against what was to stand there, row by row and value by value."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from landgis.crs import GeometryArray
from landgis.errors import FileUnreadable
from landgis.exchange.writing.fit_shapes import as_multi
from landgis.exchange.writing.limits import Limits
from landgis.exchange.writing.stored import StoredLayer


def require_same_layer(
    stored: StoredLayer, table: pa.Table, shapes: GeometryArray | None, limits: Limits, where: str, step: float = 0.0
) -> None:
    """Raise unless a layer reads back as it was to be written.

    Parameters
    ----------
    stored
        As it was to be written.
    table, shapes
        As read, fields only; rows in the same order unless the limits say otherwise.
    limits
        Of the format.
    where
        File and layer, for the error.
    step
        Grid of coordinates, within half of which two are the same.

    Raises
    ------
    FileUnreadable
        With the first difference.
    """
    if stored.table.column_names != table.column_names:
        names = f"{stored.table.column_names} → {table.column_names}"
        raise differs(where, f"列名不一：{names}", f"the columns differ: {names}")
    written_rows = len(stored.shapes) if stored.shapes is not None else stored.table.num_rows
    read_rows = len(shapes) if shapes is not None else table.num_rows
    if written_rows != read_rows or (shapes is None) is not (stored.shapes is None):
        raise differs(
            where, f"应有 {written_rows} 行，读回 {read_rows} 行", f"{written_rows} rows, {read_rows} read back"
        )
    written, read = stored.table, _alike(table, stored.table.schema, limits, where)
    if not limits.keeps_order:
        one, other = _order(written, stored.shapes), _order(read, shapes)
        written, read = written.take(one), read.take(other)
        if stored.shapes is not None and shapes is not None:
            require_same_shapes(stored.shapes[one], shapes[other], where, step)
    elif stored.shapes is not None and shapes is not None:
        require_same_shapes(stored.shapes, shapes, where, step)
    for name in written.column_names:
        _require_same_column(written[name].combine_chunks(), read[name].combine_chunks(), f"{where} {name}")


def require_same_shapes(written: GeometryArray, read: GeometryArray, where: str, step: float = 0.0) -> None:
    """Raise unless every geometry reads back vertex for vertex (a part alone and a multi-part of one are the same).

    Raises
    ------
    FileUnreadable
        With the first row that differs.
    """
    unsettled = np.flatnonzero(~(shapely.equals_identical(written, read) | _both_missing(written, read)))
    one, other = (shapely.normalize(as_multi(shapes[unsettled])) for shapes in (written, read))
    alike = shapely.equals_exact(one, other, step / 2) & (shapely.has_z(one) == shapely.has_z(other))
    alike &= np.array([_same_heights(a, b, step) for a, b in zip(one, other, strict=True)], dtype=bool)
    if not alike.all():
        row = int(unsettled[np.flatnonzero(~alike)[0]]) + 1
        raise differs(where, f"第 {row} 行图形读回不一", f"the geometry of row {row} reads back differently")


def differs(where: str, zh: str, en: str) -> FileUnreadable:
    """Make the error for a file that does not read back as written."""
    return FileUnreadable(
        f"写出的 {where} 未能原样读回：{zh}",
        f"{where} does not read back as written: {en}",
        where=where,
        next_zh="文件未保存；请改用 GeoPackage，或报告此问题",
        next_en="Nothing was saved: use GeoPackage, or report this",
    )


def _both_missing(one: GeometryArray, other: GeometryArray) -> np.ndarray:
    both: np.ndarray = shapely.is_missing(one) & shapely.is_missing(other)
    return both


def _same_heights(one: shapely.Geometry | None, other: shapely.Geometry | None, step: float) -> bool:
    if one is None or other is None or not shapely.has_z(one):
        return True
    heights = [shapely.get_coordinates(shape, include_z=True)[:, 2] for shape in (one, other)]
    return heights[0].shape == heights[1].shape and bool(
        np.allclose(heights[0], heights[1], rtol=0, atol=step / 2, equal_nan=True)
    )


def _alike(table: pa.Table, schema: pa.Schema, limits: Limits, where: str) -> pa.Table:
    """Return what was read in the types that were written, where that changes no value."""
    columns = []
    for field in schema:
        read = table[field.name].combine_chunks()
        if pa.types.is_string(field.type) and not limits.empty_text and pa.types.is_string(read.type):
            read = pc.if_else(pc.equal(read, ""), None, read)
        try:
            columns.append(read.cast(field.type))
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise differs(
                where, f"{field.name} 的类型不一：{error}", f"the type of {field.name} differs: {error}"
            ) from error
    return pa.table(columns, schema=schema.remove_metadata()) if columns else table


def _order(table: pa.Table, shapes: GeometryArray | None) -> np.ndarray:
    """Return an order of rows that depends on their content alone."""
    frame = pd.DataFrame({name: table[name].to_pandas().astype(str) for name in table.column_names})
    if shapes is not None:
        frame["wkb of the geometry"] = shapely.to_wkb(shapely.normalize(as_multi(shapes)), hex=True)
    return np.argsort(pd.util.hash_pandas_object(frame, index=False).to_numpy(), kind="stable")


def _require_same_column(written: pa.Array, read: pa.Array, where: str) -> None:
    missing = pc.and_(written.is_null(), read.is_null())
    same = pc.or_(missing, pc.fill_null(pc.equal(written, read), False))
    rows = np.flatnonzero(~same.to_numpy(zero_copy_only=False))
    if len(rows):
        row = int(rows[0])
        told = f"#{row + 1}: {written[row].as_py()!r} → {read[row].as_py()!r}"
        raise differs(where, f"读回的值不一：{told}", f"a value reads back differently: {told}")
