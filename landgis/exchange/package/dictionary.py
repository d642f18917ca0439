"""The data dictionary of a package: layers, fields, code lists, what stays empty, what a format lost, and core metadata."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from landgis.domain.layer import SUBSTITUTE_ZH
from landgis.domain.profile import FieldKind, LayerProfile, ProfileField
from landgis.domain.profile_sources import source_of
from landgis.exchange.package.core_elements import core_elements
from landgis.exchange.package.files import DataFile, Part
from landgis.exchange.package.record import Record, unit_of
from landgis.exchange.writing.live_workbook import Cell, Field, Sheet, write_live_workbook

DICTIONARY = "数据字典.xlsx"
_LAYERS = (
    Field("layer", "图层\nLayer", 20), Field("zh", "名称\nName", 24), Field("en", "英文名称\nEnglish name", 30, wrap=True),
    Field("geometry", "图形\nGeometry", 10), Field("rows", "行数\nRows", 9), Field("key", "标识字段\nKey", 14),
    Field("file", "文件\nFile", 34, wrap=True), Field("name", "文件内名称\nName inside", 20),
)  # fmt: skip
_FIELDS = (
    Field("layer", "图层\nLayer", 16), Field("no", "序号\nNo.", 6), Field("name", "字段\nField", 14),
    Field("inside", "文件内字段名\nName inside", 14), Field("zh", "中文名称\nChinese caption", 20),
    Field("en", "英文名称\nEnglish caption", 24, wrap=True), Field("kind", "类型\nType", 8), Field("length", "长度\nLength", 8),
    Field("decimals", "小数位\nDecimals", 9), Field("unit", "单位\nUnit", 9), Field("required", "必填\nRequired", 9),
    Field("codes", "代码表\nCode list", 12), Field("source", "取值\nTaken from", 26, wrap=True),
    Field("basis", "依据\nHow sure", 13), Field("note", "待确认\nTo be confirmed", 34, wrap=True),
)  # fmt: skip
_CODES = (
    Field("list", "代码表\nCode list", 12), Field("code", "代码\nCode", 14), Field("label", "含义\nMeaning", 34),
    Field("fields", "用于\nUsed by", 50, wrap=True),
)  # fmt: skip
_EMPTY = (
    Field("layer", "图层\nLayer", 18), Field("field", "字段\nField", 16), Field("zh", "中文名称\nCaption", 24),
    Field("rows", "空值行数\nRows empty", 12), Field("why", "原因\nWhy", 46, wrap=True),
)  # fmt: skip
_LOST = (
    Field("file", "文件\nFile", 30, wrap=True), Field("layer", "图层\nLayer", 18), Field("field", "字段\nField", 16),
    Field("what", "情况\nWhat", 34, wrap=True), Field("en", "英文\nEnglish", 34, wrap=True), Field("rows", "处数\nHow often", 10),
    Field("example", "例\nExample", 40, wrap=True),
)  # fmt: skip
_CORE = (
    Field("zh", "元素\nElement", 22), Field("en", "英文\nEnglish", 30, wrap=True), Field("path", "ISO 19115 位置\nWhere in ISO 19115", 44),
    Field("value", "值\nValue", 70, wrap=True),
)  # fmt: skip


def write_dictionary(path: Path, record: Record) -> None:
    """Write the dictionary as a workbook; the same package gives the same bytes.

    Raises
    ------
    FileUnreadable
        If it does not read back as written.
    """
    title = f"{record.titles[0]} {record.titles[1]}（{record.profile.profile_id} {record.profile.version}）"
    codes = _code_lists(record)
    sheets = [
        Sheet("图层 layers", f"图层 Layers：{title}", _LAYERS, list(_layer_rows(record))),
        Sheet("字段 fields", f"字段 Fields：{title}", _FIELDS, list(_field_rows(record, codes)), _units_note(record)),
        Sheet("代码 codes", f"代码表 Code lists：{title}", _CODES, list(_code_rows(codes))),
        Sheet("空值 empty", f"没有填写的字段 Fields left empty：{title}", _EMPTY, list(_empty_rows(record))),
        Sheet("损失 losses", f"文件格式的限制 What the format changes：{title}", _LOST, list(_loss_rows(record))),
        Sheet(
            "元数据 metadata",
            f"核心元数据 Core metadata：{title}",
            _CORE,
            [tuple(each) for each in core_elements(record)],
        ),
    ]
    write_live_workbook(path, [each for each in sheets if each.rows], SUBSTITUTE_ZH if record.origin.substitute else "")


def _units_note(record: Record) -> str:
    return f"坐标系 CRS：{record.crs}；面积按各图层所列单位，取值时四舍五入一次 areas are rounded half up, once"


def _file_of(record: Record, part: Part) -> DataFile:
    return next(file for file in record.files if part.name in file.layers)


def _layer_rows(record: Record) -> Iterator[tuple[Cell, ...]]:
    for part in record.parts:
        file, declared = _file_of(record, part), part.declared
        inside = record.names_in(file).get((part.name, ""), part.name)
        kind = declared.geometry.zh if hasattr(part.frame, "geometry") else "表"
        yield (
            part.name, part.alias, declared.alias_en, kind, len(part.frame), "、".join(declared.key), file.name, inside,
        )  # fmt: skip


def _field_rows(record: Record, codes: dict[tuple[tuple[str, str], ...], list[str]]) -> Iterator[tuple[Cell, ...]]:
    lists = list(codes)
    for part in record.parts:
        inside = record.names_in(_file_of(record, part))
        for number, name in enumerate(_columns(part), 1):
            one = next((field for field in part.declared.fields if field.name == name), None)
            if one is None:
                yield (part.name, number, name, inside.get((part.name, name), name), *_OF_GONE)
                continue
            listed = f"C{lists.index(tuple(one.codes.items())) + 1:02d}" if one.codes else ""
            yield (
                part.name, number, name, inside.get((part.name, name), name), one.alias_zh, one.alias_en, one.kind.zh,
                one.length, _decimals(part.declared, one), unit_of(part.declared, one), "是" if one.required else "",
                listed, _taken_from(part.declared, one), one.basis.zh, one.note,
            )  # fmt: skip


_OF_GONE = (
    "最后一次移交时该行的校验值", "hash of the row as last given", "文字", 64, None, "", "", "", "按交付内容计算 SHA-256",
    "本系统增列", "",
)  # fmt: skip


def _columns(part: Part) -> list[str]:
    active = getattr(part.frame, "active_geometry_name", None)
    return [str(name) for name in part.frame.columns if name != active]


def _decimals(layer: LayerProfile, one: ProfileField) -> int | None:
    if one.kind is not FieldKind.DECIMAL:
        return None
    return layer.area_decimals if one.decimals is None else one.decimals


def _taken_from(layer: LayerProfile, one: ProfileField) -> str:
    source = source_of(layer.content, one.source) if one.source else None
    if source is None:
        return "我方没有，留空 not ours to fill"
    constant = one.source.partition("constant:")[2]
    return f"固定值 constant：{constant}" if constant else f"{source.zh} {source.en}"


def _code_lists(record: Record) -> dict[tuple[tuple[str, str], ...], list[str]]:
    """Return every code list with the fields that use it: the same list is told once."""
    found: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for layer in record.profile.layers:
        for one in layer.fields:
            if one.codes:
                found.setdefault(tuple(one.codes.items()), []).append(f"{layer.name}.{one.name}")
    return found


def _code_rows(codes: dict[tuple[tuple[str, str], ...], list[str]]) -> Iterator[tuple[Cell, ...]]:
    for number, (listed, fields) in enumerate(codes.items(), 1):
        for row, (code, label) in enumerate(listed):
            yield f"C{number:02d}", code, label, "、".join(fields) if row == 0 else ""


def _empty_rows(record: Record) -> Iterator[tuple[Cell, ...]]:
    for one in record.delivery.unfilled:
        declared = next(layer for layer in record.profile.layers if layer.name == one.layer).field(one.field)
        why = "我方没有这项内容 we do not hold it" if not declared.source else "部分行没有 some rows lack it"
        yield one.layer, one.field, declared.alias_zh, one.rows, why


def _loss_rows(record: Record) -> Iterator[Sequence[Cell]]:
    """Yield what each file lost, counted by layer, field and kind, with the first of each."""
    for name, report in record.reports.items():
        grouped: dict[tuple[str, str, str], list[str]] = {}
        words: dict[str, tuple[str, str]] = {}
        for loss in report.losses:
            grouped.setdefault((loss.layer, loss.field, str(loss.code)), []).append(
                _example(loss.row, loss.before, loss.after)
            )
            words[str(loss.code)] = loss.code.zh, loss.code.en
        for (layer, field, code), examples in grouped.items():
            yield name, layer, field, f"{words[code][0]}（{code}）", words[code][1], len(examples), examples[0]


def _example(row: str, before: str, after: str) -> str:
    change = f"{before} → {after}" if before or after else ""
    return "：".join(part for part in (row, change) if part)
