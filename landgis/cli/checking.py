"""``landgis check`` and ``landgis overlay``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.days import AsOf, day
from landgis.cli.show import echo_issues, echo_json, notice, printable, progress, table
from landgis.domain.layer import Coverage

if TYPE_CHECKING:
    from landgis.db.originals import Originals
    from landgis.domain.issue import Issue
    from landgis.domain.outcome import Scope
    from landgis.screening.indexed import Layer
    from landgis.services.checking.check import Checked

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
_PLACES = 3
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]


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
            help="规则包，或试算用的 .yaml 文件；不写则按地块所在区。 Rule pack or file; by district without."
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

    压占较窄较小时说明成因与最小修改；--cut-back 另拟切除冲突后的地块（界址点 TXT 与 GeoPackage），只是建议。
    Narrow conflicts come with their cause; --cut-back proposes parcels without conflicts (TXT and GeoPackage).
    文件夹内每个地块文件都核对，读不了的逐个列出；--out 另写汇总表 summary.xlsx、summary.pdf，由重到轻每宗一行。
    Every parcel file of a folder is checked, or told; --out adds a summary (xlsx, pdf), a row per parcel, worst first.

    退出码：0 全部符合，1 有冲突或待核，2 输入有误，3 无法判定。
    Exit codes: 0 clear, 1 conflicts or review, 2 bad input, 3 undecidable.
    """
    from landgis.cli.doubt_tables import show_cut_back
    from landgis.cli.explaining import explain_checked
    from landgis.cli.opening import open_app
    from landgis.cli.subjects import Subject, read_subject
    from landgis.errors import UsageError
    from landgis.screening.cut_back import Terms
    from landgis.services.checking import check as service
    from landgis.services.checking.check_files import write_check
    from landgis.services.checking.check_summary import summary_of
    from landgis.services.checking.cut_back import ROAD, propose
    from landgis.services.checking.summary_files import write_summary
    from landgis.services.checking.trial_pack import SUFFIXES, trial_pack
    from landgis.services.inspecting.raster_folder import evidence_layers

    subject = Subject(file, txt, wkt, listed, layer, crs, encoding, facts)
    subject.require_sound(out)
    if cut_back and out is None:
        raise UsageError(
            "--cut-back 须同时给出 --out",
            "--cut-back needs --out",
            next_zh="请加 --out 文件夹，建议只写成文件，不入库",
            next_en="Add --out FOLDER: proposals are files, never saved",
        )
    app = open_app()
    trial = trial_pack(Path(rules)) if rules is not None and rules.endswith(SUFFIXES) else None
    named = None if rules is None else trial[0] if trial else app.pack(rules)  # told before files are read
    otherwise = named.pack_id if named else "songjiang"
    breadth = _scope(scope)
    table_of_facts = subject.table_of_facts()
    with progress("检查") as step:
        batch = read_subject(app, subject, table_of_facts, otherwise, day(as_of), step)
        found = batch.candidates
        pack = named or app.pack(service.pack_of(found))
        wanted = {*pack.layers(breadth), *pack.optional_layers(breadth)}
        if cut_back:
            wanted.add(ROAD)
        reasons: dict[str, tuple[str, str]] = {}
        at_hand: Mapping[str, Layer]
        kept: Originals | None = None
        if layers is not None:
            at_hand, issues = service.layers_from_folder(layers, app.catalogue, coverage_file=coverage, wanted=wanted)
        else:
            wanted |= evidence_layers(app.catalogue)
            at_hand, issues = app.layers_to_measure(wanted, day(as_of), pack.pack_id), ()
            kept = app.originals
            reasons = app.retired_layers(wanted - set(at_hand), day(as_of), pack.pack_id)
        issues = (trial[1], *issues) if trial else issues
        checked = batch.tell(
            service.check(found, at_hand, pack, day(as_of), breadth, issues, step, reasons=reasons, originals=kept)
        )
        terms = Terms(buffer_m=buffer, least_area_m2=least_area, least_width_m=least_width)
        cut = propose(checked, checked.layers, pack, day(as_of), terms, out) if cut_back and out is not None else None
        if out is not None:
            write_check(checked, out)
            write_summary(summary_of(checked, pack, app.catalogue, day(None), step), out)
    if explain is not None:
        explain_checked(app, checked, pack, at_hand, layers, explain)
    if json:
        echo_json(checked.record if cut is None else checked.record | {"cut_back": cut.record})
    else:
        show_checked(checked)
        if cut is not None:
            show_cut_back(cut.record, cut.files)
    return checked.exit_code


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


def show_checked(checked: Checked) -> None:
    """Print verdicts, the findings that are not clear, why narrow conflicts are there, and every layer checked."""
    from landgis.cli.doubt_tables import show_slivers, steadiness
    from landgis.cli.measuring import show_rasters, worst_first
    from landgis.domain.outcome import Outcome

    echo_issues(one_line_each(checked.issues))
    record = checked.record
    table(
        ("图层", "版本", "覆盖"),
        [(row["layer"], row["release"] or "—", _coverage(row)) for row in record["layers"]],
        title=f"{record['pack']['title_zh']} · 截至 {record['as_of']} · {record['scope']}",
    )
    if any(row.get("substitute") for row in record["layers"]):
        notice("所用图层含替代数据，非法定成果", "Stand-in layers were used: no legal force")
    _show_not_asked(record)
    several = len({parcel["source"] for parcel in record["parcels"]}) > 1
    rows = []
    for parcel in worst_first(record)[:50]:
        open_ = [row for row in parcel["findings"] if row["outcome"] not in ("clear", "not_asked")]
        said = "\n".join(row["message_zh"] for row in open_) or "—"
        named = f"{parcel['parcel_id']}\n{parcel['source']}" if several else parcel["parcel_id"]
        rows.append((named, parcel["verdict_zh"], steadiness(parcel), said))
    table(("地块", "结论", "容差下的结论", "说明"), rows)
    if len(record["parcels"]) > 50:
        typer.echo(f"共 {len(record['parcels'])} 宗，由重到轻只显示 50 宗；全部见 --json 或 --out")
    show_rasters(record)
    show_slivers(record)
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


def _scope(text: str) -> Scope:
    from landgis.domain.outcome import Scope
    from landgis.errors import UsageError

    try:
        return Scope(text)
    except ValueError:
        known = " / ".join(Scope)
        raise UsageError(f"范围“{text}”不存在", f"There is no scope “{text}”", next_zh=known, next_en=known) from None
