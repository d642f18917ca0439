"""``landgis layer measure``: what the cells of a raster say of parcels."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.days import AsOf, day
from landgis.cli.show import echo_issues, echo_json, notice, progress, table

if TYPE_CHECKING:
    from landgis.services.measure_raster import MeasuredCells

_SHOWN = 40


def layer_measure(
    layer: Annotated[str, typer.Argument(help="栅格图层，或 图层@版本。 A layer of rasters, or LAYER@NAME.")],
    parcels: Annotated[Path | None, typer.Option(help="地块文件；不写为库内现行地块。 A file of parcels.")] = None,
    district: Annotated[str, typer.Option(help="库内哪个区的地块。 Whose parcels.")] = "songjiang",
    crs: Annotated[str | None, typer.Option(help="文件未注明时的坐标系。 If the file says none.")] = None,
    as_of: AsOf = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> None:
    """逐宗量测栅格：覆盖、各类占比、高程；不保存。 Cells under parcels: cover, shares, heights; nothing is saved."""
    from landgis.cli.opening import open_app
    from landgis.services.measure_release import measure_release

    app = open_app()
    with progress("量测") as step:
        found = measure_release(
            app.database, app.originals, layer, day(as_of), district=district, file=parcels, crs=crs, progress=step
        )
    if json:
        echo_json(cell_values(found.measured) | {"issues": [issue.as_dict() for issue in found.issues]})
        return
    echo_issues(found.issues)
    _show(found.measured)


def cell_values(measured: MeasuredCells) -> dict[str, Any]:
    """Return what was measured as plain values: shares 0–1 of the parcel, heights in metres."""
    release, raster = measured.release, measured.release.raster
    return {
        "release": release.key,
        "meaning": raster.meaning.key if raster else None,
        "substitute": release.substitute,
        "crs": release.source_crs,
        "transform": str(measured.transform),
        "parcels": [{"parcel_id": parcel_id} | rows for parcel_id, rows in by_parcel(measured).items()],
    }


def by_parcel(measured: MeasuredCells) -> dict[str, dict[str, Any]]:
    """Group measures by parcel; shares of classes under ``code_share`` and ``cover_share``, everything else by name."""
    found: dict[str, dict[str, Any]] = {}
    cells = measured.cells
    for parcel_id, name, kind, amount in zip(
        cells["parcel_id"], cells["measure"], cells["class"], cells["amount"], strict=True
    ):
        row = found.setdefault(str(parcel_id), {})
        if kind:
            row.setdefault(str(name), {})[str(kind)] = float(amount)
        else:
            row[str(name)] = float(amount)
    return found


def _show(measured: MeasuredCells) -> None:
    from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH

    release = measured.release
    if release.substitute:
        notice(SUBSTITUTE_ZH, SUBSTITUTE_EN)
    found = by_parcel(measured)
    rows = [
        (parcel_id, *_cells(release.raster.meaning.codes if release.raster else (), row))
        for parcel_id, row in found.items()
    ]
    heads = ("地块 parcel", "覆盖\ncovered", "范围外\noutside", "无数据\nno data", "类别或高程\nclasses or heights")
    table(heads, rows[:_SHOWN], title=f"{release.title_zh} {release.key}")
    if len(rows) > _SHOWN:
        typer.echo(f"另有 {len(rows) - _SHOWN} 宗，见 --json。 {len(rows) - _SHOWN} more with --json.")
    moved = str(measured.transform) if measured.transform.definition else f"{release.source_crs}，未变换 not moved"
    typer.echo(f"地块坐标 coordinates of parcels：{moved}")


def _cells(codes: Any, row: dict[str, Any]) -> tuple[str, str, str, str]:
    names = {str(code.code): code.zh for code in codes}
    shares = sorted(row.get("code_share", {}).items(), key=lambda pair: -pair[1])
    said = [f"{names.get(code, '图例外')} {code}：{share:.2%}" for code, share in shares]
    said += [f"{zh} {row[name]:.2f} 米" for name, zh in _HEIGHTS if name in row]
    first = (row[name] for name in ("covered_share", "outside_share", "nodata_share"))
    one, two, three = (f"{share:.2%}" for share in first)
    return one, two, three, "\n".join(said) or "—"


_HEIGHTS = (("mean_m", "平均"), ("max_m", "最高"), ("min_m", "最低"))
