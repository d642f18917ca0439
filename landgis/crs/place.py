"""Whether coordinates land where they should, and what they would have to be if they do not."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from pyproj import CRS

from landgis.crs.codes import GEOGRAPHIC, name_of
from landgis.crs.deployed import is_deployed
from landgis.crs.evidence import SHANGHAI, interpretations, looks_local
from landgis.crs.moving import Points, transformer_of
from landgis.errors import OutsideArea


def require_shanghai(bounds: tuple[float, float, float, float], crs: CRS, where: str) -> None:
    """Raise when an extent does not land in Shanghai: wrong zone, swapped axes or data from elsewhere.

    Parameters
    ----------
    bounds
        Min x, min y, max x, max y in ``crs``.

    Raises
    ------
    OutsideArea
        With the place where the coordinates land, and the likely answer where the numbers give one.
    """
    if inside_shanghai(np.array([bounds], dtype=np.float64), crs).all():
        return
    corners = np.array([bounds[:2], bounds[2:]], dtype=np.float64)
    x, y = corners[:, 0], corners[:, 1]
    lon, lat = transformer_of(crs, GEOGRAPHIC).transform(x, y) if not crs.is_geographic else (x, y)
    somewhere = np.isfinite(lon).all() and np.isfinite(lat).all()
    place = f"{lon.min():.3f}–{lon.max():.3f}°E, {lat.min():.3f}–{lat.max():.3f}°N" if somewhere else "∞"
    if is_deployed(crs):
        place = "∞"  # a place in degrees beside numbers in the local plane would tell its parameters
    next_zh, next_en = _remedy(corners)
    raise OutsideArea(
        f"按 {name_of(crs)} 解释，坐标落在 {place}，不在上海市范围",
        f"Read as {name_of(crs)}, the coordinates land at {place}, outside Shanghai",
        where=where,
        next_zh=next_zh,
        next_en=next_en,
    )


def inside_shanghai(boxes: npt.NDArray[np.float64], crs: CRS) -> npt.NDArray[np.bool_]:
    """Tell for each box whether both its corners land in the city.

    Parameters
    ----------
    boxes
        Min x, min y, max x, max y in ``crs``, shape (n, 4).
    """
    corners = boxes.reshape(-1, 2)
    x, y = corners[:, 0], corners[:, 1]
    lon, lat = transformer_of(crs, GEOGRAPHIC).transform(x, y) if not crs.is_geographic else (x, y)
    west, south, east, north = SHANGHAI
    inside = (lon >= west) & (lon <= east) & (lat >= south) & (lat <= north)
    return np.asarray(inside.reshape(-1, 2).all(axis=1))


def _remedy(corners: Points) -> tuple[str, str]:
    likely = next((each for each in interpretations(corners) if each.fits), None)
    if likely is not None and likely.of_web_map:
        return (
            "坐标值像网络地图的墨卡托坐标，不能作为测绘成果；请索取 CGCS2000 原成果",
            "The numbers look like the plane of web maps, which is no survey data; ask for the CGCS2000 original",
        )
    if likely is not None:
        axes_zh = "第一个数是北坐标，坐标轴颠倒；" if likely.north_first else ""
        axes_en = "the first number is the northing, the axes are swapped; " if likely.north_first else ""
        return (
            f"看坐标值（{axes_zh}{likely.form_zh}）很可能是 {likely.value}；核实后请加 --crs {likely.value}",
            f"By its numbers ({axes_en}{likely.form_en}) it is probably {likely.value}; make sure, then add --crs {likely.value}",
        )
    if looks_local(corners):
        return (
            "坐标值很小且可为负，像上海城市坐标系；请用部署提供的定义（--crs local），不得猜测",
            "Small signed numbers: probably Shanghai's own plane; use the deployment's definition (--crs local)",
        )
    return (
        "请核对坐标系、带号和坐标轴顺序，用 --crs 指明正确的坐标系",
        "Check the CRS, the zone and the axis order, and name the right one with --crs",
    )
