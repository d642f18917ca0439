"""``landgis sample``: write a generated sample, from a few hundred parcels to a district."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from landgis.cli.show import echo_json, table

app = typer.Typer(no_args_is_help=True, help="示例区（随机生成，替代数据，非法定成果）。 Generated sample district.")


@app.command("build")
def build_(
    size: Annotated[
        str,
        typer.Option(
            help="规模：small（约 300 宗，GeoPackage）、town（2 万宗、20 万永农图斑）、district（20 万宗、100 万永农图斑，GeoParquet）。"
            " How much of it."
        ),
    ] = "small",
    seed: Annotated[int, typer.Option(min=0, help="随机种子；同一规模和种子结果逐字节相同。 Seed.")] = 1,
    out: Annotated[Path, typer.Option(help="输出文件夹。 Folder.")] = Path("out/sample"),
    measured_only: Annotated[
        bool, typer.Option(help="town、district：只写地块和四个控制线图层。 Only parcels and control lines.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> None:
    """生成示例区的地块、图层和已知答案。 Write parcels, layers and known answers."""
    from landgis.services.sample.build_sample import build_sample
    from landgis.settings import Paths

    outlines = Paths().data / "towns_osm.geojson"
    with _bar("生成示例区") as progress:
        written = build_sample(
            size,
            seed,
            out,
            outlines if outlines.is_file() else None,
            measured_only=measured_only,
            progress=progress,
        )
    if json:
        echo_json(
            {
                "folder": str(written.folder),
                "size": size,
                "seed": seed,
                "substitute": True,
                "parcels": written.parcels,
                "planted": written.planted,
                "features": written.features,
            }
        )
        return
    table(
        ("图层", "要素"),
        [("地块 parcels", written.parcels), ("已知答案 planted", written.planted), *written.features.items()],
        title=f"{written.folder}（替代数据，非法定成果）",
    )


@contextmanager
def _bar(zh: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar on a terminal; yield a function that takes how many parts are done, and of how many."""
    from rich.console import Console
    from rich.progress import Progress

    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(zh, total=None)
        yield lambda done, of: bar.update(task, completed=done, total=of)


@app.callback()
def _group() -> None:
    """示例区（随机生成，替代数据，非法定成果）。 Generated sample district."""
