"""Every format cut off at 1, 25, 50, 75 and 99 %: half a copy must never come in."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tests.badinput import build
from tests.badinput.build import ZONE, square
from tests.badinput.case import SHARES, Delivery, Trap, add

KIND = "truncation"
COUNT = 60
SQUARES = [square(200 * number) for number in range(COUNT)]


def _gpkg(folder: Path) -> Path:
    return build.gpkg(folder / "宅基地.gpkg", SQUARES)


def _shp(folder: Path) -> Path:
    return build.shp(folder, SQUARES)


def _zip(folder: Path) -> Path:
    members = build.shp_members(folder / "f", COUNT)
    shutil.rmtree(folder / "f")
    return build.zip_of(folder / "宅基地.zip", members)


def _gdb(folder: Path) -> Path:
    (folder / "f").mkdir()
    members = build.gdb_members(folder / "f", COUNT)
    shutil.rmtree(folder / "f")
    return build.zip_of(folder / "宅基地.gdb.zip", members)


def _geojson(folder: Path) -> Path:
    return build.geojson(folder / "宅基地.geojson", build.degrees(SQUARES))


def _fgb(folder: Path) -> Path:
    return build.fgb(folder / "宅基地.fgb", SQUARES)


def _parquet(folder: Path) -> Path:
    return build.parquet(folder / "宅基地.parquet", SQUARES)


def _kml(folder: Path) -> Path:
    shapes = [build.degree_square(0.002 * number) for number in range(COUNT)]
    return build.kml(
        folder / "宅基地.kml", *(build.placemark(f"h{at}", list(one.exterior.coords)) for at, one in enumerate(shapes))
    )


def _dxf(folder: Path) -> Path:
    return build.dxf(
        folder / "宅基地.dxf", [build.corners(square(200 * number + int(ZONE))) for number in range(COUNT)]
    )


def _points(number: int) -> list[list[object]]:
    rows = build.point_rows(square(200 * number), f"SJ-{number:03}")
    return rows if number == 0 else rows[1:]


def _xlsx(folder: Path) -> Path:
    return build.sheet(folder / "界址点.xlsx", [row for number in range(COUNT) for row in _points(number)])


def _csv(folder: Path) -> Path:
    return build.csv_of(folder / "界址点.csv", [row for number in range(COUNT) for row in _points(number)])


def _facts(folder: Path) -> Path:
    rows = [[f"3101171090{number:02}", "否", "某村"] for number in range(1, COUNT + 1)]
    return build.csv_of(folder / "事实.csv", [["DKBM", "权属争议", "权属单位"], *rows])


def _txt(folder: Path) -> Path:
    blocks = [
        build.txt_block(build.txt_points(square(200 * number)), plot=f"SJ-{number:03}") for number in range(COUNT)
    ]
    return build.txt(folder / "界址点.txt", [line for block in blocks for line in block])


def _tif(folder: Path) -> Path:
    return build.tif(folder / "影像.tif")


FORMATS: dict[str, tuple[Callable[[Path], Path], str, str]] = {
    "gpkg": (_gpkg, "", "layer"),
    "shp": (_shp, ".shp", "layer"),
    "shx": (_shp, ".shx", "layer"),
    "dbf": (_shp, ".dbf", "layer"),
    "zip": (_zip, "", "layer"),
    "gdb": (_gdb, "", "layer"),
    "geojson": (_geojson, "", "layer"),
    "fgb": (_fgb, "", "layer"),
    "parquet": (_parquet, "", "layer"),
    "kml": (_kml, "", "layer"),
    "dxf": (_dxf, "", "layer"),
    "xlsx": (_xlsx, "", "layer"),
    "csv": (_csv, "", "layer"),
    "facts": (_facts, "", "facts"),
    "txt": (_txt, "", "layer"),
    "tif": (_tif, "", "raster"),
}
"""Name → how to build it, which part is cut (empty: the file itself), and the door."""
STATED = {"dxf": "EPSG:4528", "xlsx": "EPSG:4528", "csv": "EPSG:4528"}
"""Formats that never say their CRS: answered, so that the cut and not the question stops them."""


@cache
def _whole(name: str) -> tuple[str, dict[str, bytes]]:
    """A sound file of a format: the name to open, and every file's bytes."""
    folder = Path(tempfile.mkdtemp())
    opened = FORMATS[name][0](folder)
    found = {path.name: path.read_bytes() for path in sorted(folder.iterdir())}
    shutil.rmtree(folder)
    return opened.name, found


def whole(name: str, folder: Path) -> Delivery:
    """Write the sound file of a format."""
    opened, files = _whole(name)
    for each, data in files.items():
        (folder / each).write_bytes(data)
    reading = {"crs": STATED[name]} if name in STATED else {}
    return Delivery(folder / opened, FORMATS[name][2], reading=reading)


def cut(name: str, share: float, folder: Path) -> Delivery:
    """Write it with one part cut off at a share of its bytes."""
    delivery = whole(name, folder)
    part = FORMATS[name][1]
    path = Path(delivery.path).with_suffix(part) if part else Path(delivery.path)
    data = path.read_bytes()
    path.write_bytes(data[: max(1, int(len(data) * share))])
    return delivery


def _cut(name: str, percent: int) -> Callable[[Path, Trap], Delivery]:
    return lambda folder, _trap: cut(name, percent / 100, folder)


for _name in FORMATS:
    for _percent in SHARES:
        add(KIND, f"{_name}-{_percent}", _cut(_name, _percent))
    add(KIND, f"{_name}-whole-sound", lambda folder, _trap, name=_name: whole(name, folder))
