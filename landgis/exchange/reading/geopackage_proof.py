"""What a GeoPackage says of itself, asked of SQLite: whole, plain, and of one CRS."""

from __future__ import annotations

import sqlite3
import struct
from pathlib import Path

from pyproj import CRS
from pyproj.exceptions import CRSError

from landgis.domain.issue import Issue, Severity, shown
from landgis.exchange.reading.detect import unreadable
from landgis.exchange.reading.refused import Refused, format_unknown

_HEADER_BYTES = 100
_NO_SYSTEM = (-1, 0)
_USUAL_TRIGGERS = ("rtree_", "trigger_", "gpkg_", "fid_")
_NOT_A_PACKAGE = Refused(
    "SQLite 数据库，但不是 GeoPackage", "a SQLite database but no GeoPackage",
    "请导出为 GeoPackage（.gpkg）", "Export it as GeoPackage (.gpkg)",
)  # fmt: skip


def require_size(path: Path, source: str) -> None:
    """Hold the file's size against its header: a half-copied database opens, and fails on some later page."""
    with path.open("rb") as file:
        head = file.read(_HEADER_BYTES)
    if len(head) < _HEADER_BYTES:
        raise unreadable(source, f"只有 {len(head)} 字节", f"it has only {len(head)} bytes")
    page, changed, pages, valid_for = (*struct.unpack_from(">H", head, 16), *struct.unpack_from(">II", head, 24),
                                       *struct.unpack_from(">I", head, 92))  # fmt: skip
    page = 65_536 if page == 1 else page
    expected = page * pages if changed == valid_for and pages else 0
    size = path.stat().st_size
    if size < expected or (page and size % page):
        wanted = expected or (size // page + 1) * page
        raise unreadable(
            source,
            f"应有 {wanted} 字节，实有 {size}；可能只复制了一半",
            f"it should have {wanted} bytes and has {size}: probably copied only in part",
        )


def require_package(database: sqlite3.Connection, source: str) -> None:
    """Refuse another database, and virtual tables, which can be anything."""
    tables = {str(name).lower() for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not {"gpkg_contents", "gpkg_spatial_ref_sys"} <= tables:
        raise format_unknown(source, source, _NOT_A_PACKAGE)
    virtual = "SELECT name, sql FROM sqlite_master WHERE sql LIKE 'create%virtual%table%'"
    for name, text in database.execute(virtual):
        if "rtree" not in str(text).lower().partition("using")[2][:12]:
            raise unreadable(source, f"含虚拟表 {name}，不读取", f"it holds the virtual table {name} and is not read")


def require_sound(database: sqlite3.Connection, source: str) -> None:
    """Have SQLite look over its own pages."""
    told = str(database.execute("PRAGMA quick_check(1)").fetchone()[0])
    if told != "ok":
        raise unreadable(source, f"数据库已损坏（{told}）", f"the database is damaged ({told})")


def require_count(database: sqlite3.Connection, layer: str, rows: int, where: str) -> None:
    """Hold the rows against the count that the writer noted, where it noted one."""
    noted = "SELECT name FROM sqlite_master WHERE name = 'gpkg_ogr_contents'"
    if database.execute(noted).fetchone() is None:
        return
    text = "SELECT feature_count FROM gpkg_ogr_contents WHERE lower(table_name) = lower(?)"
    count = database.execute(text, (layer,)).fetchone()
    if count is not None and count[0] is not None and int(count[0]) != rows:
        raise unreadable(
            where, f"登记有 {count[0]} 个要素，实有 {rows} 个", f"{count[0]} features are registered, {rows} are there"
        )


def other_systems(database: sqlite3.Connection, layer: str, where: str) -> tuple[Issue, ...]:
    """Report geometries whose own heading names another CRS than their layer."""
    text = "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)"
    found = database.execute(text, (layer,)).fetchone()
    if found is None:
        return ()
    table, column, declared = quoted(str(found[0])), quoted(str(found[1])), int(found[2])
    heads = f"SELECT substr({column}, 4, 5) AS head, count(*) FROM {table} GROUP BY head"  # noqa: S608 - quoted
    others = 0
    for head, count in database.execute(heads):
        if isinstance(head, bytes) and len(head) == 5:
            number = int.from_bytes(head[1:], "little" if head[0] & 1 else "big", signed=True)
            others += count if number not in (declared, *_NO_SYSTEM) else 0
    if not others:
        return ()
    zh, en = f"{others} 个图形自称属于另一坐标系", f"{others} geometries say they are in another CRS than their layer"
    return (Issue("crs_differs", Severity.SERIOUS, where, zh, en),)


def contradicts(database: sqlite3.Connection, layer: str, where: str) -> tuple[Issue, ...]:
    """Report a CRS that the package states in two ways which do not agree: neither can be believed."""
    return _tables_contradict(database, layer, where) or _definition_contradicts(database, layer, where)


def _tables_contradict(database: sqlite3.Connection, layer: str, where: str) -> tuple[Issue, ...]:
    """Compare the two tables that name a layer's CRS: readers choose one of them, and not all the same."""
    text = (
        "SELECT c.srs_id, g.srs_id FROM gpkg_contents AS c JOIN gpkg_geometry_columns AS g "
        "ON lower(g.table_name) = lower(c.table_name) WHERE lower(c.table_name) = lower(?)"
    )
    found = database.execute(text, (layer,)).fetchone()
    if found is None or found[0] is None or found[0] == found[1]:
        return ()
    contents, geometry = (_system(database, number) for number in found)
    zh = f"目录表（gpkg_contents）写 {contents}，图形表（gpkg_geometry_columns）写 {geometry}，视为没有坐标系信息"
    en = f"gpkg_contents says {contents} and gpkg_geometry_columns says {geometry}; it counts as none"
    return (Issue("crs_contradicts", Severity.SERIOUS, where, zh, en),)


def _system(database: sqlite3.Connection, number: object) -> str:
    """Name a CRS as the package lists it."""
    text = "SELECT organization, organization_coordsys_id FROM gpkg_spatial_ref_sys WHERE srs_id = ?"
    found = database.execute(text, (number,)).fetchone()
    return shown(number if found is None or str(found[0]).upper() != "EPSG" else f"EPSG:{found[1]}")


def _definition_contradicts(database: sqlite3.Connection, layer: str, where: str) -> tuple[Issue, ...]:
    """Report a CRS whose number and definition are two different ones: readers believe the number alone."""
    text = (
        "SELECT s.organization, s.organization_coordsys_id, s.definition FROM gpkg_geometry_columns AS g "
        "JOIN gpkg_spatial_ref_sys AS s ON s.srs_id = g.srs_id WHERE lower(g.table_name) = lower(?)"
    )
    found = database.execute(text, (layer,)).fetchone()
    if found is None or str(found[0]).upper() != "EPSG":
        return ()
    try:
        numbered, defined = CRS.from_epsg(int(found[1])), CRS.from_wkt(str(found[2]))
    except CRSError:
        return ()
    if _figures(numbered) == _figures(defined):
        return ()
    number, name = found[1], defined.name
    zh = f"坐标系编号 EPSG:{number} 与其定义（{name}）的参数不一致，视为没有坐标系信息"
    en = f"The CRS number EPSG:{number} and its definition ({name}) have different parameters; it counts as none"
    return (Issue("crs_contradicts", Severity.SERIOUS, where, zh, en),)


def _figures(crs: CRS) -> tuple[object, ...]:
    """Figures that place coordinates: the ellipsoid's, and the projection's in any spelling and order."""
    ellipsoid, projection = crs.ellipsoid, crs.coordinate_operation
    shape = (ellipsoid.semi_major_metre, round(ellipsoid.inverse_flattening, 6)) if ellipsoid else ()
    values = sorted(round(float(param.value), 6) for param in projection.params) if projection else []
    return (crs.is_geographic, shape, tuple(value for value in values if value))


def without_geometry(database: sqlite3.Connection, layer: str) -> int:
    """Count the rows that have no geometry."""
    text = "SELECT table_name, column_name FROM gpkg_geometry_columns WHERE lower(table_name) = lower(?)"
    found = database.execute(text, (layer,)).fetchone()
    if found is None:
        return 0
    table, column = (quoted(str(name)) for name in found)
    query = f"SELECT count(*) FROM {table} WHERE {column} IS NULL"  # noqa: S608 - quoted identifiers
    return int(database.execute(query).fetchone()[0])


def what_else(database: sqlite3.Connection, where: str) -> tuple[Issue, ...]:
    """Report views and unusual triggers: they are not run, and show that the package is no plain delivery."""
    found = database.execute("SELECT type, name FROM sqlite_master WHERE type IN ('view', 'trigger')").fetchall()
    views = [str(name) for kind, name in found if kind == "view"]
    triggers = [str(name) for kind, name in found if kind == "trigger" and not name.startswith(_USUAL_TRIGGERS)]
    issues = []
    for code, zh, en, names in (
        ("database_views", "视图", "views", views),
        ("database_triggers", "触发器", "triggers", triggers),
    ):
        if names:
            told = "、".join(names[:5])
            issues.append(
                Issue(code, Severity.MINOR, where, f"数据库含{zh}：{told}", f"The database holds {en}: {told}")
            )
    return tuple(issues)


def quoted(name: str) -> str:
    """Return a name as SQL takes it, whatever it holds."""
    return '"' + name.replace('"', '""') + '"'
