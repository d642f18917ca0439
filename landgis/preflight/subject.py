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
        """Tell whether fields are there and nothing is wrong with them so far."""
        return all(name in self.frame.columns and name not in self._unsound for name in names)

    def faults_of_crs(self) -> bool:
        """Tell whether the coordinates have no meaning, or another than declared."""
        return any(fault.code in (FaultCode.CRS_MISSING, FaultCode.CRS_OTHER) for fault in self.faults)

    def sound_rows(self) -> Bools:
        """Rows with nothing wrong with their geometry so far."""
        kept = np.ones(len(self.frame), dtype=bool)
        kept[list(self._bad_rows)] = False
        return kept

    def tell(self, code: FaultCode, column: str = "", zh: str = "", en: str = "") -> None:
        """Note a fault of the layer, or of a field."""
        self._note(code, "", column, zh, en)

    def tell_rows(
        self, code: FaultCode, rows: Bools | Ints, column: str = "", values: Iterable[object] | None = None
    ) -> None:
        """Note a fault of some rows, each with the value that it is about."""
        chosen = np.flatnonzero(rows) if rows.dtype == bool else rows
        told = [""] * len(chosen) if values is None else [shown(value) for value in values]
        for row, value in zip(chosen.tolist(), told, strict=True):
            self._note(code, self.keys[row], column, value, value)
            if not column:
                self._bad_rows.add(row)

    def _note(self, code: FaultCode, key: str, column: str, zh: str, en: str) -> None:
        said_zh, said_en = code.zh + (f"：{zh}" if zh else ""), code.en + (f": {en}" if en else "")
        self.faults.append(Fault(code, self.declared.name, key, column, said_zh, said_en))
        if column:
            self._unsound.add(column)
