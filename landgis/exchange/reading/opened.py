"""A layer opened for reading inside the confined child: what every format module hands over, row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from landgis.domain.issue import Issue

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass(frozen=True)
class Delivered:
    """A delivery inside the room.

    Attributes
    ----------
    source
        Its name, for messages.
    path
        The file under the name it came with.
    plain
        The same file under a name that means nothing to a library.
    folder
        Where files may be put.
    driver
        Its format.
    encoding
        Text encoding stated by a person.
    unpacked
        Name in the archive → file, for an archive.
    """

    source: str
    path: Path
    plain: Path
    folder: Path
    driver: str
    encoding: str | None = None
    unpacked: Mapping[PurePosixPath, Path] = field(default_factory=dict)

    @property
    def stem(self) -> str:
        """The name without its ending: the name of a layer that has none of its own."""
        return Path(self.source).stem


Rows = tuple["pa.Array[Any]", "list[pa.Array[Any]]"]
"""Geometry as WKB (null where there is none), and one array per column."""


@dataclass(frozen=True)
class Opened:
    """One layer, opened.

    Attributes
    ----------
    columns
        Names of the fields in the order they were delivered, personal ones left out.
    batches
        The rows, some at a time.
    crs
        What the format says of the CRS; None where it says nothing.
    crs_rule
        The standard that says it in the file's place, where the file itself names none.
    promised
        Rows that the file itself promises, found without the reader that gives the rows; None where it promises none.
    nothing
        What the file itself says has no geometry: a flag per row, or a count; None where it cannot be asked.
    encoding, encoding_evidence
        Text encoding and why.
    personal
        Fields left out because they hold personal data.
    issues
        What was noticed on opening.
    broken
        Row (0-based) → reason, for geometry that is there but cannot be built.
    late_issues
        What is only known after the last row.
    """

    columns: tuple[str, ...]
    batches: Iterator[Rows]
    crs: str | None
    promised: int | None
    nothing: npt.NDArray[np.bool_] | int | None
    encoding: str
    encoding_evidence: str
    personal: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    broken: Mapping[int, str] = field(default_factory=dict)
    late_issues: Callable[[], tuple[Issue, ...]] = tuple
    crs_rule: str = ""
