"""XML written by ElementTree, which escapes; the same tree gives the same bytes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from xml.etree import ElementTree as Tree

_NOT_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

Node = Tree.Element


def node(tag: str, attributes: Mapping[str, object] | None = None, *content: Node | str) -> Node:
    """Return an element.

    Parameters
    ----------
    attributes
        Values become text; numbers in their shortest form. Characters that XML cannot hold become U+FFFD.
    content
        Elements, or one text alone.
    """
    made = Tree.Element(tag, {name: _text(value) for name, value in (attributes or {}).items()})
    for each in content:
        if isinstance(each, str):
            made.text = _text(each)
        else:
            made.append(each)
    return made


def written(root: Node) -> bytes:
    """Return a document in UTF-8, indented."""
    Tree.indent(root)
    text: bytes = Tree.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def options(values: Mapping[str, object]) -> Node:
    """Return properties as QGIS keeps them: a map of texts."""
    return node(
        "Option",
        {"type": "Map"},
        *(node("Option", {"name": name, "value": value, "type": "QString"}) for name, value in values.items()),
    )


def rgba(colour: str, opacity: float = 1.0) -> str:
    """Turn ``#rrggbb`` into the ``r,g,b,a`` of QGIS."""
    parts = [str(int(colour[at : at + 2], 16)) for at in (1, 3, 5)]
    return ",".join([*parts, str(round(255 * opacity))])


def _text(value: object) -> str:
    return _NOT_XML.sub("\ufffd", f"{value:.10g}" if isinstance(value, float) else str(value))
