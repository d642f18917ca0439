"""What a person gave to be checked, kept for half an hour: under a token that nobody else can use."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Any

from landgis.access.person import Person
from landgis.domain.issue import shown
from landgis.errors import InputError, NotFound, UsageError

KEPT_S = 30 * 60
MOST_BYTES = 200 * 1024**2
MOST_KEPT = 8
"""So much one person keeps at a time; his oldest goes first, and asking for it says so."""
MOST_FILES = 12
"""Files of one upload: the parts of an unpacked shapefile."""
_NOTE = "about.json"
_FILES = "files"


@dataclass(frozen=True)
class Kept:
    """One thing kept.

    Attributes
    ----------
    token
        Its name, which nobody can guess.
    folder
        Where it lies.
    said
        What else was given with it: a drawing, a text, answers.
    """

    token: str
    folder: Path
    said: dict[str, Any]

    @property
    def files(self) -> list[Path]:
        """The files given, by name."""
        return sorted((self.folder / _FILES).iterdir())

    @property
    def room_bytes(self) -> int:
        """How many bytes more may come."""
        return MOST_BYTES - sum(path.stat().st_size for path in self.files)

    def place(self, name: str) -> Path:
        """Return where a further file goes, under its own name and nowhere else.

        Raises
        ------
        UsageError
            A name that is none, or more files than a delivery has.
        """
        plain = PurePath(name.replace("\\", "/")).name.strip()
        if not plain or plain in (".", "..") or len(plain.encode()) > 200 or not plain.isprintable():
            raise UsageError(
                f"文件名“{shown(name)}”不能使用", f"The name “{shown(name)}” cannot be used", where="name",
                next_zh="请改名后再上传", next_en="Rename the file",
            )  # fmt: skip
        if len(self.files) >= MOST_FILES:
            raise UsageError(
                f"一次最多 {MOST_FILES} 个文件", f"At most {MOST_FILES} files at once",
                next_zh="请打包成 zip", next_en="Pack them into a zip",
            )  # fmt: skip
        return self.folder / _FILES / plain

    @property
    def main(self) -> Path:
        """The file to be read: of the parts of a shapefile the ``.shp``, else the only one.

        Raises
        ------
        InputError
            If there is none, or nobody can say which.
        """
        files = self.files
        chosen = [path for path in files if path.suffix.lower() == ".shp"] or files
        if len(chosen) == 1:
            return chosen[0]
        raise InputError(
            f"收到 {len(files)} 个文件，不能确定核查哪一个", f"{len(files)} files came: nobody can say which to check",
            next_zh="请一次上传一个文件；shapefile 的各部分可一起上传，或打包成 zip",
            next_en="Upload one file at a time; the parts of a shapefile together, or as a zip",
        )  # fmt: skip


@dataclass(frozen=True)
class Uploads:
    """The folder of what is kept (``<home>/uploads``).

    Attributes
    ----------
    folder
        Where it is; made when first needed, readable to this account alone.
    """

    folder: Path

    @classmethod
    def of(cls, home: Path) -> Uploads:
        """Return the folder of an installation."""
        return cls(home / "uploads")

    def keep(self, person: Person, said: Mapping[str, Any]) -> Kept:
        """Keep something for half an hour; what has had its time, here or of anybody, goes."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.sweep()
        own = [row for row in self._all() if row[1].get("person") == person.person_id]
        for folder, _ in own[: max(0, len(own) - MOST_KEPT + 1)]:
            shutil.rmtree(folder, ignore_errors=True)
        token = secrets.token_urlsafe(24)
        folder = self.folder / token
        (folder / _FILES).mkdir(parents=True, mode=0o700)
        note = {"person": person.person_id, "at": time.time(), "said": dict(said)}
        (folder / _NOTE).write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
        return Kept(token, folder, dict(said))

    def find(self, person: Person, token: str) -> Kept:
        """Return what a person kept.

        Raises
        ------
        NotFound
            If it is another's, or its time is over; nobody is told which.
        """
        asked = token.encode()  # as bytes: a text that is not ASCII cannot be compared so
        found = next((row for row in self._all() if secrets.compare_digest(row[0].name.encode(), asked)), None)
        if found is None or found[1].get("person") != person.person_id or _over(found[1]):
            raise NotFound(
                "这次上传已过期，或不是您的上传", "This upload is over, or not yours", where=token[:8],
                next_zh=f"上传的内容只保留 {KEPT_S // 60} 分钟、每人 {MOST_KEPT} 份；请重新上传",
                next_en=f"Uploads are kept for {KEPT_S // 60} minutes, {MOST_KEPT} for each person: upload it again",
            )  # fmt: skip
        return Kept(token, found[0], found[1]["said"])

    def say(self, kept: Kept, said: Mapping[str, Any]) -> Kept:
        """Note what is said of something kept; how long it is kept stays as it is."""
        place = kept.folder / _NOTE
        note = json.loads(place.read_text(encoding="utf-8")) | {"said": dict(said)}
        place.write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
        return Kept(kept.token, kept.folder, dict(said))

    def drop(self, kept: Kept) -> None:
        """Take away what was kept."""
        shutil.rmtree(kept.folder, ignore_errors=True)

    def sweep(self) -> None:
        """Take away everything that has had its time."""
        for folder, note in self._all():
            if _over(note):
                shutil.rmtree(folder, ignore_errors=True)

    def _all(self) -> list[tuple[Path, dict[str, Any]]]:
        """Everything kept with its note, the oldest first; what has no sound note has had its time."""
        rows = []
        for folder in self.folder.iterdir() if self.folder.is_dir() else ():
            note: dict[str, Any] = {"at": 0.0, "person": None, "said": {}}
            with suppress(OSError, ValueError):
                note = json.loads((folder / _NOTE).read_text(encoding="utf-8"))
            rows.append((folder, note))
        return sorted(rows, key=lambda row: row[1]["at"])


def _over(note: Mapping[str, Any]) -> bool:
    return not 0 <= time.time() - note["at"] <= KEPT_S
