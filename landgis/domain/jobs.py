"""Long work (后台任务): what it is, how it stands, and what is said of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH

SILENT_AFTER = timedelta(seconds=25)
"""A worker says every five seconds that it is there; one that has been silent for so long is gone."""
KEPT = timedelta(days=30)
"""How long the file of a finished job is kept."""


class JobKind(StrEnum):
    """What is done."""

    IMPORT_LAYER = "import_layer"
    IMPORT_PARCELS = "import_parcels"
    SCREEN = "screen"
    ATLAS = "atlas"
    PACKAGE = "package"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _KINDS[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _KINDS[self][1]


class JobState(StrEnum):
    """How it stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    INTERRUPTED = "interrupted"

    @property
    def zh(self) -> str:
        """Chinese label."""
        return _STATES[self][0]

    @property
    def en(self) -> str:
        """English label."""
        return _STATES[self][1]

    @property
    def ended(self) -> bool:
        """Whether nothing will change any more."""
        return self not in (JobState.WAITING, JobState.RUNNING)


@dataclass(frozen=True)
class Job:
    """A job as it is on record.

    Attributes
    ----------
    job_no
        Its number.
    kind, arguments
        What is done, and to what; a file is named by the hash of its content.
    asked_by, account, name_zh
        Who asked: number, account and name.
    state
        How it stands.
    share
        How much of it is done, 0 to 1.
    step_zh, step_en
        What is being done.
    result
        What came of it; empty before it is done.
    error
        Why it failed, as ``LandgisError.as_dict`` tells it; empty if it did not.
    created_at, started_at, ended_at
        When it was asked for, begun and over; None: not yet.
    worker
        Who does it: machine and process.
    cancel_asked
        Account of who asked to cancel it; empty: nobody.
    cleared_at
        When its file was removed; None: it was not.
    """

    job_no: int
    kind: JobKind
    arguments: Mapping[str, Any]
    asked_by: int
    account: str
    name_zh: str
    state: JobState
    share: float
    step_zh: str
    step_en: str
    result: Mapping[str, Any]
    error: Mapping[str, Any]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    worker: str
    cancel_asked: str
    cleared_at: datetime | None

    @property
    def about(self) -> str:
        """What it is done to, in a line."""
        told = (self.arguments.get(name) for name in _ABOUT[self.kind])
        return " · ".join(str(value["name"] if isinstance(value, dict) else value) for value in told if value)

    @property
    def file(self) -> str:
        """Name of the file that was made; empty: none, or no longer kept."""
        return "" if self.cleared_at else str(self.result.get("file", ""))

    @property
    def told(self) -> tuple[str, str]:
        """What came of it, or what became of it, in a sentence; empty while nothing did."""
        if self.state is JobState.DONE:
            gone = _CLEARED if self.cleared_at and self.result.get("file") else ("", "")
            mark = (f"（{SUBSTITUTE_ZH}）", f" ({SUBSTITUTE_EN})") if self.result.get("substitute") else ("", "")
            return f"{self.result['told_zh']}{mark[0]}{gone[0]}", f"{self.result['told_en']}{mark[1]}{gone[1]}"
        if self.state is JobState.FAILED:
            return str(self.error.get("message_zh", "")), str(self.error.get("message_en", ""))
        return _ENDS.get(self.state, ("", ""))

    @property
    def next(self) -> tuple[str, str]:
        """What to do now; empty where nothing is to be done."""
        if self.state is JobState.FAILED:
            return str(self.error.get("next_zh", "")), str(self.error.get("next_en", ""))
        if self.state in _ENDS:
            return (
                f"需要时请重新提交：landgis job again {self.job_no}",
                f"Ask again if you want it: landgis job again {self.job_no}",
            )
        return "", ""

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain fields, for ``--json`` and the web."""
        return {
            "job_no": self.job_no, "kind": str(self.kind), "kind_zh": self.kind.zh, "kind_en": self.kind.en,
            "arguments": dict(self.arguments), "about": self.about, "asked_by": self.account, "asked_by_name": self.name_zh,
            "state": str(self.state), "state_zh": self.state.zh, "state_en": self.state.en, "ended": self.state.ended,
            "share": self.share, "step_zh": self.step_zh, "step_en": self.step_en, "result": dict(self.result),
            "error": dict(self.error), "told_zh": self.told[0], "told_en": self.told[1], "next_zh": self.next[0],
            "next_en": self.next[1], "file": self.file, "created_at": self.created_at.isoformat(),
            "started_at": _iso(self.started_at), "ended_at": _iso(self.ended_at), "worker": self.worker,
            "cancel_asked_by": self.cancel_asked, "cleared_at": _iso(self.cleared_at),
        }  # fmt: skip


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


_KINDS = {
    JobKind.IMPORT_LAYER: ("导入图层", "import a layer"),
    JobKind.IMPORT_PARCELS: ("导入地块", "import parcels"),
    JobKind.SCREEN: ("筛查", "screen a district"),
    JobKind.ATLAS: ("计划图册", "atlas of a plan"),
    JobKind.PACKAGE: ("移交成果包", "package to hand over"),
}
_STATES = {
    JobState.WAITING: ("排队", "waiting"),
    JobState.RUNNING: ("进行中", "running"),
    JobState.DONE: ("完成", "done"),
    JobState.FAILED: ("失败", "failed"),
    JobState.CANCELLED: ("已取消", "cancelled"),
    JobState.INTERRUPTED: ("中断", "interrupted"),
}
_ABOUT = {
    JobKind.IMPORT_LAYER: ("file", "as_layer"),
    JobKind.IMPORT_PARCELS: ("file", "district"),
    JobKind.SCREEN: ("rules", "as_of"),
    JobKind.ATLAS: ("plan", "district", "drawn_on"),
    JobKind.PACKAGE: ("profile", "district", "plan", "as_of", "why"),
}
_ENDS = {
    JobState.CANCELLED: (
        "已取消；没有留下一半的内容，取消前若已整体存成，结果仍在",
        "It was cancelled; no half of anything is left, and what had been stored as a whole by then stays",
    ),
    JobState.INTERRUPTED: (
        "执行程序停止或意外退出，任务没有做完；没有留下一半的内容，中断前若已整体存成，结果仍在",
        "The worker was stopped or died before it was done; no half of anything is left, and what had been stored as a "
        "whole by then stays",
    ),
}
_CLEARED = ("；文件保存期满，已清除", "; its file was kept for as long as files are, and has been removed")
