"""``landgis layer qc`` and ``landgis parcel qc``: what is wrong with the data, where, and what could be repaired."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.days import AsOf, day
from landgis.cli.show import echo_json, notice, progress

if TYPE_CHECKING:
    from landgis.bootstrap import App
    from landgis.quality.report import QualityReport
    from landgis.services.quality.quality import Checking
    from landgis.services.quality.repair_layer import Repaired

Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
Rules = Annotated[
    list[str] | None,
    typer.Option("--rule", help="只查这些规则：代码、名称或组别字母，可重复。 Only these rules; may repeat."),
]
Tolerances = Annotated[
    list[str] | None, typer.Option("--tolerance", help="容差，如 node_m=0.005，可重复。 A tolerance; may repeat.")
]
Pdf = Annotated[Path | None, typer.Option("--pdf", help="另存 PDF 报告页。 Write a PDF page.")]
Substitute = Annotated[
    bool, typer.Option("--substitute", help="替代数据，非法定成果：报告须注明。 Stand-in data: the report says so.")
]
Out = Annotated[Path | None, typer.Option("--out", help="另存位置图层与表格的文件夹。 Folder for places and tables.")]


def layer_qc(
    layer: Annotated[str, typer.Argument(help="图层，或 图层@版本；不写版本为现行版本。 LAYER or LAYER@NAME.")] = "",
    file: Annotated[Path | None, typer.Option(help="检查一个未入库的文件。 Check a file instead.")] = None,
    source_layer: Annotated[str | None, typer.Option(help="文件中的图层名。 Layer inside the file.")] = None,
    as_layer: Annotated[str, typer.Option(help="文件是目录中的哪个图层。 Which layer of the catalogue.")] = "",
    crs: Annotated[str | None, typer.Option(help="文件未注明时的坐标系。 If the file says none.")] = None,
    encoding: Annotated[str | None, typer.Option(help="属性编码。 Text encoding.")] = None,
    lines: Annotated[
        bool, typer.Option("--lines", help="三条控制线相互检查。 Control lines against each other.")
    ] = False,
    rule: Rules = None,
    tolerance: Tolerances = None,
    propose_repairs: Annotated[
        bool, typer.Option("--propose-repairs", help="列出可做的修复，不改数据。 List possible repairs.")
    ] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="把接受的修复做成新的草稿版本。 Make a new draft with accepted repairs.")
    ] = False,
    accept: Annotated[
        list[str] | None, typer.Option(help="接受的修复编号，或 all；可重复。 Repair ids, or all; may repeat.")
    ] = None,
    reason: Annotated[str, typer.Option(help="接受修复的理由。 Why they are accepted.")] = "",
    as_of: AsOf = None,
    substitute: Substitute = False,
    pdf: Pdf = None,
    out: Out = None,
    acting: As = None,
    json: Json = False,
) -> int:
    """检查图层质量；不改数据。 Check the quality of a layer; data never change."""
    from landgis.services.quality import quality as service
    from landgis.services.quality.control_lines import check_control_lines

    _require_one_subject(bool(layer), file is not None, lines)
    if apply:
        return _apply(layer, accept or [], reason, day(as_of), acting, json)
    with progress("质检") as step:
        if file is not None:
            report = service.check_file(
                file, _catalogue(), _checking(rule, tolerance, step, as_of, _account(acting)), layer=source_layer,
                as_layer=as_layer, crs=crs, encoding=encoding,
            )  # fmt: skip
        else:
            main = _open(acting)
            how = _checking(rule, tolerance, step, as_of, f"{main.person.name_zh}（{main.person.os_account}）")
            if lines:
                report = check_control_lines(main.database, main.catalogue, day(as_of), how)
            else:
                report = _release_report(main, layer, how, propose_repairs)
    return _deliver(_marked(report, substitute), json, pdf, out)


def parcel_qc(
    district: Annotated[str | None, typer.Option(help="songjiang 或 chongming；不写为两区。 Both without.")] = None,
    rule: Rules = None,
    tolerance: Tolerances = None,
    as_of: AsOf = None,
    substitute: Substitute = False,
    pdf: Pdf = None,
    out: Out = None,
    acting: As = None,
    json: Json = False,
) -> int:
    """检查库内地块的质量和相互关系；不改数据。 Check the parcels and how they lie to each other."""
    from landgis.services.quality import quality as service

    main = _open(acting)
    with progress("质检") as step:
        how = _checking(rule, tolerance, step, as_of, f"{main.person.name_zh}（{main.person.os_account}）")
        report = service.check_parcels(main.database, district, how)
    return _deliver(_marked(report, substitute), json, pdf, out)


def _require_one_subject(layer: bool, file: bool, lines: bool) -> None:
    from landgis.errors import UsageError

    if layer + file + lines != 1:
        raise UsageError(
            "请给出 图层[@版本]、--file 或 --lines 之一",
            "Give one of LAYER[@NAME], --file and --lines",
            next_zh="如 landgis layer qc permanent_basic_farmland@2026-01",
            next_en="E.g. landgis layer qc permanent_basic_farmland@2026-01",
        )


def _open(acting: str | None) -> App:
    from landgis.cli.opening import open_app

    return open_app(acting)


def _catalogue() -> Any:
    from landgis.bootstrap import build

    return build().catalogue


def _account(acting: str | None) -> str:
    """Who checks a file: no database says, so the account at work does."""
    import getpass

    return acting or getpass.getuser()


def _checking(rule: list[str] | None, tolerance: list[str] | None, step: Any, as_of: Any, who: str) -> Checking:
    from landgis.services.quality.quality import Checking

    told: list[tuple[str, int]] = []

    def show(name: str, share: float) -> None:
        """Say the step and its per cent, each per cent once."""
        now = (name, int(100 * share))
        if not told or told[-1] != now:
            told.append(now)
            step(f"{name} {now[1]} %")

    return Checking(day(as_of), who, rule, _tolerances(tolerance or []), show)


def _tolerances(texts: Sequence[str]) -> dict[str, float]:
    from landgis.errors import UsageError

    values = {}
    for text in texts:
        name, _, number = text.partition("=")
        try:
            values[name.strip()] = float(number)
        except ValueError:
            raise UsageError(
                f"容差“{text}”无法识别", f"The tolerance “{text}” cannot be read",
                next_zh="请写成 名称=数值，如 node_m=0.005", next_en="Write NAME=NUMBER, e.g. node_m=0.005",
            ) from None  # fmt: skip
    return values


def _release_report(main: App, layer: str, how: Checking, propose: bool) -> QualityReport:
    from landgis.services.quality.quality import check_release, edition_to_check
    from landgis.services.quality.repair_layer import proposed_repairs

    key, name = edition_to_check(main.database, layer, how.checked_on)
    report = check_release(main.database, main.originals, main.catalogue, key, name, how)
    if not propose:
        return report
    return replace(report, repairs=proposed_repairs(main.database, main.originals, main.catalogue, key, name))


def _apply(layer: str, accept: list[str], reason: str, today: Any, acting: str | None, json: bool) -> int:
    from landgis.services.quality.quality import edition_to_check
    from landgis.services.quality.repair_layer import apply_repairs

    main = _open(acting)
    with progress("修复"):
        key, name = edition_to_check(main.database, layer, today)
        done = apply_repairs(main.database, main.originals, main.catalogue, main.person, key, name, accept, reason)
    _show_repaired(done, f"{key}@{name}", json)
    return 0


def _show_repaired(done: Repaired, before: str, json: bool) -> None:
    from landgis.cli.quality_tables import repair_table
    from landgis.frames.spec import rows_of

    release = done.stored.release
    if json:
        rows = {name: rows_of(frame.drop(columns="geometry")) for name, frame in
                (("accepted", done.accepted), ("left", done.left))}  # fmt: skip
        echo_json({"release": release.key, "from": before, "status": release.status} | rows)
        return
    repair_table(done.accepted, f"{before} → {release.key}（{release.status.zh}） 已修复 repaired")
    if len(done.left):
        notice(f"还有 {len(done.left)} 个修复未接受", f"{len(done.left)} repairs were not accepted")


def _marked(report: QualityReport, substitute: bool) -> QualityReport:
    """Mark a report on stand-in data; a release that is one says so itself."""
    subject = report.subject
    return replace(report, subject=replace(subject, substitute=subject.substitute or substitute))


def _deliver(report: QualityReport, json: bool, pdf: Path | None, out: Path | None) -> int:
    from landgis.cli.quality_tables import show_report
    from landgis.services.quality.quality_files import write_page, write_report

    if out is not None:
        write_report(report, out)
    if pdf is not None:
        write_page(report, pdf)
    if json:
        echo_json(report.as_dict())
    else:
        show_report(report)
        for path in (pdf, out):
            if path is not None:
                typer.echo(f"已写出 written: {path}")
    return report.exit_code
