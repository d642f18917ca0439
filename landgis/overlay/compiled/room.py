"""Arrays that turned out too short, copied into longer ones."""

from __future__ import annotations

import numpy as np

from landgis.overlay.compiled.jit import inner
from landgis.overlay.polygons import Floats, Ints


@inner
def longer(values: Ints, used: int, more: int) -> Ints:
    """Return whole numbers with room for as many more, and as much again."""
    made = np.empty(2 * (used + more), dtype=np.int64)
    made[:used] = values[:used]
    return made


@inner
def longer_floats(values: Floats, used: int, more: int) -> Floats:
    """Return numbers with room for as many more, and as much again."""
    made = np.empty(2 * (used + more))
    made[:used] = values[:used]
    return made


@inner
def longer_rows(values: Floats, used: int, more: int) -> Floats:
    """Return rows with room for as many more, and as much again."""
    made = np.empty((2 * (used + more), values.shape[1]))
    made[:used] = values[:used]
    return made
