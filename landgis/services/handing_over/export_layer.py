"""Giving a layer out: one release with everything that was delivered, and what it says of itself beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.crs import WORKING, name_of
from landgis.db.connect import Database
from landgis.db.layers import LayerStore, StoredRelease
from landgis.domain.layer import Release, Secrecy
from landgis.domain.leaving import ExportKind, Leaving, full_element
from landgis.domain.profile import Personal
from landgis.errors import UsageError
from landgis.exchange.delivery.layers_file import CoverageEntry, layers_text
from landgis.exchange.writing.vector import write_bytes, write_geopackage
from landgis.frames.parcels import SENT_AS
from landgis.preflight.giving import continuous_m2
from landgis.services.handing_over.control import depart, drafts, require_reason
from landgis.services.handing_over.personal_values import by_rule
from landgis.services.layers.features_only import require_features
from landgis.services.register.inventory import speaking


@dataclass(frozen=True)
class ExportedLayer:
    """What was written.

    Attributes
    ----------
    stored
        The release.
    path, described
        The file, and beside it what the release says of itself.
    export_id
        Number in the log.
    personal
        Delivered fields that hold persons: dropped or masked, unless they were to be kept.
    """

    stored: StoredRelease
    path: Path
    described: Path
    export_id: str
    personal: tuple[str, ...] = ()


def export_layer(
    database: Database,
    person: Person,
    layer: str,
    name: str,
    out: Path,
    *,
    why: str,
    as_of: date,
    known_at: datetime | None = None,
    personal: Personal = Personal.DROP,
) -> ExportedLayer:
    """Write a release as GeoPackage in the working CRS; a YAML file beside it can serve as ``layers.yaml``.

    Parameters
    ----------
    layer, name
        Which release; without a name the one in force that speaks on the day.
    out
        GeoPackage to write.
    why
        For whom and what for: it goes into the log of exports.
    as_of, known_at
        The day that counts, and whose knowledge (None: today's).
    personal
        What becomes of delivered fields that hold persons.

    Raises
    ------
    UsageError
        If nobody says why, or the file is to be something else.
    NotAllowed, Conflict
        If the person may not export; if it covers too much ground without a gap: see ``control.let_out``.
    NotFound
        If there is no such release, or was not known then.
    """
    require_reason(why)
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
    features, found = by_rule(store.features(release.layer, release.name, attributes=True), personal)
    with drafts(out.parent) as draft:
        write_geopackage(draft / out.name, {release.layer: features.rename(columns=SENT_AS)})
        cover = CoverageEntry(wkt=shapely.to_wkt(stored.coverage, rounding_precision=-1), crs=name_of(WORKING))
        described = out.with_suffix(".yaml")
        write_bytes(draft / described.name, layers_text(release, out.name, cover).encode())
        leaving = replace(_leaving(release, features, why), personal=personal)
        export_id = depart(database, person, draft, out.parent, leaving, last=described.name)
    return ExportedLayer(stored, out, described, export_id, found)


def _leaving(release: Release, features: gpd.GeoDataFrame, why: str) -> Leaving:
    whole = full_element(release.layer, release.scale_denominator)
    shapes = np.asarray(features.geometry.array, dtype=object)
    return Leaving(
        ExportKind.LAYER, release.district, why, {release.layer: len(features)}, {release.layer: release.name},
        release.secrecy, format="geopackage", crs=name_of(WORKING), receiver=Secrecy.INTERNAL,
        continuous_m2=continuous_m2(shapes, WORKING) if whole else 0.0,
    )  # fmt: skip
