"""Files as other people's software leaves them."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import pyogrio
from shapely.geometry import Polygon, box, mapping

X, Y = 600_000.0, 3_430_000.0
"""A place in Songjiang, EPSG:4549."""
LON, LAT = 121.0470, 30.9877
"""The same place in degrees."""


def square(east: float = 0.0, north: float = 0.0, size: float = 100.0) -> Polygon:
    """A square, metres from the place."""
    return box(X + east, Y + north, X + east + size, Y + north + size)


def degree_square(east: float = 0.0, size: float = 0.001) -> Polygon:
    """A square in degrees."""
    return box(LON + east, LAT, LON + east + size, LAT + size)


def bow_tie() -> Polygon:
    """A polygon that crosses itself."""
    return Polygon([(X, Y), (X + 100, Y + 100), (X + 100, Y), (X, Y + 100)])


def frame(rows: Mapping[str, Sequence[object]], shapes: Sequence[object], epsg: int | None = 4549) -> gpd.GeoDataFrame:
    """A frame as found."""
    return gpd.GeoDataFrame(dict(rows), geometry=list(shapes), crs=epsg)


def gpkg(path: Path, layers: Mapping[str, gpd.GeoDataFrame]) -> Path:
    """A GeoPackage written by the plain library."""
    for name, content in layers.items():
        kind = "Polygon" if content.empty else None
        pyogrio.write_dataframe(content, path, layer=name, driver="GPKG", geometry_type=kind)
    return path


def shapefile(folder: Path, name: str, content: gpd.GeoDataFrame, encoding: str = "GBK") -> Path:
    """A shapefile written by the plain library; `.cpg` and the language byte as it leaves them."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.shp"
    pyogrio.write_dataframe(content, path, driver="ESRI Shapefile", encoding=encoding)
    return path


def zipped(target: Path, shp: Path, *, leave_out: Sequence[str] = (), entry_encoding: str = "utf-8") -> Path:
    """Zip a shapefile; names in GBK bytes without a flag are what Chinese Windows packers leave."""
    with zipfile.ZipFile(target, "w") as archive:
        for part in sorted(shp.parent.glob(f"{shp.stem}.*")):
            if part.suffix in leave_out:
                continue
            name = part.name if entry_encoding == "utf-8" else part.name.encode(entry_encoding).decode("cp437")
            archive.writestr(_unflagged(name) if entry_encoding != "utf-8" else name, part.read_bytes())
    return target


def geojson(
    path: Path, shapes: Sequence[object], rows: Sequence[Mapping[str, object]] | None = None, **members: object
) -> Path:
    """A GeoJSON file with further members such as ``crs``."""
    features = [
        {"type": "Feature", "properties": dict(row), "geometry": None if shape is None else mapping(shape)}
        for shape, row in zip(shapes, rows or [{}] * len(shapes), strict=True)
    ]
    path.write_text(
        json.dumps({"type": "FeatureCollection", **members, "features": features}, ensure_ascii=False), "utf-8"
    )
    return path


class _Unflagged(zipfile.ZipInfo):
    """An entry whose name is written as code page 437 bytes, without the UTF-8 flag."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("cp437"), self.flag_bits


def _unflagged(name: str) -> _Unflagged:
    return _Unflagged(name)
