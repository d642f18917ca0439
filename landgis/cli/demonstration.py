"""``landgis demo``: the main job on sample data, in one command."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.show import echo_json, notice, table

if TYPE_CHECKING:
    from landgis.services.sample.demo import DemoInput, Story
    from landgis.settings import Paths

DRAWN_ON = date(2026, 7, 1)
"""Date on the demo's sheets: fixed, so that two runs give the same files."""


def demo(
    real: Annotated[bool, typer.Option("--real", help="用真实几何数据包。 The real-geometry pack.")] = False,
    serve: Annotated[
        bool, typer.Option("--serve/--no-serve", help="结束后打开网页（无终端时不开）。 Serve at the end.")
    ] = True,
    out: Annotated[Path | None, typer.Option(help="输出文件夹，默认 out/demo。 Folder.")] = None,
    port: Annotated[int, typer.Option(help="网页端口。 Port of the page.")] = 8765,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> int:
    """从文件到计划图全程演示（替代数据，非法定成果）。 The whole job on sample data.

    在单独的数据库中进行，不影响已有数据。 Runs in a database of its own.
    """
    from landgis.access.roles import Role
    from landgis.bootstrap import demo_app
    from landgis.services.people import add_person
    from landgis.services.sample.demo import MARK, clear_home, run_demo
    from landgis.services.sample.demo_page import write_index
    from landgis.services.sample.demo_year import Office
    from landgis.settings import Paths

    paths = Paths()
    folder = out or Path("out") / ("demo-real" if real else "demo")
    home = folder.resolve() / "home"
    if home.is_dir() and (folder / MARK).is_file():
        demo_app(home, paths).stop()  # an earlier demo whose terminal was closed left its database running
    main = demo_app(clear_home(folder.resolve()), paths)
    typer.echo("演示使用替代数据，非法定成果 | Stand-in data, no legal force", err=True)
    try:
        planner = main.person  # starts the database
        reviewer = add_person(main.server, "demo-reviewer", "审核员（示例）", Role.DISTRICT_REVIEWER)
        story = run_demo(
            Office(main.database, main.originals, main.catalogue, planner, reviewer),
            _input(paths, real),
            folder,
            main.browser_assets,
            DRAWN_ON,
            lambda name, seconds, text: typer.echo(f"  ✓ {name} … {text}（{seconds:.1f} s）", err=True),
        )
        for zh, en in main.notices:
            notice(zh, en)
        index = write_index(story, folder, real)
        _show(story, index, json)
        if serve and sys.stdout.isatty() and not json:
            from landgis.cli.serving import Front, run_server

            run_server(main, Front(port=port), worker=True)
    finally:
        main.stop()
    return 0


def _input(paths: Paths, real: bool) -> DemoInput:
    from landgis.domain.district import DISTRICTS
    from landgis.services.sample.demo import DemoInput
    from landgis.services.sample.demo_year import YearInput

    criteria = paths.data / "criteria"
    scenarios = [criteria / f"portfolio-{name}.yaml" for name in ("balanced", "industry-first", "low-budget")]
    if real:
        pack = paths.data / "real"
        years = {key: YearInput(scenarios) for key in DISTRICTS}
        return DemoInput(pack / "dk_standin_4528_gbk.zip", pack, criteria, years, facts=pack / "facts.csv")
    sample = paths.data / "sample"
    years = {
        key: YearInput(scenarios, criteria / f"plan-lines-2027{end}.yaml", criteria / f"plan-changes-2027{end}.yaml")
        for key, end in (("songjiang", ""), ("chongming", "-chongming"))
    }
    return DemoInput(sample / "parcels.gpkg", sample / "layers", criteria, years, documents=sample / "documents.csv")


def _show(story: Story, index: Path, json: bool) -> None:
    from dataclasses import asdict

    if json:
        steps = [{"step": name, "seconds": round(seconds, 3), "result": text} for name, seconds, text in story.steps]
        echo_json({"steps": steps, "districts": [asdict(row) for row in story.districts], "index": str(index)})
        return
    table(("步骤", "结果", "秒"), [(name, text, f"{seconds:.1f}") for name, seconds, text in story.steps])
    typer.echo(f"合计 {sum(seconds for _, seconds, _ in story.steps):.1f} 秒；打开 {index} 查看全部成果 | open {index}")
