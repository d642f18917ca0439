"""YAML that remembers its lines, so that a fault can be told by the place where it is put right."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from landgis.domain.fault import Fault

Step = str | int
_RULE_KEYS = {"measure", "values"}
"""A mapping with an id and one of these is a rule."""
_TIMESTAMP, _BOOL = "tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:bool"


class _Loader(yaml.CSafeLoader):
    """Plain data only. A date stays the text that was typed, so that a wrong one is told; yes and no stay words."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, how) for tag, how in resolvers if tag != _TIMESTAMP and (tag != _BOOL or first in "tTfF")]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True)
class Marked:
    """The content of a YAML file, and where each part of it stands.

    Attributes
    ----------
    name
        How faults call the file.
    data
        The content as plain values; None if it could not be read.
    root
        The same as nodes with places.
    """

    name: str
    data: Any
    root: yaml.Node | None

    def line(self, path: Sequence[Step]) -> int:
        """Return the line, from 1, of the deepest part of the path that the file has."""
        node, line = self.root, self.root.start_mark.line + 1 if self.root else 1
        for step in path:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line

    def rule_of(self, path: Sequence[Step]) -> str:
        """Return the id of the rule that a path lies in; empty outside rules."""
        part, rule = self.data, ""
        for step in path:
            try:
                part = part[step]
            except (KeyError, IndexError, TypeError):
                break
            if isinstance(part, dict) and part.keys() & _RULE_KEYS and "id" in part:
                rule = str(part["id"])
        return rule

    def fault(self, path: Sequence[Step], zh: str, en: str) -> Fault:
        """Say what is wrong at a path."""
        return Fault(self.name, self.line(path), self.rule_of(path), zh, en)


def read_marked(text: str, name: str) -> tuple[Marked, list[Fault]]:
    """Read YAML with its places.

    Parameters
    ----------
    text
        Content of one file.
    name
        How faults call it.

    Returns
    -------
    tuple of Marked, list of Fault
        Text that is no YAML, or keys given twice in one place (YAML itself would take the last in silence), are faults.
    """
    loader = _Loader(text)
    try:
        root = loader.get_single_node()
        repeated = [] if root is None else list(_repeated_keys(root))
        data = None if root is None else loader.construct_document(root)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        zh = f"不是可读的 YAML：{error.problem}；请核对缩进、冒号和引号"
        en = f"no readable YAML: {error.problem}; check indents, colons and quotes"
        return Marked(name, None, None), [Fault(name, mark.line + 1 if mark else 1, "", zh, en)]
    except yaml.YAMLError as error:
        return Marked(name, None, None), [Fault(name, 1, "", f"不是可读的 YAML：{error}", f"no readable YAML: {error}")]
    finally:
        loader.dispose()
    return Marked(name, data, root), [
        Fault(
            name, key.start_mark.line + 1, rule,
            f"“{key.value}”在同一处写了两次，请只留一个", f"“{key.value}” is given twice in one place: keep one",
        )
        for key, rule in repeated
    ]  # fmt: skip


def _repeated_keys(root: yaml.Node) -> Iterator[tuple[yaml.ScalarNode, str]]:
    """Find keys that stand twice in one mapping, each with the rule it lies in."""
    seen: set[int] = set()
    waiting = [(root, "")]
    while waiting:
        node, rule = waiting.pop()
        if id(node) in seen:  # an alias: its anchor was looked at
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            waiting.extend((item, rule) for item in node.value)
        elif isinstance(node, yaml.MappingNode):
            named = {key.value: value for key, value in node.value if isinstance(key, yaml.ScalarNode)}
            if named.keys() & _RULE_KEYS and isinstance(named.get("id"), yaml.ScalarNode):
                rule = str(named["id"].value)
            keys = [key for key, _value in node.value if isinstance(key, yaml.ScalarNode)]
            yield from ((key, rule) for place, key in enumerate(keys) if key.value in {k.value for k in keys[:place]})
            waiting.extend((value, rule) for _key, value in node.value)


def _child(node: yaml.Node | None, step: Step) -> tuple[int, yaml.Node] | None:
    """Return line and node of a part. Merged keys stand before a mapping's own, which overrule them: the last counts."""
    if isinstance(node, yaml.MappingNode):
        for key, value in reversed(node.value):
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return key.start_mark.line + 1, value
    elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        item: yaml.Node = node.value[step]
        return item.start_mark.line + 1, item
    return None
