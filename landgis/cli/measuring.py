"""``landgis layer measure``: what the cells of a raster say of parcels."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.days import AsOf, day
from landgis.cli.show import echo_issues, echo_json, notice, progress, table
from landgis.domain.printed import percent

if TYPE_CHECKING:
    from landgis.services.layers.measure_raster import MeasuredCells

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
    from landgis.services.checking.measure_release import measure_release

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
    from landgis.screening.record import cells_by_parcel

    return {parcel_id: rows[measured.release.layer] for parcel_id, rows in cells_by_parcel(measured.cells).items()}


def show_rasters(record: dict[str, Any]) -> None:
    """Print what the rasters of a check say of its parcels; nothing where there was none."""
    layers = {row["layer"]: row for row in record["layers"] if row.get("raster")}
    if not layers:
        return
    rows = [
        (parcel["parcel_id"], layers[cells["layer"]]["title_zh"], *_cells(_names(layers[cells["layer"]]), cells))
        for parcel in worst_first(record)
        for cells in parcel["rasters"]
        if cells["outside_share"] < 1
    ]
    _table(("地块 parcel", "栅格 raster"), rows, "栅格证据 raster evidence")
    away = sum(any(cells["outside_share"] == 1 for cells in parcel["rasters"]) for parcel in record["parcels"])
    if away:
        typer.echo(f"有 {away} 宗完全在某一栅格之外，该栅格不列。 {away} parcels lie wholly outside of a raster.")


def worst_first(record: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the parcels of a check, the worst verdicts first."""
    from landgis.domain.outcome import Outcome

    return sorted(record["parcels"], key=lambda parcel: -Outcome(parcel["verdict"]).severity)


def _show(measured: MeasuredCells) -> None:
    from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH

    release = measured.release
    if release.substitute:
        notice(SUBSTITUTE_ZH, SUBSTITUTE_EN)
    names = {str(code.code): code.zh for code in release.raster.meaning.codes} if release.raster else {}
    rows = [(parcel_id, *_cells(names, row)) for parcel_id, row in by_parcel(measured).items()]
    _table(("地块 parcel",), rows, f"{release.title_zh} {release.key}")
    moved = str(measured.transform) if measured.transform.definition else f"{release.source_crs}，未变换 not moved"
    typer.echo(f"地块坐标 coordinates of parcels：{moved}")


def _table(first: tuple[str, ...], rows: Sequence[tuple[str, ...]], title: str) -> None:
    table((*first, *_HEADS), rows[:_SHOWN], title=title)
    if len(rows) > _SHOWN:
        typer.echo(f"另有 {len(rows) - _SHOWN} 行，见 --json。 {len(rows) - _SHOWN} more with --json.")


def _names(layer: dict[str, Any]) -> dict[str, str]:
    return {code: row["zh"] for code, row in layer["raster"]["codes"].items()}


def _cells(names: dict[str, str], row: dict[str, Any]) -> tuple[str, str, str, str]:
    shares = sorted(row.get("code_share", {}).items(), key=lambda pair: -pair[1])
    said = [f"{names.get(code, '图例外')} {code}：{percent(share)}" for code, share in shares]
    if "mean_m" in row:
        said.append("{mean_m:.2f}（{min_m:.2f} 至 {max_m:.2f}）米".format(**row))
    one, two, three = (percent(row[name]) for name in ("covered_share", "outside_share", "nodata_share"))
    return one, two, three, "\n".join(said) or "—"


_HEADS = (
    "覆盖\ncovered",
    "范围外\noutside",
    "无数据\nno data",
    "类别；平均高程（最低至最高）\nclasses; mean height (range)",
)
