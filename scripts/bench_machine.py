"""What a bench ran on: versions, processors, load."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import shapely

PACKAGES = ("landgis", "numba", "numpy", "shapely", "geopandas", "pandas", "pyarrow", "duckdb", "sedonadb")


def versions() -> str:
    """Name Python and the packages that take part, and the GEOS of shapely."""
    found = [f"Python {platform.python_version()}"]
    for package in PACKAGES:
        try:
            found.append(f"{package} {version(package)}")
        except PackageNotFoundError:
            found.append(f"{package} 未安装 not installed")
    return ", ".join(found) + f" (shapely: GEOS {shapely.geos_version_string})"


def machine() -> str:
    """Name the processors and how busy they are."""
    model = "?"
    cpu = Path("/proc/cpuinfo")
    if cpu.exists():
        lines = cpu.read_text().splitlines()
        model = next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), model)
    one, five, fifteen = os.getloadavg()
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{usable} × {model}; 负载 load average {one:.1f} {five:.1f} {fifteen:.1f}"
