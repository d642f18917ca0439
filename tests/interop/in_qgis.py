"""Run by the Python of QGIS, not by ours: opens a project, says what QGIS made of it, draws it.

Arguments: project, folder for pictures, then style files as ``layer=path`` to be tried on layers. Prints JSON.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from qgis.core import (
    QgsApplication,
    QgsExpressionContextUtils,
    QgsLayoutExporter,
    QgsMapLayer,
    QgsProject,
    QgsReadWriteContext,
    QgsRenderContext,
    QgsVectorLayer,
)


def main(project_path: str, folder: str, *styles: str) -> None:
    """Open, tell, draw."""
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    project = QgsProject.instance()
    opened = project.read(project_path)
    told: dict[str, Any] = {
        "opened": opened,
        "title": project.title(),
        "crs": project.crs().authid(),
        "layers": {layer.id(): _layer(layer) for layer in project.mapLayers().values()},
        "groups": [group.name() for group in project.layerTreeRoot().children()],
        "order": [layer.id() for layer in project.layerTreeRoot().layerOrder()],
        "layouts": {layout.name(): _printed(layout, Path(folder)) for layout in project.layoutManager().printLayouts()},
        "styles": {style: _styled(project, *style.split("=", 1)) for style in styles},
    }
    print(json.dumps(told, ensure_ascii=False))  # noqa: T201  # the answer to the test that asks


def _layer(layer: QgsMapLayer) -> dict[str, Any]:
    fields = layer.fields()
    return {
        "name": layer.name(),
        "valid": layer.isValid(),
        "rows": layer.featureCount() if layer.isValid() else -1,
        "read": sum(1 for _ in layer.getFeatures()) if layer.isValid() else -1,
        "crs": layer.crs().authid(),
        "read_only": layer.readOnly(),
        "labels": layer.labelsEnabled(),
        "renderer": layer.renderer().type(),
        "legend": [item.label() for item in layer.renderer().legendSymbolItems()],
        "aliases": {field.name(): field.alias() for field in fields},
        "value_maps": [field.name() for field in fields if field.editorWidgetSetup().type() == "ValueMap"],
        "undrawn": _undrawn(layer),
        "abstract": layer.metadata().abstract(),
    }


def _undrawn(layer: QgsVectorLayer) -> int:
    """Count rows for which the renderer has no symbol."""
    context = QgsRenderContext()
    context.expressionContext().appendScopes(QgsExpressionContextUtils.globalProjectLayerScopes(layer))
    renderer = layer.renderer().clone()
    renderer.startRender(context, layer.fields())
    found = 0
    for feature in layer.getFeatures():
        context.expressionContext().setFeature(feature)
        found += renderer.symbolForFeature(feature, context) is None
    renderer.stopRender(context)
    return found


def _printed(layout: Any, folder: Path) -> dict[str, Any]:
    settings = QgsLayoutExporter.ImageExportSettings()
    settings.dpi = 150
    picture, document = folder / "layout.png", folder / "layout.pdf"
    exporter = QgsLayoutExporter(layout)
    results = [
        int(exporter.exportToImage(str(picture), settings)),
        int(exporter.exportToPdf(str(document), QgsLayoutExporter.PdfExportSettings())),
    ]
    items = [item.id() for item in layout.items() if hasattr(item, "id") and item.id()]
    return {"results": results, "items": sorted(items), "scale": layout.itemById("map").scale()}


def _styled(project: QgsProject, key: str, path: str) -> dict[str, Any]:
    layer = project.mapLayer(key).clone()
    if path.endswith(".sld"):
        message, fine = layer.loadSldStyle(path)
    else:
        message, fine = layer.loadNamedStyle(path)
    return {
        "fine": fine,
        "message": message,
        "classes": len(layer.renderer().legendSymbolItems()),
        "back": _back(layer),
    }


def _back(layer: QgsVectorLayer) -> str:
    """Return the layer's style as QGIS would save it."""
    from qgis.PyQt.QtXml import QDomDocument

    document = QDomDocument("qgis")
    layer.exportNamedStyle(document, QgsReadWriteContext())
    return str(document.toString(0))


if __name__ == "__main__":
    main(*sys.argv[1:])
