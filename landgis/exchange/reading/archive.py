"""Unpacking a zip archive into a folder of our own, with Chinese entry names and without trusting it."""

from __future__ import annotations

import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path, PurePosixPath

from landgis.errors import FileUnreadable

MAX_ENTRIES = 2_000
MAX_UNPACKED_BYTES = 4 * 1024**3
"""A shapefile part ends at 2 GB by its own format; four hold a whole one."""
MAX_RATIO, RATIO_FROM_BYTES = 250, 256 * 1024**2
"""No map data shrink 250 times; blank table cells may, so small archives are let through."""
_UTF8_FLAG = 0x800
_ENCRYPTED_FLAG = 0x1
_CHUNK = 1 << 20
_NESTED = (".zip", ".rar", ".7z", ".gz", ".tgz", ".bz2", ".xz", ".tar", ".zst")


def members(source: Path, where: str) -> dict[PurePosixPath, zipfile.ZipInfo]:
    """Return the files of an archive by name, after checking that every name can be trusted.

    Parameters
    ----------
    source
        The archive.
    where
        Its name, for messages.

    Returns
    -------
    dict
        Entry name as the packer meant it (UTF-8 or GBK) → entry; folders and what macOS adds left out.

    Raises
    ------
    FileUnreadable
        For a damaged or encrypted archive, one inside another, too many entries, two entries of one name, names that
        differ in case only, links, and names that lead out of the archive.
    """
    with _opened(source, where) as archive:
        entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MAX_ENTRIES:
        raise refused(where, f"压缩包内文件超过 {MAX_ENTRIES} 个", f"more than {MAX_ENTRIES} files in the archive")
    found: dict[PurePosixPath, zipfile.ZipInfo] = {}
    plain: dict[str, PurePosixPath] = {}
    for entry in entries:
        spelled = entry_name(entry)
        if spelled is None:
            raise refused(
                where, "压缩包内有文件名无法辨认（既非 UTF-8 也非 GBK）", "an entry's name is neither UTF-8 nor GBK"
            )
        name = PurePosixPath(spelled)
        _require_plain(entry, name, where)
        if "__MACOSX" in name.parts or name.name.startswith("._"):
            continue
        same = plain.setdefault(unicodedata.normalize("NFC", str(name)).casefold(), name)
        if name in found:
            raise refused(where, f"压缩包内有两个 {name}", f"two entries are called {name}")
        if same != name:
            raise refused(where, f"{same} 与 {name} 只有大小写不同", f"{same} and {name} differ only in case")
        found[name] = entry
    return found


def unpack(
    source: Path, folder: Path, wanted: Callable[[PurePosixPath], bool], where: str
) -> dict[PurePosixPath, Path]:
    """Unpack the wanted files, under names of our own.

    Entry names never become paths, so no entry can land outside the folder.

    Parameters
    ----------
    source
        The archive.
    folder
        An empty folder that the caller removes.
    wanted
        Tells from an entry's name whether to unpack it.
    where
        The archive's name, for messages.

    Returns
    -------
    dict
        Entry name → the file unpacked.

    Raises
    ------
    FileUnreadable
        As `members`, and for more data than allowed.
    """
    listed = members(source, where)
    unpacked: dict[PurePosixPath, Path] = {}
    size = source.stat().st_size
    written = 0
    try:
        with _opened(source, where) as archive:
            for number, (name, entry) in enumerate(listed.items()):
                if wanted(name):
                    unpacked[name] = folder / f"{number}{name.suffix.lower()}"
                    written = _copy(archive, entry, unpacked[name], written, size, where)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise refused(where, f"压缩包已损坏（{error}）", f"the archive is damaged ({error})") from error
    return unpacked


def entry_name(entry: zipfile.ZipInfo) -> str | None:
    """Return an entry's name: UTF-8 where flagged, else UTF-8 or GBK by its bytes; None where it is neither."""
    if entry.flag_bits & _UTF8_FLAG:
        return entry.filename.replace("\\", "/")
    raw = entry.orig_filename.encode("cp437", errors="replace")
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding).replace("\\", "/")
        except UnicodeDecodeError:
            continue
    return None


def refused(where: str, zh: str, en: str) -> FileUnreadable:
    """Make the error for an archive that is not unpacked."""
    return FileUnreadable(
        f"无法读取 {where}：{zh}",
        f"Cannot read {where}: {en}",
        where=where,
        next_zh="请只把数据文件本身重新打包（不加密、不嵌套、不带链接）后再导入",
        next_en="Pack the data files themselves again (no password, no archive inside, no links) and retry",
    )


def _opened(source: Path, where: str) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(source)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise refused(where, f"压缩包已损坏（{error}）", f"the archive is damaged ({error})") from error


def _require_plain(entry: zipfile.ZipInfo, name: PurePosixPath, where: str) -> None:
    """Refuse names that lead elsewhere, links, passwords and archives in the archive."""
    if entry.flag_bits & _ENCRYPTED_FLAG:
        raise refused(where, "压缩包有密码", "the archive is encrypted")
    if ".." in name.parts or name.is_absolute() or (name.parts and name.parts[0].endswith(":")) or "\0" in str(name):
        raise refused(where, f"文件名 {name} 指向压缩包之外", f"the entry {name} leads out of the archive")
    if stat.S_ISLNK(entry.external_attr >> 16):
        raise refused(where, f"{name} 是链接", f"the entry {name} is a link")
    if name.suffix.lower() in _NESTED:
        raise refused(where, f"压缩包里还有压缩包 {name}", f"there is an archive in the archive: {name}")


def _copy(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, target: Path, before: int, size: int, where: str) -> int:
    """Copy one entry, counting the bytes that really come out (declared sizes can lie); return the sum so far."""
    written = before
    with archive.open(entry) as inside, target.open("wb") as out:
        while chunk := inside.read(_CHUNK):
            written += len(chunk)
            if written > MAX_UNPACKED_BYTES:
                most = f"{MAX_UNPACKED_BYTES / 1024**3:.0f} GB"
                raise refused(where, f"解压后超过 {most}", f"it unpacks to more than {most}")
            if written > RATIO_FROM_BYTES and written > MAX_RATIO * size:
                raise refused(
                    where,
                    f"解压后超过原大小的 {MAX_RATIO} 倍",
                    f"it unpacks to more than {MAX_RATIO} times its size",
                )
            out.write(chunk)
    return written
