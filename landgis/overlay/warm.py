"""Compile the kernel ahead of the first question: ``python -m landgis.overlay.warm``."""

from __future__ import annotations

import shutil
import sys
import time

import numpy as np
import shapely

from landgis.overlay.choice import COMPILED
from landgis.overlay.index import LayerIndex


def warm() -> float:
    """Measure something small in every way, so that all is compiled; return the seconds it took."""
    began = time.perf_counter()
    index = LayerIndex.build(np.array([shapely.box(0, 0, 2, 2), shapely.box(1, 1, 3, 3)]), threads=1)
    index.measure(np.array([shapely.box(1, 0, 4, 4), shapely.box(5, 5, 6, 6)]), kernel=COMPILED, threads=1)
    return time.perf_counter() - began


def main() -> int:
    """Compile, clear away the machine code of older source, and say how long it took."""
    seconds = warm()
    from landgis.overlay.compiled import cache_folder

    folder = cache_folder()
    for older in folder.parent.glob("kernel-*"):
        if older != folder:
            shutil.rmtree(older, ignore_errors=True)
    sys.stdout.write(f"{seconds:.1f} s\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
