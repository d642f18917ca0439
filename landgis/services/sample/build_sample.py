"""Writing a sample of any size as the files that a bureau would deliver."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from landgis.crs import WORKING, to_crs
from landgis.domain.layer import SUBSTITUTE_ZH, Release
from landgis.errors import UsageError
from landgis.exchange.reading.vector import read_vector
from landgis.exchange.writing.geotiff import write_geotiff
from landgis.exchange.writing.vector import write_bytes, write_csv, write_geopackage
from landgis.sample import SampleDistrict, build
from landgis.sample.cells import CELL_M
from landgis.sample.country import SIZES as LARGE
from landgis.sample.district import SIZES as SMALL
from landgis.services.sample.build_country import Progress, build_country, untold
from landgis.services.sample.sample_folder import DELIVERED_NAMES, WrittenSample, layers_yaml

SIZES = (*SMALL, *LARGE)


def build_sample(
    size: str,
    seed: int,
    out: Path,
    outlines: Path | None = None,
    *,
    measured_only: bool = False,
    progress: Progress = untold,
) -> WrittenSample:
    """Build a sample and write it.

    Parameters
    ----------
    size, seed
        What to build; the same two give the same coordinates and facts.
    out
        Folder. ``small`` gets ``parcels.gpkg``, ``layers/`` (one GeoPackage per layer, GeoTIFFs of land cover and
        terrain, ``layers.yaml``), ``documents.csv``, ``planted.csv``, ``planted_cells.csv``,
        ``planted_entered.csv`` and ``raster_rules.yaml``; the large sizes get what ``build_country`` says.
    outlines
        Real town outlines (any survey CRS), used for the layer ``town`` of the small size where they have the town.
    measured_only
        Of a large size, write the parcels and the layers of the control lines alone.
    progress
        Told how many tiles of a large size are done, and of how many.

    Raises
    ------
    UsageError
        For a size that does not exist, or a small sample in part.
    """
    if size not in SIZES:
        known = "、".join(SIZES)
        raise UsageError(
            f"没有规模为“{size}”的示例区",
            f"There is no sample of size {size}",
            next_zh=f"可用：{known}",
            next_en=f"Use one of {', '.join(SIZES)}",
        )
    if size in LARGE:
        return build_country(LARGE[size], seed, out, measured_only=measured_only, progress=progress)
    if measured_only:
        raise UsageError(
            "small 示例区只能整套生成",
            "The small sample is always written whole",
            next_zh="请去掉 --measured-only",
            next_en="Leave out --measured-only",
        )
    return _write_small(build(size, seed, _outlines(outlines)), out)


def _write_small(district: SampleDistrict, out: Path) -> WrittenSample:
    layers = out / "layers"
    layers.mkdir(parents=True, exist_ok=True)
    write_geopackage(out / "parcels.gpkg", {"parcels": district.parcels.rename(columns=DELIVERED_NAMES)})
    write_csv(out / "documents.csv", district.documents)
    write_csv(out / "planted.csv", district.planted)
    for key, layer in district.layers.items():
        own = [name for name in layer.features.columns if name not in ("class", "label")]
        write_geopackage(layers / f"{key}.gpkg", {key: layer.features[own]})
    for key, raster in district.rasters.items():
        write_geotiff(
            layers / f"{key}.tif", raster.cells, WORKING, (raster.west, raster.north), CELL_M, nodata=raster.nodata,
            description=f"{raster.release.title_zh}：{SUBSTITUTE_ZH}",
        )  # fmt: skip
    write_csv(out / "planted_cells.csv", district.planted_cells)
    write_csv(out / "planted_entered.csv", district.planted_entered)
    write_bytes(out / "raster_rules.yaml", files("landgis.sample").joinpath("raster_rules.yaml").read_bytes())
    stated: dict[str, tuple[str, Release, BaseGeometry]] = {
        key: (f"{key}.gpkg", layer.release, layer.coverage) for key, layer in district.layers.items()
    }
    stated |= {key: (f"{key}.tif", raster.release, raster.ground) for key, raster in district.rasters.items()}
    meanings = {key: raster.meaning for key, raster in district.rasters.items()}
    (layers / "layers.yaml").write_text(layers_yaml(stated, meanings), encoding="utf-8")
    features = {key: len(layer.features) for key, layer in district.layers.items()}
    return WrittenSample(out, len(district.parcels), len(district.planted), features)


def _outlines(path: Path | None) -> gpd.GeoDataFrame | None:
    if path is None:
        return None
    raw = read_vector(path)
    moved, _ = to_crs(raw.frame.geometry.to_numpy(), raw.crs, WORKING)
    return gpd.GeoDataFrame({"name": raw.frame["name"]}, geometry=list(moved), crs=WORKING)
