"""Run by the Python of QGIS: redraws one parcel of ``landgis.parcel_outline`` and says what became of it.

Arguments: service, parcel, reason (may be empty), metres to move it east. Prints JSON.
"""

from __future__ import annotations

import json
import sys
from typing import Any

from qgis.core import QgsApplication, QgsDataSourceUri, QgsVectorLayer


def main(service: str, parcel: str, reason: str, east_m: str) -> None:
    """Open the view, move the parcel, save."""
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    uri = QgsDataSourceUri()
    uri.setConnection(service, "", "", "")
    uri.setDataSource("landgis", "parcel_outline", "geom", "", "parcel_id")
    layer = QgsVectorLayer(uri.uri(False), "parcels", "postgres")
    abilities = layer.dataProvider().capabilities()
    told: dict[str, Any] = {
        "valid": layer.isValid(),
        "adds": bool(abilities & layer.dataProvider().AddFeatures),
        "deletes": bool(abilities & layer.dataProvider().DeleteFeatures),
    }
    feature = next(one for one in layer.getFeatures() if one["parcel_id"] == parcel)
    shape = feature.geometry()
    shape.translate(float(east_m), 0)
    told["editing"] = layer.startEditing()
    layer.changeGeometry(feature.id(), shape)
    if reason:
        layer.changeAttributeValue(feature.id(), layer.fields().indexOf("reason"), reason)
    told["saved"] = layer.commitChanges()
    told["errors"] = layer.commitErrors()
    print(json.dumps(told, ensure_ascii=False))  # noqa: T201  # the answer to the test that asks


main(*sys.argv[1:])
