"""Giving a layer out: one release with everything that was delivered, and what it says of itself beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import shapely

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.crs import WORKING, name_of
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.errors import UsageError
from landgis.exchange.delivery.layers_file import CoverageEntry, layers_text
from landgis.exchange.writing.vector import write_bytes, write_geopackage
from landgis.services.layers.features_only import require_features
from landgis.services.register.inventory import speaking

_OURS = {"class": "landgis_class", "label": "landgis_label"}


@dataclass(frozen=True)
class ExportedLayer:
    """What was written: the release, the file, and beside it what the release says of itself."""

    stored: StoredRelease
    path: Path
    described: Path


def export_layer(
    database: Database,
    person: Person,
    layer: str,
    name: str,
    out: Path,
    *,
    as_of: date,
    known_at: datetime | None = None,
) -> ExportedLayer:
    """Write a release as GeoPackage in the working CRS; a YAML file beside it can serve as ``layers.yaml``.

    Parameters
    ----------
    layer, name
        Which release; without a name the one in force that speaks on the day.
    out
        GeoPackage to write.
    as_of, known_at
        The day that counts, and whose knowledge (None: today's).

    Raises
    ------
    NotAllowed
        If the person may not export.
    NotFound
        If there is no such release, or was not known then.
    """
    person.require(Action.EXPORT)
    if out.suffix.lower() != ".gpkg":
        raise UsageError(
            "图层以 GeoPackage 导出，输出文件应以 .gpkg 结尾",
            "Layers are exported as GeoPackage; the output must end in .gpkg",
            where=str(out),
            next_zh="如 --out out/图层.gpkg",
            next_en="E.g. --out out/layer.gpkg",
        )
    store = LayerStore(database)
    stored = store.get(layer, name, known_at=known_at) if name else speaking(database, layer, as_of, known_at=known_at)
    require_features(stored, "导出为 GeoPackage", "exported as GeoPackage")
    release = stored.release
    features = store.features(release.layer, release.name, attributes=True)
    write_geopackage(out, {release.layer: features.rename(columns=_OURS)})
    cover = CoverageEntry(wkt=shapely.to_wkt(stored.coverage, rounding_precision=-1), crs=name_of(WORKING))
    described = out.with_suffix(".yaml")
    write_bytes(described, layers_text(release, out.name, cover).encode())
    return ExportedLayer(stored, out, described)
