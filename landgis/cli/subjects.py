"""What a check is about: a file, a folder of files, exchange text, a drawn polygon, or a list of parcels on record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

    from landgis.bootstrap import App
    from landgis.services.checking.batch import Batch


@dataclass(frozen=True)
class Subject:
    """What was given on the command line, and the answers given with it.

    Attributes
    ----------
    file
        A file of parcels, or a folder of them.
    txt, wkt, listed
        Exchange text; a polygon; a list of parcel numbers of the inventory.
    layer, crs, encoding, facts
        Answers.
    """

    file: Path | None
    txt: Path | None
    wkt: str | None
    listed: Path | None
    layer: str | None
    crs: str | None
    encoding: str | None
    facts: Path | None

    def require_sound(self, out: Path | None) -> None:
        """Refuse what cannot work, before anything is read.

        Raises
        ------
        UsageError
            If not one subject is given, or something beside it that it does not go with.
        """
        from landgis.errors import UsageError
        from landgis.exchange.points.boundary_text import require_boundary_text

        if sum(given is not None for given in (self.file, self.txt, self.wkt, self.listed)) != 1:
            raise UsageError(
                "请给出地块文件（或文件夹）、--txt、--wkt、--list 之一",
                "Give one of a file or folder of parcels, --txt, --wkt and --list",
                next_zh="如 landgis check 地块.gpkg --layers 图层文件夹",
                next_en="E.g. landgis check parcels.gpkg --layers FOLDER",
            )
        if self.is_folder:
            self._refuse("文件夹", "a folder", layer=self.layer)
            self._require_out_elsewhere(out)
        if self.listed is not None:
            self._refuse("--list", "--list", layer=self.layer, crs=self.crs, facts=self.facts)
        if self.txt is not None:
            require_boundary_text(self.txt)

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder of files."""
        from landgis.services.checking.folder_batch import is_folder_of_files

        return self.file is not None and is_folder_of_files(self.file)

    def table_of_facts(self) -> pd.DataFrame | None:
        """Read the table of facts, where there is one."""
        from landgis.services.checking.check_files import facts_table

        return facts_table(self.facts, self.encoding) if self.facts else None

    def _refuse(self, zh: str, en: str, **given: object) -> None:
        from landgis.errors import UsageError

        listed = "、".join(f"--{name}" for name, value in given.items() if value is not None)
        if listed:
            raise UsageError(
                f"{listed} 不能与{zh}同用",
                f"{listed} does not go with {en}",
                next_zh="请去掉，或逐个文件核对",
                next_en="Leave it out, or check file by file",
            )

    def _require_out_elsewhere(self, out: Path | None) -> None:
        """Results in the folder itself would be read as parcels the next time."""
        from landgis.errors import UsageError

        if self.file is not None and out is not None and out.resolve() == self.file.resolve():
            raise UsageError(
                "--out 不能就是地块文件夹",
                "--out cannot be the folder of the parcels itself",
                where=str(out),
                next_zh="请另给一个文件夹",
                next_en="Give another folder",
            )


def read_subject(
    app: App,
    subject: Subject,
    facts: pd.DataFrame | None,
    as_of: date,
    step: Callable[[str], None],
) -> Batch:
    """Read what is to be checked.

    Parameters
    ----------
    facts
        The table of facts, read.
    as_of
        The day that counts.
    step
        Told which file is read.
    """
    from landgis.services.checking import check as service
    from landgis.services.checking.batch import Batch
    from landgis.services.checking.folder_batch import batch_of_folder
    from landgis.services.checking.list_batch import batch_of_list

    if subject.listed is not None:
        return batch_of_list(app.database, subject.listed, as_of, encoding=subject.encoding)
    source = subject.file or subject.txt
    if source is None:
        return Batch.of_one(service.candidate_from_wkt(str(subject.wkt), app.crs(subject.crs)), "")
    if subject.is_folder:
        beside = () if subject.facts is None else (subject.facts,)
        return batch_of_folder(
            source, crs=subject.crs, encoding=subject.encoding, facts=facts, apart_from=beside, progress=step
        )
    found = service.candidates_from_file(
        source, layer=subject.layer, crs=subject.crs, encoding=subject.encoding, facts=facts
    )
    return Batch.of_one(found, source.name)
