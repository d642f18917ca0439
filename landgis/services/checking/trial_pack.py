"""A rule pack in a file of its own: for trying rules out, never for a verdict that anybody signs."""

from __future__ import annotations

from pathlib import Path

from landgis.domain.issue import Issue, Severity
from landgis.errors import ConfigError, FileMissing
from landgis.rules.pack import RulePack
from landgis.rules.reading.load import parse_pack

SUFFIXES = (".yaml", ".yml")


def trial_pack(path: Path) -> tuple[RulePack, Issue]:
    """Read a pack from a file, with the notice that must be shown beside everything it says.

    Raises
    ------
    FileMissing, ConfigError, RulePackError
        No such file; no UTF-8 text; it does not keep the schema.
    """
    if not path.is_file():
        raise FileMissing(
            f"没有规则包文件 {path}", f"There is no rule pack {path}", where=str(path),
            next_zh="请核对 --rules", next_en="Check --rules",
        )  # fmt: skip
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path.name} 不是 UTF-8 文本", f"{path.name} is no UTF-8 text", where=str(path),
            next_zh="请另存为 UTF-8", next_en="Save it as UTF-8",
        ) from error  # fmt: skip
    zh = "规则包来自文件，未随系统发布，结论仅供试算，不能作为依据"
    en = "the rules come from a file and are no published pack: for trying out only, no ground for a decision"
    return parse_pack(text, path.name), Issue("pack_on_trial", Severity.SERIOUS, path.name, zh, en)
