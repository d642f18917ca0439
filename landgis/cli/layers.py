"""``landgis layer``: releases of layers in, listed, shown, compared, published, retired."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from landgis.cli.days import AsOf, Day, KnownAt, day, parse_day
from landgis.cli.release_tables import issue_counts, release_sheet, release_values, show_releases
from landgis.cli.show import echo_issues, echo_json, notice, progress
from landgis.domain.land_use import Scheme
from landgis.domain.layer import LegalState, Secrecy

if TYPE_CHECKING:
    from landgis.bootstrap import App
    from landgis.db.layers import StoredRelease
    from landgis.services.layers.release_diff import ReleaseDiff

app = typer.Typer(no_args_is_help=True, help="图层版本：导入、列出、查看、对比、发布、停用。 Layer releases.")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
SpeakingOn = Annotated[
    date | None,
    typer.Option(
        "--as-of",
        parser=parse_day,
        metavar="年-月-日",
        help="只看当日有发言权的版本；不写不限。 Those that speak that day.",
    ),
]
Layer = Annotated[str, typer.Argument(help="图层，或 图层@版本。 Layer, or LAYER@NAME.")]
Name = Annotated[str, typer.Argument(help="版本名。 Name of the edition.")]


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="图层文件，或含 layers.yaml 的文件夹。 A file, or a folder of layers.")],
    as_layer: Annotated[str, typer.Option(help="是目录中的哪个图层。 Which layer of the catalogue.")] = "",
    source_layer: Annotated[str | None, typer.Option(help="文件中的图层名。 Layer inside the file.")] = None,
    name: Annotated[str, typer.Option(help="版本名。 Name of the edition.")] = "",
    title: Annotated[str, typer.Option(help="图例名称。 Legend title.")] = "",
    district: Annotated[
        Literal["songjiang", "chongming", "both"], typer.Option(help="为哪个区的成果。 Which district it speaks for.")
    ] = "both",
    legal_state: Annotated[
        LegalState, typer.Option(help="在编、公示、已批未生效或生效。 Legal state.")
    ] = LegalState.IN_FORCE,
    document_no: Annotated[str, typer.Option(help="批准文号。 Document number.")] = "",
    no_document_reason: Annotated[str, typer.Option(help="没有文号的理由。 Why there is no document number.")] = "",
    issuing_body: Annotated[str, typer.Option(help="批准机关。 Approving body.")] = "",
    approved_on: Day = None,
    issued_on: Day = None,
    in_force_from: Day = None,
    expires_on: Day = None,
    state_of_data_on: Day = None,
    accuracy_m: Annotated[float | None, typer.Option(help="标称精度，米。 Stated accuracy, m.", min=0.001)] = None,
    scale: Annotated[int | None, typer.Option(help="比例尺分母，如 2000。 Scale 1:N.", min=1)] = None,
    secrecy: Annotated[str, typer.Option(help="密级：公开或内部使用；涉密不得导入。 public or internal.")] = "",
    cycle_months: Annotated[int | None, typer.Option(help="更新周期，月；默认按目录。 Update cycle.", min=1)] = None,
    code_scheme: Annotated[
        Scheme | None, typer.Option(help="地类代码所属的分类标准；默认按目录。 Code list of the land-use codes.")
    ] = None,
    coverage: Annotated[Path | None, typer.Option(help="覆盖范围文件；没有则不能发布。 Ground covered.")] = None,
    crs: Annotated[str | None, typer.Option(help="文件未注明时的坐标系。 If the file says none.")] = None,
    encoding: Annotated[str | None, typer.Option(help="属性编码。 Text encoding.")] = None,
    meaning: Annotated[
        str, typer.Option(help="栅格像元的含义，如 globeland30、wusong。 What the cells of a raster mean.")
    ] = "",
    nodata: Annotated[
        str, typer.Option(help="栅格的无数据值；每个像元都有数据写 none。 Value without data, or none.")
    ] = "",
    substitute: Annotated[bool, typer.Option("--substitute", help="替代数据，非法定成果。 Stand-in data.")] = False,
    attribution: Annotated[str, typer.Option(help="许可要求的署名。 Credit the licence asks for.")] = "",
    publish_now: Annotated[bool, typer.Option("--publish", help="导入后即发布。 Publish at once.")] = False,
    acting: As = None,
    json: Json = False,
) -> int:
    """导入图层为草稿版本。 Import layers as draft releases."""
    from landgis.cli.opening import open_app
    from landgis.exchange.delivery.layers_file import LayerEntry
    from landgis.services.layers.import_layer import LayerImport, import_folder, import_layer
    from landgis.services.layers.import_raster import holds_raster, import_raster

    says = LayerEntry(
        name=name, title_zh=title, district=district, legal_state=legal_state, document_no=document_no,
        no_document_reason=no_document_reason, issuing_body=issuing_body, approved_on=approved_on, issued_on=issued_on,
        in_force_from=in_force_from, expires_on=expires_on, state_of_data_on=state_of_data_on, accuracy_m=accuracy_m,
        scale_denominator=scale, secrecy=Secrecy.marked(secrecy), cycle_months=cycle_months, code_scheme=code_scheme,
        crs=crs, encoding=encoding, substitute=substitute, attribution=attribution, meaning=meaning, nodata=nodata,
    )  # fmt: skip
    main = open_app(acting)
    store = (main.database, main.originals, main.catalogue, main.person)
    with progress("导入图层") as step:
        if path.is_dir() and path.suffix.lower() != ".gdb":  # a geodatabase is one file to us
            stored, refused = import_folder(*store, path, step)
        else:
            service = import_raster if holds_raster(path) else import_layer
            stored, refused = [service(*store, LayerImport(path, source_layer, as_layer, coverage, says), step)], []
    if publish_now:
        stored = [_publish(main, row.release.layer, row.release.name) for row in stored]
    echo_issues(refused)
    show_releases(stored, json)
    if not json:
        for row in stored:
            _tell_issues(main, row)
    if not stored and not refused:
        notice(f"{path} 里没有可认定的图层", f"No layer was recognised in {path}")
    return 2 if not stored or any(issue.severity == "fatal" for issue in refused) else 0


@app.command("list")
def list_(
    layer: Annotated[str | None, typer.Argument(help="图层。 Layer.")] = None,
    as_of: SpeakingOn = None,
    known_at: KnownAt = None,
    json: Json = False,
) -> None:
    """列出图层版本；给出 --as-of 时只列当日有发言权的版本。 List releases; with --as-of those that speak that day."""
    from landgis.cli.opening import open_app
    from landgis.services.register.inventory import releases

    show_releases(releases(open_app().database, layer, as_of=as_of, known_at=known_at), json)


@app.command()
def show(layer: Layer, name: Name = "", as_of: SpeakingOn = None, known_at: KnownAt = None, json: Json = False) -> None:
    """查看一个版本及其问题清单；只写图层和 --as-of 时为当日有发言权的版本。 Show a release and its issues."""
    from landgis.cli.opening import open_app
    from landgis.services.register.inventory import release_with_issues, speaking

    database = open_app().database
    if as_of is not None and not name and "@" not in layer:
        name = speaking(database, layer, as_of, known_at=known_at).release.name
    stored, issues = release_with_issues(database, *edition(layer, name), known_at=known_at)
    if json:
        echo_json(release_values(stored) | {"issues": [issue.as_dict() for issue in issues]})
        return
    release_sheet(stored)
    echo_issues(issues, limit=200)


@app.command()
def publish(
    layer: Layer,
    name: Name = "",
    reason: Annotated[
        str, typer.Option(help="以旧代新等情形的理由。 Why, where an older edition replaces a newer.")
    ] = "",
    acting: As = None,
    json: Json = False,
) -> None:
    """发布一个草稿版本，替代原版本；先报涉及的地块宗数。 Publish a draft; tells first how many parcels it touches."""
    from landgis.cli.opening import open_app

    show_releases([_publish(open_app(acting), *edition(layer, name), reason)], json)


@app.command()
def diff(
    first: Annotated[str, typer.Argument(metavar="A", help="图层@版本。 LAYER@NAME.")],
    second: Annotated[
        str,
        typer.Argument(
            metavar="[B]",
            help="图层@版本；不写则 A 与它在各区将替代的版本对比。 Without B: what A would supersede, to A.",
        ),
    ] = "",
    as_of: AsOf = None,
    out: Annotated[Path | None, typer.Option(help="另存 GeoPackage。 Write a GeoPackage too.")] = None,
    json: Json = False,
) -> None:
    """对比两个版本（由 A 到 B）：增减改的要素、各镇面积、涉及的地块。 From A to B: features, area by town, parcels."""
    from landgis.cli.diff_tables import show_diff
    from landgis.cli.opening import open_app
    from landgis.services.layers.release_diff import compare, compare_with_published, write_diff

    database, today = open_app().database, day(as_of)
    with progress("对比图层"):
        if second:
            every = [compare(database, edition(second), edition(first), today)]
        else:
            every = compare_with_published(database, edition(first), today)
    if out is not None:
        write_diff(every, out)
    if json:
        echo_json(every[0].as_dict() if second else [found.as_dict() for found in every])
        return
    for found in every:
        show_diff(found)


def edition(layer: str, name: str = "") -> tuple[str, str]:
    """Take ``LAYER NAME`` or ``LAYER@NAME``.

    Raises
    ------
    UsageError
        If no edition is named.
    """
    from landgis.errors import UsageError

    key, _, after = layer.partition("@")
    if not (name or after):
        raise UsageError(
            "没有说明是哪个版本",
            "Which edition is not said",
            where=layer,
            next_zh=f"请用 landgis layer list {key} 查看版本名",
            next_en=f"See the names with landgis layer list {key}",
        )
    return key, name or after


def _tell_issues(main: App, stored: StoredRelease) -> None:
    """Count the issues of a release by code, and say where each stands in full and what was not looked for."""
    from landgis.services.register.inventory import release_with_issues

    key = stored.release.key
    _, issues = release_with_issues(main.database, stored.release.layer, stored.release.name)
    issue_counts(key, issues)
    if stored.release.raster is not None:
        return
    notice(
        f"{key}：导入只逐个要素检查；要素之间的重叠、缝隙、重复请用 landgis layer qc {key} 检查",
        f"an import looks at one feature at a time; landgis layer qc {key} finds overlaps, gaps and duplicates",
    )


def _publish(main: App, layer: str, name: str, reason: str = "") -> StoredRelease:
    """Publish, and say first what changes against each edition that speaks now where this one will."""
    from landgis.services.layers.publish_layer import publish as service
    from landgis.services.layers.release_diff import touched_by_publishing

    for found in touched_by_publishing(main.database, layer, name, day(None)):
        _tell_change(found)
    return service(main.database, main.person, layer, name, reason)


def _tell_change(found: ReleaseDiff) -> None:
    """Say in a line or two what taking an edition's place changes."""
    old, new = found.before.key, found.after.key
    touched, gone, bare = len(found.parcel_ids), found.counts["removed"], len(found.uncovered)
    lost_m2 = found.coverage_m2("removed")
    zh = f"{new} 将替代 {old}，变化涉及 {touched} 宗地块"
    en = f"{new} takes the place of {old}; the change touches {touched} parcels"
    if gone:
        zh, en = f"{zh}，少了 {gone} 个要素", f"{en}, {gone} features are gone"
    if lost_m2:
        zh += f"，覆盖范围缩小 {lost_m2:,.2f} ㎡（{bare} 宗地块失去覆盖）"
        en += f", coverage shrinks by {lost_m2:,.2f} m² ({bare} parcels lose some)"
    notice(f"{zh}；逐项见 landgis layer diff {old} {new}", f"{en}; see landgis layer diff {old} {new}")
