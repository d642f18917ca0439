"""``landgis inspect``: what a file holds, and whether it would be accepted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.show import echo_json, progress

if TYPE_CHECKING:
    from landgis.bootstrap import App
    from landgis.crs import GeometryArray
    from landgis.exchange.reading.inspected import Inspection

_ACCEPTED, _REFUSED, _ASKS = 0, 2, 3


def inspect(
    file: Annotated[Path, typer.Argument(help="要查看的文件；.gdb 可以是文件夹。 The file.")],
    layer: Annotated[str | None, typer.Option(help="只看一个图层。 One layer only.")] = None,
    crs: Annotated[
        str | None,
        typer.Option(
            help="坐标系的答案，如 EPSG:4549；北坐标在前写 EPSG:4549,north-east；地方坐标系写 local。 The CRS."
        ),
    ] = None,
    encoding: Annotated[str | None, typer.Option(help="属性编码的答案，如 GBK。 Text encoding.")] = None,
    against: Annotated[
        list[str] | None,
        typer.Option(
            help="可靠的参考图层：文件，或库内已发布图层的键；用于识别加偏。 Reference: a file or a published layer."
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> int:
    """查看文件内容，判断能否导入；不保存任何内容。 What a file holds, and whether it would be accepted.

    退出码：0 可以导入，2 不能导入，3 需要回答问题。
    Exit codes: 0 accepted, 2 refused, 3 needs an answer.
    """
    from landgis.cli.inspection_report import show_inspection
    from landgis.cli.opening import open_app
    from landgis.services.inspecting.inspect_file import Answers, inspect_file

    app = open_app()
    if crs is not None:
        _require_answer(crs)
    with progress("查看文件"):
        found = inspect_file(file, Answers(layer, crs, encoding), _reference(app, against or []))
    if json:
        echo_json(found.as_dict())
    else:
        show_inspection(found)
    return exit_code(found)


def exit_code(found: Inspection) -> int:
    """Return 0 for a file that would be accepted, 2 for one that would not, 3 for one that needs an answer."""
    if found.refusals:
        return _REFUSED
    return _ASKS if found.questions else _ACCEPTED


def _require_answer(text: str) -> None:
    """An answer that is no CRS is a wrong call, not a fault of the file."""
    from landgis.crs import parse_stated

    parse_stated(text)


def _reference(app: App, against: list[str]) -> GeometryArray | None:
    from landgis.domain.district import BEIJING, DISTRICTS
    from landgis.services.inspecting.inspect_file import reference_of

    files = [Path(text) for text in against if Path(text).exists()]
    keys = {_layer_key(app, text) for text in against if not Path(text).exists()}
    today = datetime.now(BEIJING).date()
    published = [row for key in DISTRICTS for row in app.published_layers(keys, today, key).values()] if keys else []
    return reference_of(files, published)


def _layer_key(app: App, text: str) -> str:
    from landgis.errors import NotFound

    spec = app.catalogue.find(text)
    if spec is None:
        raise NotFound(
            f"“{text}”既不是文件，也不是目录中的图层",
            f"“{text}” is neither a file nor a layer of the catalogue",
            where="--against",
            next_zh=f"图层可用：{'、'.join(app.catalogue.keys())}",
            next_en="Layers are in the folder layers/",
        )
    return spec.key
