"""What ``landgis rules test`` says: of a case that failed, what was wanted of which rule or cell, and what was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import typer

from landgis.cli.show import printable
from landgis.domain.outcome import Outcome

if TYPE_CHECKING:
    from landgis.rules.reading.tables import TableCase
    from landgis.rules.reading.versions import Sealed
    from landgis.rules.trying.cases import CaseResult

_NOTHING = ("（无）", "none")


def tell_tests(
    cases: int,
    failed: Sequence[tuple[str, CaseResult | TableCase]],
    lacking: list[tuple[str, str, str]],
    changed: list[Sealed],
) -> None:
    """Print what failed, which kinds of case are lacking, which versions are not what they were, and how many."""
    for pack_id, result in failed:
        typer.echo(printable(failure_lines(pack_id, result)))
    for pack_id, rule, kind in lacking:
        typer.echo(f"缺用例 {pack_id}：规则 {rule} 没有 {kind} 类用例 | no case of kind {kind}")
    for row in changed:
        typer.echo(
            f"规则包 {row.pack_id} {row.version} 的内容与该版本的记录不符：记录 {row.recorded}，现为 {row.found}；"
            "请另起版本，记入 changes\n"
            f"The pack {row.pack_id} {row.version} is not what its version recorded: give it a new version in changes"
        )
    typer.echo(
        f"用例 {cases} 条，不符 {len(failed)} 条，缺 {len(lacking)} 类，版本不符 {len(changed)} 个 | "
        f"{cases} cases, {len(failed)} failed, {len(lacking)} kinds missing, {len(changed)} versions changed"
    )


def failure_lines(pack_id: str, result: CaseResult | TableCase) -> str:
    """Write a failed case, one line and its English for each thing that is not as wanted."""
    head = f"不符 {pack_id}：用例“{result.name}”\n  failed {pack_id}: case “{result.name}”"
    return "\n".join((head, *_wrong(result)))


def _wrong(result: CaseResult | TableCase) -> Iterator[str]:
    for name, wanted in result.wanted.items():
        given = result.given.get(name)
        if given == wanted:
            continue
        (wanted_zh, wanted_en), (given_zh, given_en) = _said(wanted), _said(given)
        yield f"  {name}：应为 {wanted_zh}，得 {given_zh}\n    {name}: wanted {wanted_en}, got {given_en}"


def _said(value: Any) -> tuple[str, str]:
    """Return a value in Chinese and English, never as the program writes it."""
    if value is None or value == []:
        return _NOTHING
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value)), ", ".join(map(str, value))
    if value in tuple(map(str, Outcome)):
        return f"{Outcome(value).zh}（{value}）", str(value)
    return str(value), str(value)
