"""``landgis layer``: releases of layers in, listed, shown, published."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from landgis.cli.show import echo_issues, echo_json, notice, progress, table

if TYPE_CHECKING:
    from landgis.db.layers import StoredRelease

app = typer.Typer(no_args_is_help=True, help="图层版本：导入、列出、查看、发布。 Layer releases.")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
As = Annotated[str | None, typer.Option("--as", help="办理人账号。 Acting person.")]
Layer = Annotated[str, typer.Argument(help="图层，或 图层@版本。 Layer, or LAYER@NAME.")]
Name = Annotated[str, typer.Argument(help="版本名。 Name of the edition.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"])]


@app.command("import")
def import_(
    path: Annotated[Path, typer.Argument(help="图层文件，或含 layers.yaml 的文件夹。 A file, or a folder of layers.")],
    as_layer: Annotated[str, typer.Option(help="是目录中的哪个图层。 Which layer of the catalogue.")] = "",
    source_layer: Annotated[str | None, typer.Option(help="文件中的图层名。 Layer inside the file.")] = None,
    name: Annotated[str, typer.Option(help="版本名。 Name of the edition.")] = "",
    title: Annotated[str, typer.Option(help="图例名称。 Legend title.")] = "",
    document_no: Annotated[str, typer.Option(help="批准文号。 Document number.")] = "",
    issuing_body: Annotated[str, typer.Option(help="批准机关。 Issuing body.")] = "",
    issued_on: Day = None,
    in_force_from: Day = None,
    expires_on: Day = None,
    coverage: Annotated[Path | None, typer.Option(help="覆盖范围文件；没有则不能发布。 Ground covered.")] = None,
    crs: Annotated[str | None, typer.Option(help="文件未注明时的坐标系。 If the file says none.")] = None,
    encoding: Annotated[str | None, typer.Option(help="属性编码。 Text encoding.")] = None,
    substitute: Annotated[bool, typer.Option("--substitute", help="替代数据，非法定成果。 Stand-in data.")] = False,
    attribution: Annotated[str, typer.Option(help="许可要求的署名。 Credit the licence asks for.")] = "",
    publish_now: Annotated[bool, typer.Option("--publish", help="导入后即发布。 Publish at once.")] = False,
    acting: As = None,
    json: Json = False,
) -> int:
    """导入图层为草稿版本。 Import layers as draft releases."""
    from landgis.cli.opening import open_app
    from landgis.services.import_layer import LayerImport, import_folder, import_layer, publish

    main = open_app(acting)
    with progress("导入图层"):
        if path.is_dir():
            stored, refused = import_folder(main.database, main.originals, main.catalogue, main.person, path)
        else:
            request = LayerImport(
                path, source_layer, as_layer, name, title, document_no, issuing_body, _date(issued_on), _date(in_force_from),
                _date(expires_on), coverage, crs, encoding, substitute, attribution,
            )  # fmt: skip
            stored, refused = [import_layer(main.database, main.originals, main.catalogue, main.person, request)], []
        if publish_now:
            stored = [publish(main.database, main.person, row.release.layer, row.release.name) for row in stored]
    echo_issues(refused)
    _show_releases(stored, json)
    if not stored and not refused:
        notice(f"{path} 里没有可认定的图层", f"No layer was recognised in {path}")
    return 2 if not stored or any(issue.severity == "fatal" for issue in refused) else 0


@app.command("list")
def list_(layer: Annotated[str | None, typer.Argument(help="图层。 Layer.")] = None, json: Json = False) -> None:
    """列出图层版本。 List releases."""
    from landgis.cli.opening import open_app
    from landgis.services.inventory import releases

    _show_releases(releases(open_app().database, layer), json)


@app.command()
def show(layer: Layer, name: Name = "", json: Json = False) -> None:
    """查看一个版本及其问题清单。 Show a release and its issues."""
    from landgis.cli.opening import open_app
    from landgis.services.inventory import release_with_issues

    stored, issues = release_with_issues(open_app().database, *_edition(layer, name))
    if json:
        echo_json(_as_dict(stored) | {"issues": [issue.as_dict() for issue in issues]})
        return
    table(("项目", "值"), list(_as_dict(stored).items()), title=stored.release.key)
    echo_issues(issues, limit=200)


@app.command()
def publish(layer: Layer, name: Name = "", acting: As = None, json: Json = False) -> None:
    """发布一个草稿版本，替代原版本。 Publish a draft; the earlier edition is superseded."""
    from landgis.cli.opening import open_app
    from landgis.services.import_layer import publish as service

    main = open_app(acting)
    _show_releases([service(main.database, main.person, *_edition(layer, name))], json)


def _show_releases(stored: list[StoredRelease], json: bool) -> None:
    if json:
        echo_json([_as_dict(row) for row in stored])
        return
    table(
        ("图层", "版本", "名称", "状态", "要素", "文号", "生效", "到期", "问题"),
        [
            (
                row.release.layer,
                row.release.name,
                row.release.title_zh,
                row.release.status.zh,
                row.release.feature_count,
                row.release.document_no,
                row.release.in_force_from,
                row.release.expires_on,
                "，".join(f"{severity.zh} {count}" for severity, count in row.issue_counts.items()) or "—",
            )
            for row in stored
        ],
    )


def _as_dict(stored: StoredRelease) -> dict[str, object]:
    from dataclasses import asdict

    counts = {str(severity): count for severity, count in stored.issue_counts.items()}
    return asdict(stored.release) | {
        "issue_counts": counts,
        "coverage_ha": round(float(stored.coverage.area) / 10_000, 4),
        "created_by": stored.created_by,
        "published_by": stored.published_by,
    }


def _edition(layer: str, name: str) -> tuple[str, str]:
    """Take ``LAYER NAME`` or ``LAYER@NAME``."""
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


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment else None
