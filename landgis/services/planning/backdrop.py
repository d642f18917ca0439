"""An orthophoto under a sheet: read from its original, cut to the frame, no finer than print and no more cells than said."""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from pyproj import CRS

from landgis.crs import parse
from landgis.db.originals import Originals
from landgis.domain.layer import Release
from landgis.domain.raster import Raster, RasterKind
from landgis.errors import ContractBroken, CrsUnsuitable, InputError, UsageError
from landgis.exchange.reading.confine import open_room
from landgis.exchange.reading.limits import limits_for
from landgis.exchange.reading.original import take_in
from landgis.maps.material import Backdrop
from landgis.maps.sheet.view import View
from landgis.raster.picture import CELLS

MOST_CELLS = 4_000_000
"""So many cells a backdrop has at most; a frame of A3 at 200 dots per inch needs 3.4 million."""
_DOTS_PER_MM = 200 / 25.4
_JOB = "landgis.raster.picture:picture"


@dataclass(frozen=True)
class ReadBackdrop:
    """A picture cut to a frame, and in words what was made of its cells."""

    backdrop: Backdrop
    said_zh: str
    said_en: str


def read_backdrop(originals: Originals, release: Release, view: View, crs: CRS) -> ReadBackdrop:
    """Read the piece of a picture that a map shows.

    Parameters
    ----------
    release
        A release of a layer of pictures (orthophoto); its file is read by the confined reader and must be what was
        imported.
    view, crs
        Frame of the map and its CRS.

    Raises
    ------
    UsageError
        If the release is no picture.
    CrsUnsuitable, InputError
        If it is of another datum or not in 8-bit colours, or does not reach into the frame.
    FileMissing, ContractBroken, FileUnreadable
        If its original is not kept, is no longer what was imported, or cannot be read.
    """
    raster = _picture(release)
    frame = parse(raster.crs)
    if "2000" not in (frame.datum.name if frame.datum else ""):
        raise CrsUnsuitable(
            f"{release.key} 的坐标系是 {raster.crs}，与图纸基准不同，不能垫底",
            f"{release.key} is in {raster.crs}, of another datum than the sheet: it cannot lie under it",
            where=release.key,
            next_zh="请提供 CGCS2000 的影像",
            next_en="Deliver the picture in CGCS2000",
        )
    size = cells_of(view, raster, frame)
    cells, covered = _read(originals, release, view, (frame, crs), size)
    if covered == 0:
        raise InputError(
            f"{release.key} 不覆盖图幅", f"{release.key} does not reach into the frame of the sheet", where=release.key,
            next_zh="请换用覆盖本区的影像", next_en="Use a picture of this ground",
        )  # fmt: skip
    return ReadBackdrop(Backdrop(cells, view.bounds_m), *_said(release, raster, view, size, covered))


def cells_of(view: View, raster: Raster, crs: CRS) -> tuple[int, int]:
    """Columns and rows of the piece: the picture's own cells, but no finer than print shows and no more than allowed."""
    unit_m = 1.0 if crs.is_projected else 111_320.0
    own_mm = raster.cell_height * unit_m / view.metres_per_mm
    dot_mm = max(own_mm, 1 / _DOTS_PER_MM, (view.width_mm * view.height_mm / MOST_CELLS) ** 0.5)
    return max(1, int(view.width_mm / dot_mm)), max(1, int(view.height_mm / dot_mm))


def _picture(release: Release) -> Raster:
    raster = release.raster
    if raster is None or raster.kind is not RasterKind.PICTURE or raster.dtype != "uint8":
        what = "不是栅格" if raster is None else f"是 {raster.kind}，{raster.dtype}"
        raise UsageError(
            f"{release.key} 不能垫底：{what}", f"{release.key} is no picture of 8-bit colours", where=release.key,
            next_zh="请指明 8 位彩色或全色的正射影像", next_en="Name an orthophoto of 8-bit colours",
        )  # fmt: skip
    return raster


def _read(
    originals: Originals, release: Release, view: View, crs: tuple[CRS, CRS], size: tuple[int, int]
) -> tuple[np.ndarray[tuple[int, ...], np.dtype[np.uint8]], float]:
    with open_room() as room:
        original = take_in(originals.path_of(release.content_hash), room.folder)
        if original.content_hash != release.content_hash:
            raise ContractBroken(
                f"{release.key} 的原件与导入时不同", f"The original of {release.key} is not what was imported",
                where=release.key, next_zh="请从备份恢复（landgis db restore）", next_en="Restore it (landgis db restore)",
            )  # fmt: skip
        request = {
            "source": release.source_name, "file": str(original.path), "raster": asdict(_picture(release)),
            "from_wkt": crs[0].to_wkt(), "to_wkt": crs[1].to_wkt(), "bounds": view.bounds_m, "size": size,
        }  # fmt: skip
        answer = room.run(_JOB, request, limits_for(original.path.stat().st_size), needs=_JOB.partition(":")[0])
        return np.load(room.folder / CELLS, allow_pickle=False), float(answer["covered"])


def _said(release: Release, raster: Raster, view: View, size: tuple[int, int], covered: float) -> tuple[str, str]:
    """Say what the print shows of the picture: its own cells, the printed ones, and how much of the frame it covers."""
    printed_m = view.width_mm * view.metres_per_mm / size[0]
    own = f"{raster.cell_height:g}{'°' if raster.cell_height < 0.01 else ' m'}"
    part_zh = "" if covered > 0.9995 else f"，覆盖图幅 {covered:.0%}，其余留白"
    part_en = "" if covered > 0.9995 else f", covering {covered:.0%} of the frame"
    return (
        f"底图：{release.title_zh}（{release.name}），原像元 {own}，"
        f"图上 {size[0]}×{size[1]} 个像元，每像元 {printed_m:.2f} 米，取均值{part_zh}",
        f"Backdrop: {release.name}, own cells {own}, printed as {size[0]}×{size[1]} means of {printed_m:.2f} m{part_en}",
    )
