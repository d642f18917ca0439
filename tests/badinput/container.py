"""Archives and files that are traps, half copies, or not what they hold."""

from __future__ import annotations

import os
import sqlite3
import stat
import struct
import tarfile
import zlib
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_LZMA, ZIP_STORED, ZipFile, ZipInfo

from tests.badinput import build
from tests.badinput.build import square
from tests.badinput.case import Delivery, Trap, add, case

KIND = "container"
GIGABYTE = 1 << 30


def _members(folder: Path, name: str = "宅基地") -> dict[str, bytes]:
    """Parts of a sound shapefile; the folder is empty again."""
    members = build.shp_members(folder / "f", name=name)
    for path in (folder / "f").iterdir():
        path.unlink()
    (folder / "f").rmdir()
    return members


def _zip(
    change: Callable[[dict[str, bytes]], Mapping[str, bytes]], compression: int = 8
) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        return Delivery(build.zip_of(folder / "宅基地.zip", change(_members(folder)), compression))

    return make


def _renamed(prefix: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda members: {prefix + name: data for name, data in members.items()}


def _without(*suffixes: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda members: {name: data for name, data in members.items() if not name.endswith(suffixes)}


def _with(**further: bytes) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda members: members | {name.replace("__", "/"): data for name, data in further.items()}


def _only(*suffixes: str) -> Callable[[dict[str, bytes]], dict[str, bytes]]:
    return lambda members: {name: data for name, data in members.items() if name.endswith(suffixes)}


def _two_layers(members: dict[str, bytes]) -> dict[str, bytes]:
    return members | {name.replace("宅基地", "另一层"): data for name, data in members.items()}


def _case_clash(members: dict[str, bytes]) -> dict[str, bytes]:
    return members | {name.upper(): data for name, data in members.items()}


def _mac_only(members: dict[str, bytes]) -> dict[str, bytes]:
    return {f"__MACOSX/._{name}": data for name, data in members.items()}


def _mac_beside(members: dict[str, bytes]) -> dict[str, bytes]:
    return members | {f"__MACOSX/._{name}": b"\x00\x05\x16\x07" for name in members}


def _cut_table(members: dict[str, bytes]) -> dict[str, bytes]:
    return members | {name: data[:-40] for name, data in members.items() if name.endswith(".dbf")}


ARCHIVES: dict[str, Callable[[Path, Trap], Delivery]] = {
    "zip-slip": _zip(_renamed("../../")),
    "zip-slip-inside": _zip(_renamed("a/../../../")),
    "zip-slip-backslash": _zip(_renamed("..\\..\\")),
    "zip-absolute": _zip(_renamed("/etc/")),
    "zip-drive-letter": _zip(_renamed("C:\\Windows\\")),
    "zip-slip-beside-sound": _zip(lambda members: members | {"../escaped.txt": b"x"}),
    "zip-no-dbf": _zip(_without(".dbf")),
    "zip-no-shx": _zip(_without(".shx")),
    "zip-no-shp": _zip(_without(".shp")),
    "zip-only-dbf": _zip(_only(".dbf")),
    "zip-two-layers": _zip(_two_layers),
    "zip-case-clash": _zip(_case_clash),
    "zip-mac-only": _zip(_mac_only),
    "zip-mac-beside-sound": _zip(_mac_beside),
    "zip-empty": _zip(lambda _members: {}),
    "zip-only-text": _zip(lambda _members: {"readme.txt": b"nothing"}),
    "zip-table-cut": _zip(_cut_table),
    "zip-ten-thousand-members": _zip(lambda members: members | {f"n{number}.txt": b"" for number in range(10_000)}, ZIP_STORED),
    "zip-vrt-beside": _zip(_with(**{"a.vrt": b"<OGRVRTDataSource/>"})),
    "zip-lzma-sound": _zip(dict, ZIP_LZMA),
    "zip-bzip2-sound": _zip(dict, ZIP_BZIP2),
    "zip-member-named-long": _zip(lambda members: {f"{'长' * 6_000}/{name}": data for name, data in members.items()}),
    "zip-member-named-newline": _zip(lambda members: {f"甲\n乙\x1b[31m/{name}": data for name, data in members.items()}),
    "zip-deep-folders-sound": _zip(_renamed("d/" * 100)),
}  # fmt: skip
for _name, _maker in ARCHIVES.items():
    add(KIND, _name, _maker)


@case(KIND, "zip-nested")
def _nested(folder: Path, _trap: Trap) -> Delivery:
    inner = build.zip_of(folder / "inner.zip", _members(folder))
    data = inner.read_bytes()
    inner.unlink()
    return Delivery(build.zip_of(folder / "宅基地.zip", {"inner.zip": data}))


@case(KIND, "zip-nested-beside")
def _nested_beside(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.zip_of(folder / "宅基地.zip", _members(folder) | {"more.zip": b"PK\x05\x06" + bytes(18)}))


@case(KIND, "zip-duplicate-names")
def _duplicates(folder: Path, _trap: Trap) -> Delivery:
    members = _members(folder)
    with ZipFile(folder / "宅基地.zip", "w") as archive:
        for name, data in [*members.items(), *members.items()]:
            entry = ZipInfo(name)
            archive.NameToInfo.pop(name, None)
            archive.writestr(entry, data)
    return Delivery(folder / "宅基地.zip")


def _linked(target: str) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, trap: Trap) -> Delivery:
        members = _members(folder)
        with ZipFile(folder / "宅基地.zip", "w") as archive:
            for name, data in members.items():
                entry = ZipInfo(name)
                if name.endswith(".cpg"):
                    entry.create_system = 3
                    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
                    data = (target or str(trap.secret)).encode()
                archive.writestr(entry, data)
        return Delivery(folder / "宅基地.zip")

    return make


add(KIND, "zip-link-outside", _linked(""))
add(KIND, "zip-link-inside", _linked("宅基地.dbf"))


def _zeros(size: int) -> bytes:
    """Deflate of that many zeros, made from one small block repeated."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    repeated = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    return block + repeated * (size // (1 << 20) - 1) + b"\x03\x00"


def _bomb(declared: int, *suffixes: str) -> Callable[[Path, Trap], Delivery]:
    """A zip whose entries unpack to a gigabyte of zeros each, whatever they declare."""

    def make(folder: Path, _trap: Trap) -> Delivery:
        data, central, place = b"", b"", 0
        packed = _zeros(GIGABYTE)
        for suffix in suffixes:
            name = b"a" + suffix.encode()
            sizes = struct.pack("<HHHHIIIHH", 20, 0, 8, 0, 0, 0, len(packed), 0, 0)[:10]
            common = sizes + struct.pack("<HIII", 0x21, 0, len(packed), declared) + struct.pack("<HH", len(name), 0)
            local = b"PK\x03\x04" + common + name + packed
            central += b"PK\x01\x02" + struct.pack("<H", 20) + common + struct.pack("<HHHII", 0, 0, 0, 0, place) + name
            data += local
            place += len(local)
        end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, len(suffixes), len(suffixes), len(central), len(data), 0)
        (folder / "宅基地.zip").write_bytes(data + central + end)
        return Delivery(folder / "宅基地.zip")

    return make


add(KIND, "zip-bomb", _bomb(GIGABYTE, ".shp", ".shx", ".dbf", ".prj", ".cpg"))
add(KIND, "zip-bomb-lying", _bomb(100, ".shp", ".shx", ".dbf"))


def _edited(edit: Callable[[bytearray], bytes | bytearray]) -> Callable[[Path, Trap], Delivery]:
    """A sound zip whose bytes are changed afterwards."""

    def make(folder: Path, _trap: Trap) -> Delivery:
        path = build.zip_of(folder / "宅基地.zip", _members(folder))
        path.write_bytes(edit(bytearray(path.read_bytes())))
        return Delivery(path)

    return make


def _flag(data: bytearray, bit: int, method: int | None = None) -> bytearray:
    """Set a flag (and the method) of every entry, in both directories."""
    for magic, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] |= bit
            if method is not None:
                data[at + offset + 2 : at + offset + 4] = struct.pack("<H", method)
            at = data.find(magic, at + 4)
    return data


def _damage(data: bytearray) -> bytearray:
    middle = len(data) // 2
    data[middle : middle + 8] = b"\xaa" * 8
    return data


def _wrong_sum(data: bytearray) -> bytearray:
    for magic, offset in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        at = data.find(magic)
        while at >= 0:
            data[at + offset] ^= 0xFF
            at = data.find(magic, at + 4)
    return data


def _overlap(data: bytearray) -> bytearray:
    """Let every entry of the central directory point at the first."""
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 42 : at + 46] = bytes(4)
        at = data.find(b"PK\x01\x02", at + 4)
    return data


EDITS: dict[str, Callable[[bytearray], bytes | bytearray]] = {
    "zip-member-named-nul": lambda data: data.replace("宅基地.shp".encode(), "宅基\0\0\0.shp".encode()),
    "zip-encrypted": lambda data: _flag(data, 1),
    "zip-encrypted-aes": lambda data: _flag(data, 1, 99),
    "zip-method-unknown": lambda data: _flag(data, 0, 97),
    "zip-damaged-middle": _damage,
    "zip-checksum-wrong": _wrong_sum,
    "zip-entries-overlap": _overlap,
    "zip-no-directory": lambda data: data[: data.find(b"PK\x01\x02")],
    "zip-self-extracting": lambda data: b"MZ" + bytes(510) + data,
    "zip-after-json": lambda data: b'{"type": "FeatureCollection", "features": []}\n' + data,
}
for _name, _edit in EDITS.items():
    add(KIND, _name, _edited(_edit))


# --- other packers and office files ----------------------------------------------------------------------------------


MAGIC = {
    "rar": (".rar", b"Rar!\x1a\x07\x01\x00" + bytes(64)),
    "seven-zip": (".7z", b"7z\xbc\xaf\x27\x1c\x00\x04" + bytes(64)),
    "gzip": (".gz", b"\x1f\x8b\x08\x00" + bytes(64)),
    "old-excel": (".xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(1024)),
    "encrypted-excel": (".xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"EncryptedPackage".ljust(1024, b"\0")),
    "rar-called-zip": (".zip", b"Rar!\x1a\x07\x01\x00" + bytes(64)),
    "drawing-dwg": (".dwg", b"AC1032" + bytes(256)),
    "nothing": (".zip", b""),
    "only-zeros": (".shp", bytes(4096)),
    "only-ff": (".gpkg", b"\xff" * 4096),
}


def _magic(suffix: str, data: bytes) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        (folder / f"宅基地{suffix}").write_bytes(data)
        return Delivery(folder / f"宅基地{suffix}")

    return make


for _name, (_suffix, _data) in MAGIC.items():
    add(KIND, _name, _magic(_suffix, _data))


@case(KIND, "tar")
def _tar(folder: Path, _trap: Trap) -> Delivery:
    with tarfile.open(folder / "宅基地.tar", "w") as archive:
        for name, data in _members(folder).items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, BytesIO(data))
    return Delivery(folder / "宅基地.tar")


@case(KIND, "xlsx-without-workbook")
def _no_workbook(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(build.zip_of(folder / "宅基地.xlsx", {"[Content_Types].xml": b"<Types/>"}))


@case(KIND, "pipe")
def _pipe(folder: Path, _trap: Trap) -> Delivery:
    os.mkfifo(folder / "宅基地.geojson")
    return Delivery(folder / "宅基地.geojson")


@case(KIND, "folder")
def _folder(folder: Path, _trap: Trap) -> Delivery:
    (folder / "宅基地").mkdir()
    return Delivery(folder / "宅基地")


@case(KIND, "missing-file")
def _missing(folder: Path, _trap: Trap) -> Delivery:
    return Delivery(folder / "宅基地.gpkg")


# --- databases -------------------------------------------------------------------------------------------------------


@case(KIND, "gpkg-promises-more-rows")
def _promise(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", [square(), square(200)])
    return Delivery(build.run_sql(path, "UPDATE gpkg_ogr_contents SET feature_count = 5"))


@case(KIND, "gpkg-rows-in-its-log")
def _in_log(folder: Path, _trap: Trap) -> Delivery:
    """A package copied with its write-ahead log while a program had it open: rows stand in the log alone."""
    path = build.gpkg(folder / "宅基地.gpkg", [square(), square(200)])
    store = sqlite3.connect(path)
    store.execute("PRAGMA journal_mode = WAL")
    store.execute('INSERT INTO "宅基地" (geom, ZJDBM) SELECT geom, \'h3\' FROM "宅基地" WHERE fid = 1')
    store.commit()
    pair = [(Path(f"{path}{ending}"), Path(f"{path}{ending}").read_bytes()) for ending in ("", "-wal")]
    store.close()
    for copy, data in pair:
        copy.write_bytes(data)
    return Delivery(path)


@case(KIND, "gpkg-crashed-while-writing")
def _hot_journal(folder: Path, _trap: Trap) -> Delivery:
    """A package whose program died in mid-transaction: without its journal it is a mixture."""
    path = build.gpkg(folder / "宅基地.gpkg", [square(200 * number) for number in range(400)])
    store = sqlite3.connect(path, isolation_level=None)
    store.execute("PRAGMA cache_size = 1")
    store.execute("BEGIN")
    store.execute('UPDATE "宅基地" SET ZJDBM = ZJDBM || zeroblob(900)')
    pair = [(Path(f"{path}{ending}"), Path(f"{path}{ending}").read_bytes()) for ending in ("", "-journal")]
    store.execute("ROLLBACK")
    store.close()
    for copy, data in pair:
        copy.write_bytes(data)
    return Delivery(path)


@case(KIND, "sqlite-no-geopackage")
def _sqlite(folder: Path, _trap: Trap) -> Delivery:
    path = folder / "宅基地.gpkg"
    return Delivery(build.run_sql(path, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)"))


@case(KIND, "gpkg-only-a-table")
def _table_only(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", [square()])
    return Delivery(
        build.run_sql(path, "DELETE FROM gpkg_geometry_columns", "UPDATE gpkg_contents SET data_type = 'attributes'")
    )


@case(KIND, "gpkg-no-rows")
def _no_rows(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "宅基地.gpkg", [square()])
    return Delivery(build.run_sql(path, 'DELETE FROM "宅基地"', "UPDATE gpkg_ogr_contents SET feature_count = 0"))


@case(KIND, "gpkg-two-layers")
def _two(folder: Path, _trap: Trap) -> Delivery:
    path = build.gpkg(folder / "交付物.gpkg", [square()])
    build.pyogrio.write_dataframe(build.frame([square()]), path, layer="另一层", driver="GPKG", append=True)
    return Delivery(path)


def _gdb(change: Callable[[dict[str, bytes]], dict[str, bytes]]) -> Callable[[Path, Trap], Delivery]:
    def make(folder: Path, _trap: Trap) -> Delivery:
        (folder / "f").mkdir()
        members = build.gdb_members(folder / "f")
        for path in (folder / "f" / "宅基地.gdb").iterdir():
            path.unlink()
        (folder / "f" / "宅基地.gdb").rmdir()
        (folder / "f").rmdir()
        return Delivery(build.zip_of(folder / "宅基地.zip", change(members)))

    return make


def _features(members: dict[str, bytes]) -> str:
    """The name of the table that holds the features: the last one made."""
    return max(name for name in members if name.endswith(".gdbtable")).removesuffix(".gdbtable")


def _but(found: dict[str, bytes], *beginnings: str) -> dict[str, bytes]:
    return {name: data for name, data in found.items() if not name.startswith(beginnings)}


def _compressed(found: dict[str, bytes]) -> dict[str, bytes]:
    return {name.replace(".gdbtable", ".cdf"): data for name, data in found.items() if not name.endswith("lx")}


GEODATABASES: dict[str, Callable[[dict[str, bytes]], dict[str, bytes]]] = {
    "gdb-no-feature-table": lambda found: _but(found, _features(found)),
    "gdb-no-feature-index": lambda found: _but(found, _features(found) + ".gdbtablx"),
    "gdb-no-catalogue": lambda found: _but(found, "宅基地.gdb/a00000001."),
    "gdb-compressed": _compressed,
    "gdb-slip": _renamed("../../"),
}
for _name, _change in GEODATABASES.items():
    add(KIND, _name, _gdb(_change))


@case(KIND, "shx-of-another-file")
def _foreign_index(folder: Path, _trap: Trap) -> Delivery:
    path = build.shp(folder / "f", [square(), square(200).union(square(400))])
    other = build.shp(folder / "g", [square(), square(200)])
    path.with_suffix(".shx").write_bytes(other.with_suffix(".shx").read_bytes())
    return Delivery(path)
