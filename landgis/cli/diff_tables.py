"""The comparison of two releases on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from landgis.cli.show import table
from landgis.frames.spec import rows_of

if TYPE_CHECKING:
    from landgis.services.release_diff import ReleaseDiff

_SHOWN = 50


def show_diff(found: ReleaseDiff) -> None:
    """Print features by kind of change, changed ground by town, and every parcel touched."""
    from landgis.services.release_changes import CHANGES

    table(
        ("要素 features", "个数 count"),
        [(f"{CHANGES[change]} {change}", count) for change, count in found.counts.items()],
        title=f"{found.before.key} → {found.after.key}",
    )
    ground = [
        (row["town"], row["class"] or "—", _m2(row["added_m2"]), _m2(row["removed_m2"])) for row in rows_of(found.towns)
    ]
    whole = ("合计 all", "", _m2(found.area_m2("added")), _m2(found.area_m2("removed")))
    table(
        ("镇 town", "类别 class", "新增 added ㎡", "减少 removed ㎡"),
        [*ground, whole],
        title="面积（平面，EPSG:4549） Planar area",
    )
    if found.towns.empty and len(found.ground):
        typer.echo("没有已发布的镇界，未分镇统计。\nNo release of the towns is published: not told by town.")
    _parcels(found)


def _parcels(found: ReleaseDiff) -> None:
    count = len(found.parcel_ids)
    if not count:
        typer.echo("没有地块受影响。 No parcel is touched.")
        return
    parcels = rows_of(found.parcels.drop(columns="geometry"))
    table(
        ("地块 parcel", "镇街 town", "类别 class", "新增 added ㎡", "减少 removed ㎡"),
        [
            (row["parcel_id"], row["town_name"], row["class"] or "—", _m2(row["added_m2"]), _m2(row["removed_m2"]))
            for row in parcels[:_SHOWN]
        ],
        title=f"涉及地块 {count} 宗 parcels touched",
    )
    if len(parcels) > _SHOWN:
        typer.echo(f"另有 {len(parcels) - _SHOWN} 行，见 --json 或 --out。 More in --json or --out.")


def _m2(area: float) -> str:
    return f"{area:,.2f}" if area == 0 or area >= 0.01 else f"{area:.6f}"
