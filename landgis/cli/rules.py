"""``landgis rules``: what the packs say, where they differ, and whether they still say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.coverage import coverage
from landgis.cli.show import echo_json, printable, table

if TYPE_CHECKING:
    from landgis.rules.pack import RulePack
    from landgis.rules.reading.tables import TableCase
    from landgis.rules.reading.versions import Sealed
    from landgis.rules.trying.cases import CaseResult
    from landgis.rules.trying.differ import Difference

app = typer.Typer(no_args_is_help=True, help="规则包。 Rule packs.")
app.command()(coverage)
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
Either = Annotated[str, typer.Argument(help="规则包名，或规则包文件夹。 Name of a pack, or the folder of one.")]


@app.command("list")
def list_(json: Json = False) -> None:
    """列出规则包。 List the packs."""
    from landgis.rules.reading.load import all_packs, load_pack

    packs = [load_pack(name) for name in all_packs()]
    if json:
        rows = [
            {"id": pack.pack_id, "version": pack.version, "title_zh": pack.title.zh, "title_en": pack.title.en,
             "district": pack.district, "extends": pack.base, "rules": len(pack.rules)}
            for pack in packs
        ]  # fmt: skip
        echo_json(rows)
        return
    table(
        ("规则包\npack", "版本\nversion", "名称\ntitle", "依托\nbase", "规则数\nrules"),
        [
            (pack.pack_id, pack.version, f"{pack.title.zh}\n{pack.title.en}", pack.base, len(pack.rules))
            for pack in packs
        ],
        ruled=True,
    )


@app.command()
def show(
    name: Either,
    rule: Annotated[
        str | None, typer.Argument(help="只看一条规则，写编号或名称。 One rule alone, by id or title.")
    ] = None,
    json: Json = False,
) -> None:
    """列出规则及其条款、各期取值、各类结论、由谁提供、如何补救。 Show rules: clauses, dated values, outcomes, cures."""
    from landgis.cli.rule_text import pack_json, rule_lines, setting_line

    pack = _pack(name)[0]
    rules = (pack.rule(pack.id_named(rule)),) if rule else pack.rules
    if json:
        echo_json(pack_json(pack, rules))
        return
    typer.echo(f"{pack.title.zh} {pack.title.en} {pack.version}")
    for each in rules:
        typer.echo("")
        for line in rule_lines(each):
            typer.echo(printable(line))
    for setting in pack.settings.values():
        typer.echo(printable("\n" + setting_line(setting)))


@app.command("test")
def run_tests(
    name: Annotated[
        str | None, typer.Argument(help="规则包名或文件夹；不写则全部。 Pack or folder; all without.")
    ] = None,
    json: Json = False,
) -> int:
    """运行用例，核对每条规则四类用例齐全、版本与内容相符；有不符时退出码为 1。 Run the cases, check kinds and versions."""
    from landgis.cli.case_words import tell_tests
    from landgis.rules.reading.load import all_packs
    from landgis.rules.reading.mode_tables import run_mode_cases
    from landgis.rules.reading.term_tables import run_term_cases
    from landgis.rules.reading.versions import sealed
    from landgis.rules.trying.cases import run_cases, untried

    cases: list[tuple[str, CaseResult]] = []
    tables: list[tuple[str, TableCase]] = []
    lacking: list[tuple[str, str, str]] = []
    versions: list[Sealed] = []
    for each in [name] if name else all_packs():
        pack, folder = _pack(each)
        results = run_cases(pack, folder)
        cases += [(pack.pack_id, result) for result in results]
        lacking += [(pack.pack_id, rule, kind) for rule, kind in untried(pack, results)]
        versions.append(sealed(pack, folder))
        if folder is None and pack.district:
            tables += [(pack.pack_id, case) for case in (*run_mode_cases(pack.pack_id), *run_term_cases(pack.pack_id))]
    tried: list[tuple[str, CaseResult | TableCase]] = [*cases, *tables]
    failed = [(pack_id, row) for pack_id, row in tried if not row.passed]
    changed = [row for row in versions if not row.holds]
    if json:
        echo_json(
            {
                "cases": len(tried),
                "failed": [{"pack": pack_id, "name": row.name, "wanted": row.wanted} for pack_id, row in failed],
                "untried": [{"pack": pack_id, "rule_id": rule, "kind": kind} for pack_id, rule, kind in lacking],
                "versions": [
                    {"pack": row.pack_id, "version": row.version, "recorded": row.recorded, "found": row.found}
                    for row in versions
                ],
            }
        )
    else:
        tell_tests(len(tried), failed, lacking, changed)
    return 1 if failed or lacking or changed else 0


@app.command()
def diff(left: Either, right: Either, json: Json = False) -> int:
    """逐项比较两个规则包；有不同时退出码为 1。 Compare two packs; 1 if they differ.

    可比较两个区的规则包，也可把随附的规则包与改过的或旧的文件夹相比。
    Two shipped packs, or a shipped one and the folder of an edited or older one.
    """
    from landgis.rules.trying.differ import differences

    packs = (_pack(left)[0], _pack(right)[0])
    found = differences(*packs, (left, right))
    if json:
        sides = [
            {"given": given, "id": pack.pack_id, "version": pack.version, "digest": pack.digest}
            for given, pack in zip((left, right), packs, strict=True)
        ]
        echo_json({"left": sides[0], "right": sides[1], "differences": [row.as_dict() for row in found]})
        return 1 if found else 0
    _tell_differences(found)
    return 1 if found else 0


def _tell_differences(found: Sequence[Difference]) -> None:
    """Print how many there are and of which kinds, then each."""
    from landgis.rules.trying.differ import ASPECTS

    typer.echo(f"不同 {len(found)} 处 | {len(found)} differences")
    kinds = Counter(row.kind for row in found)
    for kind, count in kinds.items():
        typer.echo(f"  {ASPECTS[kind].zh} {count} 处 | {ASPECTS[kind].en}: {count}")
    for row in found:
        typer.echo(printable(f"{row.zh}\n  {row.en}"))


@app.command()
def schema(
    name: Annotated[
        str | None, typer.Argument(help="模式名；不写则列出。 Name of a schema; list them without.")
    ] = None,
    out: Annotated[Path | None, typer.Option("--out", help="写入该文件夹，全部模式。 Write all into a folder.")] = None,
) -> None:
    """打印供编辑器使用的 JSON Schema。 Print a JSON schema for editors."""
    from landgis.errors import NotFound
    from landgis.rules.reading.schema_files import SCHEMAS, schema_text

    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        for each in SCHEMAS:
            (out / f"{each}.json").write_text(schema_text(each), encoding="utf-8")
            typer.echo(str(out / f"{each}.json"))
    elif name is None:
        typer.echo("\n".join(SCHEMAS))
    elif name in SCHEMAS:
        typer.echo(schema_text(name), nl=False)
    else:
        known = "、".join(SCHEMAS)
        raise NotFound(
            f"没有名为“{name}”的模式", f"There is no schema “{name}”",
            next_zh=f"现有：{known}", next_en=f"Schemas: {known}",
        )  # fmt: skip


def _pack(given: str) -> tuple[RulePack, Path | None]:
    """Load a shipped pack by its name, or a pack in a folder; with the folder."""
    from landgis.rules.reading.load import all_packs, load_folder, load_pack

    if given not in all_packs() and Path(given).is_dir():
        return load_folder(Path(given)), Path(given)
    return load_pack(given), None
