"""What a bureau fills in as YAML with a schema: read whole, or every fault told with its field."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

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
        return form.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise fault(path, str(error)) from error
    except ValidationError as error:
        listed = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise fault(path, listed) from error
