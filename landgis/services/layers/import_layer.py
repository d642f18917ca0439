"""Bringing layers in: a file or a folder becomes draft releases."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from threading import Event

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import Originals, SourceFile
from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.domain.issue import Issue, Severity
from landgis.domain.layer import CoverageBasis, Release
from landgis.errors import Conflict, ContractBroken, LayerEmpty, UsageError
from landgis.exchange.conforming.layer import conform_layer
from landgis.exchange.conforming.stated_columns import as_stated
from landgis.exchange.delivery.coverage import read_coverage_file
from landgis.exchange.delivery.folder import LayerInput, bounding_box, read_layer_folder
from landgis.exchange.delivery.layers_file import LayerEntry
from landgis.exchange.delivery.release import delivered, stated_release
from landgis.exchange.reading.original import original_file
from landgis.exchange.reading.vector import open_vector
from landgis.frames.layer import LayerData
from landgis.quality.catalogue import cheap_rules
from landgis.quality.check import check_layer
from landgis.quality.report import summary_issues
from landgis.services.layers.original_rows import fields_of
from landgis.services.layers.true_place import require_unshifted

Progress = Callable[[str], None]
_TOLD_BY_CONFORMING = {"C01"}
"""Codes that their scheme does not have: said when they are read."""


@dataclass(frozen=True)
class LayerImport:
    """One file, and what the delivery says of the layer in it.

    Attributes
    ----------
    path, source_layer
        The file and, where it holds several, the layer inside.
    key
        Layer of the catalogue, by key or alias; empty: by the names in the file.
    coverage
        File with the ground that the release covers; without it the release cannot be published.
    says
        Name, document, dates, CRS … as ``layers.yaml`` would say them.
    """

    path: Path
    source_layer: str | None = None
    key: str = ""
    coverage: Path | None = None
    says: LayerEntry = field(default_factory=LayerEntry)


def import_layer(
    database: Database,
    originals: Originals,
    catalogue: Catalogue,
    person: Person,
    request: LayerImport,
    progress: Progress = lambda _step: None,
) -> StoredRelease:
    """Store one layer as a draft release, all or nothing.

    Raises
    ------
    InputError
        If the file as a whole cannot be used.
    UsageError
        If nothing says which layer it is.
    Conflict
        If the layer has an edition of that name.
    """
    says, path = request.says, request.path
    progress("读取 reading")
    with open_vector(path, layer=request.source_layer, crs=says.crs, encoding=says.encoding) as stream:
        spec = spec_of(catalogue, request, stream.name)
        raw = as_stated(stream.whole(), says.columns)
        progress("整理 conforming")
        conformed = conform_layer(raw, spec, scheme=says.code_scheme)
        declared = read_coverage_file(request.coverage) if request.coverage else None
        box = bounding_box([conformed.features])
        layer = delivered(stated_release(spec, says), says, spec, raw, conformed, declared, box)
        del raw, conformed  # a million features stand in memory once
        _require_storable(layer, path)
        keep = partial(originals.keep, stream.original, name=stream.original_name)
        return _store(database, keep, person, layer, path, progress)


def import_folder(
    database: Database,
    originals: Originals,
    catalogue: Catalogue,
    person: Person,
    folder: Path,
    progress: Progress = lambda _step: None,
) -> tuple[list[StoredRelease], list[Issue]]:
    """Store every polygon layer of a folder (``layers.yaml`` says dates and coverage) as drafts.

    Returns
    -------
    tuple
        Releases stored, and an issue for every layer that could not be.
    """
    progress("读取 reading")
    found = read_layer_folder(folder, catalogue)
    stored, refused = [], [*found.unrecognised, *_rasters_left(folder)]
    for key, layer in found.items():
        if layer.features.empty:
            refused += layer.issues
        elif layer.spec.geometry != "polygon":
            zh, en = "线状和点状图层暂不入库", "layers of lines and points are not stored yet"
            refused.append(Issue("layer_not_polygon", Severity.MINOR, key, f"{layer.spec.title_zh}：{zh}", en))
        else:
            path = folder / layer.release.source_name
            _require_storable(layer, path)
            keep = partial(_kept_as_read, originals, path, layer.release.content_hash)
            stored.append(_store(database, keep, person, layer, path, progress))
    return stored, refused


def _rasters_left(folder: Path) -> list[Issue]:
    """Say which files of a folder may be rasters: each needs its own answers, so they come in one by one."""
    zh, en = "栅格请逐个导入并说明像元含义", "rasters come in one by one: import the file and say what its cells mean"
    names = (path.name for path in sorted(folder.iterdir()) if path.suffix.lower() in (".tif", ".tiff"))
    return [Issue("raster_one_by_one", Severity.MINOR, name, zh, en) for name in names]


def _kept_as_read(originals: Originals, path: Path, content_hash: str) -> SourceFile:
    """Keep the original of a layer that was read before, if it is still the same."""
    with original_file(path) as original:
        source = originals.keep(original.path, name=original.name)
    if source.content_hash == content_hash:
        return source
    raise Conflict(
        f"{path.name} 在读取过程中被改动",
        f"{path.name} was changed while it was being read",
        where=str(path),
        next_zh="请待文件写完后重新导入，未保存任何内容",
        next_en="Import again when nobody writes to it; nothing was stored",
    )


def _store(
    database: Database,
    keep: Callable[[], SourceFile],
    person: Person,
    layer: LayerInput,
    path: Path,
    progress: Progress,
) -> StoredRelease:
    """Store a layer as a draft; its original is kept when nothing stands in the way any more."""
    release, store = layer.release, LayerStore(database)
    known = known_edition(store, release, path)
    if known is not None:
        return known
    require_unshifted(store, release.layer, layer.features, release.source_name)
    progress("入库 storing")
    data = LayerData(release, layer.features, layer.coverage, layer.complete)
    with _judged_beside(layer, progress) as judged:
        return store.add_release(data, layer.issues, source=keep(), person=person, late_issues=judged)


def known_edition(store: LayerStore, release: Release, path: Path) -> StoredRelease | None:
    """Return the stored edition of that name where the same bytes said the same; None where there is none.

    Raises
    ------
    Conflict
        If it says something else.
    """
    known = next((row for row in store.list(release.layer) if row.release.name == release.name), None)
    if known is None or _says_the_same(known.release, release):
        return known
    raise Conflict(
        f"图层 {release.layer} 已有名为“{release.name}”的版本，内容或说明不同",
        f"The layer {release.layer} has an edition named “{release.name}” already, and it says something else",
        where=str(path),
        next_zh="请用 --name（或 layers.yaml 的 name）给新版本另起名称；已入库的版本不会改动",
        next_en="Give the new edition another name with --name (or name in layers.yaml); stored editions never change",
    )


@contextmanager
def _judged_beside(layer: LayerInput, progress: Progress) -> Iterator[Callable[[], list[Issue]]]:
    """Ask the quality rules while the server stores; yield what waits for their answer. An error ends both."""
    stopped = Event()

    def step(text: str) -> None:
        if stopped.is_set():
            raise CancelledError
        progress(text)

    with ThreadPoolExecutor(1) as beside:
        try:
            yield beside.submit(_quality_issues, layer, step).result
        except BaseException:
            stopped.set()
            raise


def _quality_issues(layer: LayerInput, progress: Progress) -> list[Issue]:
    """Ask the rules that every import can afford; ``layer qc`` asks all of them, with places."""
    found = check_layer(
        layer.features,
        fields=fields_of(layer.features, layer.spec, layer.release.code_scheme),
        ground=layer.coverage if layer.release.coverage_basis is CoverageBasis.DECLARED else None,
        rules=cheap_rules() - _TOLD_BY_CONFORMING,
        progress=lambda step, share: progress(f"入库 storing · {step} {share:.0%}"),
    )
    return summary_issues(found, layer.release.source_name)


def _require_storable(layer: LayerInput, path: Path) -> None:
    if layer.spec.geometry != "polygon":
        raise UsageError(
            f"{layer.spec.title_zh}是线状或点状图层，暂不入库",
            f"{layer.spec.title_en} is a layer of lines or points; these are not stored yet",
            where=str(path),
            next_zh="请导入面状图层",
            next_en="Import layers of polygons",
        )
    if layer.features.empty:
        raise LayerEmpty(
            f"{path.name} 没有一个可用的要素：{layer.issues[0].message_zh if layer.issues else ''}",
            f"{path.name} has not one usable feature: {layer.issues[0].message_en if layer.issues else ''}",
            where=str(path),
            next_zh="请由提供单位更正后重新导入",
            next_en="Have the supplier correct it and import again",
        )
    if layer.release.dates_contradict:
        raise ContractBroken(
            f"{layer.release.key} 的到期日 {layer.release.expires_on} 早于生效日 {layer.release.in_force_from}",
            f"{layer.release.key} expires on {layer.release.expires_on}, before {layer.release.in_force_from}",
            where=str(path),
            next_zh="请更正日期",
            next_en="Correct the dates",
        )


def _says_the_same(known: Release, release: Release) -> bool:
    """Whether the same bytes were delivered with the same words before: then nothing is stored twice."""
    return known == replace(release, status=known.status, source_name=known.source_name)


def spec_of(catalogue: Catalogue, request: LayerImport, name: str) -> LayerSpec:
    """Return the layer that an import is of: as said, else by the name inside the file, else by that of the file.

    Raises
    ------
    UsageError
        If none of them names one.
    """
    wanted = (request.key,) if request.key else (name, request.path.stem)
    for text in wanted:
        spec = catalogue.find(text)
        if spec is not None:
            return spec
    raise UsageError(
        f"无法认定“{wanted[0]}”是哪个图层",
        f"Nothing says which layer “{wanted[0]}” is",
        where=str(request.path),
        next_zh=f"请用 --as-layer 指明，可用：{'、'.join(catalogue.keys())}",
        next_en="Say so with --as-layer; keys are in the folder layers/",
    )
