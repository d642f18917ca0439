"""What changed in a layer since an earlier delivery: rows that are new, other than before, or gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from landgis.frames.delivered import row_keys

ROW_KEY, LAST_HASH = "row_key", "last_sha256"
"""Columns of a table of rows that are gone, where the key is of several fields; and the hash of the row as last given."""


@dataclass(frozen=True)
class Changed:
    """One layer, compared.

    Attributes
    ----------
    added, changed
        Rows as they are now, in the order of the delivery.
    gone
        Key and last hash of the rows that are no more; their content is with the receiver alone.
    unchanged
        How many rows are as they were.
    """

    added: pd.DataFrame
    changed: pd.DataFrame
    gone: pd.DataFrame
    unchanged: int

    @property
    def nothing(self) -> bool:
        """Whether the layer is as it was."""
        return not (len(self.added) or len(self.changed) or len(self.gone))


def compare(frame: pd.DataFrame, key: Sequence[str], now: Mapping[str, str], before: Mapping[str, str]) -> Changed:
    """Compare a layer with an earlier delivery of it.

    Parameters
    ----------
    frame
        The layer now.
    key
        Its key fields.
    now, before
        Row key → hash (``row_hash.row_hashes``), now and then.
    """
    keys = row_keys(frame, key)
    new = np.array([name not in before for name in keys], dtype=bool)
    other = np.array([name in before and before[name] != now[name] for name in keys], dtype=bool)
    left = [name for name in before if name not in now]
    alone = len(key) == 1 and key[0] in frame.columns
    gone = pd.DataFrame({
        key[0] if alone else ROW_KEY: _like(left, frame[key[0]]) if alone else pd.Series(left, dtype="str"),
        LAST_HASH: pd.Series([before[name] for name in left], dtype="str"),
    })  # fmt: skip
    return Changed(_some(frame, new), _some(frame, other), gone, int(len(keys) - new.sum() - other.sum()))


def _some(frame: pd.DataFrame, rows: np.ndarray) -> pd.DataFrame:
    return frame[rows].reset_index(drop=True)


def _like(keys: Sequence[str], column: pd.Series) -> pd.Series:
    """Return keys as values of their own column: whole numbers as such."""
    whole = pd.api.types.is_integer_dtype(column.dtype)
    return pd.Series([int(name) for name in keys], dtype="Int64") if whole else pd.Series(keys, dtype="str")
