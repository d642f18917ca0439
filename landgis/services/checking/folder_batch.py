"""Every parcel file of a folder as one batch; a file that cannot be read is told, never passed over."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from landgis.domain.issue import Issue, Severity, shown
from landgis.errors import CrsMissing, EncodingUnknown, ExternalError, FileMissing, LandgisError
from landgis.services.checking.batch import Batch, Unread, joined
from landgis.services.checking.check import Candidates, candidates_from_file

_BESIDE_SHAPES = (".shx", ".dbf", ".prj", ".cpg", ".sbn", ".sbx", ".qix", ".qpj", ".shp.xml")
_BESIDE_DATABASES = ("-wal", "-shm", "-journal")
_OF_THE_SYSTEM = ("thumbs.db", "desktop.ini")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class _Answers:
    """Answers that all files share; None: nobody gave one."""

    crs: str | None = None
    encoding: str | None = None

    def with_answer(self, question: CrsMissing | EncodingUnknown, known: _Answers) -> _Answers:
        """Add what is known to the question that a file asks."""
        if isinstance(question, CrsMissing):
            return replace(self, crs=known.crs)
        return replace(self, encoding=known.encoding)


def is_folder_of_files(path: Path) -> bool:
    """Tell a folder of files from a file geodatabase, which is a folder too."""
    return path.is_dir() and not any(path.glob("*.gdbtable"))


def batch_of_folder(
    folder: Path,
    *,
    crs: str | None = None,
    encoding: str | None = None,
    facts: pd.DataFrame | None = None,
    apart_from: Collection[Path] = (),
    progress: Progress = lambda _step: None,
) -> Batch:
    """Read the parcels of every file in a folder, by name; sub-folders are named and not followed.

    Parameters
    ----------
    folder
        The folder.
    crs, encoding
        Answers for the files that ask; a file that says it itself is taken at its word.
    facts
        As for one file.
    apart_from
        Files of the folder that are no parcels: the table of facts.
    progress
        Told which file is read.

    Raises
    ------
    FileMissing
        If there is no file in the folder.
    ExternalError
        If a file could not be read because of the machine: that is no fault of the file.
    """
    names = {path.resolve() for path in apart_from}
    entries = sorted((path for path in folder.iterdir() if path.resolve() not in names), key=lambda path: path.name)
    files = [path for path in entries if not _beside(path, entries)]
    wanted = [path for path in files if not _passed_over(path)]
    if not wanted:
        raise FileMissing(
            f"文件夹 {folder} 里没有文件", f"There is no file in the folder {folder}", where=str(folder),
            next_zh="请核对路径；子文件夹不在核对之列", next_en="Check the path; sub-folders are not followed",
        )  # fmt: skip
    read: dict[str, Candidates] = {}
    unread = []
    for path in wanted:
        progress(path.name)
        found = _read(path, _Answers(crs, encoding), facts)
        if isinstance(found, Candidates):
            read[path.name] = found
        else:
            unread.append(Unread.of(shown(path.name, 200), found))
    return joined(read, unread, [_passed_issue(path) for path in files if _passed_over(path)], facts=facts is not None)


def _read(path: Path, answers: _Answers, facts: pd.DataFrame | None) -> Candidates | LandgisError:
    """Read one file; what it asks is answered where there is an answer, and asked once."""
    given = _Answers()
    while True:
        try:
            return candidates_from_file(path, crs=given.crs, encoding=given.encoding, facts=facts)
        except (CrsMissing, EncodingUnknown) as question:
            more = given.with_answer(question, answers)
            if more == given:
                return question
            given = more
        except ExternalError:
            raise
        except LandgisError as error:
            return error


def _beside(path: Path, entries: Collection[Path]) -> bool:
    """Tell whether a file belongs to another one of the folder: a part of a shapefile, the journal of a database."""
    lower = path.name.lower()
    owners = {other.name.lower() for other in entries}
    shape = next((lower.removesuffix(end) for end in _BESIDE_SHAPES if lower.endswith(end)), None)
    base = next((lower.removesuffix(end) for end in _BESIDE_DATABASES if lower.endswith(end)), None)
    return (shape is not None and f"{shape}.shp" in owners) or (base is not None and base in owners)


def _passed_over(path: Path) -> bool:
    """Tell sub-folders and what systems and editors leave lying about."""
    if path.is_dir():
        return is_folder_of_files(path)
    return path.name.startswith((".", "~$")) or path.name.lower() in _OF_THE_SYSTEM


def _passed_issue(path: Path) -> Issue:
    kind_zh, kind_en = (
        ("子文件夹", "a sub-folder") if path.is_dir() else ("系统或编辑软件的临时文件", "a file of the system")
    )
    return Issue(
        "not_followed", Severity.MINOR, shown(path.name, 200),
        f"{kind_zh}，没有核对；其中如有地块请另行核对", f"{kind_en}, not looked into: check parcels in it by themselves",
    )  # fmt: skip
