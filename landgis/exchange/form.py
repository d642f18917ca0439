"""What a bureau fills in as YAML with a schema: read whole, or every fault told with its field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from landgis.errors import ConfigError, FileMissing

Form = TypeVar("Form", bound=BaseModel)


def read_form(form: type[Form], path: Path, fault: Callable[[Path, str], ConfigError]) -> Form:
    """Read a form.

    Parameters
    ----------
    form
        Its schema.
    path
        The file.
    fault
        Says what is wrong with a file of this kind, and what next.

    Raises
    ------
    FileMissing, ConfigError
        No such file; it is no YAML or no UTF-8; or fields that are not as declared, each named.
    """
    if not path.is_file():
        raise FileMissing(
            f"没有文件 {path}",
            f"There is no file {path}",
            where=str(path),
            next_zh="请核对路径",
            next_en="Check the path",
        )
    try:
        values = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise fault(path, str(error)) from error
    return fill_form(form, values, path, fault)


def fill_form(form: type[Form], values: Any, where: Path, fault: Callable[[Path, str], ConfigError]) -> Form:
    """Fill in a form with values that are at hand.

    Parameters
    ----------
    values
        As YAML or JSON gave them.
    where
        Where they came from, for the message.

    Raises
    ------
    ConfigError
        Fields that are not as declared, each named.
    """
    try:
        return form.model_validate(values)
    except ValidationError as error:
        listed = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise fault(where, listed) from error
