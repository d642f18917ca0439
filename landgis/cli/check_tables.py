"""Showing a check: layers, verdicts, and what many files have in common said once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import typer

from landgis.cli.doubt_tables import show_slivers, steadiness
from landgis.cli.measuring import show_rasters, worst_first
from landgis.cli.show import echo_issues, notice, printable, table
from landgis.domain.district import DISTRICTS
from landgis.domain.issue import Issue
from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome

if TYPE_CHECKING:
    from landgis.services.checking.joint import JointCheck

_SHOWN = 50
_PLACES = 3


def show_checked(checked: JointCheck) -> None:
    """Print verdicts, the findings that are not clear, why narrow conflicts are there, and every layer checked."""
    record = checked.record
    echo_issues(one_line_each(checked.issues))
    _show_layers(record)
    _show_not_asked(record)
    _show_verdicts(record)
    show_rasters(record)
    show_slivers(record)
    _show_total(record)


def _show_layers(record: dict[str, Any]) -> None:
    several = len(record["packs"]) > 1
    heads = ["图层\nlayer", "版本\nrelease", "覆盖\ncoverage", *(["区\ndistrict"] if several else [])]
    rows = [
        [row["layer"], row["release"] or "—", _coverage(row), *([_districts(row)] if several else [])]
        for row in record["layers"]
    ]
    laws = "；".join(f"{pack['title_zh']} {pack['version']}" for pack in record["packs"] or [record["pack"]])
    table(heads, rows, title=f"{laws} · 截至 {record['as_of']} · {record['scope']}")
    if several:
        zh = "、".join(f"{pack['title_zh']} {pack['parcels']} 宗" for pack in record["packs"])
        en = ", ".join(f"{pack['id']} {pack['parcels']} parcels" for pack in record["packs"])
        notice(f"按地块所在区选用规则包：{zh}", f"each parcel is judged by the pack of its district: {en}")
    if any(row.get("substitute") for row in record["layers"]):
        notice("所用图层含替代数据，非法定成果", "Stand-in layers were used: no legal force")


def _districts(row: dict[str, Any]) -> str:
    return "、".join(DISTRICTS[key].name_zh for key in row["districts"] if key)


def _show_verdicts(record: dict[str, Any]) -> None:
    """Print a row per parcel, the worst first, with its file and its pack where there are several."""
    files = len({parcel["source"] for parcel in record["parcels"]}) > 1
    laws = len({str(parcel["pack"]) for parcel in record["parcels"]}) > 1
    rows = []
    for parcel in worst_first(record)[:_SHOWN]:
        open_ = [row for row in parcel["findings"] if row["outcome"] not in ("clear", "not_asked")]
        said = "\n".join(row["message_zh"] for row in open_) or "—"
        pack = parcel["pack"]["id"] if parcel["pack"] else "无适用规则包 none"
        beside = ((parcel["source"], files), (pack, laws))
        named = "\n".join([parcel["parcel_id"], *(text for text, told in beside if told and text)])
        rows.append((named, parcel["verdict_zh"], steadiness(parcel), said))
    heading = "地块、规则包\nparcel, pack" if laws else "地块\nparcel"
    table((heading, "结论\nverdict", "容差下的结论\nat tolerances", "说明\nfindings"), rows)
    count = len(record["parcels"])
    if count > _SHOWN:
        typer.echo(
            f"共 {count} 宗，由重到轻只显示 {_SHOWN} 宗；全部见 --json 或 --out | "
            f"the worst {_SHOWN} of {count} parcels; all with --json or --out"
        )


def _show_total(record: dict[str, Any]) -> None:
    counts = "，".join(f"{Outcome(key).zh} {count}" for key, count in record["summary"].items())
    typer.echo(f"合计 {len(record['parcels'])} 宗：{counts}")
    if record["unread"]:
        names = "、".join(file["name"] for file in record["unread"])
        typer.echo(
            printable(f"未核对的文件 {len(record['unread'])} 个：{names} | {len(record['unread'])} files not checked")
        )


def one_line_each(issues: Sequence[Issue]) -> list[Issue]:
    """Say what many files or layers have in common once, with the first of them and their number."""
    groups: dict[tuple[str, str], list[Issue]] = {}
    for issue in issues:
        groups.setdefault((issue.code, issue.message_zh), []).append(issue)
    return [replace(same[0], where=_places([issue.where for issue in same])) for same in groups.values()]


def _places(names: Sequence[str]) -> str:
    """List a few different places; how many there are where they are more, and how often where one repeats."""
    different = list(dict.fromkeys(names))
    listed = "、".join(different[:_PLACES])
    if len(different) > _PLACES:
        return f"{listed} 等 {len(different)} 处"
    return listed if len(names) == len(different) else f"{listed}（共 {len(names)} 次）"


def _coverage(row: dict[str, Any]) -> str:
    """How far a layer could speak; of one that cannot, why."""
    beside = "（证据，不入结论）" if row["evidence"] else ""
    return Coverage(row["coverage"]).zh + beside + (f"：{row['why_zh']}" if row.get("why_zh") else "")


def _show_not_asked(record: dict[str, Any]) -> None:
    """Name the rules that this check did not ask: a pass says nothing of them."""
    rules = {
        row["rule_id"] for parcel in record["parcels"] for row in parcel["findings"] if row["outcome"] == "not_asked"
    }
    if rules:
        listed = "、".join(sorted(rules))
        notice(f"未列入本次检查的规则：{listed}", f"rules not asked this time: {listed}")
