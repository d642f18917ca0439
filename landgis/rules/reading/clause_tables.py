"""Reading tables of clauses: YAML in, `ClauseTable` out; a table that leaves a sentence out does not load."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from landgis.errors import RulePackError
from landgis.rules.clauses import ClauseKind, ClauseRow, ClauseTable, Target, TargetKind, place
from landgis.rules.pack import Words

_TABLE = "clauses.yaml"
_REASONS = "reasons.yaml"


def _target(text: Any) -> Target:
    kind, colon, name = str(text).partition(":")
    if not colon or not name or kind not in set(TargetKind):
        raise ValueError(f"“{text}” is no target; write one of {', '.join(TargetKind)}, a colon and the name")
    return Target(TargetKind(kind), name)


_TARGET_FORM = {"type": "string", "pattern": f"^({'|'.join(TargetKind)}):.+$"}


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    section: str = Field(min_length=1)
    kind: ClauseKind
    quote: str = Field(pattern=r"^\S+$")
    targets: tuple[Annotated[Target, BeforeValidator(_target), WithJsonSchema(_TARGET_FORM)], ...] = ()
    checklist: str | None = Field(default=None, min_length=1)


class ClausesYaml(BaseModel):
    """A document, sentence by sentence."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str = Field(min_length=1)
    length: int = Field(gt=0)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")
    clauses: list[_Row] = Field(min_length=1)


def table_names() -> list[str]:
    """Names of the packs that come with a table of clauses."""
    folder = files("landgis.rulepacks")
    return sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and entry.joinpath(_TABLE).is_file())


@cache
def load_clauses(name: str) -> ClauseTable:
    """Load the table of clauses that ships with a pack, one of `table_names`.

    Raises
    ------
    RulePackError
        If it does not keep the schema, or is not the whole document; with file, line and row.
    """
    text = files("landgis.rulepacks").joinpath(f"{name}/{_TABLE}").read_text(encoding="utf-8")
    return parse_clauses(text, name, f"{name}/{_TABLE}", _reasons())


@cache
def _reasons() -> dict[str, str]:
    """Why a sentence stays with a person: Chinese → English."""
    text = files("landgis.rulepacks").joinpath(_REASONS).read_text(encoding="utf-8")
    reasons: dict[str, str] = yaml.safe_load(text)
    return reasons


def parse_clauses(text: str, pack_id: str, where: str, reasons: dict[str, str]) -> ClauseTable:
    """Parse the text of a table.

    Parameters
    ----------
    where
        Name of the file, for messages.
    reasons
        The reasons that may stand in ``checklist``, Chinese → English.

    Raises
    ------
    RulePackError
        If it does not keep the schema, or is not the whole document; with file, line and row.
    """
    data, lines = _read(text, where)
    try:
        raw = ClausesYaml.model_validate(data)
    except ValidationError as error:
        raise _wrong_field(where, lines, error) from error
    rows = tuple(
        _row(row, number, line, where, reasons)
        for number, (row, line) in enumerate(zip(raw.clauses, lines, strict=True), 1)
    )
    _require_whole(raw, where)
    return ClauseTable(pack_id, raw.document, where, rows)


def _read(text: str, where: str) -> tuple[Any, list[int]]:
    """Return what the YAML says, and on which line each clause begins."""
    try:
        loader = yaml.SafeLoader(text)
        node = loader.get_single_node()
        if not isinstance(node, yaml.MappingNode):
            raise _fault(f"{where}:1", "不是条文表", "it is no table of clauses")
        lists = [value for key, value in node.value if key.value == "clauses" and isinstance(value, yaml.SequenceNode)]
        rows = [row for listed in lists for row in listed.value]
        for number, row in enumerate(rows, 1):
            _require_fields_once(row, number, where)
        return loader.construct_document(node), [_line(row) for row in rows]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        spot = f"{where}:{mark.line + 1}" if mark else where
        raise _fault(spot, f"不是有效的 YAML：{error}", f"not valid YAML: {error}") from error


def _line(node: Any) -> int:
    return int(node.start_mark.line) + 1


def _require_fields_once(row: Any, number: int, where: str) -> None:
    """Refuse a field that is written twice: YAML would drop the first in silence."""
    keys = [str(key.value) for key, _ in row.value] if isinstance(row, yaml.MappingNode) else []
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        listed = ", ".join(twice)
        raise _fault(place(where, _line(row), number), f"字段重复：{listed}", f"written twice: {listed}")


def _row(raw: _Row, number: int, line: int, where: str, reasons: dict[str, str]) -> ClauseRow:
    spot = place(where, line, number)
    if len(set(raw.targets)) != len(raw.targets):
        raise _fault(spot, "同一对应写了两次", "a target is written twice")
    if raw.checklist is not None and raw.checklist not in reasons:
        raise _fault(
            spot, f"“{raw.checklist}”不在 {_REASONS} 中", f"“{raw.checklist}” is not among the reasons of {_REASONS}"
        )
    checklist = None if raw.checklist is None else Words(raw.checklist, reasons[raw.checklist])
    return ClauseRow(number, line, raw.section, raw.quote, raw.kind, raw.targets, checklist)


def _require_whole(raw: ClausesYaml, where: str) -> None:
    """Refuse a table whose sentences, joined, are not the whole document."""
    text = "".join(row.quote for row in raw.clauses)
    if len(text) != raw.length or sha256(text.encode()).hexdigest() != raw.sha256:
        raise _fault(
            where,
            f"各句连起来 {len(text)} 字，与全文 {raw.length} 字不是同一内容：有遗漏或改动",
            f"the sentences, joined, have {len(text)} characters and are not the document of {raw.length}: "
            "something is left out or altered",
        )


def _wrong_field(where: str, lines: list[int], error: ValidationError) -> RulePackError:
    """Name the first wrong field by file, line and row; count the others."""
    first, *others = error.errors()
    loc = list(first["loc"])
    spot = where
    if len(loc) > 1 and loc[0] == "clauses" and isinstance(loc[1], int):
        spot, loc = place(where, lines[loc[1]], loc[1] + 1), loc[2:]
    field = ".".join(map(str, loc))
    more = f" (+{len(others)})" if others else ""
    return _fault(spot, f"{field} 有误：{first['msg']}{more}", f"{field} is wrong: {first['msg']}{more}")


def _fault(where: str, zh: str, en: str) -> RulePackError:
    return RulePackError(
        f"条文表无法载入：{zh}",
        f"The table of clauses does not load: {en}",
        where=where,
        next_zh="请对照原文和随附的条文表修改该行",
        next_en="Correct the row by the document and the tables that ship",
    )
