"""Rasters in words: what a release of cells holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from landgis.domain.layer import Release
    from landgis.domain.raster import Raster

_UNITS = {"EPSG:4490": ("度", "°"), "EPSG:4326": ("度", "°")}


def content(release: Release) -> str:
    """Return how much a release holds: the number of its features, or the size of its raster."""
    raster = release.raster
    return str(release.feature_count) if raster is None else f"栅格\n{raster.columns} × {raster.rows}"


def raster_rows(raster: Raster | None) -> list[tuple[str, object]]:
    """Return what the sheet of a release says of its cells; nothing where it has none."""
    if raster is None:
        return []
    zh, en = _UNITS.get(raster.crs, ("米", "m"))
    silent = "像元均有数据" if raster.nodata is None else f"{raster.nodata:g}"
    scaled = f"，值 × {raster.scale:g} + {raster.offset:g}" if (raster.scale, raster.offset) != (1, 0) else ""
    west, south, east, north = raster.extent
    return [
        ("像元含义 meaning", f"{raster.meaning.zh}（{raster.meaning.key}）{scaled}"),
        (
            "栅格 raster",
            f"{raster.columns} × {raster.rows} 像元，{raster.bands} 个波段，{raster.dtype}，{raster.layout}",
        ),
        ("分辨率 cell size", f"{raster.cell_width:.10g} × {raster.cell_height:.10g} {zh} {en}"),
        ("无数据 no data", silent + ("；另有掩膜" if raster.masked else "")),
        ("范围 extent", f"{west:.10g}，{south:.10g} 至 {east:.10g}，{north:.10g}（{raster.crs}）"),
    ]
