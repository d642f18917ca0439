"""``landgis layer retire`` and ``landgis layer state``: a release leaves, or what it shows comes into force."""

from __future__ import annotations

from typing import Annotated

import typer

from landgis.cli.days import Day
from landgis.cli.layers import As, Json, Layer, Name, edition
from landgis.cli.release_tables import show_releases
from landgis.cli.show import notice


def retire(
    layer: Layer,
    name: Name = "",
    reason: Annotated[str, typer.Option(help="理由。 Why.")] = "",
    leave_none: Annotated[
        bool, typer.Option("--leave-none", help="确认停用后该图层没有现行版本。 Confirms that none is left in force.")
    ] = False,
    acting: As = None,
    json: Json = False,
) -> None:
    """停用一个版本：留存备查，不再作为依据。 Retire a release: kept for the record, speaks no more."""
    from landgis.cli.opening import open_app
    from landgis.services.layers.publish_layer import retire as service

    main = open_app(acting)
    done = service(main.database, main.person, *edition(layer, name), reason, leave_none=leave_none)
    show_releases([done], json)
    if leave_none:
        notice(
            f"{done.release.layer} 没有现行版本时，依据它的规则一律“无法判定”，直到发布新的版本",
            f"while {done.release.layer} has no release in force, every rule that needs it is undecidable",
        )


def state(
    layer: Layer,
    name: Name = "",
    in_force_from: Day = None,
    reason: Annotated[str, typer.Option(help="理由。 Why.")] = "",
    document_no: Annotated[str, typer.Option(help="公布生效的文号；不写沿用原文号。 Document number.")] = "",
    new_name: Annotated[str, typer.Option(help="新版本名；默认原名加“-生效”。 Name of the new edition.")] = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """把在编、公示或已批未生效的版本转为生效：不必重新导入，生成新的草稿。 Bring into force: makes a draft, no file."""
    from landgis.cli.opening import open_app
    from landgis.errors import UsageError
    from landgis.services.layers.state_layer import IntoForce, bring_into_force

    if in_force_from is None:
        raise UsageError(
            "没有说明生效日期",
            "The first day in force is not said",
            where=layer,
            next_zh="请加 --in-force-from，如 --in-force-from 2027-01-01",
            next_en="Add --in-force-from, e.g. --in-force-from 2027-01-01",
        )
    main = open_app(acting)
    says = IntoForce(in_force_from, reason, document_no, new_name)
    made = bring_into_force(main.database, main.originals, main.person, *edition(layer, name), says)
    show_releases([made], json)
    notice(
        f"已生成草稿，尚未发布；请核对后运行 landgis layer publish {made.release.key}",
        f"a draft, not published yet: look at it, then landgis layer publish {made.release.key}",
    )
