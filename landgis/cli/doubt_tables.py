"""Showing what may be doubted in a check: causes of slivers, stability of verdicts, proposals of cutting back."""

from __future__ import annotations

from typing import Any

import typer

from landgis.cli.show import notice, table
from landgis.domain.outcome import Outcome

_MOST = 20


def steadiness(parcel: dict[str, Any]) -> str:
    """Say how far a conflict has to be doubted before the verdict changes; nothing where no width matters, as on cells."""
    if parcel["verdict"] != Outcome.EXCLUDED:
        return "—"
    rasters = {row["layer"] for row in parcel["rasters"]}
    if any(row["outcome"] == Outcome.EXCLUDED and row["layer"] in rasters for row in parcel["findings"]):
        return "—\n栅格不论容差"
    found = parcel["stability"]
    change, unchanged = found["changes_at_m"], found["unchanged_up_to_m"]
    if change is None:
        return f"{unchanged:g} 米内不变"
    turned = next(row["verdict"] for row in found["verdicts"] if row["tolerance_m"] == change)
    return f"{unchanged:g} 米内不变\n{change:g} 米时为{Outcome(turned).zh}"


def show_slivers(record: dict[str, Any]) -> None:
    """Print the cause, the evidence and the smallest edit of every narrow or small conflict."""
    found = [(parcel["parcel_id"], sliver) for parcel in record["parcels"] for sliver in parcel["slivers"]]
    if not found:
        return
    rows = [
        (parcel_id, f"{row['layer']}\n{row['feature_id']}", row["cause_zh"], f"{row['message_zh']}\n{row['remedy_zh']}")
        for parcel_id, row in found[:_MOST]
    ]
    table(("地块", "图斑", "成因", "证据与最小修改"), rows, title="细碎压占的成因（结论不变）", ruled=True, whole=(0,))
    if len(found) > _MOST:
        typer.echo(f"共 {len(found)} 处，只显示 {_MOST} 处；全部见 --json 或 --out")


def show_cut_back(record: dict[str, Any], files: tuple[Any, ...]) -> None:
    """Print what would remain of each parcel, and where the files are."""
    proposals = record["proposals"]
    if not proposals:
        notice("没有地块压占不得占用的图斑，无需切除", "no parcel overlaps a feature that excludes: nothing to cut")
        return
    table(
        ("地块", "剩余面积 ㎡", "占比", "块数", "最宽 / 最窄 米", "临路 米", "复核"),
        [_proposal(row) for row in proposals[:_MOST]],
        title="切除冲突后的建议（面积为平面面积）",
        ruled=True,
        whole=(0,),
    )
    if len(proposals) > _MOST:
        typer.echo(f"共 {len(proposals)} 宗，只显示 {_MOST} 宗；全部见 --json 或 --out")
    refused = [row for row in proposals if not row["pieces"]]
    if refused:
        listed = "、".join(row["parcel_id"] for row in refused)
        notice(f"{refused[0]['refused_zh']}：{listed}", f"{refused[0]['refused_en']}: {listed}")
    notice(record["note_zh"], record["note_en"])
    typer.echo("\n".join(str(file) for file in files))


def _proposal(row: dict[str, Any]) -> tuple[str, ...]:
    pieces = row["pieces"]
    if not pieces:
        return row["parcel_id"], "0.00", "0.0%", "0", "—", "—", "—"
    areas = "\n".join(f"{piece['number']}：{piece['area_m2']['planar']:,.2f}" for piece in pieces)
    front = "未知（缺道路图层）" if row["frontage_m"] is None else f"{row['frontage_m']:.1f}"
    return (
        row["parcel_id"],
        areas,
        f"{row['share']:.1%}",
        str(len(pieces)),
        f"{row['widest_m']:.1f} / {row['narrowest_m']:.1f}",
        front,
        "\n".join(Outcome(piece["verdict"]).zh for piece in pieces),
    )
