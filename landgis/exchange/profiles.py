"""Reading export profiles: YAML with a schema, whole or with every fault named by file, layer and field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from landgis.domain.file_limits import DBF_NAME_BYTES
from landgis.domain.profile import ExportProfile, FieldKind, GeometryKind, LayerProfile, ProfileField
from landgis.domain.profile_sources import CONSTANT, CONTENTS, content_of, source_of
from landgis.errors import ConfigError, NotFound
from landgis.exchange.form import read_form
from landgis.exchange.profile_form import ProfileForm, profile_from

PLACEHOLDERS = ("district", "district_code", "year", "made_on", "layer")
_WIDENED = {
    FieldKind.WHOLE: (FieldKind.DECIMAL, FieldKind.TEXT),
    FieldKind.DAY: (FieldKind.TEXT,),
    FieldKind.FLAG: (FieldKind.TEXT,),
}
"""Kinds that a source may become without losing anything."""


def read_profile(path: Path) -> ExportProfile:
    """Read a profile.

    Raises
    ------
    FileMissing, ConfigError
        No such file; or fields that are not as declared, each named by layer and field.
    """
    raw = read_form(ProfileForm, path, _fault)
    profile = profile_from(raw)
    faults = [*_whole_faults(profile), *(fault for layer in profile.layers for fault in _layer_faults(profile, layer))]
    if faults:
        raise _fault(path, "; ".join(faults))
    return profile


def shipped_profiles(folder: Path) -> dict[str, ExportProfile]:
    """Read every profile of a folder, by id.

    Raises
    ------
    ConfigError
        If one cannot be read, or two have one id.
    """
    found: dict[str, ExportProfile] = {}
    for path in sorted(folder.glob("*.yaml")):
        profile = read_profile(path)
        if profile.profile_id in found:
            raise _fault(path, f"profile_id: {profile.profile_id} is taken by another file")
        found[profile.profile_id] = profile
    return found


def named_profile(name: str, folder: Path) -> ExportProfile:
    """Read a profile by its id in a folder, or by the path of its file.

    Raises
    ------
    NotFound
        If there is no such profile.
    FileMissing, ConfigError
        As `read_profile`.
    """
    if name.endswith((".yaml", ".yml")):
        return read_profile(Path(name))
    found = shipped_profiles(folder)
    if name not in found:
        raise NotFound(
            f"没有移交方案“{name}”", f"There is no profile “{name}”", where=name,
            next_zh=f"可选：{'、'.join(found)}，或 YAML 文件", next_en=f"Choose from {', '.join(found)}, or name a YAML file",
        )  # fmt: skip
    return found[name]


def profile_schema() -> dict[str, Any]:
    """Return the JSON schema of a profile."""
    return ProfileForm.model_json_schema()


def _whole_faults(profile: ExportProfile) -> Iterator[str]:
    if profile.default_format not in profile.formats:
        yield f"default_format: {profile.default_format} is not among formats"
    names = profile.layer_names
    yield from (f"layers: {name} is there twice" for name in sorted({each for each in names if names.count(each) > 1}))
    for key in ("folder_name", "file_name"):
        unknown = set(re.findall(r"{(\w*)}", getattr(profile, key))) - set(PLACEHOLDERS)
        yield from (f"{key}: {{{each}}} is not one of {', '.join(PLACEHOLDERS)}" for each in sorted(unknown))


def _layer_faults(profile: ExportProfile, layer: LayerProfile) -> Iterator[str]:
    content = content_of(layer.content)
    if content is None:
        yield f"{layer.name} content: {layer.content} is not one of {', '.join(CONTENTS)}, layer:<key>"
        return
    if layer.geometry not in (GeometryKind.NONE, content.geometry):
        yield f"{layer.name} geometry: {layer.content} has no {layer.geometry}"
    names = layer.names
    yield from (
        f"{layer.name} {name}: there twice" for name in sorted({each for each in names if names.count(each) > 1})
    )
    for place, name in _named_fields(layer):
        if name not in names:
            yield f"{layer.name} {place}: no field {name}"
    for rule in layer.references:
        other = next((each for each in profile.layers if each.name == rule.layer), None)
        if other is None or rule.other not in other.names:
            yield f"{layer.name} references: no field {rule.layer}.{rule.other}"
    if layer.points and layer.points.polygons not in profile.layer_names:
        yield f"{layer.name} points: no layer {layer.points.polygons}"
    if "shapefile" in profile.formats:
        wide = [name for name in names if not (name.isascii() and len(name) <= DBF_NAME_BYTES)]
        yield from (f"{layer.name} {name}: not a field name of a shapefile (10 ASCII characters)" for name in wide)
    for field in layer.fields:
        yield from (f"{layer.name} {field.name}: {said}" for said in _field_faults(layer, field))


def _named_fields(layer: LayerProfile) -> Iterator[tuple[str, str]]:
    """Yield every name of a field of its own that a layer mentions, and where."""
    for place, listed in (("key", layer.key), ("area_fields", layer.area_fields), ("zero", layer.zero)):
        yield from ((place, name) for name in listed)
    for added in layer.sums:
        yield from (("sums", name) for name in (added.total, *added.parts))
    for rule in layer.conditions:
        yield from (("conditions", name) for name in (rule.field, *rule.filled, *rule.empty))
    yield from (("references", each.field) for each in layer.references)
    if layer.points:
        at = layer.points
        yield from (("points", name) for name in (at.plot, at.order, at.ring, at.northing, at.easting) if name)


def _field_faults(layer: LayerProfile, field: ProfileField) -> Iterator[str]:
    source = source_of(layer.content, field.source) if field.source else None
    if field.source and source is None:
        yield f"source {field.source} is none that {layer.content} has"
    if (
        source
        and not field.source.startswith(CONSTANT)
        and field.kind not in (source.kind, *_WIDENED.get(source.kind, ()))
    ):
        yield f"source {field.source} is {source.kind}, the field {field.kind}"
    if source and source.personal and not field.personal:
        yield f"source {field.source} is personal: say personal: true"
    if field.decimals is not None and field.kind is not FieldKind.DECIMAL:
        yield f"decimals of a {field.kind}"
    unlisted = sorted(set(field.mapped.values()) - set(field.codes)) if field.codes else []
    yield from (f"mapped {code} is not among codes" for code in unlisted)


def _fault(path: Path, what: str) -> ConfigError:
    told = _by_name(path, what)
    return ConfigError(
        f"移交方案有误：{told}",
        f"The export profile is wrong: {told}",
        where=str(path),
        next_zh="请对照 data/profiles/ 下的示例与 landgis export profiles schema 修改",
        next_en="Compare with data/profiles/ and landgis export profiles schema",
    )


def _by_name(path: Path, what: str) -> str:
    """Say layers and fields by their names where the schema says them by number."""
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError):
        return what

    def named(match: re.Match[str]) -> str:
        try:
            layer = content["layers"][int(match["layer"])]
            field = layer["fields"][int(match["field"])]["name"] if match["field"] else ""
            return f"{layer['name']} {field}".rstrip() + " "
        except (LookupError, TypeError):
            return match[0]

    return re.sub(r"layers\.(?P<layer>\d+)\.(?:fields\.(?P<field>\d+)\.?)?", named, what)
