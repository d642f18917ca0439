"""``landgis check`` and ``landgis overlay``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import AsOf, day
from landgis.cli.show import echo_issues, echo_json, notice, progress, table

if TYPE_CHECKING:
    from landgis.domain.outcome import Scope

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]


def check(
    file: Annotated[
        Path | None, typer.Argument(help="地块文件（gpkg、shp、zip、geojson、txt …）或文件夹。 File or folder.")
    ] = None,
    txt: Annotated[Path | None, typer.Option(help="界址点坐标 TXT。 Boundary points as exchange text.")] = None,
    wkt: Annotated[str | None, typer.Option(help="一个面的 WKT，须同时给出 --crs。 One polygon; needs --crs.")] = None,
    listed: Annotated[
        Path | None,
        typer.Option("--list", help="地块编号清单（csv、xlsx）：核对库内这些地块。 Parcels on record, by number."),
    ] = None,
    crs: Annotated[str | None, typer.Option(help="坐标系，如 EPSG:4549。 CRS of the input.")] = None,
    layer: Annotated[str | None, typer.Option(help="文件中的图层名。 Layer inside the file.")] = None,
    encoding: Annotated[str | None, typer.Option(help="属性编码。 Text encoding.")] = None,
    layers: Annotated[
        Path | None, typer.Option(help="图层文件夹；给出时不用数据库。 Folder of layers: no database.")
    ] = None,
    coverage: Annotated[Path | None, typer.Option(help="图层覆盖范围文件。 Coverage polygon file.")] = None,
    facts: Annotated[Path | None, typer.Option(help="按地块编号挂接的事实表（csv）。 Facts by parcel id.")] = None,
    scope: Annotated[str, typer.Option(help="control-lines 或 full。")] = "control-lines",
    rules: Annotated[
        str | None,
        typer.Option(
            help="规则包，或试算用的 .yaml 文件、规则包文件夹；不写则每宗按其所在区。 "
            "Pack, or file or folder on trial; each parcel by its own district without."
        ),
    ] = None,
    as_of: AsOf = None,
    cut_back: Annotated[
        bool, typer.Option("--cut-back", help="建议切除冲突后的地块，写入 --out。 Propose parcels without conflicts.")
    ] = False,
    buffer: Annotated[float, typer.Option(min=0, help="切除时与冲突图斑的距离，米。 Distance to keep, m.")] = 0.0,
    least_area: Annotated[
        float, typer.Option(min=0, help="可用地块的最小面积，㎡。 Smallest useful piece, m².")
    ] = 100.0,
    least_width: Annotated[float, typer.Option(min=0, help="可用地块的最小宽度，米。 Least useful width, m.")] = 2.0,
    explain: Annotated[
        Path | None,
        typer.Option(help="逐宗说明写入的文件夹（txt、json、html、pdf）。 Folder for a page on each parcel."),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="另存结果的文件夹。 Folder for result files.")] = None,
    json: Json = False,
) -> int:
    """红线检查：核对地块与控制线，不保存。 Check parcels against the lines; nothing is saved.

    每宗地块按其所在区的规则包判定，两区可混在一起；用 --rules 指定时，他区地块和不在试点区的地块一律无法判定。
    Each parcel is judged by the pack of its district; with --rules, parcels of the other district are undecidable.
    压占较窄较小时说明成因与最小修改；--cut-back 另拟切除冲突后的地块（界址点 TXT 与 GeoPackage），只是建议。
    Narrow conflicts come with their cause; --cut-back proposes parcels without conflicts (TXT and GeoPackage).
    文件夹内每个地块文件都核对，读不了的逐个列出；--out 另写汇总表 summary.xlsx、summary.pdf，由重到轻每宗一行。
    Every parcel file of a folder is checked, or told; --out adds a summary (xlsx, pdf), a row per parcel, worst first.

    退出码：0 全部符合，1 有冲突或待核，2 输入有误，3 无法判定。
    Exit codes: 0 clear, 1 conflicts or review, 2 bad input, 3 undecidable.
    """
    from landgis.cli.check_pages import explain_checked
    from landgis.cli.check_run import Asked, Law, require_out, run_check
    from landgis.cli.check_tables import show_checked
    from landgis.cli.doubt_tables import show_cut_back
    from landgis.cli.opening import open_app
    from landgis.cli.out_folders import require_folders
    from landgis.cli.subjects import Subject
    from landgis.screening.cut_back import Terms

    subject = Subject(file, txt, wkt, listed, layer, crs, encoding, facts)
    subject.require_sound(out)
    if cut_back:
        require_out(out)
    require_folders(out, explain)
    app = open_app()
    law, breadth = Law.of(app, rules), _scope(scope)
    terms = Terms(buffer_m=buffer, least_area_m2=least_area, least_width_m=least_width) if cut_back else None
    asked = Asked(subject, subject.table_of_facts(), law, breadth, day(as_of), layers, coverage, terms, out)
    with progress("检查") as step:
        done = run_check(app, asked, step)
    if explain is not None:
        explain_checked(app, done.checked, layers, explain)
    if json:
        echo_json(done.record)
    else:
        show_checked(done.checked)
        if done.cut is not None:
            show_cut_back(done.cut.record, done.cut.files)
    return done.checked.exit_code


def overlay(
    parcels: Annotated[Path, typer.Argument(help="地块文件。 Parcels.")],
    layer: Annotated[Path, typer.Argument(help="图层文件。 Layer.")],
    out: Annotated[Path, typer.Option(help="输出文件夹。 Folder for pairs.csv, parcels.csv, issues.csv.")],
    parcel_id: Annotated[str | None, typer.Option(help="地块编号字段。 Parcel id field.")] = None,
    feature_id: Annotated[str | None, typer.Option(help="图斑编号字段。 Feature id field.")] = None,
    crs: Annotated[str, typer.Option(help="量算用的投影坐标系。 Projected CRS to measure in.")] = "EPSG:4549",
    parcels_layer: Annotated[str | None, typer.Option(help="地块文件中的图层。 Layer in the parcel file.")] = None,
    layer_layer: Annotated[str | None, typer.Option(help="图层文件中的图层。 Layer in the layer file.")] = None,
    parcels_crs: Annotated[
        str | None, typer.Option(help="地块文件未注明时的坐标系。 If the parcel file says none.")
    ] = None,
    layer_crs: Annotated[
        str | None, typer.Option(help="图层文件未注明时的坐标系。 If the layer file says none.")
    ] = None,
    json: Json = False,
) -> int:
    """只量算，不判定：两个文件的压占面积。 Measure two files against each other; no law."""
    from landgis.crs import parse
    from landgis.services.checking.measure_files import Source, measure_files

    with progress("量算"):
        result = measure_files(
            Source(parcels, parcels_layer, parcel_id, parse(parcels_crs) if parcels_crs else None),
            Source(layer, layer_layer, feature_id, parse(layer_crs) if layer_crs else None),
            parse(crs),
            out,
        )
    if result.issues:
        notice(
            f"{len(result.issues)} 处需要注意，已列入 issues.csv；无效图形按修复副本量算",
            f"{len(result.issues)} issues, listed in issues.csv; invalid geometry was measured as repaired copies",
        )
        echo_issues(result.issues)
    summary = {
        "crs": result.crs,
        "parcels": len(result.parcels),
        "pairs": len(result.pairs),
        "union_m2": float(result.parcels["union_m2"].sum()),
        "issues": len(result.issues),
        "transforms": [str(transform) for transform in result.transforms],
        "files": [str(out / name) for name in ("pairs.csv", "parcels.csv", "issues.csv")],
    }
    if json:
        echo_json(summary)
    else:
        table(
            ("项目", "值"),
            [(key, value if not isinstance(value, list) else "\n".join(value)) for key, value in summary.items()],
        )
    return 0


def _scope(text: str) -> Scope:
    from landgis.domain.outcome import Scope
    from landgis.errors import UsageError

    try:
        return Scope(text)
    except ValueError:
        known = " / ".join(Scope)
        raise UsageError(f"范围“{text}”不存在", f"There is no scope “{text}”", next_zh=known, next_en=known) from None
