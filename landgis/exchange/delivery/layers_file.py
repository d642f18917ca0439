"""``layers.yaml``: what a folder of layers says of its own files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from landgis.domain.catalogue import Catalogue
from landgis.domain.land_use import Scheme
from landgis.domain.layer import BOTH, SUBSTITUTE_EN, SUBSTITUTE_ZH, LegalState, Release, Secrecy
from landgis.errors import ConfigError
from landgis.exchange.catalogue import field_fault, read_yaml

LAYERS_FILE = "layers.yaml"


class CoverageEntry(BaseModel):
    """Coverage with its CRS: exactly one of a file beside ``layers.yaml``, WKT, or west, south, east, north."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str | None = None
    wkt: str | None = None
    bbox: tuple[float, float, float, float] | None = None
    crs: str | None = None


def _secrecy(mark: object) -> object:
    return Secrecy.marked(mark) if isinstance(mark, str) else mark


class LayerEntry(BaseModel):
    """What ``layers.yaml`` (or a command line) says of one layer; everything is optional.

    ``coverage`` is a file name, WKT, ``[west, south, east, north]``, or a mapping of one of these with its ``crs``.
    ``state_of_data_on`` is 数据时点: the day whose ground the data show. ``secrecy`` takes 公开 and 内部使用; classified
    marks are refused. ``meaning`` and ``nodata`` are said of rasters alone: what the cells mean, by the catalogue, and
    which value means no data (``none``: every cell holds data). ``columns`` says what columns stand for: as delivered → name that the
    catalogue knows.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    file: str | None = None
    layer: str | None = None
    name: str = ""
    title_zh: str = ""
    document_no: str = ""
    issuing_body: str = ""
    attribution: str = ""
    issued_on: date | None = None
    in_force_from: date | None = None
    expires_on: date | None = None
    coverage: CoverageEntry | tuple[float, float, float, float] | str | None = None
    coverage_crs: str | None = None
    crs: str | None = None
    encoding: str | None = None
    substitute: bool | None = None
    district: Literal["songjiang", "chongming", "both"] = BOTH
    legal_state: LegalState = LegalState.IN_FORCE
    approved_on: date | None = None
    no_document_reason: str = ""
    state_of_data_on: date | None = None
    accuracy_m: float | None = Field(default=None, gt=0)
    scale_denominator: int | None = Field(default=None, gt=0)
    secrecy: Annotated[Secrecy, BeforeValidator(_secrecy)] = Secrecy.UNSTATED
    cycle_months: int | None = Field(default=None, gt=0)
    code_scheme: Scheme | None = None
    meaning: str = ""
    nodata: str = ""
    columns: dict[str, str] | None = None


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid")

    substitute: bool = False
    layers: dict[str, LayerEntry | None] = {}


_NOTHING = LayerEntry()


@dataclass(frozen=True)
class LayersFile:
    """The entries by layer key, and whether the whole folder is stand-in data."""

    entries: dict[str, LayerEntry]
    substitute: bool

    def entry(self, key: str) -> LayerEntry:
        """Return what is said of a layer; an empty entry if nothing is."""
        return self.entries.get(key, _NOTHING)

    @property
    def coverage_files(self) -> frozenset[str]:
        """Names of the files that carry coverage and are therefore no layers."""
        stated = [entry.coverage for entry in self.entries.values()]
        return frozenset(
            name
            for coverage in stated
            for name in ([coverage.file] if isinstance(coverage, CoverageEntry) else [coverage])
            if isinstance(name, str)
        )


def read_layers_file(folder: Path, catalogue: Catalogue) -> LayersFile:
    """Read ``layers.yaml`` of a folder; without one, nothing is said of any layer.

    Raises
    ------
    ConfigError
        With file and field: broken YAML, an unknown field, a layer the catalogue does not have, one named twice, or a
        file outside the folder.
    """
    path = folder / LAYERS_FILE
    if not path.is_file():
        return LayersFile({}, False)
    try:
        content = _File.model_validate(read_yaml(path) or {})
    except ValidationError as error:
        raise field_fault(path, error) from error
    entries: dict[str, LayerEntry] = {}
    for name, entry in content.layers.items():
        spec = catalogue.find(name)
        if spec is None:
            known = "、".join(catalogue.keys())
            raise _wrong(path, name, f"图层目录中没有“{name}”；可用：{known}", f"no layer “{name}”; known: {known}")
        if spec.key in entries:
            raise _wrong(path, name, f"图层 {spec.key} 出现两次", f"layer {spec.key} appears twice")
        if entry is not None and entry.file and not _inside(folder, entry.file):
            raise _wrong(path, f"{name}.file", f"{entry.file} 不在该文件夹内", f"{entry.file} is not in the folder")
        entries[spec.key] = entry or _NOTHING
    return LayersFile(entries, content.substitute)


def layers_text(release: Release, file: str, coverage: CoverageEntry) -> str:
    """Return a ``layers.yaml`` that says of one file what a release says of itself."""
    said = {name: value for name, value in vars(release).items() if name in LayerEntry.model_fields and value != ""}
    entry = LayerEntry(**said | {"file": file, "coverage": coverage})
    plain = entry.model_dump(mode="json", exclude_defaults=True) | {"substitute": release.substitute}
    note = f"# {SUBSTITUTE_ZH}。 {SUBSTITUTE_EN}.\n" if release.substitute else ""
    return note + yaml.safe_dump({"layers": {release.layer: plain}}, allow_unicode=True, sort_keys=False, width=10_000)


def _inside(folder: Path, name: str) -> bool:
    return (folder / name).resolve().is_relative_to(folder.resolve())


def _wrong(path: Path, field: str, zh: str, en: str) -> ConfigError:
    return ConfigError(
        f"{path.name}：{zh}",
        f"{path.name}: {en}",
        where=f"{path}: layers.{field}",
        next_zh="请改正后重试",
        next_en="Correct it and try again",
    )
