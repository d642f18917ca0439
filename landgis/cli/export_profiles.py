"""``landgis export profiles``: which forms of delivery there are, what they hold, and whether one's own file is right."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from landgis.cli.show import echo_json, table

if TYPE_CHECKING:
    from landgis.domain.profile import ExportProfile, LayerProfile, ProfileField

app = typer.Typer(no_args_is_help=True, help="移交方案：图层、字段、代码、坐标系。 Forms in which receivers want data.")
Json = Annotated[bool, typer.Option("--json", help="输出 JSON。 Print JSON.")]
Name = Annotated[str, typer.Argument(help="方案名，或 YAML 文件。 Name, or a YAML file.", metavar="PROFILE")]


@app.command("list")
def list_(json: Json = False) -> None:
    """列出移交方案。 List the profiles."""
    from landgis.exchange.profiles import shipped_profiles

    found = shipped_profiles(_folder()).values()
    if json:
        echo_json([_head(profile) for profile in found])
        return
    table(
        ("方案", "名称", "图层", "坐标系", "格式"),
        [
            (each.profile_id, each.name_zh, "\n".join(each.layer_names), each.crs, " ".join(each.formats))
            for each in found
        ],
    )


@app.command()
def show(name: Name, json: Json = False) -> None:
    """列出一个方案的字段、依据与待确认事项。 Show the fields of a profile, its basis, and what is to be confirmed."""
    from landgis.exchange.profiles import named_profile

    profile = named_profile(name, _folder())
    if json:
        echo_json(_head(profile) | {"notes": list(profile.notes), "layers": [_layer(each) for each in profile.layers]})
        return
    typer.echo(f"{profile.profile_id} {profile.version}：{profile.name_zh} {profile.name_en}")
    typer.echo(f"依据 basis：{profile.basis}")
    typer.echo(f"坐标系 CRS：{profile.crs}；编码 encoding：{profile.encoding}；校验 checksum：{profile.checksum}")
    for layer in profile.layers:
        title = f"{layer.name} {layer.alias_zh}（{layer.geometry.zh}，面积单位 {layer.area_unit.zh}）"
        rows = [_row(each) for each in layer.fields]
        table(("字段", "名称", "类型", "必填", "取值", "依据", "待确认"), rows, title=title)
    for note in profile.notes:
        typer.echo(f"· {note}")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(help="方案文件（YAML）。 Profile to check.", metavar="FILE")],
    json: Json = False,
) -> None:
    """核对一个自填的方案文件，逐个图层、字段报错。 Check a profile; every fault is named by layer and field."""
    from landgis.exchange.profiles import read_profile

    profile = read_profile(file)
    open_ = [(layer.name, field.name) for layer in profile.layers for field in layer.fields if not field.source]
    required = {(layer.name, field.name) for layer in profile.layers for field in layer.fields if field.required}
    refused = [".".join(place) for place in open_ if place in required]
    if json:
        unfilled = [f"{layer}.{field}" for layer, field in open_]
        echo_json(_head(profile) | {"unfilled": unfilled, "refused": refused})
        return
    fields = sum(len(layer.fields) for layer in profile.layers)
    typer.echo(f"{file}：可用，{len(profile.layers)} 个图层，{fields} 个字段，其中 {len(open_)} 个本系统不能填写")
    typer.echo(f"{file}: fit for use, {len(profile.layers)} layers, {fields} fields, {len(open_)} not ours to fill")
    if refused:
        typer.echo(f"必填而无来源，移交时将被拒绝 required without source: {'、'.join(refused)}")


@app.command()
def schema() -> None:
    """输出方案文件的 JSON Schema。 Print the JSON schema of profiles."""
    from landgis.exchange.profiles import profile_schema

    echo_json(profile_schema())


def _folder() -> Path:
    from landgis.settings import Paths

    return Paths().data / "profiles"


def _head(profile: ExportProfile) -> dict[str, Any]:
    return {
        "id": profile.profile_id,
        "version": profile.version,
        "name_zh": profile.name_zh,
        "name_en": profile.name_en,
        "basis": profile.basis,
        "crs": profile.crs,
        "formats": list(profile.formats),
        "default_format": profile.default_format,
        "layer_names": list(profile.layer_names),
    }


def _layer(layer: LayerProfile) -> dict[str, Any]:
    return {
        "name": layer.name,
        "alias_zh": layer.alias_zh,
        "alias_en": layer.alias_en,
        "content": layer.content,
        "geometry": layer.geometry.value,
        "key": list(layer.key),
        "area_unit": layer.area_unit.value,
        "area_decimals": layer.area_decimals,
        "fields": [_field(each) for each in layer.fields],
    }


def _field(field: ProfileField) -> dict[str, Any]:
    return {
        "name": field.name,
        "alias_zh": field.alias_zh,
        "alias_en": field.alias_en,
        "kind": field.kind.value,
        "length": field.length,
        "decimals": field.decimals,
        "required": field.required,
        "codes": dict(field.codes) if field.codes is not None else None,
        "source": field.source,
        "personal": field.personal,
        "basis": field.basis.value,
        "note": field.note,
    }


def _row(field: ProfileField) -> tuple[str, ...]:
    digits = "" if field.decimals is None else f".{field.decimals}"
    size = "" if field.length is None else f"（{field.length}{digits}）"
    required = "是" if field.required else ""
    return field.name, field.alias_zh, f"{field.kind.zh}{size}", required, field.source, field.basis.zh, field.note
