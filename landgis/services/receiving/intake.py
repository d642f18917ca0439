"""What comes in through the desk: held for a while, looked into, answered for, then given to a job.

Nothing is kept before somebody starts the import; then the file is an original, by the hash of its bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.db.connect import Database
from landgis.db.originals import Originals, SourceFile
from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.domain.jobs import JobKind
from landgis.errors import Conflict
from landgis.exchange.conforming.column_meanings import Meaning, layer_meanings, parcel_meanings, recognised
from landgis.exchange.reading.inspected import Inspection
from landgis.services.desk.check_uploads import Kept
from landgis.services.inspecting.inspect_file import Answers, inspect_file
from landgis.services.jobs.jobs import AskedFor, ask
from landgis.services.jobs.kinds import KINDS

STORED = ("polygon", "raster")
"""Geometries that a release may have; lines and points are not stored yet."""


class Arrival(StrEnum):
    """What comes in."""

    LAYER = "layer"
    PARCELS = "parcels"

    @property
    def kind(self) -> JobKind:
        """The job that brings it in."""
        return JobKind.IMPORT_LAYER if self is Arrival.LAYER else JobKind.IMPORT_PARCELS

    @property
    def action(self) -> Action:
        """What its bringer must be allowed to do."""
        return KINDS[self.kind].action


@dataclass(frozen=True)
class Started:
    """An import that was asked for, and the originals kept for it by the name of their argument."""

    asked: AskedFor
    kept: Mapping[str, SourceFile]


@dataclass(frozen=True)
class Columns:
    """What columns can mean, and those that are known by their names."""

    meanings: tuple[Meaning, ...]
    known: Mapping[str, Meaning]


def layers_of(catalogue: Catalogue) -> list[LayerSpec]:
    """Return the layers that can be brought in."""
    return [spec for spec in catalogue if spec.geometry in STORED]


def look(kept: Kept, answers: Answers) -> Inspection:
    """Say what a file holds, what it asks, and whether it would be read; nothing is stored."""
    return inspect_file(kept.main, answers)


def layer_columns(catalogue: Catalogue, key: str, columns: Sequence[str]) -> Columns:
    """Tell which columns of a layer are known by their names.

    Raises
    ------
    NotFound
        If the catalogue has no such layer.
    """
    meanings = layer_meanings(catalogue.require(key))
    return Columns(meanings, recognised(columns, meanings))


def parcel_columns(columns: Sequence[str]) -> Columns:
    """Tell which columns of a file of parcels are known by their names."""
    meanings = parcel_meanings()
    return Columns(meanings, recognised(columns, meanings))


def answered(answers: Answers) -> dict[str, Any]:
    """Return answers as they are noted with an upload: who starts an import starts what he has seen."""
    return asdict(answers)


def suggested(catalogue: Catalogue, found: Inspection, answers: Answers) -> str:
    """Return the key of the layer that a file is by the names in it and its own; empty: nothing tells."""
    names = [answers.layer] if answers.layer else [layer.name for layer in found.layers]
    for name in (*names, Path(found.source_name).stem):
        spec = catalogue.find(name)
        if spec is not None and spec.geometry in STORED:
            return spec.key
    return ""


def start(
    database: Database,
    person: Person,
    home: Path,
    arrival: Arrival,
    files: Mapping[str, Kept],
    answers: Answers,
    arguments: Mapping[str, Any],
) -> Started:
    """Keep the originals and ask for the import.

    Parameters
    ----------
    home
        Folder of the installation.
    files
        Name of the job's argument → upload; ``file`` is the one that was looked into.
    answers
        As they were given when it was looked into last.
    arguments
        What else the job is told.

    Raises
    ------
    NotAllowed
        By policy.
    Conflict
        If nobody has seen what the file holds, with these answers.
    UsageError
        If the arguments cannot be.
    """
    person.require(arrival.action)
    main = files["file"]
    if main.said.get("accepted") != answered(answers):
        raise Conflict(
            "文件还没有按现在的回答查看过，或尚不能导入", "The file was not looked into with these answers, or would not be accepted",
            where=main.main.name, next_zh="请先查看并回答全部问题", next_en="Look into it and answer every question first",
        )  # fmt: skip
    originals = Originals(home)
    sources = {name: originals.keep(kept.main) for name, kept in files.items()}
    told = {name: {"content_hash": source.content_hash, "name": source.name} for name, source in sources.items()}
    return Started(ask(database, person, home, arrival.kind, {**arguments, **told}), sources)
