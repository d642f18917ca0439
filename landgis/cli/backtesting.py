"""``landgis rules backtest``: what the rules would have said of parcels that entered the market already."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.days import parse_day
from landgis.cli.show import echo_json, notice, printable, progress, table

if TYPE_CHECKING:
    from landgis.rules.pack import RulePack
    from landgis.services.law.backtest import Backtest
    from landgis.services.law.lacks import Lack

_SHOWN = 50
_SHORT = {"fact": "缺事实 fact", "layer": "缺图层 layer", "rule": "未施行 rule", "open": "分不清 open"}
"""What was lacking, in a column's width."""


def backtest(
    pack: Annotated[
        str | None,
        typer.Option("--pack", help="规则包名，或改过的规则包文件夹（试算）；不写则各按本区。 Pack, or a changed one."),
    ] = None,
    district: Annotated[
        str | None, typer.Option("--district", help="只看一个区。 One district alone: songjiang, chongming.")
    ] = None,
    as_of: Annotated[
        date | None,
        typer.Option(
            "--as-of",
            parser=parse_day,
            metavar="年-月-日",
            help="都按这一天判定；不写则各按入市前一日。 One day for all.",
        ),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="另存两张 csv 的文件夹。 Folder for two csv files.")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> int:
    """回测：已入市地块按入市前一日的资料和规则判定，看哪些规则会挡住；不保存。 Judge parcels that entered already.

    挡住已入市地块，说明规则或资料须核对，不是对当时决定的评判。
    A rule that blocks a past entry is a question to the rule or to the data, and judges no decision.

    退出码：0 没有挡住的，1 有，3 一宗也无法判定。
    Exit codes: 0 none blocked, 1 some, 3 none could be told.
    """
    from landgis.cli.opening import open_app
    from landgis.services.law.backtest import Source
    from landgis.services.law.backtest import backtest as service
    from landgis.services.law.backtest_report import report, write_backtest

    packs = _packs(pack, district)
    app = open_app()
    with progress("回测") as step:
        found = service(Source(app.database, app.warm_indexes, app.originals), packs, as_of, step)
        if out is not None:
            write_backtest(found, out)
    if json:
        echo_json(report(found))
    else:
        _show(found)
    return found.exit_code


def _packs(given: str | None, district: str | None) -> dict[str, RulePack]:
    """Return the law by district: the shipped packs, or the one that was named."""
    from landgis.domain.district import DISTRICTS
    from landgis.errors import UsageError
    from landgis.rules.reading.load import all_packs, load_folder, load_pack
    from landgis.services.law.backtest import district_of

    if given is None:
        packs = {key: load_pack(key) for key in DISTRICTS}
    else:
        trial = given not in all_packs() and Path(given).is_dir()
        pack = load_folder(Path(given)) if trial else load_pack(given)
        packs = {district_of(pack): pack}
        if trial:
            notice("规则包来自文件夹，只作试算", "the rules come from a folder: for trying out only")
    wanted = {key: pack for key, pack in packs.items() if district in (None, key)}
    if not wanted:
        known = "、".join(packs)
        raise UsageError(
            f"没有区“{district}”的规则包可用", f"There is no pack at hand for the district “{district}”",
            next_zh=f"可选：{known}", next_en=f"Choose from: {known}",
        )  # fmt: skip
    return wanted


def _show(found: Backtest) -> None:
    from landgis.services.law.backtest_report import QUESTION_EN, QUESTION_ZH, blocked_parcels, undecided_parcels

    _say_left_out(found)
    if found.parcels.empty:
        _say_nothing_to_test(found)
        return
    _show_rules(found)
    blocked, undecided = blocked_parcels(found), undecided_parcels(found)
    _show_some([_parcel_line(parcel, _sentences(parcel)) for parcel in blocked])
    _show_some([_parcel_line(parcel, _lacking(parcel)) for parcel in undecided])
    passed = len(found.parcels) - len(blocked) - len(undecided)
    typer.echo(
        f"挡住 {len(blocked)} 宗，无法判定 {len(undecided)} 宗，不挡 {passed} 宗"
        f" | {len(blocked)} parcels blocked, {len(undecided)} undecided, {passed} let in"
    )
    if blocked:
        notice(QUESTION_ZH, QUESTION_EN)


def _say_nothing_to_test(found: Backtest) -> None:
    """Say that no parcel could be tested, and how the register comes to know of those that entered."""
    typer.echo("没有可以回测的已入市地块 | no parcel that entered could be tested")
    if found.undated or found.unplaced or found.elsewhere:
        return  # said already which, and why
    typer.echo(
        "回测读取登记的“register_class 已入市”和“entered_on 入市日期”，请先登记：\n"
        "  landgis parcel fact set 地块编号 register_class 已入市 --reason 理由 --valid-from 年-月-日\n"
        "  landgis parcel fact set 地块编号 entered_on 年-月-日 --reason 理由 --valid-from 年-月-日\n"
        "It reads the facts register_class (entered) and entered_on of the register. State them first:\n"
        "  landgis parcel fact set PARCEL register_class entered --reason WHY --valid-from DAY\n"
        "  landgis parcel fact set PARCEL entered_on DAY --reason WHY --valid-from DAY"
    )


def _show_rules(found: Backtest) -> None:
    """Print a table for each district: the rules that were not content with every parcel, what blocks first."""
    from landgis.domain.district import DISTRICTS
    from landgis.services.law.backtest_report import rule_lines

    lines = sorted(rule_lines(found), key=lambda line: (-line.blocked, -line.flagged))
    for key, pack in found.packs.items():
        rows = [
            (f"{line.title_zh}\n{line.title_en}", line.blocked or "", line.flagged or "", _reasons(line.unknown),
             f"{line.conflict_m2:,.2f}" if line.conflict_m2 else "", f"{line.blocked_m2:,.2f}" if line.blocked else "")
            for line in lines
            if line.district == key and (line.blocked or line.flagged or any(line.unknown.values()))
        ]  # fmt: skip
        count = int((found.parcels["district"] == key).sum())
        if count:
            name = DISTRICTS[key]
            typer.echo(f"{pack.title.zh} {pack.version} | {pack.title.en}")
            heads = (
                "规则\nrule",
                "挡住\nblocked",
                "待核\nflagged",
                "无法判定\nundecided",
                "涉及 ㎡\nconflict",
                "地块 ㎡\nparcels",
            )
            table(heads, rows, title=f"{name.name_zh} 已入市 {count} 宗 | {name.name_en}, {count} parcels that entered")


def _reasons(unknown: Mapping[Lack, int]) -> str:
    """Return how many parcels lacked what, in a few words."""
    return "\n".join(f"{_SHORT[lack]} {count}" for lack, count in unknown.items() if count)


def _sentences(parcel: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(row["message_zh"], row["message_en"]) for row in parcel["rules"]]


def _lacking(parcel: Mapping[str, Any]) -> list[tuple[str, str]]:
    from landgis.services.law.lacks import Lack

    lacks = [(Lack(lack), count) for lack, count in parcel["lacks"].items()]
    return [(f"无法判定：{lack.zh}，{count} 条规则", f"Undecided: {lack.en}, {count} rules") for lack, count in lacks]


def _parcel_line(parcel: Mapping[str, Any], said: Sequence[tuple[str, str]]) -> str:
    entered = parcel["entered_on"] or "日期未登记"
    told = "\n".join(f"    {zh}\n    {en}" for zh, en in said)
    return printable(f"  {parcel['parcel_id']}（入市 {entered}，按 {parcel['judged_on']} 判定）\n{told}")


def _show_some(lines: Sequence[str]) -> None:
    for line in lines[:_SHOWN]:
        typer.echo(line)
    if len(lines) > _SHOWN:
        typer.echo(f"  另有 {len(lines) - _SHOWN} 宗，见 --json | {len(lines) - _SHOWN} more, see --json")


def _say_left_out(found: Backtest) -> None:
    """Name the parcels that could not be tested."""
    for ids, zh, en in (
        (
            found.undated,
            "没有入市日期，未回测（可用 landgis parcel fact set 登记，或加 --as-of）",
            "have no day of entry",
        ),
        (found.unplaced, "当日不在库内，未回测（资料日期晚于入市）", "were not in the inventory on the day"),
    ):
        if ids:
            listed = "、".join(ids[:5]) + ("…" if len(ids) > 5 else "")
            notice(printable(f"{len(ids)} 宗{zh}：{listed}"), printable(f"{len(ids)} parcels {en}: {listed}"))
    if found.elsewhere:
        notice(f"{found.elsewhere} 宗在别的区，未回测", f"{found.elsewhere} parcels lie in another district")
