"""A delivery in the coordinates of a web map is recognised against what is published."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import shapely

from landgis import crs as crs_room
from landgis.access.person import Person
from landgis.crs import GEOGRAPHIC, WORKING
from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.originals import Originals
from landgis.errors import CrsUnsuitable
from landgis.exchange.catalogue import load_catalogue
from landgis.exchange.delivery.layers_file import LayerEntry
from landgis.exchange.reading.shift import shifted
from landgis.exchange.writing.vector import write_geopackage
from landgis.services.layers.import_layer import LayerImport, import_layer
from tests.postgis.support import add_layer
from tests.support.ground import at, layer

SHAPES = {f"f{n}": at(37 * n % 900, 53 * n % 900, 20 + n % 7, 25 + n % 5) for n in range(60)}


@pytest.mark.parametrize("system", ["", "GCJ-02"])
def test_a_shifted_delivery_is_refused_and_a_true_one_is_stored(
    database: Database, planner: Person, tmp_path: Path, system: str
) -> None:
    known = layer("homestead", SHAPES)
    add_layer(database, planner, known, "2023")
    LayerStore(database).publish("homestead", "2023", planner)
    shapes, _ = crs_room.to_crs(np.array(known.features.geometry, dtype=object), WORKING, GEOGRAPHIC)
    if system:
        shapes = shapely.transform(shapes, lambda points: shifted(points, system))
    frame = known.features.set_geometry(shapes, crs=GEOGRAPHIC)[["feature_id", "geometry"]]
    write_geopackage(tmp_path / "zjd.gpkg", {"homestead": frame})
    request = LayerImport(tmp_path / "zjd.gpkg", says=LayerEntry(name="2024"))
    store = (database, Originals(tmp_path), load_catalogue(Path(__file__).parents[2] / "layers"), planner)
    if not system:
        assert import_layer(*store, request).release.name == "2024"
        return
    with pytest.raises(CrsUnsuitable, match="GCJ-02") as raised:
        import_layer(*store, replace(request))
    assert "homestead@2023" in raised.value.en
    assert [stored.release.name for stored in LayerStore(database).list("homestead")] == ["2023"]
