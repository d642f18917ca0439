"""A layer as a file will hold it: typed columns, names of the format, geometry of one kind."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyarrow as pa
from pyproj import CRS

from landgis.crs import GeometryArray
from landgis.domain.loss import Loss, LossCode


@dataclass(frozen=True)
class StoredField:
    """One field: our column, its name in the file, its caption, and the room it takes where that is declared."""

    column: str
    name: str
    alias: str = ""
    length: int | None = None
    decimals: int | None = None


@dataclass(frozen=True)
class StoredLayer:
    """One layer.

    Attributes
    ----------
    title, name, alias
        Our name, its name in the file, its caption.
    fields
        One for each column of ``table``, in order.
    table
        Columns of text, whole number, double, yes/no and date, named as ``fields`` say.
    shapes
        Geometry, row by row; None for a table.
    kind
        Geometry type in the words of Simple Features; empty for a table.
    """

    title: str
    name: str
    alias: str
    fields: tuple[StoredField, ...]
    table: pa.Table
    shapes: GeometryArray | None
    kind: str
    crs: CRS | None

    @property
    def names(self) -> dict[str, str]:
        """Column → name in the file."""
        return {one.column: one.name for one in self.fields}


@dataclass
class Ledger:
    """Losses of one layer as they are found."""

    layer: str
    keys: list[str]
    losses: list[Loss] = field(default_factory=list)

    def of_layer(self, code: LossCode, before: object = "", after: object = "", column: str = "") -> None:
        """Note a loss of the whole layer or of a whole column."""
        self.losses.append(Loss(code, self.layer, column, "", _shown(before), _shown(after)))

    def of_cell(self, code: LossCode, column: str, row: int, before: object, after: object) -> None:
        """Note the loss of one value."""
        self.losses.append(Loss(code, self.layer, column, self.keys[row], _shown(before), _shown(after)))

    def of_row(self, code: LossCode, row: int) -> None:
        """Note the loss of one row, or of its geometry."""
        self.losses.append(Loss(code, self.layer, "", self.keys[row]))


def _shown(value: object) -> str:
    return "" if value is None else str(value)
