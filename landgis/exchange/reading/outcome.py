"""How a confined job ended: its answer, its error, or why it has neither."""

from __future__ import annotations

import errno
import json
import signal
import tempfile
from pathlib import Path
from typing import Any

from landgis.domain.question import error_from_dict
from landgis.errors import ExternalError, FileUnreadable, LandgisError
from landgis.exchange.reading.limits import Limits

_ANSWER_BYTES = 256 * 1024**2


def answered(path: Path, source: str, limits: Limits) -> dict[str, Any]:
    """Return what a job answered.

    Raises
    ------
    LandgisError
        What the job raised.
    FileUnreadable, ExternalError
        If it ran out of memory or room, or stumbled.
    """
    if path.stat().st_size > _ANSWER_BYTES:
        raise _gave_up(source, "回答过长", "its answer is too long")
    told = json.loads(path.read_text(encoding="utf-8"))
    if "answer" in told:
        answer: dict[str, Any] = told["answer"]
        return answer
    if "error" in told:
        raise error_from_dict(told["error"])
    if told["failed"] == "memory":
        raise _too_much_memory(source, limits)
    if told["failed"] == "system" and told["errno"] == errno.ENOSPC:
        raise no_space(str(told["told"]))
    if told["failed"] == "system" and told["errno"] == errno.EFBIG:
        most = f"{limits.file_bytes / 1024**2:.0f} MiB"
        raise _gave_up(source, f"展开后超过 {most}", f"it unfolds to more than {most}")
    raise _gave_up(source, f"读取中断（{told['told']}）", f"reading stopped ({told['told']})")


def ended(exit_code: int, in_time: bool, source: str, limits: Limits) -> LandgisError:
    """Say why a child ended without an answer."""
    if not in_time:
        most = f"{limits.wall_seconds:.0f}"
        return _gave_up(source, f"{most} 秒内没有读完", f"it was not read within {most} s")
    if exit_code == -signal.SIGXCPU:
        most = str(limits.cpu_seconds)
        return _gave_up(source, f"处理时间超过 {most} 秒", f"it takes more than {most} s of processor time")
    zh, en = (
        (f"信号 {-exit_code}", f"signal {-exit_code}")
        if exit_code < 0
        else (f"退出码 {exit_code}", f"exit {exit_code}")
    )
    return _gave_up(source, f"读取程序异常结束（{zh}）", f"the reader ended abnormally ({en})")


def _too_much_memory(source: str, limits: Limits) -> FileUnreadable:
    most = f"{limits.memory_bytes / 1024**3:.1f} GiB"
    return _gave_up(source, f"读取所需内存超过 {most}", f"reading it takes more than {most} of memory")


def no_space(told: str) -> ExternalError:
    """Make the error for a temporary folder that takes no more."""
    return ExternalError(
        f"临时文件夹写不下（{told}）",
        f"The temporary folder takes no more ({told})",
        where=tempfile.gettempdir(),
        next_zh="请清理磁盘空间，或用环境变量 TMPDIR 指定另一个文件夹，再重试",
        next_en="Free some disk space, or name another folder with TMPDIR, and retry",
    )


def _gave_up(source: str, zh: str, en: str) -> FileUnreadable:
    return FileUnreadable(
        f"无法读取 {source}：{zh}",
        f"Cannot read {source}: {en}",
        where=source,
        next_zh="文件可能已损坏或被人为构造；请核对来源，重新导出，或拆成较小的文件",
        next_en="The file may be damaged or crafted: check where it comes from, export it again, or split it",
    )


def reader_lost() -> ExternalError:
    """Make the error for a warm process that is gone."""
    return ExternalError(
        "受限读取程序没有运行起来",
        "The confined reader is not running",
        next_zh="请重试；若仍失败，运行 make setup 补齐安装",
        next_en="Retry; if it fails again, complete the installation with make setup",
    )
