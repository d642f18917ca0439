"""A project of QGIS, written as ``.qgz``: layers in groups, extent, layout, what it says of itself; nothing of the clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from landgis.domain.program import VERSION as PROGRAM
from landgis.exchange.qgis.layer import Bounds, ProjectLayer, bounds_node, crs_node, layer_node
from landgis.exchange.qgis.nodes import Node, node, written
from landgis.exchange.qgis.print_layout import Sheet, layout_node
from landgis.exchange.qgis.style import VERSION
from landgis.exchange.writing.archive import pack
from landgis.exchange.writing.atomic import replacing

_MEMBER = "landgis.qgs"


@dataclass(frozen=True)
class LayerGroup:
    """Layers under one heading, from top to bottom."""

    name: str
    layers: tuple[ProjectLayer, ...]


@dataclass(frozen=True)
class Project:
    """A project.

    Attributes
    ----------
    identifier
        What it shows, e.g. the number of a plan.
    groups
        From top to bottom.
    sheet
        What its print layout says; its title is the project's.
    abstract
        What it stands on.
    made_on
        Date that it bears.
    """

    identifier: str
    groups: tuple[LayerGroup, ...]
    sheet: Sheet
    abstract: str
    made_on: date

    @property
    def layers(self) -> tuple[ProjectLayer, ...]:
        """All layers from top to bottom."""
        return tuple(layer for group in self.groups for layer in group.layers)


def write_project(path: Path, text: bytes) -> None:
    """Write what `project_xml` gave as ``.qgz``, replacing a file of that name; the same text gives the same bytes."""
    with replacing(path) as draft:
        pack(draft, {_MEMBER: text})


def project_xml(project: Project) -> bytes:
    """Return the project as QGIS reads it.

    Raises
    ------
    InputError
        If what must be seen does not fit on the sheet at any scale.
    """
    head = {"version": VERSION, "projectname": project.sheet.title}
    groups = (_tree_group(group) for group in project.groups)
    order = node("custom-order", {"enabled": 0}, *(node("item", None, layer.layer_id) for layer in project.layers))
    return written(
        node(
            "qgis",
            head,
            node("title", None, project.sheet.title),
            node("projectCrs", None, crs_node()),
            node("layer-tree-group", None, *groups, order),
            _canvas(project.sheet.shown),
            node("projectlayers", None, *map(layer_node, project.layers)),
            node("layerorder", None, *(node("layer", {"id": layer.layer_id}) for layer in project.layers)),
            _properties(project.sheet.banner),
            _metadata(project),
            node("Layouts", None, layout_node(project.sheet)),
        )
    )


def _tree_group(group: LayerGroup) -> Node:
    return node("layer-tree-group", {"name": group.name, "checked": "Qt::Checked", "expanded": 1}, *_tree_layers(group))


def _tree_layers(group: LayerGroup) -> Iterator[Node]:
    for layer in group.layers:
        told = {
            "id": layer.layer_id,
            "name": layer.drawing.words,
            "source": layer.source.text,
            "providerKey": layer.source.provider,
            "checked": "Qt::Checked",
            "expanded": int(len(layer.drawing.classes) > 1),
        }
        yield node("layer-tree-layer", told)


def _canvas(bounds: Bounds) -> Node:
    return node(
        "mapcanvas",
        {"name": "theMapCanvas", "annotationsVisible": 1},
        node("units", None, "meters"),
        bounds_node("extent", bounds),
        node("rotation", None, "0"),
        node("destinationsrs", None, crs_node()),
    )


def _properties(banner: str) -> Node:
    """Return the settings: paths are relative, and the mark of stand-in data stands over the map on the screen too."""
    paths = node("Paths", None, node("Absolute", {"type": "bool"}, "false"))
    mark = node(
        "TitleLabel",
        None,
        node("Enabled", {"type": "bool"}, "true" if banner else "false"),
        node("Label", {"type": "QString"}, banner),
    )
    # Without this QGIS passes over the CRS of the project.
    projected = node("SpatialRefSys", None, node("ProjectionsEnabled", {"type": "int"}, "1"))
    return node("properties", None, paths, projected, mark)


def _metadata(project: Project) -> Node:
    return node(
        "projectMetadata",
        None,
        node("identifier", None, project.identifier),
        node("language", None, "zho"),
        node("type", None, "dataset"),
        node("title", None, project.sheet.title),
        node("abstract", None, project.abstract),
        node("author", None, f"landgis {PROGRAM}"),
        node("creation", None, f"{project.made_on.isoformat()}T00:00:00"),
    )
