"""Folders and files for results: refused before the work begins, not when it is done."""

from __future__ import annotations

import tempfile
from pathlib import Path

from landgis.errors import UsageError


def require_folders(*folders: Path | None) -> None:
    """Try that the folders that results are asked for in can be made and written to; a trial leaves nothing behind.

    Raises
    ------
    UsageError
        If one cannot be made, is no folder, or takes no files.
    """
    for folder in folders:
        if folder is not None:
            _require(folder)


def require_suffix(out: Path, suffix: str) -> None:
    """Keep a page from being written over a sheet, and the reverse.

    Raises
    ------
    UsageError
        If the file does not end so.
    """
    if out.suffix.lower() != suffix:
        raise UsageError(
            f"输出文件应以 {suffix} 结尾",
            f"The output must end in {suffix}",
            where=str(out),
            next_zh=f"如 --out out/文件{suffix}",
            next_en=f"E.g. --out out/file{suffix}",
        )


def _require(folder: Path) -> None:
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        # A check that is refused leaves no folder: the results make it when there are any.
        for made in missing:
            made.rmdir()
    except OSError as error:
        raise UsageError(
            f"结果文件夹 {folder} 不能用：不能建立，或不能写入",
            f"The folder {folder} for results cannot be used: it cannot be made, or takes no files",
            where=str(folder),
            next_zh="请另给一个可以写入的文件夹",
            next_en="Give another folder that files can be written to",
        ) from error
