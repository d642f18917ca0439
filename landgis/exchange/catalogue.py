"""Loading the layer catalogue from its folder: one YAML file per layer."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from landgis.domain.catalogue import Catalogue, LayerSpec, LayerStyle
from landgis.errors import ConfigError
from landgis.exchange.raster_entry import RasterEntry

Channel = Annotated[int, Field(ge=0, le=255)]


class _Style(BaseModel):
    model_config = ConfigDict(extra="forbid")

    fill: tuple[Channel, Channel, Channel] | None
    stroke: tuple[Channel, Channel, Channel]
    hatch: Literal["none", "diag", "cross", "dots", "vert", "horiz"] = "none"
    legend_zh: str = Field(min_length=1)
    legend_en: str = Field(min_length=1)
    official: bool = False
    dash_mm: list[Annotated[float, Field(gt=0, le=20)]] = Field(default=[], max_length=8)


class _Layer(BaseModel):
    model_config = ConfigDict(extra="forbid")

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title_zh: str = Field(min_length=1)
    title_en: str = Field(min_length=1)
    geometry: Literal["polygon", "line", "point", "raster"]
    aliases: list[str] = []
    id_fields: list[str] = []
    label_fields: list[str] = []
    class_by: Literal["planned", "survey", "day"] | None = None
    code_fields: list[str] = []
    legal_basis_zh: str = ""
    cycle_months: int | None = Field(default=None, gt=0)
    grace_months: int = Field(default=0, ge=0)
    raster: RasterEntry | None = None
    style: _Style


def load_catalogue(folder: str | Path) -> Catalogue:
    """Read every ``*.yaml`` of a folder into a catalogue.

    Parameters
    ----------
    folder
        Folder with one ``<layer key>.yaml`` per layer.

    Raises
    ------
    ConfigError
        With file and field: missing folder, broken YAML, a wrong field, a file named otherwise than its layer, a
        class without code fields, a raster without meanings, or two layers that answer to one name.
    """
    place = Path(folder)
    files = sorted(place.glob("*.yaml")) if place.is_dir() else []
    if not files:
        raise ConfigError(
            f"图层目录 {place} 不存在或没有 *.yaml",
            f"The layer catalogue {place} does not exist or holds no *.yaml",
            where=str(place),
            next_zh="请指明正确的图层目录",
            next_en="Name the right folder",
        )
    return Catalogue(tuple(_load_layer(path) for path in files))


def read_yaml(path: Path) -> object:
    """Read a YAML file of settings, safely.

    Raises
    ------
    ConfigError
        If it is not UTF-8 YAML.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path.name} 不是有效的 YAML：{error}",
            f"{path.name} is not valid YAML: {error}",
            where=str(path),
            next_zh="请按所示位置改正后重试",
            next_en="Correct the place shown and try again",
        ) from error


def field_fault(path: Path, error: ValidationError) -> ConfigError:
    """Turn what pydantic found into one error that names the file and every wrong field."""
    faults = [f"{'.'.join(str(part) for part in item['loc']) or '(file)'}: {item['msg']}" for item in error.errors()]
    listed = "；".join(faults)
    return ConfigError(
        f"{path.name} 有误：{listed}",
        f"{path.name} is wrong: {listed}",
        where=f"{path}: {faults[0].split(':', 1)[0]}",
        next_zh="请改正所列字段",
        next_en="Correct the fields named",
    )


def _load_layer(path: Path) -> LayerSpec:
    try:
        layer = _Layer.model_validate(read_yaml(path))
    except ValidationError as error:
        raise field_fault(path, error) from error
    fault = _consistency_fault(path, layer)
    if fault:
        zh, en, name = fault
        raise ConfigError(f"{path.name}：{zh}", f"{path.name}: {en}", where=f"{path}: {name}")
    style = layer.style
    return LayerSpec(
        key=layer.key,
        title_zh=layer.title_zh,
        title_en=layer.title_en,
        geometry=layer.geometry,
        style=LayerStyle(
            style.fill,
            style.stroke,
            style.hatch,
            style.legend_zh,
            style.legend_en,
            style.official,
            tuple(style.dash_mm),
        ),
        aliases=tuple(layer.aliases),
        id_fields=tuple(layer.id_fields),
        label_fields=tuple(layer.label_fields),
        class_by=layer.class_by,
        code_fields=tuple(layer.code_fields),
        legal_basis_zh=layer.legal_basis_zh,
        cycle_months=layer.cycle_months,
        grace_months=layer.grace_months,
        raster=None if layer.raster is None else layer.raster.spec(),
    )


def _consistency_fault(path: Path, layer: _Layer) -> tuple[str, str, str] | None:
    if layer.key != path.stem:
        return f"图层代码 {layer.key} 与文件名不一致", f"the key {layer.key} is not the file name", "key"
    if layer.class_by and not layer.code_fields:
        return "有 class_by 而没有 code_fields", "class_by needs code_fields", "code_fields"
    if (layer.raster is None) == (layer.geometry == "raster"):
        return "栅格图层须有、其他图层不得有 raster", "raster belongs to layers of rasters, and to no other", "raster"
    fault = layer.raster.fault() if layer.raster else None
    return fault and (fault[0], fault[1], f"raster.meanings.{fault[2]}")
