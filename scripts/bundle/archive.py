"""Write the archive, and open it: verified whole before it has a name anybody installs from."""

from __future__ import annotations

import hashlib
import io
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import IO

from scripts.bundle.contents import MANIFEST, Contents, Item, Refused

_CHUNK = 1 << 20
_LONGEST_LIST = 16 << 20
_DAMAGED = (
    "离线包已损坏或被改动，没有安装任何内容：{zh}。请重新拷贝，并核对 .sha256 文件。\n"
    "The bundle is damaged or was tampered with; nothing was installed: {en}. Copy it again and compare its .sha256 file."
)


def sha256(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_archive(archive: Path, contents: Contents, folder: Path) -> None:
    """Write a bundle: the list first, then the files in its order; the same files make the same bytes."""
    part = archive.with_name(archive.name + ".part")
    with tarfile.open(part, "w", format=tarfile.PAX_FORMAT) as tar:
        listed = contents.to_json()
        tar.addfile(_member(MANIFEST, len(listed)), io.BytesIO(listed))
        for item in contents.files:
            with (folder / item.path).open("rb") as file:
                tar.addfile(_member(item.path, item.bytes), file)
    part.replace(archive)


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    return member


def open_archive(archive: Path, into: Path, judge: Callable[[Contents], None]) -> Contents:
    """Unpack a bundle into a folder that is there only when every file has the size and hash its list tells.

    Parameters
    ----------
    archive
        The bundle; a file of the same name with ``.sha256`` at its end is compared when it is there.
    into
        The folder to make; what was there before goes.
    judge
        Sees the list before anything is unpacked, and raises `Refused` if the bundle does not fit.

    Raises
    ------
    Refused
        No bundle, a damaged or altered one, or one that `judge` refuses. Nothing is left in the folder's place.
    OSError
        The disk is full, or may not be written.
    """
    part = into.with_name(into.name + ".part")
    for stale in (into, part):
        shutil.rmtree(stale, ignore_errors=True)
    try:
        _compare(archive)
        with tarfile.open(archive, "r:") as tar:
            contents = _read_list(tar)
            judge(contents)
            _unpack(tar, contents, part)
    except tarfile.TarError as error:
        raise _damaged("文件不完整，或不是离线包", "it is cut short, or no bundle at all") from error
    finally:
        if part.exists() and not (part / MANIFEST).exists():
            shutil.rmtree(part)
    part.replace(into)
    return contents


def _damaged(zh: str, en: str) -> Refused:
    return Refused(_DAMAGED.format(zh=zh, en=en))


def _compare(archive: Path) -> None:
    if not archive.is_file():
        raise Refused(f"没有这个文件：{archive}。\nThere is no such file: {archive}.")
    beside = archive.with_name(archive.name + ".sha256")
    if beside.exists() and beside.read_text(errors="replace").split()[:1] != [sha256(archive)]:
        raise _damaged(f"与 {beside.name} 所记的指纹不符", f"its hash is not the one in {beside.name}")


def _read_list(tar: tarfile.TarFile) -> Contents:
    first = tar.next()
    if first is None or first.name != MANIFEST or not _plain(first) or first.size > _LONGEST_LIST:
        raise _damaged(f"缺少清单 {MANIFEST}", f"it does not begin with its list, {MANIFEST}")
    return Contents.from_json(_file(tar, first).read())


def _plain(member: tarfile.TarInfo) -> bool:
    return member.type in {tarfile.REGTYPE, tarfile.AREGTYPE}


def _file(tar: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    file = tar.extractfile(member)
    if file is None:
        raise _damaged(f"{member.name} 不是文件", f"{member.name} is no file")
    return file


def _unpack(tar: tarfile.TarFile, contents: Contents, part: Path) -> None:
    """Write what the list names and nothing else, through our own hands: names are the list's, links are refused."""
    awaited = {item.path: item for item in contents.files}
    for member in iter(tar.next, None):
        item = awaited.pop(member.name, None)
        if item is None or not _plain(member) or member.size != item.bytes:
            raise _damaged(f"{member.name!a} 不在清单里，或与清单不符", f"{member.name!a} is not what its list says")
        _write(_file(tar, member), item, part / item.path)
    if awaited:
        name = min(awaited)
        raise _damaged(f"缺少 {name} 等 {len(awaited)} 个文件", f"{len(awaited)} files are missing, {name} the first")
    (part / MANIFEST).write_bytes(contents.to_json())


def _write(source: IO[bytes], item: Item, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with target.open("xb") as file:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            file.write(chunk)
    if digest.hexdigest() != item.sha256:
        raise _damaged(f"{item.path} 的指纹不符", f"{item.path} does not have the hash it should")
