"""Where two releases of a layer differ, as far as measuring is concerned."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from landgis.db.bulk import read_frame
from landgis.db.connect import Database
from landgis.db.statements import statement
from landgis.frames.spec import Column

_BOX = tuple(Column(side, "float") for side in ("west", "south", "east", "north"))


def changed_boxes(database: Database, layer: str, before: str, after: str) -> npt.NDArray[np.float64]:
    """Return boxes (n, 4; EPSG:4549, metres) outside which two releases are the same to the last bit.

    The words that were delivered with a feature do not count, but for its class and its label.
    """
    keys = {"layer": layer, "before": before, "after": after}
    with database.begin() as connection:
        frame = read_frame(connection, statement("changed_boxes"), keys, _BOX)
    return frame.to_numpy(dtype=np.float64)
