"""Reading rule packs: folders of YAML in, `RulePack` out; a fault names file, line and rule."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from landgis.errors import FileMissing, NotFound
from landgis.rules.pack import RulePack
from landgis.rules.reading.adjacency_table import adjacency_of
from landgis.rules.reading.faults import checked, refuse
from landgis.rules.reading.folder import HEAD, PackFolder, digest, is_pack, read_folder, shipped
from landgis.rules.reading.marked import Marked, read_marked
from landgis.rules.reading.merge import Written, merged
from landgis.rules.reading.pack_schema import OpeningYaml, PackYaml, SinglePackYaml
from landgis.rules.reading.schema import RulesYaml


def all_packs() -> list[str]:
    """Names of the packs that ship with landgis, the national one among them."""
    return sorted(entry.name for entry in files("landgis.rulepacks").iterdir() if is_pack(entry))


def pack_names() -> list[str]:
    """Names of the packs that a district is screened by."""
    return [name for name in all_packs() if load_pack(name).district]


@cache
def load_pack(name: str) -> RulePack:
    """Load a shipped pack, laid over the pack that it extends.

    Raises
    ------
    NotFound
        If there is no pack of that name.
    RulePackError
        If it does not keep the schema.
    """
    if name not in all_packs():
        known = "、".join(pack_names())
        raise NotFound(
            f"没有名为“{name}”的规则包",
            f"There is no rule pack “{name}”",
            next_zh=f"可用的规则包：{known}",
            next_en=f"Packs: {known}",
        )
    return _load(read_folder(shipped(name)), None)


def load_folder(path: Path) -> RulePack:
    """Load a pack from a folder: an edited or an older one.

    The pack that it extends is taken from beside it, and from landgis where none lies there; the version names it.

    Raises
    ------
    FileMissing
        If the folder holds no pack.
    RulePackError
        If it does not keep the schema.
    """
    if not is_pack(path):
        raise FileMissing(
            f"文件夹 {path} 里没有 {HEAD}", f"There is no {HEAD} in {path}", where=str(path),
            next_zh="请给出规则包文件夹", next_en="Give the folder of a pack",
        )  # fmt: skip
    return _load(read_folder(path, path.resolve().name), path.resolve().parent)


def parse_pack(text: str, where: str) -> RulePack:
    """Parse the text of a pack in one file; ``where`` names it in faults."""
    file, faults = read_marked(text, where)
    raw, more = checked(SinglePackYaml, file) if not faults else (None, [])
    if raw is None:
        raise refuse([*faults, *more])
    base, below = _base(raw, file, None)
    written = [Written(rule, file, ("rules", place)) for place, rule in enumerate(raw.rules)]
    return merged(file, raw, written, base, digest({where: text.encode(), **below}))


def _load(folder: PackFolder, beside: Traversable | None) -> RulePack:
    head = folder.read(HEAD)
    raw, faults = checked(PackYaml, head)
    written = []
    for file in folder.below("rules"):
        rules, more = checked(RulesYaml, file)
        faults += more
        written += [Written(rule, file, (place,)) for place, rule in enumerate(rules.root if rules else ())]
    if raw is None or faults:
        raise refuse(faults)
    base, below = _base(raw, head, beside)
    own = {f"{raw.id}/{name}": data for name, data in folder.content.items()}
    return replace(merged(head, raw, written, base, digest({**own, **below})), adjacency=adjacency_of(folder))


def _base(raw: OpeningYaml, head: Marked, beside: Traversable | None) -> tuple[RulePack | None, Mapping[str, bytes]]:
    """Load the pack under a pack, with its files."""
    if not raw.extends:
        return None, {}
    near = None if beside is None else beside.joinpath(raw.extends)
    place = near if near is not None and is_pack(near) else shipped(raw.extends)
    if raw.extends == raw.id or not is_pack(place):
        zh = f"没有名为“{raw.extends}”的规则包可以依托"
        raise refuse([head.fault(("extends",), zh, f"there is no pack “{raw.extends}” to extend")])
    folder = read_folder(place)
    below = folder.read(HEAD)
    if isinstance(below.data, dict) and below.data.get("extends"):
        raise refuse(
            [
                below.fault(
                    ("extends",), "被依托的规则包不能再依托别的规则包", "a pack that is extended extends none itself"
                )
            ]
        )
    content = {f"{raw.extends}/{name}": data for name, data in folder.content.items()}
    return _load(folder, None), content
