"""KML: folders are layers; nothing that points elsewhere is followed, and every placemark is accounted for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pyogrio

from landgis.domain.issue import Issue, Severity
from landgis.errors import FileUnreadable
from landgis.exchange.reading.detect import KML, Part, unreadable
from landgis.exchange.reading.ogr_rows import ogr_rows
from landgis.exchange.reading.opened import Delivered, Opened
from landgis.exchange.reading.xml_guard import count_elements

_RULE = "KML 2.2"
"""KML is in WGS 84 degrees and has no place to name another CRS."""
_LINKS = ("NetworkLink", "NetworkLinkControl")
_DRAWING = frozenset(
    ("timestamp", "begin", "end", "altitudeMode", "tessellate", "extrude", "visibility", "drawOrder", "icon")
)
"""Columns that only say how the globe draws a placemark."""


def look(delivered: Delivered) -> tuple[Part, ...]:
    """Return the folders with placemarks.

    Raises
    ------
    FileUnreadable
        For links to the network, XML that is not whole, or placemarks that no folder gives.
    """
    path, source = delivered.plain, delivered.source
    found = count_elements(path, source)
    if any(found[name] for name in _LINKS):
        raise FileUnreadable(
            f"无法读取 {source}：含网络链接（NetworkLink），数据不在文件里",
            f"Cannot read {source}: it holds network links, the data are not in the file",
            where=source,
            next_zh="请在 Google Earth 等软件中把数据另存为不含链接的 KML",
            next_en="Save the data themselves as KML, without links",
        )
    layers = [str(name) for name, _ in pyogrio.list_layers(path)]
    counts = [int(pyogrio.read_info(path, layer=name, force_feature_count=True)["features"]) for name in layers]
    if sum(counts) != found["Placemark"]:
        raise unreadable(
            source,
            f"有 {found['Placemark']} 个地标，只读到 {sum(counts)} 个",
            f"{found['Placemark']} placemarks are there, {sum(counts)} can be read",
        )
    parts = [
        Part(name, KML, str(path), name, (delivered.path,), promised=count)
        for name, count in zip(layers, counts, strict=True)
        if count
    ]
    return tuple(parts) or (Part(delivered.stem, KML, str(path), None, (delivered.path,), promised=0),)


@contextmanager
def open_layer(part: Part, where: str, _: str | None) -> Iterator[Opened]:
    """Open one folder."""
    with ogr_rows(part, leave_out=_DRAWING) as found:
        yield Opened(
            found.columns, found.batches, found.crs, part.promised, None, "UTF-8", f"{KML} is XML", found.personal,
            (_rounded(where),), late_issues=lambda: found.issues(where), crs_rule=_RULE,
        )  # fmt: skip


def _rounded(where: str) -> Issue:
    return Issue(
        "exchange_for_viewing",
        Severity.MINOR,
        where,
        "KML 是浏览用格式（WGS 84 经纬度），不宜作为测绘成果；请尽量索取原成果",
        "KML is made for viewing (WGS 84 degrees) and no survey format: ask for the original where you can",
    )
