"""Layers of a project: where their rows come from, how they are drawn, what is said of them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from landgis.crs import WORKING, name_of
from landgis.errors import UsageError
from landgis.exchange.qgis.drawing import Drawing
from landgis.exchange.qgis.nodes import Node, node
from landgis.exchange.qgis.style import style_nodes
from landgis.frames.shown import ShownTable

_SERVICE = re.compile(r"[\w.-]+", re.ASCII)

Bounds = tuple[float, float, float, float]
"""West, south, east, north, metres of EPSG:4549."""


@dataclass(frozen=True)
class RowSource:
    """Where QGIS reads the rows of a layer: one of its providers, and what that is told."""

    provider: str
    text: str


@dataclass(frozen=True)
class ProjectLayer:
    """One layer.

    Attributes
    ----------
    key
        Its name among the layers of the project; ASCII.
    drawing, table
        How it is drawn, and its fields.
    source
        Where its rows are.
    bounds
        Of its rows.
    said_zh, said_en
        What it stands on: plan, run or release.
    """

    key: str
    drawing: Drawing
    table: ShownTable
    source: RowSource
    bounds: Bounds
    said_zh: str
    said_en: str

    @property
    def layer_id(self) -> str:
        """What tells it apart within the project: QGIS gives an id of ten characters or fewer another one."""
        return f"landgis_{self.key}"


def from_geopackage(file_name: str, key: str) -> RowSource:
    """Rows of a layer of a GeoPackage that lies beside the project."""
    return RowSource("ogr", f"./{file_name}|layername={key}")


def from_service(service: str, query: str, key: str) -> RowSource:
    """Rows of a query on a service of the reader's own ``pg_service.conf``: neither host nor password stand here.

    Parameters
    ----------
    query
        SELECT with the outline in ``geom``.
    key
        Field that tells its rows apart.

    Raises
    ------
    UsageError
        If the name could say more than a service.
    """
    if not _SERVICE.fullmatch(service):
        raise UsageError(
            f"服务名“{service}”只能用字母、数字、点、下划线和连字符",
            f"The service name “{service}” may have letters, digits, dots, underscores and hyphens only",
            where="--service",
            next_zh="与各人 pg_service.conf 中方括号里的名称一致",
            next_en="Give the name in brackets in pg_service.conf",
        )
    quoted = query.replace("\\", "\\\\").replace('"', '\\"')
    told = (
        f"service='{service}' key='{key}' estimatedmetadata=true srid=4549 type=MultiPolygon checkPrimaryKeyUnicity='0'"
    )
    return RowSource("postgres", f'{told} table="({quoted})" (geom)')


def layer_node(layer: ProjectLayer) -> Node:
    """Return the layer as a project holds it; it is for reading only."""
    head = {
        "type": "vector",
        "geometry": "Polygon",
        "wkbType": "MultiPolygon",
        "readOnly": 1,
        "labelsEnabled": int(bool(layer.drawing.label)),
        "simplifyDrawingHints": 1,
        "simplifyMaxScale": 1,
        "hasScaleBasedVisibilityFlag": 0,
    }
    return node(
        "maplayer",
        head,
        bounds_node("extent", layer.bounds),
        node("id", None, layer.layer_id),
        node("datasource", None, layer.source.text),
        node("layername", None, layer.drawing.words),
        node("shortname", None, layer.key),
        node("srs", None, crs_node()),
        node(
            "resourceMetadata",
            None,
            node("identifier", None, layer.key),
            node("language", None, "zho"),
            node("type", None, "dataset"),
            node("title", None, layer.drawing.words),
            node("abstract", None, f"{layer.said_zh}\n{layer.said_en}"),
        ),
        node("provider", {"encoding": "UTF-8"}, layer.source.provider),
        *style_nodes(layer.drawing, layer.table),
    )


def crs_node() -> Node:
    """Return the working CRS as QGIS names one."""
    code = name_of(WORKING)
    # QGIS goes by the authority's code only where there is a number of its own catalogue too, whichever that is.
    numbers = (node(name, None, code.removeprefix("EPSG:")) for name in ("srsid", "srid"))
    return node("spatialrefsys", None, *numbers, node("authid", None, code))


def bounds_node(tag: str, bounds: Bounds) -> Node:
    """Return an extent."""
    names = ("xmin", "ymin", "xmax", "ymax")
    return node(tag, None, *(node(name, None, f"{value:.3f}") for name, value in zip(names, bounds, strict=True)))
