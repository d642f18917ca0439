"""``landgis check``, ``landgis screen`` and ``landgis overlay``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.days import AsOf, KnownAt, day
from landgis.cli.show import echo_issues, echo_json, notice, progress, table
from landgis.domain.layer import Coverage, LegalState

if TYPE_CHECKING:
    from landgis.domain.outcome import Scope
    from landgis.services.check import Checked

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]


def check(
    file: Annotated[Path | None, typer.Argument(help="地块文件（gpkg、shp、zip、geojson、txt …）。 Parcels.")] = None,
    txt: Annotated[Path | None, typer.Option(help="界址点坐标 TXT。 Boundary points as exchange text.")] = None,
    wkt: Annotated[str | None, typer.Option(help="一个面的 WKT，须同时给出 --crs。 One polygon; needs --crs.")] = None,
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
        str | None, typer.Option(help="规则包；不写则按地块所在区。 Rule pack; by district without.")
    ] = None,
    as_of: AsOf = None,
    out: Annotated[Path | None, typer.Option(help="另存结果的文件夹。 Folder for result files.")] = None,
    json: Json = False,
) -> int:
    """红线检查：核对地块与控制线，不保存。 Check parcels against the lines; nothing is saved.

    退出码：0 全部符合，1 有冲突或待核，2 输入有误，3 无法判定。
    Exit codes: 0 clear, 1 conflicts or review, 2 bad input, 3 undecidable.
    """
    from landgis.cli.opening import open_app
    from landgis.errors import UsageError
    from landgis.exchange.points.boundary_text import require_boundary_text
    from landgis.services import check as service
    from landgis.services.check_files import facts_table, write_check

    if sum(given is not None for given in (file, txt, wkt)) != 1:
        raise UsageError(
            "请给出地块文件、--txt、--wkt 之一",
            "Give one of a file of parcels, --txt and --wkt",
            next_zh="如 landgis check 地块.gpkg --layers 图层文件夹",
            next_en="E.g. landgis check parcels.gpkg --layers FOLDER",
        )
    if txt is not None:
        require_boundary_text(txt)
    source = file or txt
    app = open_app()
    if rules is not None:
        app.pack(rules)  # an unknown pack is told before files are read
    breadth = _scope(scope)
    table_of_facts = facts_table(facts, encoding) if facts else None
    with progress("检查") as step:
        if source is not None:
            found = service.candidates_from_file(
                source, layer=layer, crs=crs, encoding=encoding, facts=table_of_facts, district=rules or "songjiang"
            )
        else:
            found = service.candidate_from_wkt(str(wkt), app.crs(crs), rules or "songjiang")
        pack = app.pack(rules or service.pack_of(found))
        wanted = {*pack.layers(breadth), *pack.optional_layers(breadth)}
        if layers is not None:
            at_hand, issues = service.layers_from_folder(layers, app.catalogue, coverage_file=coverage, wanted=wanted)
        else:
            at_hand, issues = app.published_layers(wanted, day(as_of), pack.pack_id), ()
        checked = service.check(found, at_hand, pack, day(as_of), breadth, issues, step)
    if out is not None:
        write_check(checked, out)
    if json:
        echo_json(checked.record)
    else:
        show_checked(checked)
    return checked.exit_code


def screen(
    rules: Annotated[str, typer.Option(help="规则包。 Rule pack.")] = "songjiang",
    as_of: AsOf = None,
    legal_state: Annotated[
        LegalState,
        typer.Option(help="优先采用何种法律状态的图层；非 in_force 即为预审。 Whose releases come first; a preview."),
    ] = LegalState.IN_FORCE,
    known_at: KnownAt = None,
    acting: As = None,
    json: Json = False,
) -> int:
    """筛查库内全部地块，保存结果。 Screen the inventory and store the run.

    在编（drafting）、公示（public_notice）、已批未生效（approved_pending）的图层只供预审（非最终结论），不能据此建库。
    Releases not in force serve a preview only: no pool can be built from it.
    """
    from landgis.cli.opening import open_app
    from landgis.services.screen import screen as service

    app = open_app(acting)
    with progress("筛查") as step:
        run = service(
            app.database, app.person, app.pack(rules), day(as_of), step, legal_state=legal_state, known_at=known_at
        )
    summary, caution = run.summary(), run.head.meta.caution
    if json:
        echo_json(summary)
    else:
        title = f"筛查 {run.run_id} · {summary['district']} · 截至 {summary['as_of']}"
        typer.echo("\n".join(filter(None, (title, *caution))))
        table(("结论", "宗数"), [(row["zh"], row["count"]) for row in summary["verdicts"]])
    return run.exit_code


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
    from landgis.services.measure_files import Source, measure_files

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
    """Print verdicts, the findings that are not clear, and every layer checked."""
    from landgis.domain.outcome import Outcome

    echo_issues(checked.issues)
    record = checked.record
    table(
        ("图层", "版本", "覆盖"),
        [(row["layer"], row["release"] or "—", _coverage(row)) for row in record["layers"]],
        title=f"{record['pack']['title_zh']} · 截至 {record['as_of']} · {record['scope']}",
    )
    if any(row.get("substitute") for row in record["layers"]):
        notice("所用图层含替代数据，非法定成果", "Stand-in layers were used: no legal force")
    _show_not_asked(record)
    rows = []
    for parcel in sorted(record["parcels"], key=lambda parcel: -Outcome(parcel["verdict"]).severity)[:50]:
        open_ = [row for row in parcel["findings"] if row["outcome"] not in ("clear", "not_asked")]
        rows.append((parcel["parcel_id"], parcel["verdict_zh"], "\n".join(row["message_zh"] for row in open_) or "—"))
    table(("地块", "结论", "说明"), rows)
    if len(record["parcels"]) > 50:
        typer.echo(f"共 {len(record['parcels'])} 宗，由重到轻只显示 50 宗；全部见 --json 或 --out")
    counts = "，".join(f"{Outcome(key).zh} {count}" for key, count in record["summary"].items())
    typer.echo(f"合计 {len(record['parcels'])} 宗：{counts}")


def _coverage(row: dict[str, Any]) -> str:
    """How far a layer could speak; of one that is stale, why."""
    state = Coverage(row["coverage"])
    return state.zh + (f"：{row['stale_zh']}" if state is Coverage.STALE else "")


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
