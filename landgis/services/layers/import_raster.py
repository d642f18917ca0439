"""Bringing a raster in: a GeoTIFF becomes a draft release, evidence, never a control line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from landgis.access.person import Person
from landgis.crs import WORKING
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.db.originals import Originals
from landgis.domain.catalogue import Catalogue
from landgis.exchange.delivery.coverage import read_coverage_file
from landgis.exchange.delivery.layer_input import no_features
from landgis.exchange.reading.detect import GEOTIFF, sniff
from landgis.exchange.reading.raster import open_raster
from landgis.frames.layer import LayerData
from landgis.services.inspecting.take_raster import take_raster
from landgis.services.layers.import_layer import LayerImport, known_edition, spec_of

Progress = Callable[[str], None]


def holds_raster(path: Path) -> bool:
    """Tell whether a file is a GeoTIFF, by its first bytes; a file that is nothing at all is none."""
    return path.is_file() and path.stat().st_size > 0 and sniff(path) == GEOTIFF


def import_raster(
    database: Database,
    originals: Originals,
    catalogue: Catalogue,
    person: Person,
    request: LayerImport,
    progress: Progress = lambda _step: None,
) -> StoredRelease:
    """Store a raster as a draft release, all or nothing; its cells are never moved, its bytes are kept.

    Raises
    ------
    InputError, OutsideArea
        As `take_raster`.
    UsageError
        If nothing says which layer it is, or an answer cannot be one.
    Conflict
        If the layer has an edition of that name.
    """
    path = request.path
    spec = spec_of(catalogue, request, path.stem)
    progress("读取 reading")
    with open_raster(path) as opened:
        progress("核对 checking")
        declared = read_coverage_file(request.coverage) if request.coverage else None
        taken = take_raster(opened.facts, spec, request.says, declared)
        store = LayerStore(database)
        known = known_edition(store, taken.release, path)
        if known is not None:
            return known
        progress("入库 storing")
        source = originals.keep(opened.original, name=path.name)
        data = LayerData(taken.release, no_features(WORKING), taken.coverage)
        return store.add_release(data, (*taken.issues, *taken.reach), source=source, person=person)
