"""What this machine has of what landgis needs, what it lacks, and how to get it."""

from __future__ import annotations

import platform
import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

import pyogrio
import pyproj
import shapely

from landgis.db.binaries import find_binaries
from landgis.errors import LandgisError
from landgis.exchange.reading.walls import REQUIRE, WALLS, missing_walls, required

if TYPE_CHECKING:
    from landgis.settings import DatabaseSettings


@dataclass(frozen=True)
class Finding:
    """One thing that was looked for.

    Attributes
    ----------
    name_zh, name_en
        What it is.
    state
        ``there``, ``reduced`` (landgis works, with less protection) or ``missing``.
    found
        Version or place; empty where it is not there.
    next_zh, next_en
        How to get it; empty where nothing is to be done.
    """

    name_zh: str
    name_en: str
    state: str
    found: str = ""
    next_zh: str = ""
    next_en: str = ""

    def as_dict(self) -> dict[str, str]:
        """Return plain fields."""
        return asdict(self)


def examine(database: DatabaseSettings) -> tuple[Finding, ...]:
    """Look over this machine; nothing is started, written or asked of the network."""
    return (*libraries(), _server(database), *confinement())


def libraries() -> tuple[Finding, ...]:
    """Return the versions of Python and the libraries that measure and read."""
    gdal = ".".join(str(part) for part in pyogrio.__gdal_version__)
    geos = ".".join(str(part) for part in shapely.geos_version)
    versions = (
        ("Python", platform.python_version()),
        ("GDAL", gdal),
        ("GEOS", geos),
        ("PROJ", pyproj.proj_version_str),
    )
    return tuple(Finding(name, name, "there", version) for name, version in versions)


def _server(settings: DatabaseSettings) -> Finding:
    """An office server is not called on: only whether the private one could be started is asked."""
    if settings.database_url is not None:
        return Finding("数据库服务器", "Database server", "there", "LANDGIS_DATABASE_URL")
    try:
        binaries = find_binaries(settings.pgbin)
    except LandgisError as error:
        return Finding("PostgreSQL 程序", "PostgreSQL's programs", "missing", "", error.next_zh, error.next_en)
    return Finding("PostgreSQL 程序", "PostgreSQL's programs", "there", f"{binaries.major} {binaries.folder}")


def confinement() -> tuple[Finding, ...]:
    """Return what this machine has to read foreign files in confinement."""
    missing = missing_walls()
    state = "missing" if required() else "reduced"
    then_zh, then_en = (
        (f"已设 {REQUIRE}，不读取外来文件", f"{REQUIRE} is set: no foreign file is read")
        if required()
        else (
            f"仍会读取外来文件并记录缺项；设 {REQUIRE}=1 则拒绝",
            f"files are read and the lack is recorded; {REQUIRE}=1 refuses",
        )
    )
    get_zh = f"请换用支持的内核（Linux 5.13 以上，容器须放行）；{then_zh}"
    get_en = f"Use a kernel that has it (Linux 5.13 or newer, let through by the container); {then_en}"
    return tuple(
        Finding(f"读取隔离 {zh}", f"Confinement: {en}", state, "", get_zh, get_en)
        if name in missing
        else Finding(f"读取隔离 {zh}", f"Confinement: {en}", "there", sys.platform)
        for name, (zh, en) in WALLS.items()
    )
