"""A rule pack in a file or a folder of its own: for trying rules out, never for a verdict that anybody signs."""

from __future__ import annotations

from pathlib import Path

from landgis.domain.issue import Issue, Severity
from landgis.errors import ConfigError, FileMissing
from landgis.rules.pack import RulePack
from landgis.rules.reading.load import all_packs, load_folder, parse_pack

_SUFFIXES = (".yaml", ".yml")


def is_trial(rules: str) -> bool:
    """Tell the file or folder of a pack from the name of a pack that ships with landgis."""
    return rules not in all_packs() and (rules.endswith(_SUFFIXES) or Path(rules).is_dir())


def trial_pack(path: Path) -> tuple[RulePack, Issue]:
    """Read a pack from a file or a folder, with the notice that must be shown beside everything it says.

    Raises
    ------
    FileMissing, ConfigError, RulePackError
        No such file, no pack in the folder; no UTF-8 text; it does not keep the schema.
    """
    pack = load_folder(path) if path.is_dir() else parse_pack(_text(path), path.name)
    zh = f"规则包来自文件{'夹' if path.is_dir() else ''}，未随系统发布，结论仅供试算，不能作为依据"
    en = (
        f"the rules come from a {'folder' if path.is_dir() else 'file'} and are no published pack: for trying out only, "
        "no ground for a decision"
    )
    return pack, Issue("pack_on_trial", Severity.SERIOUS, path.resolve().name, zh, en)


def _text(path: Path) -> str:
    if not path.is_file():
        raise FileMissing(
            f"没有规则包文件 {path}", f"There is no rule pack {path}", where=str(path),
            next_zh="请核对 --rules", next_en="Check --rules",
        )  # fmt: skip
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path.name} 不是 UTF-8 文本", f"{path.name} is no UTF-8 text", where=str(path),
            next_zh="请另存为 UTF-8", next_en="Save it as UTF-8",
        ) from error  # fmt: skip
