"""Measurements of parts of the parcels, put together as if all had been measured at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from landgis.errors import ContractBroken
from landgis.overlay import ByClass, Measurement, Pairs, Parcels
from landgis.overlay.polygons import Ints

Table = TypeVar("Table", Pairs, ByClass)


def together(rows: Sequence[Ints], parts: Sequence[Measurement]) -> Measurement:
    """Put parts together.

    Parameters
    ----------
    rows
        Which parcels each part measured, in its order: every parcel in exactly one part.
    parts
        What was measured of them against one index, at least one.

    Returns
    -------
    Measurement
        Rows in the order of the parcels, and within a parcel as the part gave them.

    Raises
    ------
    ContractBroken
        If the parts were not measured by one and the same kernel.
    """
    kernels = {part.kernel for part in parts}
    if len(kernels) != 1:
        raise ContractBroken(
            f"各部分不是同一内核量算的：{sorted(kernels)}",
            f"The parts were measured by several kernels: {sorted(kernels)}",
        )
    whole = _in_order(np.concatenate(rows), _columns(Parcels, [part.parcels for part in parts]))
    pairs = [part.pairs for part in parts]
    classes = [part.by_class for part in parts]
    return Measurement(
        pairs=_renumbered(Pairs, rows, pairs),
        parcels=Parcels(**whole),
        by_class=_renumbered(ByClass, rows, classes),
        kernel=kernels.pop(),
    )


def _renumbered(kind: type[Table], rows: Sequence[Ints], parts: Sequence[Table]) -> Table:
    """Number the parcels of every part as they stand in the whole, and bring the lines into their order."""
    parcel = np.concatenate([some[part.parcel] for some, part in zip(rows, parts, strict=True)])
    columns = _columns(kind, parts) | {"parcel": parcel}
    return kind(**_in_order(parcel, columns))


def _columns(kind: Any, parts: Sequence[Any]) -> dict[str, npt.NDArray[Any]]:
    return {field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(kind)}


def _in_order(parcel: Ints, columns: dict[str, npt.NDArray[Any]]) -> dict[str, npt.NDArray[Any]]:
    order = np.argsort(parcel, kind="stable")
    return {name: column[order] for name, column in columns.items()}
