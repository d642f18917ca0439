"""``landgis rules coverage``: every sentence of the policy documents, and what answers for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.show import echo_json, table

if TYPE_CHECKING:
    from landgis.rules.clauses import ClauseRow
    from landgis.services.law.rule_coverage import Coverage

_COLUMNS = ("章节\nsection", "原文\nsentence", "类别\nkind", "对应与清单\ntargets, checklist")


def coverage(
    context: typer.Context,
    document: Annotated[
        str | None, typer.Option(help="只列一份文件，如 songjiang-2023-84。 One document only.")
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> int:
    """逐句列出方案原文及其对应的规则、事实、图层、命令，或留作清单的理由。 Every sentence and what answers for it.

    退出码：0 全部有对应，1 有未对应的句子或不存在的对应。
    Exit codes: 0 all answered for, 1 a sentence is not mapped or a target does not exist.
    """
    from landgis.bootstrap import build
    from landgis.services.law.rule_coverage import coverage as cover
    from landgis.settings import PROJECT

    root = context.find_root()
    commands = set(_commands(root.command, "landgis"))
    found = cover(build().catalogue, commands, PROJECT, document)
    if json:
        echo_json(_record(found))
    else:
        for one in found:
            _show(one)
    return 0 if all(one.complete for one in found) else 1


def _commands(command: Any, path: str) -> Iterator[str]:
    """Every command below a group, with its groups."""
    children = getattr(command, "commands", None)
    if children is None:
        yield path
        return
    for name, child in children.items():
        yield from _commands(child, f"{path} {name}")


def _record(found: list[Coverage]) -> dict[str, Any]:
    return {
        "clauses": [_clause(one, row) for one in found for row in one.table.rows],
        "counts": [{"document": one.table.document, **_counts(one)} for one in found],
        "unmapped": [{"document": one.table.document, **_spot(one, row)} for one in found for row in one.unmapped],
        "dangling": [
            {"document": one.table.document, **_spot(one, row), "target": str(target)}
            for one in found
            for row, target in one.dangling
        ],
    }


def _clause(one: Coverage, row: ClauseRow) -> dict[str, Any]:
    return {
        "document": one.table.document,
        "number": row.number,
        "section": row.section,
        "quote": row.quote,
        "kind": str(row.kind),
        "kind_zh": row.kind.zh,
        "targets": [str(target) for target in row.targets],
        "checklist": row.checklist.zh if row.checklist else None,
        "checklist_en": row.checklist.en if row.checklist else None,
    }


def _spot(one: Coverage, row: ClauseRow) -> dict[str, Any]:
    return {"where": one.table.place(row), "section": row.section, "quote": row.quote}


def _counts(one: Coverage) -> dict[str, Any]:
    rows = one.table.rows
    return {
        "clauses": len(rows),
        "normative": sum(row.normative for row in rows),
        "targets_only": sum(bool(row.targets) and row.checklist is None for row in rows),
        "targets_and_checklist": sum(bool(row.targets) and row.checklist is not None for row in rows),
        "checklist_only": sum(not row.targets and row.checklist is not None for row in rows),
        "unmapped": len(one.unmapped),
        "dangling": len(one.dangling),
        "kinds": dict(Counter(str(row.kind) for row in rows)),
    }


def _show(one: Coverage) -> None:
    """Print the sentences, then the sums, then what is missing."""
    table(_COLUMNS, [_cells(row) for row in one.table.rows], title=one.document.title_zh, ruled=True)
    sums = _counts(one)
    typer.echo(
        f"{one.table.document}：{sums['clauses']} 句，规范性 {sums['normative']} 句："
        f"有对应 {sums['targets_only']}，部分对应、部分留清单 {sums['targets_and_checklist']}，"
        f"留清单 {sums['checklist_only']}，未对应 {sums['unmapped']}；不存在的对应 {sums['dangling']} 处\n"
        f"{one.table.document}: {sums['clauses']} sentences, {sums['normative']} of them normative: "
        f"{sums['targets_only']} answered for, {sums['targets_and_checklist']} in part, "
        f"{sums['checklist_only']} on the checklist, {sums['unmapped']} not mapped; "
        f"{sums['dangling']} targets do not exist"
    )
    for row in one.unmapped:
        typer.echo(f"未对应 not mapped {one.table.place(row)} {row.section} {row.quote}")
    for row, target in one.dangling:
        typer.echo(f"不存在 does not exist {one.table.place(row)} {row.section} {target}")


def _cells(row: ClauseRow) -> tuple[str, ...]:
    answers = [str(target) for target in row.targets]
    if row.checklist:
        answers += [f"清单：{row.checklist.zh}", f"Checklist: {row.checklist.en}"]
    quote = row.quote if any(mark.isalnum() for mark in row.quote) else "（原文分隔线）\n(a line drawn across)"
    return row.section, quote, f"{row.kind.zh}\n{row.kind.en}", "\n".join(answers)
