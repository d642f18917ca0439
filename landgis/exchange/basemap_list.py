"""The administrator's list of local base maps: ``basemaps.yaml`` in their folder."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from landgis.errors import ConfigError

LIST = "basemaps.yaml"
Words = Annotated[str, Field(min_length=1, max_length=200)]


class BaseMapEntry(BaseModel):
    """One base map as the list describes it.

    Attributes
    ----------
    key
        Names it in addresses.
    file
        Name of a GeoTIFF in the folder.
    title_zh, title_en, source
        What the desk calls it, and whose it is.
    day
        The day whose ground it shows; None: not stated, and the desk says so.
    usable_to
        Last day on which it is not stale; None: not stated.
    substitute
        Whether it is stand-in data.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,40}$")
    file: Words
    title_zh: Words
    title_en: Words
    source: Words
    day: date | None = None
    usable_to: date | None = None
    substitute: bool = False

    @field_validator("file")
    @classmethod
    def _inside(cls, name: str) -> str:
        if Path(name).name != name or Path(name).suffix.lower() not in (".tif", ".tiff"):
            raise ValueError("a GeoTIFF (.tif) in the folder itself")
        return name


class _List(BaseModel):
    model_config = ConfigDict(extra="forbid")

    basemaps: list[BaseMapEntry]


def read_list(folder: Path) -> tuple[BaseMapEntry, ...]:
    """Read the list of a folder.

    Raises
    ------
    ConfigError
        If there is none, it is no such list, or names a key twice.
    """
    try:
        found = _List.model_validate(yaml.safe_load((folder / LIST).read_text(encoding="utf-8-sig"))).basemaps
    except (OSError, UnicodeDecodeError, yaml.YAMLError, ValidationError) as error:
        raise _unusable(str(error)) from error
    if len({row.key for row in found}) < len(found):
        raise _unusable("key")
    return tuple(found)


def _unusable(why: str) -> ConfigError:
    return ConfigError(
        f"底图清单 {LIST} 不能用：{why}", f"The list of base maps {LIST} cannot be used: {why}", where="LANDGIS_BASEMAPS",
        next_zh="请按 docs/server.md 的格式写清单，每个底图一个 key", next_en="Write it as docs/server.md shows, one key a map",
    )  # fmt: skip
