"""One hash over a frame: whether its cells are what they were, told without the cells themselves."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from landgis.frames.spec import Column

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class FrameHash:
    """What a frame held.

    Attributes
    ----------
    columns
        The columns that were hashed; a later version of the program may declare more.
    rows
        How many rows.
    sha256
        Over every cell, bit for bit.
    """

    columns: tuple[str, ...]
    rows: int
    sha256: str


def frame_hash(frame: pd.DataFrame, columns: Sequence[Column], key: Sequence[str]) -> FrameHash:
    """Hash the declared columns of a frame, rows in the order of their key.

    Parameters
    ----------
    frame
        Columns of kind ``text``, ``float`` or ``int``. Neither the order of its rows nor how texts are held matters;
        a missing number is one and the same, whatever its bits.
    columns
        What is hashed, in this order.
    key
        Columns of text that tell the rows apart.
    """
    codes = {name: _coded(frame[name])[0] for name in key}
    order = np.lexsort([codes[name] for name in reversed(key)])
    digest = hashlib.sha256()
    for column in columns:
        digest.update(f"{column.name} {column.kind} {len(frame)}\n".encode())
        digest.update(_cells(frame[column.name], column.kind, order))
    return FrameHash(tuple(column.name for column in columns), len(frame), digest.hexdigest())


def _cells(series: pd.Series, kind: str, order: npt.NDArray[np.intp]) -> bytes:
    if kind == "text":
        codes, texts = _coded(series)
        return codes[order].astype("<i4").tobytes() + b"".join(_told(text) for text in texts)
    if kind == "int":
        return series.to_numpy(dtype="<i8")[order].tobytes()
    numbers = series.to_numpy(dtype="<f8", na_value=np.nan)[order]
    return np.where(np.isnan(numbers), np.nan, numbers).tobytes()


def _coded(series: pd.Series) -> tuple[Codes, list[str]]:
    """Return the number of every cell's text among the different texts, sorted by code point (-1: missing), and these."""
    codes, texts = pd.factorize(series.astype("str"))
    listed = [str(text) for text in texts]
    order = sorted(range(len(listed)), key=listed.__getitem__)
    rank = np.empty(len(listed) + 1, dtype=np.int32)
    rank[order], rank[-1] = np.arange(len(listed)), -1
    return rank[codes], [listed[place] for place in order]


def _told(text: str) -> bytes:
    """Return a text with its length before it, so that no two lists of texts read the same."""
    told = text.encode("utf-8")
    return len(told).to_bytes(4, "little") + told
