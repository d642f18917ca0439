"""Unpacking a zip archive into a folder of our own, with Chinese entry names and without trusting it."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath

from landgis.errors import FileUnreadable

MAX_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 4 * 1024**3
"""A shapefile part ends at 2 GB by its own format; four hold a whole one."""
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_CHUNK = 1 << 20


def unpack(source: Path, folder: Path, suffixes: tuple[str, ...]) -> dict[PurePosixPath, Path]:
    """Unpack the entries that end in one of the suffixes, under names of our own.

    Entry names never become paths, so no entry can land outside the folder.

    Parameters
    ----------
    source
        The archive.
    folder
        An empty folder that the caller removes.
    suffixes
        Lower-case endings to unpack, with their dot.

    Returns
    -------
    dict
        Entry name as the packer meant it (UTF-8 or GBK) → the file unpacked.

    Raises
    ------
    FileUnreadable
        For a damaged or encrypted archive, two entries of one name, or more data than allowed.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            return _unpack(archive, folder, suffixes, source.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise _unreadable(source.name, f"压缩包已损坏（{error}）", f"the archive is damaged ({error})") from error


def _unpack(archive: zipfile.ZipFile, folder: Path, suffixes: tuple[str, ...], where: str) -> dict[PurePosixPath, Path]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        raise _unreadable(where, f"压缩包内文件超过 {MAX_ENTRIES} 个", f"more than {MAX_ENTRIES} files in the archive")
    unpacked: dict[PurePosixPath, Path] = {}
    left = MAX_UNPACKED_BYTES
    for number, entry in enumerate(entries):
        name = PurePosixPath(entry_name(entry))
        if name.suffix.lower() not in suffixes or "__MACOSX" in name.parts or name.name.startswith("._"):
            continue
        if entry.flag_bits & _ENCRYPTED_FLAG:
            raise _unreadable(where, "压缩包有密码", "the archive is encrypted")
        if name in unpacked:
            raise _unreadable(where, f"压缩包内有两个 {name}", f"two entries are called {name}")
        target = folder / f"{number}{name.suffix.lower()}"
        left -= _copy(archive, entry, target, left, where)
        unpacked[name] = target
    return unpacked


def entry_name(entry: zipfile.ZipInfo) -> str:
    """Return an entry's name: UTF-8 where flagged, else UTF-8 or GBK by its bytes."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename.replace("\\", "/")
    raw = entry.orig_filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return entry.filename


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, left: int, where: str) -> int:
    """Copy one entry, counting the bytes that really come out (declared sizes can lie)."""
    written = 0
    with archive.open(entry) as inside, target.open("wb") as out:
        while chunk := inside.read(_CHUNK):
            written += len(chunk)
            if written > left:
                raise _unreadable(
                    where,
                    f"解压后超过 {MAX_UNPACKED_BYTES // 1024**3} GB",
                    f"unpacks to more than {MAX_UNPACKED_BYTES // 1024**3} GB",
                )
            out.write(chunk)
    return written


def _unreadable(where: str, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        f"无法读取 {where}：{zh}",
        f"Cannot read {where}: {en}",
        where=where,
        next_zh="请重新打包后再导入",
        next_en="Pack it again and retry",
    )
