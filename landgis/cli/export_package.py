"""``landgis export package``: a package under a profile, or the files of a plan."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.days import AsOf, KnownAt, day, parse_day
from landgis.cli.show import echo_json, notice, progress, table

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from landgis.domain.preflight_fault import Fault
    from landgis.domain.profile import ExportProfile
    from landgis.services.handing_over.export_package import ExportedPackage

_FOLDER = Path("out")


def export_package(
    profile: Annotated[
        str,
        typer.Option(
            metavar="方案",
            help="方案，见 export profiles list；不写为计划文件。 Profile; without: the plan's files.",
        ),
    ] = "",
    out: Annotated[Path | None, typer.Option(help="成果包文件夹，须不存在或为空。 Folder of the package.")] = None,
    why: Annotated[str, typer.Option(metavar="用途", help="给谁、作何用，记入导出台账。 For whom and what for.")] = "",
    format: Annotated[str, typer.Option(metavar="格式", help="文件格式；不写用方案的。 File format.")] = "",
    crs: Annotated[str, typer.Option(metavar="坐标系", help="如 EPSG:4528；地方坐标系写 local。 The CRS.")] = "",
    plan: Annotated[str | None, typer.Option(help="计划；不写用最新。 Plan; the newest without.")] = None,
    pool: Annotated[str | None, typer.Option(help="储备项目库；不写用计划所依据的。 Pool; the plan's without.")] = None,
    district: Annotated[str, typer.Option(help="songjiang 或 chongming。")] = "songjiang",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    since: Annotated[
        str, typer.Option(metavar="导出编号|last", help="只给该次已接收移交以来的变化。 Only what changed since.")
    ] = "",
    accept: Annotated[
        list[str] | None, typer.Option(metavar="代码", help="接受的格式损失，可重复。 Loss that may happen.")
    ] = None,
    made_on: Annotated[
        date | None,
        typer.Option(
            "--drawn-on",
            parser=parse_day,
            metavar="年-月-日",
            help="计划文件的日期，默认今天。 Date on the plan's files.",
        ),
    ] = None,
    acting: Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")] = None,
    json: Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")] = False,
) -> None:
    """移交成果包：按方案预检、写出、附清单、数据字典、元数据、说明。 A package under a profile, checked as its receiver would.

    预检不合格、格式装不下而未接受的，什么也不写。用 --since 只移交变化（新增、变更、删除）。
    """
    if not profile:
        _require_profile({"--format": format, "--crs": crs, "--pool": pool, "--since": since, "--accept": accept})
        _plan_files(out or _FOLDER / "package", plan, district, why, made_on, acting, json)
        return
    from landgis.cli.opening import open_app
    from landgis.exchange.profiles import named_profile
    from landgis.services.handing_over.build_delivery import Wanted
    from landgis.services.handing_over.export_package import export_package as export

    main = open_app(acting)
    chosen = named_profile(profile, main.paths.data / "profiles")
    wanted = Wanted(district, day(as_of), plan, pool, format, crs, known_at)
    target = out or _FOLDER / f"{district}-{chosen.profile_id}"
    with _faults_shown(json), progress("移交") as step:
        made = export(
            main.database, main.person, chosen, wanted, target, why=why, accept=accept or (), since=since, progress=step
        )
    _tell_fixed(chosen, made.record.crs)
    _show(made, json)


def _require_profile(asked: Mapping[str, object]) -> None:
    """Keep options of a profile from being passed over where none is named."""
    from landgis.errors import UsageError

    given = [name for name, value in asked.items() if value]
    if given:
        listed = "、".join(given)
        raise UsageError(
            f"{listed} 须与 --profile 同用", f"{', '.join(given)} goes with --profile", where=listed,
            next_zh="方案见 landgis export profiles list", next_en="See landgis export profiles list",
        )  # fmt: skip


def _tell_fixed(profile: ExportProfile, crs: str) -> None:
    """Say that fixed values stay as the profile has them where another CRS takes the place of its own."""
    fixed = [
        f"{each.name}.{one.name}"
        for each in profile.layers
        for one in each.fields
        if one.source.startswith("constant:")
    ]
    if crs == profile.crs or not fixed:
        return
    notice(
        f"坐标系由 {profile.crs} 改为 {crs}；方案中的固定值不随之改变，请核对：{'、'.join(fixed)}",
        f"The CRS is {crs} in place of {profile.crs}; fixed values of the profile stay, check {', '.join(fixed)}",
    )


def _plan_files(
    out: Path, plan: str | None, district: str, why: str, made_on: date | None, acting: str | None, json: bool
) -> None:
    from landgis.cli.opening import open_app
    from landgis.services.handing_over.hand_over import hand_over
    from landgis.services.planning.draft_plan import load_plan

    main = open_app(acting)
    with progress("移交"):
        result = hand_over(main.database, main.person, load_plan(main.database, plan, district), out, day(made_on), why)
    if json:
        echo_json({"folder": str(result.folder), "files": result.files, "manifest": str(result.manifest)})
        return
    table(("文件", "SHA-256"), [(name, digest[:16] + "…") for name, digest in result.files.items()], title=str(out))


def _show(made: ExportedPackage, json: bool) -> None:
    from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH

    record = made.record
    if record.origin.substitute:
        notice(SUBSTITUTE_ZH, SUBSTITUTE_EN)
    if made.folder is None:
        if json:
            echo_json(_told(made))
            return
        typer.echo("自上次已接收的移交以来没有变化，未写出任何文件")
        typer.echo("Nothing changed since the last delivery that was accepted; nothing was written")
        return
    if json:
        echo_json(_told(made))
        return
    title = f"{made.folder}（导出编号 {made.export_id}）"
    table(
        ("文件", "SHA-256", "字节"),
        [(file.name, file.sha256[:16] + "…", str(file.bytes)) for file in made.files],
        title=title,
    )
    table(("图层", "名称", "行数"), [(part.name, part.alias, str(len(part.frame))) for part in record.parts])
    changed = {
        str(code): (code.zh, times) for report in record.reports.values() for code, times in report.counts().items()
    }
    if changed:
        table(("格式限制", "说明", "处数"), [(code, zh, str(times)) for code, (zh, times) in changed.items()])
    if record.delivery.unfilled:
        typer.echo(
            f"{len(record.delivery.unfilled)} 个字段没有填写或有空值，见数据字典 fields empty: see the dictionary"
        )
    if made.told:
        _show_faults(made.told)


def _told(made: ExportedPackage) -> dict[str, object]:
    from landgis.exchange.package.manifest import package_facts

    return {
        "folder": str(made.folder) if made.folder else None,
        "export": made.export_id,
        "files": {file.name: file.sha256 for file in made.files},
        **package_facts(made.record),
        "faults": [fault.as_dict() for fault in made.told],
    }


@contextmanager
def _faults_shown(json: bool) -> Iterator[None]:
    """Show what the pre-flight found as a table before the error is told; JSON carries it in the error."""
    from landgis.errors import DeliveryFaulty

    try:
        yield
    except DeliveryFaulty as error:
        if not json:
            _show_faults(error.faults)
        raise


def _show_faults(faults: Sequence[Fault]) -> None:
    rows = [(str(each.code), each.severity.zh, each.layer, each.key, each.field, each.message_zh) for each in faults]
    table(("代码", "程度", "图层", "行", "字段", "问题"), rows, title=f"预检 {len(rows)} 处 Pre-flight")
