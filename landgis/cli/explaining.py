"""``landgis explain``: why a parcel got its verdict, one page of cards each."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import day, parse_day
from landgis.cli.show import echo_issues, echo_json, notice, printable, progress

if TYPE_CHECKING:
    from collections.abc import Mapping

    from landgis.bootstrap import App
    from landgis.rules.pack import RulePack
    from landgis.screening.indexed import Layer
    from landgis.services.checking.check import Checked


class Form(StrEnum):
    """Forms of a page."""

    TEXT = "text"
    JSON = "json"
    HTML = "html"
    PDF = "pdf"


class Language(StrEnum):
    """Languages of a page; JSON holds both."""

    ZH = "zh"
    EN = "en"


def explain(
    parcels: Annotated[list[str], typer.Argument(help="地块编号，可以多个。 Parcel numbers.")],
    run: Annotated[str | None, typer.Option(help="筛查批次；不写用最新。 Run; the newest without.")] = None,
    district: Annotated[str, typer.Option(help="不写批次时用哪个区的最新批次。 Whose newest run.")] = "songjiang",
    form: Annotated[
        Form, typer.Option("--format", help="text、json 直接显示；html、pdf 写入 --out。 html and pdf go to --out.")
    ] = Form.TEXT,
    lang: Annotated[Language, typer.Option(help="中文或英文。 Language.")] = Language.ZH,
    out: Annotated[Path | None, typer.Option(help="写成文件的文件夹。 Folder for the file.")] = None,
    drawn_on: Annotated[
        date | None,
        typer.Option("--drawn-on", parser=parse_day, metavar="年-月-日", help="制图日期，默认今天。 Date of drawing."),
    ] = None,
) -> None:
    """逐宗说明结论：每宗一页，条款、图层、压占、成因、能否补正，附图。 Explain verdicts, one page a parcel.

    未入库的地块用 landgis check … --explain 文件夹。
    For parcels that are not in the inventory: landgis check … --explain FOLDER.
    """
    from landgis.cli.opening import open_app
    from landgis.services.explaining.explain import MOST_PAGES, explain_run
    from landgis.services.explaining.explain_files import explained_json, explained_text, write_explained
    from landgis.services.register.inventory import newest_run

    _require_few(parcels, MOST_PAGES)
    _require_out(form, out)
    app = open_app()
    with progress("说明") as step:
        run_id = run or newest_run(app.database, district).run_id
        found = explain_run(
            app.database, app.catalogue, run_id, list(dict.fromkeys(parcels)), app.warm_indexes, step, day=day(drawn_on)
        )
        files = write_explained(found.pages, out, day(drawn_on), lang, (form,)) if out is not None else []
    if files:
        typer.echo("\n".join(str(file) for file in files))
    elif form is Form.JSON:
        echo_json(explained_json(found.pages))
    else:
        typer.echo(printable(explained_text(found.pages, lang)), nl=False)


def explain_checked(
    app: App, checked: Checked, pack: RulePack, at_hand: Mapping[str, Layer], folder: Path | None, out: Path
) -> None:
    """Write the pages of a check in every form, and say where, and how many parcels have none.

    Parameters
    ----------
    checked, pack, at_hand
        The check, the law, and the layers it was checked against.
    folder
        Folder of layers that the check read; None: the inventory.
    out
        Folder for the pages.
    """
    from landgis.services.explaining.explain import explain_check
    from landgis.services.explaining.explain_files import write_explained
    from landgis.services.planning.draw import CONTEXT

    with progress("说明") as step:
        around = _context(app, checked, pack, folder, set(CONTEXT) - set(at_hand))
        found = explain_check(checked, pack, {**at_hand, **around}, app.catalogue, step)
        files = write_explained(found.pages, out, day(None))
    notice("、".join(str(file) for file in files), f"{len(found.pages)} parcel(s) explained")
    if found.left_out:
        notice(
            f"只说明最重的 {len(found.pages)} 宗，另有 {found.left_out} 宗没有说明；请分批检查",
            f"the worst {len(found.pages)} parcels are explained, {found.left_out} are not: check fewer at a time",
        )


def _context(app: App, checked: Checked, pack: RulePack, folder: Path | None, wanted: set[str]) -> Mapping[str, Layer]:
    """Return layers that the maps show and that the check did not read: they enter no verdict."""
    from landgis.services.checking.check import layers_from_folder

    if folder is None:
        return app.layers_to_measure(wanted, date.fromisoformat(checked.record["as_of"]), pack.pack_id)
    found, issues = layers_from_folder(folder, app.catalogue, wanted=wanted)
    echo_issues(issues)
    return {key: layer for key, layer in found.items() if key in wanted}


def _require_out(form: Form, out: Path | None) -> None:
    from landgis.errors import UsageError

    if form in (Form.HTML, Form.PDF) and out is None:
        raise UsageError(
            f"--format {form} 须同时给出 --out",
            f"--format {form} needs --out",
            next_zh="请加 --out 文件夹",
            next_en="Add --out FOLDER",
        )


def _require_few(parcels: list[str], most: int) -> None:
    from landgis.errors import UsageError

    if len(parcels) > most:
        raise UsageError(
            f"一次最多说明 {most} 宗，现为 {len(parcels)} 宗",
            f"At most {most} parcels at once; these are {len(parcels)}",
            next_zh="请分批运行",
            next_en="Run it in parts",
        )
