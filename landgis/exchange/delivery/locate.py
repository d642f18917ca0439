"""Which file of a folder is which layer."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.domain.issue import Issue, Severity
from landgis.errors import ConfigError, InputError
from landgis.exchange.delivery.layers_file import LAYERS_FILE, LayerEntry, LayersFile
from landgis.exchange.reading.detect import RASTER_SUFFIXES, SUFFIXES
from landgis.exchange.reading.vector import list_layers


@dataclass(frozen=True)
class Found:
    """Where a layer lies: the file, and which layer of it (None: its only one)."""

    path: Path
    layer: str | None

    def __str__(self) -> str:
        return self.path.name + (f":{self.layer}" if self.layer else "")


def locate_layers(
    place: Path, catalogue: Catalogue, settings: LayersFile
) -> tuple[dict[LayerSpec, Found], list[Issue]]:
    """Find every layer of features of a folder by file and layer names, and as ``layers.yaml`` says.

    Returns
    -------
    tuple
        Where each layer lies, in the order of the catalogue, and one notice per file or layer that is none.

    Raises
    ------
    ConfigError
        If two files claim one layer and ``layers.yaml`` does not choose.
    """
    candidates: dict[str, list[Found]] = {}
    ignored = []
    for path in sorted(place.iterdir()):
        if not _may_hold_layers(path) or path.name in settings.coverage_files:
            continue
        for claim in _claims(path, catalogue):
            if isinstance(claim, Issue):
                ignored.append(claim)
            else:
                candidates.setdefault(claim[0].key, []).append(claim[1])
    located = {}
    for spec in catalogue:
        entry = settings.entry(spec.key)
        if spec.raster is not None:
            continue
        if entry.file:
            located[spec] = _named(place / entry.file, entry, spec, catalogue)
        elif spec.key in candidates:
            located[spec] = _only(spec, candidates[spec.key])
    return located, ignored


def locate_rasters(
    place: Path, catalogue: Catalogue, settings: LayersFile
) -> tuple[dict[LayerSpec, Path], list[Issue]]:
    """Find every raster of a folder by the names of its files, and as ``layers.yaml`` says; see `locate_layers`."""
    files = [path for path in sorted(place.iterdir()) if path.suffix.lower() in RASTER_SUFFIXES and path.is_file()]
    located = {}
    for spec in catalogue:
        if spec.raster is None:
            continue
        own = [Found(path, None) for path in files if catalogue.find(path.stem) is spec]
        if named := settings.entry(spec.key).file:
            located[spec] = place / named
        elif own:
            located[spec] = _only(spec, own).path
    used = {path.resolve() for path in located.values()}
    return located, [_ignored_issue(Found(path, None)) for path in files if path.resolve() not in used]


def _may_hold_layers(path: Path) -> bool:
    """Tell by the name whether a look inside is worth it; a geodatabase is a folder."""
    suffix = path.suffix.lower()
    return path.is_dir() if suffix == ".gdb" else suffix in SUFFIXES and path.is_file()


def _claims(path: Path, catalogue: Catalogue) -> list[tuple[LayerSpec, Found] | Issue]:
    """Which layers a file holds: by the names of its layers; the file's own name speaks for a single one."""
    own = catalogue.find(path.stem)
    try:
        names = list_layers(path)
    except InputError as error:
        if own is not None:
            return [(own, Found(path, None))]
        return [Issue(error.code, Severity.SERIOUS, path.name, f"未使用：{error.zh}", f"Not used: {error.en}")]
    claims: list[tuple[LayerSpec, Found] | Issue] = []
    for name in names:
        spec = catalogue.find(name) or (own if len(names) == 1 else None)
        found = Found(path, name)
        claims.append((spec, found) if spec else _ignored_issue(found))
    return claims


def _named(path: Path, entry: LayerEntry, spec: LayerSpec, catalogue: Catalogue) -> Found:
    if entry.layer:
        return Found(path, entry.layer)
    try:
        names = list_layers(path)
    except InputError:
        return Found(path, None)
    fitting = [name for name in names if catalogue.find(name) is spec]
    return Found(path, fitting[0] if len(fitting) == 1 and len(names) > 1 else None)


def _only(spec: LayerSpec, found: list[Found]) -> Found:
    if len(found) == 1:
        return found[0]
    listed = "、".join(str(one) for one in found)
    raise ConfigError(
        f"{spec.title_zh}（{spec.key}）有多个候选：{listed}",
        f"{spec.title_en} ({spec.key}) has several candidates: {listed}",
        where=str(found[0].path.parent),
        next_zh=f"请在 {LAYERS_FILE} 的 layers.{spec.key}.file 中指明，或移走多余的文件",
        next_en=f"Choose one in {LAYERS_FILE} (layers.{spec.key}.file) or take the other away",
    )


def _ignored_issue(found: Found) -> Issue:
    return Issue(
        "layer_not_recognised",
        Severity.MINOR,
        str(found),
        f"{found} 不在图层目录中，未使用",
        f"{found} answers to no layer of the catalogue and was not used",
    )
