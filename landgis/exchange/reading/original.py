"""The original of a delivery: one file whose bytes are kept, hashed while they are copied.

A delivery of several files (an unpacked shapefile, a .gdb folder) is packed first, always into the same bytes, and the
pack is the original.
"""

from __future__ import annotations

import errno
import hashlib
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from landgis.domain.issue import shown
from landgis.errors import FileMissing, FileUnreadable
from landgis.exchange.reading.confine import open_room
from landgis.exchange.reading.detect import FILEGDB, GEOPACKAGE, SHAPEFILE, sniff, unreadable
from landgis.exchange.reading.outcome import no_space

SHAPE_SUFFIXES = (".shp", ".shx", ".dbf", ".prj", ".cpg")
_CHUNK = 1 << 20
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_MOST_FILES = 2_000


@dataclass(frozen=True)
class Original:
    """The one file that is the original of a delivery, as copied.

    Attributes
    ----------
    path
        The copy, or the pack; it lives as long as its folder.
    name
        Name to keep it under: that of the delivered file, with ``.zip`` for a pack.
    content_hash
        SHA-256 of its bytes.
    driver
        Format of what was delivered, by content; ``zip`` for an archive.
    files
        The delivered files.
    """

    path: Path
    name: str
    content_hash: str
    driver: str
    files: tuple[Path, ...]


@contextmanager
def original_file(path: str | Path) -> Iterator[Original]:
    """Copy a delivery, or pack it where it is several files, for as long as the block lasts.

    Raises
    ------
    FileMissing, FormatUnknown, FileUnreadable, ExternalError
        As `take_in`.
    """
    with open_room() as room:
        yield take_in(Path(path), room.folder)


def take_in(source: Path, folder: Path) -> Original:
    """Copy a delivery into a folder of ours and hash what was copied.

    Raises
    ------
    FileMissing
        If there is no such file.
    FormatUnknown, FileUnreadable
        If its first bytes are those of no supported format, or a part of it is missing or cannot be read.
    ExternalError
        If the disk is full.
    """
    if not _is_there(source):
        named = shown(source, 200)
        raise FileMissing(
            f"没有文件 {named}", f"There is no file {named}", where=named,
            next_zh="请核对路径", next_en="Check the path",
        )  # fmt: skip
    driver = sniff(source)
    if driver == GEOPACKAGE:
        _require_closed(source)
    files = _files_of(source, driver)
    place = folder / "delivered"
    place.mkdir(exist_ok=True)
    packed = driver in (SHAPEFILE, FILEGDB)
    inside = f"{source.name}/" if driver == FILEGDB else ""
    target = place / (f"{source.stem if driver == SHAPEFILE else source.name}.zip" if packed else source.name)
    with _copying(source):
        digest = pack_original(files, target, inside=inside) if packed else _copy(source, target)
    return Original(target, target.name, digest, driver, files)


def copy_in(source: Path, folder: Path) -> Path:
    """Copy a single file into a folder of ours, whatever it holds.

    Raises
    ------
    FileUnreadable, ExternalError
        As `take_in`.
    """
    target = folder / "delivered" / source.name
    target.parent.mkdir(exist_ok=True)
    with _copying(source):
        _copy(source, target)
    return target


def pack_original(files: tuple[Path, ...], target: Path, *, inside: str = "") -> str:
    """Pack files into a zip whose bytes depend on nothing but their names and contents.

    Parameters
    ----------
    files
        What to pack, stored uncompressed, in the order of their names, dated 1980-01-01.
    target
        The zip to write.
    inside
        Folder inside the zip, with its slash.

    Returns
    -------
    str
        SHA-256 of the zip.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as pack:
        for path in sorted(files, key=lambda file: file.name):
            entry = zipfile.ZipInfo(f"{inside}{path.name}", _EPOCH)
            entry.create_system, entry.external_attr = 3, _PLAIN_FILE
            entry.file_size = path.stat().st_size
            with path.open("rb") as source, pack.open(entry, "w") as out:
                _pour(source, out)
    with target.open("rb") as packed:
        return hashlib.file_digest(packed, "sha256").hexdigest()


@contextmanager
def _copying(source: Path) -> Iterator[None]:
    """Say why a copy could not be made."""
    try:
        yield
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise no_space(str(error.strerror)) from error
        raise unreadable(source.name, f"复制中断（{error.strerror}）", f"copying stopped ({error.strerror})") from error


def _is_there(source: Path) -> bool:
    try:
        return source.is_file() or source.is_dir()
    except (OSError, ValueError):  # no file can have such a name
        return False


def _require_closed(source: Path) -> None:
    """Refuse a database whose latest changes still lie in a second file: alone it is an old state, or a broken one."""
    for ending, zh, en in (("-wal", "预写日志", "write-ahead log"), ("-journal", "回滚日志", "rollback journal")):
        beside = source.with_name(source.name + ending)
        if beside.is_file() and beside.stat().st_size:
            raise FileUnreadable(
                f"无法读取 {source.name}：旁边有未并入的{zh} {beside.name}，文件本身不是最新状态",
                f"Cannot read {source.name}: its {en} {beside.name} lies beside it, so the file alone is not up to date",
                where=str(source),
                next_zh="请在 QGIS 等软件中关闭该文件（日志会自动并入），再导入",
                next_en="Close it in QGIS or whatever has it open (that merges the two), then retry",
            )


def _files_of(source: Path, driver: str) -> tuple[Path, ...]:
    if driver == SHAPEFILE:
        return tuple(
            path
            for path in sorted(source.parent.iterdir())
            if path.stem == source.stem and path.suffix.lower() in SHAPE_SUFFIXES and path.is_file()
        )
    if driver != FILEGDB:
        return (source,)
    files = tuple(path for path in sorted(source.iterdir()) if path.is_file() and not path.is_symlink())
    if len(files) > _MOST_FILES:
        raise unreadable(source.name, f"文件超过 {_MOST_FILES} 个", f"more than {_MOST_FILES} files")
    return files


def _copy(source: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with source.open("rb") as file, target.open("wb") as out:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


def _pour(source: IO[bytes], out: IO[bytes]) -> None:
    while chunk := source.read(_CHUNK):
        out.write(chunk)
