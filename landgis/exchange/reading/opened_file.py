"""A delivery opened once: copied, hashed, looked into, any of its layers read behind the walls."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

from landgis import crs as crs_room
from landgis.crs import StatedCrs
from landgis.domain.issue import Issue, Severity
from landgis.errors import EncodingUnknown, LandgisError, LayerEmpty, NeedsAnswer, NotFound, UsageError
from landgis.exchange.reading.confine import Room, open_room
from landgis.exchange.reading.detect import BOUNDARY_TEXT, CSV, DXF, SHAPEFILE, WORKBOOK, Part
from landgis.exchange.reading.formats import module_of
from landgis.exchange.reading.found_crs import CRS_DOUBT, SaidCrs, SettledCrs, found_crs
from landgis.exchange.reading.limits import limits_for
from landgis.exchange.reading.original import Original, take_in
from landgis.exchange.reading.rows_out import ROWS_FILE
from landgis.exchange.reading.stream import RawStream, Rows, StatedAs
from landgis.exchange.reading.text_evidence import require_encoding
from landgis.exchange.reading.walls import walls_notice

_LOOK, _READ = "landgis.exchange.reading.jobs:look", "landgis.exchange.reading.jobs:read"
_ANY_BYTES = "ISO-8859-1"
"""Reads any bytes as some text."""
_IN_SOME_ENCODING = (SHAPEFILE, DXF, BOUNDARY_TEXT, CSV)
"""Formats whose text may be in any encoding."""


class OpenedFile:
    """A delivery, copied, hashed and looked into; any of its layers can be read from the one copy.

    Attributes
    ----------
    source_name, content_hash, driver
        Name, SHA-256 of the original, and format by content.
    members
        Names inside an archive or a geodatabase; empty for a single file.
    parts
        Its layers.
    original
        The one file that is the original.
    """

    def __init__(self, room: Room, path: Path, encoding: str | None) -> None:
        self._room, self._opened = room, 0
        self.original: Original = take_in(path, room.folder)
        self.source_name, self.content_hash = path.name, self.original.content_hash
        request = {
            "source": path.name,
            "file": str(self.original.path),
            "driver": self.original.driver,
            "encoding": encoding,
        }
        size = self.original.path.stat().st_size
        told = room.run(_LOOK, request, limits_for(size, unpacks=True), needs=module_of(self.original.driver))
        self.driver = str(told["driver"])
        self.members = tuple(str(name) for name in told["members"])
        self.parts = tuple(Part.from_dict(part) for part in told["parts"])

    def open(self, layer: str | None = None, *, crs: StatedAs = None, encoding: str | None = None) -> RawStream:
        """Read one layer; see `landgis.exchange.reading.vector.open_vector`. Everything open is asked at once."""
        part = self._choose(layer)
        where = f"{self.source_name}:{part.name}"
        stated = None if crs is None else crs_room.parse_stated(crs, where)
        try:
            return self._read(part, where, stated, encoding)
        except EncodingUnknown as asked:
            raise asked_together(asked, self._also_asked(part, where, stated, asked)) from None

    def _also_asked(
        self, part: Part, where: str, stated: StatedCrs | None, asked: EncodingUnknown
    ) -> NeedsAnswer | None:
        """What would be asked next: read with the likeliest encoding, which is supposed for this question alone."""
        supposed = next((one.value for question in asked.questions for one in question.candidates), _ANY_BYTES)
        try:
            self._read(part, where, stated, supposed)
        except EncodingUnknown:
            return None
        except NeedsAnswer as further:
            return further
        except LandgisError:  # told when the encoding is known
            return None
        return None

    def _read(self, part: Part, where: str, stated: StatedCrs | None, encoding: str | None) -> RawStream:
        request = {"source": where, "where": where, "part": part.as_dict(), "encoding": encoding}
        told = self._room.run(_READ, request, limits_for(self._bytes()), needs=module_of(part.driver))
        rows, renamed = self._rows(told, where)
        noticed = _issues(told)
        doubt = next((issue for issue in noticed if issue.code == CRS_DOUBT), None)
        settled = found_crs(SaidCrs(told["crs"], told["crs_rule"], doubt), stated, where, rows.vertices)
        issues = (
            *settled.issues, *noticed, *renamed, *_encoding_not_used(part, encoding, where), *walls_notice(where),
        )  # fmt: skip
        return self._stream(part, told, replace(rows, north_first=settled.north_first), settled, issues)

    def _stream(
        self, part: Part, told: dict[str, Any], rows: Rows, settled: SettledCrs, issues: tuple[Issue, ...]
    ) -> RawStream:
        return RawStream(
            part.name, part.driver, self.source_name, self.content_hash, self.original.files, settled.crs,
            settled.evidence, told["encoding"], told["encoding_evidence"], rows.columns, int(told["count"]),
            told["promised"], self.original.path, self.original.name, issues, rows,
        )  # fmt: skip

    def _rows(self, told: dict[str, Any], where: str) -> tuple[Rows, tuple[Issue, ...]]:
        """Set the child's rows aside, so that another layer can be read."""
        self._opened += 1
        path = self._room.folder / f"layer{self._opened}.arrow"
        (self._room.folder / ROWS_FILE).rename(path)
        columns, issues = _distinct([str(name) for name in told["columns"]], where)
        broken = {int(row): str(reason) for row, reason in told["broken"].items()}
        return Rows(path, columns, tuple(told["empty_cells"]) or (0,) * len(columns), broken), issues

    def _choose(self, layer: str | None) -> Part:
        parts, source = self.parts, self.source_name
        if self.driver == WORKBOOK and layer is not None:
            return replace(parts[0], name=layer, layer=layer)
        names = "、".join(part.name for part in parts)
        if not parts:
            raise LayerEmpty(
                f"{source} 里没有空间图层", f"{source} holds no layer with geometry", where=source,
                next_zh="请提供含空间要素的图层", next_en="Deliver a layer with features",
            )  # fmt: skip
        if layer is None and len(parts) > 1:
            raise UsageError(
                f"{source} 有多个图层：{names}", f"{source} holds several layers: {names}", where=source,
                next_zh="请用 --layer 选定一个", next_en="Choose one with --layer",
            )  # fmt: skip
        chosen = next((part for part in parts if layer is None or part.name == layer), None)
        if chosen is None:
            raise NotFound(
                f"{source} 里没有图层“{layer}”", f"{source} has no layer “{layer}”", where=source,
                next_zh=f"现有图层：{names}", next_en=f"It has: {names}",
            )  # fmt: skip
        return chosen

    def _bytes(self) -> int:
        """Bytes of everything the delivery unfolded into; a file with two names counts once."""
        found = {stat.st_ino: stat.st_size for path in self._room.folder.rglob("*") if (stat := path.lstat()).st_size}
        return sum(found.values())


@contextmanager
def open_file(path: str | Path, *, encoding: str | None = None) -> Iterator[OpenedFile]:
    """Open a delivery for as long as the block lasts.

    Parameters
    ----------
    path
        File, or ``.gdb`` folder.
    encoding
        Text encoding of layer names, where a format (DXF) keeps them in one that it does not say.

    Raises
    ------
    FileMissing, FormatUnknown, FileUnreadable
        No such file; no supported format; damaged, half copied or crafted.
    UsageError
        A folder of files, or no such encoding.
    ExternalError
        The disk is full, or the confined reader does not start.
    """
    if encoding is not None:
        require_encoding(encoding, Path(path).name)
    with open_room() as room:
        yield OpenedFile(room, Path(path), encoding)


def asked_together(first: NeedsAnswer, further: NeedsAnswer | None) -> NeedsAnswer:
    """Make one error of what is asked first and what would be asked next."""
    if further is None:
        return first
    return NeedsAnswer(
        f"{first.zh}；{further.zh}",
        f"{first.en}; {further.en}",
        where=first.where,
        next_zh=f"{first.next_zh}；{further.next_zh}",
        next_en=f"{first.next_en}; {further.next_en}",
        questions=(*first.questions, *further.questions),
    )


def _issues(told: dict[str, Any]) -> tuple[Issue, ...]:
    return tuple(Issue(**{**row, "severity": Severity(row["severity"])}) for row in told["issues"])


def _distinct(columns: list[str], where: str) -> tuple[tuple[str, ...], tuple[Issue, ...]]:
    """Give every column a name of its own; ``geometry`` is taken."""
    taken, names, issues = {"geometry"}, [], []
    for column in columns:
        name = next(
            name for number in count(1) if (name := f"{column}_{number}" if number > 1 else column) not in taken
        )
        taken.add(name)
        names.append(name)
        if name != column:
            zh, en = f"字段 {column} 重名，读作 {name}", f"The name of field {column} is taken; read as {name}"
            issues.append(Issue("field_renamed", Severity.MINOR, where, zh, en))
    return tuple(names), tuple(issues)


def _encoding_not_used(part: Part, encoding: str | None, where: str) -> tuple[Issue, ...]:
    if encoding is None or part.driver in _IN_SOME_ENCODING:
        return ()
    zh = f"该格式固定为 UTF-8，--encoding {encoding} 未使用"
    return (Issue("encoding_not_used", Severity.MINOR, where, zh, f"The format is UTF-8 by rule; {encoding} not used"),)
