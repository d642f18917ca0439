"""``landgis parcel split|merge|retire``: parcels end, parcels begin."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.days import parse_day
from landgis.cli.register import DAY, As, Json
from landgis.cli.show import echo_json, printable, progress, table

if TYPE_CHECKING:
    from rich.tree import Tree

    from landgis.services.register.parcel_acts import Decision

_Reason = Annotated[str, typer.Option("--reason", help="理由。 Why.")]
_Paper = Annotated[str, typer.Option("--document", help="决定或批准文件的文号。 Number of the decision.")]
_On = Annotated[date, typer.Option("--on", parser=parse_day, metavar=DAY, help="发生日期。 Day of the act.")]
_Apart = Annotated[
    str,
    typer.Option(
        "--apart-is-meant",
        metavar="理由",
        help="确需不相邻、跨村或跨权属合并时写明理由，记入沿革。 Why parcels merge that lie apart or have several owners.",
    ),
]
_Tolerance = Annotated[
    float, typer.Option("--tolerance-m2", min=0.0, help="允许的范围出入 ㎡，由区局确定。 Ground that may differ, m².")
]


def attach(app: typer.Typer) -> None:
    """Put the commands of this page under ``landgis parcel``."""
    for command in (split, merge, retire):
        app.command()(command)


def split(
    parcel_id: Annotated[str, typer.Argument(help="要分割的地块。 Parcel to split.")],
    into: Annotated[Path, typer.Option("--into", help="新地块的文件，编号须为新编号。 File of the new parcels.")],
    reason: _Reason,
    on: _On,
    document: _Paper = "",
    tolerance_m2: _Tolerance = 0.0,
    crs: Annotated[str | None, typer.Option(help="文件未注明时的坐标系。 If the file says none.")] = None,
    encoding: Annotated[str | None, typer.Option(help="属性编码。 Text encoding.")] = None,
    acting: As = None,
    json: Json = False,
) -> None:
    """分割地块：原编号当日终止，面积守恒。 Split a parcel; its number ends that day, the ground is conserved."""
    from landgis.cli.opening import open_app
    from landgis.services.register.parcel_acts import split_parcel
    from landgis.services.register.parcel_sheet import family_row

    main, decision = open_app(acting), _decision(on, reason, document, tolerance_m2)
    with progress("分割地块"):
        act = split_parcel(
            main.database, main.originals, main.person, parcel_id, into, decision, crs=crs, encoding=encoding
        )
    _show(family_row(act), json)


def merge(
    parcel_ids: Annotated[list[str], typer.Argument(help="要合并的地块。 Parcels to merge.")],
    into: Annotated[str, typer.Option("--into", help="新编号。 New number.")],
    reason: _Reason,
    on: _On,
    document: _Paper = "",
    tolerance_m2: _Tolerance = 0.0,
    apart_is_meant: _Apart = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """合并相邻地块：原编号当日终止。 Merge adjoining parcels; their numbers end that day."""
    from landgis.cli.opening import open_app
    from landgis.services.register.parcel_acts import merge_parcels
    from landgis.services.register.parcel_sheet import family_row

    main, decision = open_app(acting), _decision(on, reason, document, tolerance_m2, apart_is_meant)
    _show(family_row(merge_parcels(main.database, main.person, parcel_ids, into, decision)), json)


def retire(
    parcel_ids: Annotated[list[str], typer.Argument(help="要注销的地块。 Parcels to strike off.")],
    reason: _Reason,
    on: _On,
    document: _Paper = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """注销地块：编号永不再用，历史保留。 Strike parcels off; their numbers are never used again."""
    from landgis.cli.opening import open_app
    from landgis.services.register.parcel_acts import retire_parcels
    from landgis.services.register.parcel_sheet import family_row

    main = open_app(acting)
    decision = _decision(on, reason, document, 0.0)
    _show(family_row(retire_parcels(main.database, main.person, parcel_ids, decision)), json)


def show_family(acts: list[dict[str, Any]], parcel_id: str) -> None:
    """Print the family tree of a parcel, root first; nothing when it has none."""
    from rich.console import Console
    from rich.tree import Tree

    if not acts:
        return
    children = {parent: act for act in acts for parent in act["ends"]}
    born = {child for act in acts for child in act["begins"]}
    tree = Tree("沿革 family")
    for root in sorted({parent for act in acts for parent in act["ends"]} - born):
        _grow(tree, root, children, parcel_id)
    Console().print(tree)


def _grow(branch: Tree, parcel_id: str, acts: dict[str, dict[str, Any]], asked: str) -> None:
    """Hang a parcel and what became of it on a branch."""
    from rich.text import Text

    act = acts.get(parcel_id)
    here = f"{parcel_id}（本地块 this one）" if parcel_id == asked else parcel_id
    if act is None:
        branch.add(Text(here))
        return
    paper = f"，{act['document']}" if act["document"] else ""
    said = f"{here}  {act['acted_on']} {act['act_zh']} {act['act']}{paper}：{act['reason']}"
    grown = branch.add(Text(printable(said)))
    for child in act["begins"]:
        _grow(grown, child, acts, asked)


def _show(row: dict[str, Any], json: bool) -> None:
    """Print an act; every number of a parcel stands on a line of its own, whole."""
    if json:
        echo_json(row)
        return
    measured = [
        ("范围相差 ㎡ ground differs, m²", "difference_m2"),
        ("互相重叠 ㎡ overlap, m²", "overlap_m2"),
        ("允许 ㎡ allowed, m²", "tolerance_m2"),
    ]
    if row["act"] == "merge":
        measured.append(("最大间距 米 widest gap, m", "gap_m"))
    rows = [
        ("事项 act", f"{row['act_zh']} {row['act']}"),
        ("日期 day", row["acted_on"]),
        ("终止 ended", "\n".join(row["ends"])),
        ("产生 begun", "\n".join(row["begins"]) or "—"),
        *((label, f"{row[name]:,.6f}") for label, name in measured),
    ]
    table(("项目 item", "值 value"), rows, whole=(1,))
    if row["apart_reason"]:
        typer.echo(f"不相邻或跨村、跨权属合并的理由：{printable(row['apart_reason'])}")
        typer.echo(f"Merged though apart, because: {printable(row['apart_reason'])}")


def _decision(on: date, reason: str, document: str, tolerance_m2: float, apart_reason: str = "") -> Decision:
    from landgis.services.register.parcel_acts import Decision

    return Decision(on, reason, document, tolerance_m2, apart_reason)
