"""``landgis rules``: what the packs say, and whether they still say it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from landgis.cli.show import echo_json, table

app = typer.Typer(no_args_is_help=True, help="规则包。 Rule packs.")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_UNITS = {"m2": "㎡", "m": "米"}
Name = Annotated[str, typer.Argument(help="规则包名。 Name of the pack.")]


@app.command("list")
def list_(json: Json = False) -> None:
    """列出规则包。 List the packs."""
    from landgis.rules.load import load_pack, pack_names

    packs = [load_pack(name) for name in pack_names()]
    if json:
        echo_json(
            [
                {"id": pack.pack_id, "version": pack.version, "title_zh": pack.title.zh, "rules": len(pack.rules)}
                for pack in packs
            ]
        )
        return
    table(
        ("规则包", "版本", "名称", "规则数"),
        [(pack.pack_id, pack.version, pack.title.zh, len(pack.rules)) for pack in packs],
    )


@app.command()
def show(name: Name, json: Json = False) -> None:
    """列出一个规则包的全部规则和条款。 Show every rule with its clause."""
    from landgis.rules.load import load_pack

    pack = load_pack(name)
    rows = [
        {
            "rule_id": rule.rule_id,
            "title_zh": rule.title.zh,
            "title_en": rule.title.en,
            "from": value.start.isoformat(),
            "threshold": value.threshold,
            "unit": value.unit,
            "side": str(value.side),
            "control_lines": rule.control_lines,
            "clause": value.clause.label_zh,
            "quote_zh": value.clause.quote_zh,
            "outcomes": {category: str(row.outcome) for category, row in value.outcomes.items()},
        }
        for rule in pack.rules
        for value in rule.values
    ]
    if json:
        settings = [
            {"id": row.setting_id, "value": row.value, "confirmed": row.confirmed, "zh": row.words.zh}
            for row in pack.settings.values()
        ]
        echo_json({"id": pack.pack_id, "version": pack.version, "rules": rows, "settings": settings})
        return
    table(
        ("规则", "名称", "自", "限值", "条款", "原文"),
        [
            (
                row["rule_id"],
                row["title_zh"],
                row["from"],
                "" if row["threshold"] is None else _limit(row),
                row["clause"],
                row["quote_zh"],
            )
            for row in rows
        ],
        title=f"{pack.title.zh} {pack.version}",
    )
    for setting in pack.settings.values():
        typer.echo(f"设定 {setting.setting_id}：{setting.words.zh}（{'已确认' if setting.confirmed else '待确认'}）")


def _limit(row: dict[str, Any]) -> str:
    sign = {"above": ">", "below": "<"}[row["side"]]
    number = f"{row['threshold'] * 100:g}%" if row["unit"] == "share" else f"{row['threshold']:g}"
    return f"{sign} {number} {_UNITS.get(row['unit'], '')}".rstrip()


@app.command("test")
def run_tests(
    name: Annotated[str | None, typer.Argument(help="规则包名；不写则全部。 Pack; all without.")] = None,
    json: Json = False,
) -> int:
    """运行规则包自带的用例；有不符时退出码为 1。 Run the cases of a pack; 1 if any fails."""
    from landgis.rules.cases import run_cases
    from landgis.rules.load import load_pack, pack_names

    results = [(pack, result) for pack in ([name] if name else pack_names()) for result in run_cases(load_pack(pack))]
    failed = [(pack, result) for pack, result in results if not result.passed]
    if json:
        echo_json(
            {
                "cases": len(results),
                "failed": [{"pack": pack, "name": row.name, "wanted": row.wanted} for pack, row in failed],
            }
        )
    else:
        for pack, result in failed:
            typer.echo(f"不符 {pack}：{result.name}：应为 {result.wanted}，得 {result.given}")
        typer.echo(f"用例 {len(results)} 条，不符 {len(failed)} 条 | {len(results)} cases, {len(failed)} failed")
    return 1 if failed else 0
