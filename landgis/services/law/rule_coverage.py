"""Coverage of a policy document: which of its sentences the product answers for, and with what."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from landgis.domain.catalogue import Catalogue
from landgis.domain.clause import Document
from landgis.domain.register import REGISTER_FACT_BY_NAME
from landgis.errors import NotFound
from landgis.rules.clauses import ClauseRow, ClauseTable, Target, TargetKind, dangling, unmapped
from landgis.rules.pack import RulePack
from landgis.rules.reading.clause_tables import load_clauses, table_names
from landgis.rules.reading.load import load_pack
from landgis.rules.reading.mode_tables import load_modes
from landgis.rules.reading.preference_table import load_preference
from landgis.rules.reading.term_tables import load_terms


@dataclass(frozen=True)
class Coverage:
    """A document, sentence by sentence, and what is missing.

    Attributes
    ----------
    document, table
        The document, and its sentences.
    unmapped
        Sentences that nothing answers for.
    dangling
        Targets that do not exist, each with its sentence.
    """

    document: Document
    table: ClauseTable
    unmapped: tuple[ClauseRow, ...]
    dangling: tuple[tuple[ClauseRow, Target], ...]

    @property
    def complete(self) -> bool:
        """Whether every sentence is answered for by something that exists."""
        return not self.unmapped and not self.dangling


def coverage(
    catalogue: Catalogue, commands: Collection[str], project: Path, document: str | None = None
) -> list[Coverage]:
    """Hold the tables of clauses against what exists.

    Parameters
    ----------
    catalogue
        The layers.
    commands
        Every command with its groups, e.g. ``landgis rules list``.
    project
        Folder that the paths of tests start from.
    document
        Key of one document; None: all.

    Raises
    ------
    NotFound
        If no table is of that document.
    """
    tables = [load_clauses(name) for name in table_names()]
    chosen = [table for table in tables if document in (None, table.document)]
    if not chosen:
        known = [table.document for table in tables]
        raise NotFound(
            f"没有文件“{document}”的条文表",
            f"There is no table of clauses of the document “{document}”",
            next_zh=f"可选：{'、'.join(known)}",
            next_en=f"Choose from: {', '.join(known)}",
        )
    return [_cover(table, catalogue, commands, project) for table in chosen]


def _cover(table: ClauseTable, catalogue: Catalogue, commands: Collection[str], project: Path) -> Coverage:
    pack = load_pack(table.pack_id)
    existing: Mapping[TargetKind, Collection[str]] = {
        TargetKind.RULE: {rule.rule_id for rule in pack.rules},
        TargetKind.FACT: REGISTER_FACT_BY_NAME,
        TargetKind.LAYER: catalogue.keys(),
        TargetKind.MODE: {row.row_id for each in load_modes(table.pack_id).editions for row in each.rows},
        TargetKind.TERM: {load_terms(table.pack_id).stated.stated_id},
        TargetKind.PREFERENCE: {
            one.contribution_id for each in load_preference(table.pack_id) for one in each.contributions
        },
        TargetKind.COMMAND: commands,
        TargetKind.TEST: _tests(table, project),
    }
    return Coverage(_document(pack, table), table, unmapped(table), dangling(table, existing))


def _tests(table: ClauseTable, project: Path) -> set[str]:
    named = {target.name for row in table.rows for target in row.targets if target.kind is TargetKind.TEST}
    return {name for name in named if (project / name).is_file()}


def _document(pack: RulePack, table: ClauseTable) -> Document:
    for document in pack.documents:
        if document.key == table.document:
            return document
    raise NotFound(
        f"规则包 {pack.pack_id} 没有文件“{table.document}”",
        f"The pack {pack.pack_id} has no document “{table.document}”",
        where=table.file,
        next_zh="条文表的 document 须是规则包 documents 之一",
        next_en="The document of a table must be one of its pack's documents",
    )
