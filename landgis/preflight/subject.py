"""One layer under inspection: what is declared, what is there, and the faults told so far."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.crs import GeometryArray
from landgis.domain.issue import shown
from landgis.domain.preflight_fault import Fault, FaultCode
from landgis.domain.profile import ExportProfile, LayerProfile
from landgis.frames.delivered import Delivery, row_keys

Bools = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass
class Subject:
    """A layer of a delivery beside its declaration."""

    profile: ExportProfile
    delivery: Delivery
    declared: LayerProfile
    frame: pd.DataFrame
    faults: list[Fault] = field(default_factory=list)
    _unsound: set[str] = field(default_factory=set)
    _bad_cells: dict[str, set[int]] = field(default_factory=dict)
    _bad_rows: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Name the rows."""
        self.keys = row_keys(self.frame, self.declared.key)

    @property
    def shapes(self) -> GeometryArray | None:
        """Geometry of the rows; None for a table."""
        if not isinstance(self.frame, gpd.GeoDataFrame) or self.frame.active_geometry_name is None:
            return None
        return np.asarray(self.frame.geometry.array, dtype=object)

    def sound(self, *names: str) -> bool:
        """Tell whether fields are there and nothing is wrong with them as a whole so far."""
        return all(name in self.frame.columns and name not in self._unsound for name in names)

    def sound_cells(self, *names: str) -> Bools:
        """Rows with nothing wrong in any of these fields so far."""
        kept = np.ones(len(self.frame), dtype=bool)
        kept[[row for name in names for row in self._bad_cells.get(name, ())]] = False
        return kept

    def faults_of_crs(self) -> bool:
        """Tell whether the coordinates have no meaning, or another than declared."""
        return any(fault.code in (FaultCode.CRS_MISSING, FaultCode.CRS_OTHER) for fault in self.faults)

    def sound_rows(self) -> Bools:
        """Rows with nothing wrong with their geometry so far."""
        kept = np.ones(len(self.frame), dtype=bool)
        kept[list(self._bad_rows)] = False
        return kept

    def tell(self, code: FaultCode, column: str = "", zh: str = "", en: str = "") -> None:
        """Note a fault of the layer, or of a field as a whole."""
        self._note(code, "", column, zh, en)
        if column:
            self._unsound.add(column)

    def tell_rows(
        self, code: FaultCode, rows: Bools | Ints, column: str = "", values: Iterable[object] | None = None
    ) -> None:
        """Note a fault of some rows, each with the value that it is about."""
        chosen = np.flatnonzero(rows) if rows.dtype == bool else rows
        told = [""] * len(chosen) if values is None else [shown(value) for value in values]
        for row, value in zip(chosen.tolist(), told, strict=True):
            self._note(code, self.keys[row], column, value, value)
            self._bad(row, column)

    def tell_cited(
        self, code: FaultCode, rows: Bools, column: str, cited: tuple[str, str], values: Iterable[object] | None
    ) -> None:
        """Note a fault of some rows against something cited, in Chinese and English, with the value where it may be shown."""
        chosen = np.flatnonzero(rows).tolist()
        told = [""] * len(chosen) if values is None else [shown(value) for value in values]
        zh, en = cited
        for row, value in zip(chosen, told, strict=True):
            said = f" ← {value}" if value else ""
            self._note(code, self.keys[row], column, zh + said, en + said)
            self._bad(row, column)

    def _bad(self, row: int, column: str) -> None:
        """Remember what is told of: a row's geometry, or one of its cells."""
        if column:
            self._bad_cells.setdefault(column, set()).add(row)
        else:
            self._bad_rows.add(row)

    def _note(self, code: FaultCode, key: str, column: str, zh: str, en: str) -> None:
        said_zh, said_en = code.zh + (f"：{zh}" if zh else ""), code.en + (f": {en}" if en else "")
        self.faults.append(Fault(code, self.declared.name, key, column, said_zh, said_en))
