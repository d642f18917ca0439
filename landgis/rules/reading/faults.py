"""What is wrong in a pack, in words a planner understands: faults of form and their sentences."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from landgis.domain.fault import Fault
from landgis.domain.issue import shown
from landgis.errors import RulePackError
from landgis.rules.reading.marked import Marked, Step

Model = TypeVar("Model", bound=BaseModel)

_SAID = {
    "missing": ("缺少{key}", "{key} is missing"),
    "extra_forbidden": ("不认识{key}{meant_zh}", "{key} is not known here{meant_en}"),
    "string_type": (
        "{key}应为文字，现为 {given}；数字、日期和 yes/no 请加引号",
        "{key} must be text, not {given}; put numbers and yes/no in quotes",
    ),
    "string_too_short": ("{key}不能为空", "{key} must not be empty"),
    "string_pattern_mismatch": ("{key}的写法不对：{given}", "{key} is not written so: {given}"),
    "literal_error": ("{key}不能是 {given}，只能是 {expected_zh}", "{key} cannot be {given}, only {expected}"),
    "enum": ("{key}不能是 {given}，只能是 {expected_zh}", "{key} cannot be {given}, only {expected}"),
    "float_type": ("{key}应为数字，现为 {given}", "{key} must be a number, not {given}"),
    "bool_type": ("{key}只能是 true 或 false，现为 {given}", "{key} must be true or false, not {given}"),
    "tuple_type": ("{key}应为列表（每项前加“- ”）", "{key} must be a list (“- ” before every item)"),
    "dict_type": ("{key}应为“名称: 内容”的形式", "{key} must be of the form “name: content”"),
    "model_type": ("{key}应为“名称: 内容”的形式", "{key} must be of the form “name: content”"),
    "too_short": ("{key}至少要有一项", "{key} needs at least one item"),
}


def checked(model: type[Model], file: Marked) -> tuple[Model | None, list[Fault]]:
    """Hold a file against its form; what does not fit are faults with their lines."""
    try:
        return model.model_validate(file.data), []
    except ValidationError as error:
        rows = error.errors()
        deep = {row["loc"][:depth] for row in rows for depth in range(len(row["loc"]))}
        # A list whose items do not fit counts as empty, too: the items are what is wrong.
        told = [row for row in rows if row["type"] != "too_short" or row["loc"] not in deep]
        titles = _titles(model)
        return None, [_fault(dict(row), file, titles) for row in told]


def refuse(faults: Sequence[Fault]) -> RulePackError:
    """Make the error that tells all faults at once, in the order of their places."""
    told = sorted(set(faults), key=lambda fault: (fault.file, fault.line, fault.zh))
    if len(told) == 1:
        zh, en, where = told[0].zh, told[0].en, told[0].where
    else:
        zh = f"共 {len(told)} 处" + "".join(f"\n  {fault.where}：{fault.zh}" for fault in told)
        en = f"{len(told)} faults" + "".join(f"\n  {fault.where}: {fault.en}" for fault in told)
        where = told[0].file
    return RulePackError(
        f"规则包无法载入：{zh}",
        f"The rule pack does not load: {en}",
        where=where,
        next_zh="请按所列文件和行号修改；每个数值都要有单位、生效日期和条款，写法可对照随附规则包",
        next_en="Correct the files at these lines; every value needs unit, date and clause, as in the shipped packs",
        faults=tuple(told),
    )


def _titles(model: type[BaseModel]) -> dict[str, str]:
    """Return every key that a form has anywhere, with what it is in Chinese; empty where the form does not say."""
    schema = model.model_json_schema()
    parts = [schema, *schema.get("$defs", {}).values()]
    rows = [(key, str(row.get("title", ""))) for part in parts for key, row in part.get("properties", {}).items()]
    return {key: "" if title.isascii() else title for key, title in rows}


def _fault(row: dict[str, Any], file: Marked, titles: Mapping[str, str]) -> Fault:
    path: list[Step] = [step for step in row["loc"] if step != "[key]"]
    if row["type"] == "landgis":
        return file.fault(path, row["ctx"]["zh"], row["ctx"]["en"])
    zh, en = _SAID.get(row["type"], ("{key}写法不对：{said}", "{key} is not right: {said}"))
    key_zh, key_en = _called(path, titles)
    likely = get_close_matches(str(path[-1]), titles, n=1) if path else []
    expected = str(row.get("ctx", {}).get("expected", "")).replace("'", "")
    filled = {
        "given": f"“{shown(row['input'])}”",
        "expected": expected,
        "expected_zh": expected.replace(" or ", "、").replace(", ", "、"),
        "said": row["msg"],
        "meant_zh": f"，是否为“{likely[0]}”" if likely else "",
        "meant_en": f"; is “{likely[0]}” meant?" if likely else "",
    }
    return file.fault(path, zh.format(key=key_zh, **filled), en.format(key=key_en, **filled))


def _called(path: Sequence[Step], titles: Mapping[str, str]) -> tuple[str, str]:
    """Name a key as it is typed, in Chinese with what it is; an item of a list by its number."""
    if not path:
        return "文件内容", "the content of the file"
    if isinstance(path[-1], int):
        return f"第 {path[-1] + 1} 项", f"item {path[-1] + 1}"
    title = titles.get(path[-1], "")
    return f"“{path[-1]}”" + (f"（{title}）" if title else ""), f"“{path[-1]}”"
