"""``landgis export layer``: one release as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from landgis.cli.days import AsOf, KnownAt, day
from landgis.cli.show import echo_json, notice, progress
from landgis.cli.why import Why
from landgis.domain.profile import Personal

_DONE = {
    Personal.DROP: ("已去除", "were dropped"),
    Personal.MASK: ("已遮盖", "were masked"),
    Personal.KEEP: ("原样保留", "were kept"),
}


def layer(
    edition: Annotated[str, typer.Argument(metavar="图层[@版本]", help="不写版本为当日生效的。 LAYER[@NAME].")],
    out: Annotated[Path, typer.Option(help="输出 GeoPackage。 GeoPackage to write.")],
    why: Why = "",
    personal: Annotated[
        Personal,
        typer.Option(
            help="个人信息字段：drop 去除、mask 遮盖、keep 保留（仅限内部）。 What becomes of fields with persons."
        ),
    ] = Personal.DROP,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    acting: Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> None:
    """导出一个图层版本（GeoPackage，旁附说明）。 Export one release, with what it says of itself beside it."""
    from landgis.cli.opening import open_app
    from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
    from landgis.services.handing_over.export_layer import export_layer

    main = open_app(acting)
    key, _, name = edition.partition("@")
    with progress("导出图层"):
        made = export_layer(
            main.database, main.person, key, name, out, why=why, as_of=day(as_of), known_at=known_at, personal=personal
        )
    release = made.stored.release
    if release.substitute:
        notice(SUBSTITUTE_ZH, SUBSTITUTE_EN)
    if made.personal:
        done_zh, done_en = _DONE[personal]
        notice(
            f"含个人信息的字段{done_zh}：{'、'.join(made.personal)}",
            f"Fields with persons {done_en}: {', '.join(made.personal)}",
        )
    if json:
        told = {"file": str(made.path), "described": str(made.described), "export": made.export_id}
        echo_json({
            "release": release.key, "features": release.feature_count, "crs": "EPSG:4549", **told,
            "secrecy": release.secrecy.value, "personal": {personal.value: list(made.personal)},
        })  # fmt: skip
        return
    typer.echo(
        f"{made.export_id} {made.path}：{release.key}，{release.feature_count} 个要素；说明见 {made.described.name}"
    )
