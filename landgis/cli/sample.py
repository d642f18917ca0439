"""``landgis sample``: write the generated sample district."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgis.cli.show import echo_json, progress, table

app = typer.Typer(no_args_is_help=True, help="示例区（随机生成，替代数据，非法定成果）。 Generated sample district.")


@app.command("build")
def build_(
    size: Annotated[str, typer.Option(help="规模：small。")] = "small",
    seed: Annotated[int, typer.Option(help="随机种子。 Seed.")] = 1,
    out: Annotated[Path, typer.Option(help="输出文件夹。 Folder.")] = Path("out/sample"),
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> None:
    """生成示例区的地块、图层和已知答案。 Write parcels, layers and known answers."""
    from landgis.services.build_sample import build_sample
    from landgis.settings import Paths

    outlines = Paths().data / "towns_osm.geojson"
    with progress("生成示例区"):
        written = build_sample(size, seed, out, outlines if outlines.is_file() else None)
    if json:
        echo_json(
            {
                "folder": str(written.folder),
                "parcels": written.parcels,
                "planted": written.planted,
                "features": written.features,
            }
        )
        return
    table(
        ("图层", "要素"),
        [("地块 parcels", written.parcels), ("已知答案 planted", written.planted), *written.features.items()],
        title=str(written.folder),
    )


@app.callback()
def _group() -> None:
    """示例区（随机生成，替代数据，非法定成果）。 Generated sample district."""
