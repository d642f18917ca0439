"""The comparison of two releases on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from landgis.cli.show import notice, table
from landgis.domain.printed import number
from landgis.frames.spec import rows_of

if TYPE_CHECKING:
    from landgis.services.layers.release_diff import ReleaseDiff

_SHOWN = 50
_NOWHERE = "未落入任何镇 outside every town"


def show_diff(found: ReleaseDiff) -> None:
    """Print features by kind of change, ground and coverage gained and lost, and every parcel touched."""
    from landgis.domain.district import DISTRICTS
    from landgis.services.layers.release_changes import CHANGES

    places = "、".join(DISTRICTS[key].name_zh for key in found.districts)
    table(
        ("要素 features", "个数 count"),
        [(f"{CHANGES[change]} {change}", count) for change, count in found.counts.items()],
        title=f"{found.before.key}\n→ {found.after.key}（{places}）",
    )
    _ground(found)
    _lost(found)
    _coverage(found)
    _parcels(found)


def _ground(found: ReleaseDiff) -> None:
    ground = [
        (_town(row["town"]), row["class"] or "—", number(row["added_m2"]), number(row["removed_m2"]))
        for row in rows_of(found.towns)
    ]
    whole = ("合计 all", "", number(found.area_m2("added")), number(found.area_m2("removed")))
    table(
        ("镇 town", "类别 class", "新增 added ㎡", "减少 removed ㎡"),
        [*ground, whole],
        title="面积（平面，EPSG:4549） Planar area",
    )
    if found.towns.empty and len(found.ground):
        typer.echo("没有已发布的镇界，未分镇统计。\nNo release of the towns is published: not told by town.")


def _lost(found: ReleaseDiff) -> None:
    """Say aloud that features are gone: a delivery that was cut looks just like this."""
    if found.lost.empty:
        return
    count, area = int(found.lost["count"].sum()), float(found.lost["area_m2"].sum())
    notice(
        f"{found.after.key} 比 {found.before.key} 少了 {count} 个要素，{number(area)} ㎡，请确认不是漏交",
        f"{count} features of {found.before.key} are gone, {number(area)} m²: make sure that nothing is missing",
    )
    table(
        ("镇 town", "缺失要素 features gone", "面积 ㎡ area"),
        [(_town(row["town"]), row["count"], number(row["area_m2"])) for row in rows_of(found.lost)],
    )


def _coverage(found: ReleaseDiff) -> None:
    gained, lost = found.coverage_m2("added"), found.coverage_m2("removed")
    if gained:
        typer.echo(f"覆盖范围扩大 {number(gained)} ㎡。 Coverage gained: {number(gained)} m².")
    if not lost:
        return
    notice(
        f"覆盖范围缩小 {number(lost)} ㎡，{len(found.uncovered)} 宗地块因此失去（部分）覆盖，将无法判定",
        f"coverage shrinks by {number(lost)} m²; {len(found.uncovered)} parcels lose some of it: undecidable",
    )
    rows = rows_of(found.uncovered.drop(columns="geometry"))
    if rows:
        table(
            ("地块 parcel", "镇街 town", "失去覆盖 uncovered ㎡"),
            [(row["parcel_id"], _town(row["town_name"]), number(row["lost_m2"])) for row in rows[:_SHOWN]],
        )
    _more(len(rows))


def _parcels(found: ReleaseDiff) -> None:
    count = len(found.parcel_ids)
    if not count:
        typer.echo("没有地块受要素变化影响。 No parcel is touched by a change of features.")
        return
    parcels = rows_of(found.parcels.drop(columns="geometry"))
    table(
        ("地块 parcel", "镇街 town", "类别 class", "新增 added ㎡", "减少 removed ㎡"),
        [
            (row["parcel_id"], _town(row["town_name"]), row["class"] or "—", number(row["added_m2"]),
             number(row["removed_m2"]))
            for row in parcels[:_SHOWN]
        ],
        title=f"涉及地块 {count} 宗 parcels touched",
    )  # fmt: skip
    _more(len(parcels))


def _more(count: int) -> None:
    if count > _SHOWN:
        typer.echo(f"另有 {count - _SHOWN} 行，见 --json 或 --out。 More in --json or --out.")


def _town(name: object) -> str:
    """Return a town's name; parcels and ground outside every town have none."""
    from landgis.services.layers.changed_places import ELSEWHERE

    return name if isinstance(name, str) and name not in ("", ELSEWHERE) else _NOWHERE
