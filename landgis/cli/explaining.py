"""``landgis explain``: why a parcel got its verdict, one page of cards each."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import day, parse_day
from landgis.cli.districts import parse_district
from landgis.cli.show import echo_json, printable, progress

if TYPE_CHECKING:
    from landgis.bootstrap import App


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
    district: Annotated[
        str | None,
        typer.Option(
            parser=parse_district,
            metavar="DISTRICT",
            help="不写批次时用哪个区的最新批次；不写为各地块所在区。 Whose newest run; each parcel's own without.",
        ),
    ] = None,
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

    _require_few(parcels, MOST_PAGES)
    _require_out(form, out)
    app = open_app()
    with progress("说明") as step:
        asked = _by_run(app, run, district, list(dict.fromkeys(parcels)))
        pages = [
            page
            for run_id, some in asked.items()
            for page in explain_run(
                app.database, app.catalogue, run_id, some, app.warm_indexes, step, day=day(drawn_on)
            ).pages
        ]
        files = write_explained(pages, out, day(drawn_on), lang, (form,)) if out is not None else []
    if files:
        typer.echo("\n".join(str(file) for file in files))
    elif form is Form.JSON:
        echo_json(explained_json(pages))
    else:
        typer.echo(printable(explained_text(pages, lang)), nl=False)


def _by_run(app: App, run: str | None, district: str | None, parcels: list[str]) -> dict[str, list[str]]:
    """Return which run tells which parcels: the one that was named, else the newest of a district."""
    from landgis.services.register.inventory import newest_run, run_named, runs_about

    if run is not None:
        return {run_named(app.database, run).run_id: parcels}
    if district is not None:
        return {newest_run(app.database, district).run_id: parcels}
    return runs_about(app.database, parcels)


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
