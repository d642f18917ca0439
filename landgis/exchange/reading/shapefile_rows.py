"""Shapefile: three files held against each other, text in the encoding that was settled."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePath

import pyogrio
from pyogrio.errors import CRSError

from landgis.domain.issue import Issue, Severity
from landgis.exchange.reading.detect import SHAPEFILE, Part, unreadable
from landgis.exchange.reading.ogr_rows import ogr_rows
from landgis.exchange.reading.opened import Delivered, Opened
from landgis.exchange.reading.shapefile import Completeness, ShapefileParts, prove_complete
from landgis.exchange.reading.shapefile_text import choose_encoding


def look(delivered: Delivered) -> tuple[Part, ...]:
    """Return the shapefiles among unpacked files, each under plain names of our own."""
    groups: dict[PurePath, dict[str, Path]] = {}
    for name, path in delivered.unpacked.items():
        groups.setdefault(name.with_suffix(""), {})[name.suffix.lower()] = path
    shapes = sorted((stem, found) for stem, found in groups.items() if ".shp" in found)
    parts = []
    for number, (stem, found) in enumerate(shapes):
        together = {suffix: path.rename(delivered.folder / f"shape{number}{suffix}") for suffix, path in found.items()}
        parts.append(_part(stem.name, together, f"{delivered.source}/{stem}", delivered.path))
    return tuple(parts)


def _part(name: str, found: dict[str, Path], where: str, archive: Path) -> Part:
    missing = [suffix for suffix in (".shp", ".shx", ".dbf") if suffix not in found]
    if missing:
        raise unreadable(where, f"缺少 {'、'.join(missing)}", f"{', '.join(missing)} missing")
    parts = ShapefileParts.of(name, found.values())
    return Part(name, SHAPEFILE, str(parts.shp), None, (archive,), parts)


@contextmanager
def open_layer(part: Part, where: str, encoding: str | None) -> Iterator[Opened]:
    """Open a shapefile, once its three files agree and its encoding is settled."""
    if part.shapefile is None:
        raise unreadable(where, "不是 shapefile", "it is no shapefile")
    complete = prove_complete(part.shapefile)
    settled = choose_encoding(part.shapefile, encoding)
    system = _without_broken_prj(part, where)
    with ogr_rows(part, settled) as found:
        yield Opened(
            found.columns,
            found.batches,
            found.crs,
            complete.rows,
            complete.declared_null,
            settled.label,
            settled.evidence,
            found.personal,
            (*settled.issues, *_deleted(complete, where), *system),
            late_issues=lambda: found.issues(where),
        )


def _without_broken_prj(part: Part, where: str) -> tuple[Issue, ...]:
    """Take away a .prj that nobody can read, so that the CRS becomes a question instead of the end."""
    try:
        pyogrio.read_info(part.uri, layer=part.layer, encoding="ISO-8859-1")
    except CRSError:
        Path(part.uri).with_suffix(".prj").unlink(missing_ok=True)
        zh, en = ".prj 无法解读，视为没有坐标系信息", "Its .prj cannot be read and counts as none"
        return (Issue("prj_unreadable", Severity.SERIOUS, where, zh, en),)
    return ()


def _deleted(complete: Completeness, where: str) -> tuple[Issue, ...]:
    if not complete.deleted:
        return ()
    return (
        Issue(
            "deleted_rows",
            Severity.MINOR,
            where,
            f"{complete.deleted} 条已标记删除的记录未读入",
            f"{complete.deleted} records marked as deleted were not read",
        ),
    )
