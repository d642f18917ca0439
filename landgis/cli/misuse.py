"""Telling a command line that cannot be parsed: which option or command is wrong, why, and where its help is."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import typer

from landgis.errors import UsageError

Words = tuple[str, str]
"""Chinese and English."""
_TYPES: dict[str, Words] = {
    "int_parsing": ("须为整数", "it must be a whole number"),
    "int_from_float": ("须为整数", "it must be a whole number"),
    "float_parsing": ("须为数字", "it must be a number"),
    "bool_parsing": ("须为 true 或 false", "it must be true or false"),
}
"""What pydantic calls a value of the wrong kind → what is wanted."""
_LIMITS: dict[str, Words] = {
    "greater_than_equal": ("不得小于 {ge}", "it must be at least {ge}"),
    "less_than_equal": ("不得大于 {le}", "it must be at most {le}"),
}
_SENTENCES: tuple[tuple[str, Words], ...] = (
    (r"No such command '(?P<a>.*?)'\.(?: Did you mean (?P<b>.*)\?)?$", ("没有命令“{a}”", "there is no command “{a}”")),
    (r"No such option: (?P<a>\S+)", ("没有选项 {a}", "there is no option {a}")),
    (r"Option '(?P<a>.*?)' requires an argument\.", ("选项 {a} 后须写值", "the option {a} needs a value")),
    (
        r"Option '(?P<a>.*?)' requires (?P<b>\d+) arguments\.",
        ("选项 {a} 后须写 {b} 个值", "the option {a} needs {b} values"),
    ),
    (r"Option '(?P<a>.*?)' does not take a value\.", ("选项 {a} 后不写值", "the option {a} takes no value")),
    (r"Got unexpected extra arguments?(?:\(s\))? \((?P<a>.*)\)", ("多写了“{a}”", "“{a}” is too much")),
    (r"Missing command\.", ("没有写命令", "no command is given")),
)
"""What the parser says → how it is told."""


class WrongValue(UsageError, ValueError):
    """A value that a parser of an option refuses: the command line learns from it which option it was."""


def told(error: typer.TyperException, asked: str) -> UsageError:
    """Return an error of the command line in the project's own family.

    Parameters
    ----------
    error
        What the parser raised.
    asked
        The command asked for, e.g. ``landgis rules mode``; the error does not always know it.
    """
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else asked
    value = _wrong_value(error)
    own = value.get("ctx", {}).get("error") if value else None
    if isinstance(own, WrongValue):
        name = _name(error)
        return UsageError(
            f"{name} 的值不对：{own.zh}", f"The value of {name} is wrong: {own.en}", where=f"{path} {name}",
            next_zh=own.next_zh, next_en=own.next_en,
        )  # fmt: skip
    zh, en = _said(error, value)
    return UsageError(
        f"命令行有误：{zh}", f"The command line is wrong: {en}", where=path,
        next_zh=f"用 {path} --help 查看用法", next_en=f"See {path} --help",
    )  # fmt: skip


def _said(error: typer.TyperException, value: Mapping[str, Any] | None) -> Words:
    """Say what is wrong; what is not known is quoted as the parser says it."""
    name = _name(error)
    if value is not None:
        zh, en = _why(value)
        return f"{name} 的值“{value['input']}”不对：{zh}", f"“{value['input']}” is no value of {name}: {en}"
    text = str(error)
    if text.startswith("Missing parameter"):
        return f"缺少 {name}", f"{name} is missing"
    for pattern, (zh, en) in _SENTENCES:
        found = re.match(pattern, text)
        if found:
            return _filled(error, found, zh, en)
    return f"{name}：{text}" if name else text, f"{name}: {text}" if name else text


def _filled(error: typer.TyperException, found: re.Match[str], zh: str, en: str) -> Words:
    """Fill a sentence, and name what may have been meant."""
    parts = found.groupdict()
    meant = getattr(error, "possibilities", None) or re.findall(r"'(.*?)'", parts.get("b") or "")
    meant_zh = f"，是否指 {'、'.join(meant)}？" if meant else ""
    meant_en = f"; did you mean {', '.join(meant)}?" if meant else ""
    return zh.format(**parts) + meant_zh, en.format(**parts) + meant_en


def _why(value: Mapping[str, Any]) -> Words:
    """Say what a value must be."""
    kind, about = value["type"], value.get("ctx", {})
    if kind in _TYPES:
        return _TYPES[kind]
    if kind in _LIMITS:
        zh, en = _LIMITS[kind]
        return zh.format(**about), en.format(**about)
    text = str(value["msg"]).removeprefix("Value error, ")
    choices = re.search(r"is not one of (.*?)\.?$", text)
    if choices:
        listed = [each.strip("' ") for each in choices[1].split(",")]
        return f"可选：{'、'.join(listed)}", f"choose from {', '.join(listed)}"
    return f"不合要求（{text}）", text


def _wrong_value(error: typer.TyperException) -> Mapping[str, Any] | None:
    """Return what pydantic says of a value; None where no value is at fault."""
    from pydantic import ValidationError

    cause = error.__cause__
    return dict(cause.errors(include_url=False)[0]) if isinstance(cause, ValidationError) else None


def _name(error: typer.TyperException) -> str:
    """Return how the command line calls the parameter at fault: its longest option, or the argument as help shows it."""
    param = getattr(error, "param", None)
    if param is None:
        return ""
    options = [option for option in param.opts if option.startswith("-")]
    return max(options, key=len) if options else str(param.metavar or param.name).upper()
