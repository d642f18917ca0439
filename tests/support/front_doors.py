"""Texts sent through every front door that takes one: bodies by their schema, one text at a time, everything else sound."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.support.made_up import Known

Place = tuple[str | int, ...]


@dataclass(frozen=True)
class Door:
    """A request that takes a text in a place of its body, otherwise as sound as can be."""

    method: str
    path: str
    kind: str
    body: Any
    place: Place

    @property
    def label(self) -> str:
        """Where it is."""
        return f"{self.method} {self.path} {'.'.join(map(str, self.place))}"

    def with_text(self, text: str) -> Any:
        """Return the body with a text in its place."""
        body = copy.deepcopy(self.body)
        inside = body
        for key in self.place[:-1]:
            inside = inside[key]
        inside[self.place[-1]] = text
        return body


def front_doors(description: dict[str, Any], known: Known) -> Iterator[Door]:
    """Yield a door for every text of every body that is described, also inside free objects that are known."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            for kind, said in operation.get("requestBody", {}).get("content", {}).items():
                label = f"{method.upper()} {path}"
                body = known[label][0] if label in known else _sound(said["schema"], description, known, "")
                if not isinstance(body, dict):
                    continue  # the bytes of a file: its name and what it holds have tests of their own
                full = _sound(said["schema"], description, known, "") | body
                if label == "POST /data/check":
                    full = body  # of its subjects one alone is taken
                for place in _texts(full, ()):
                    yield Door(method.upper(), path, kind, full, place)


def _sound(schema: dict[str, Any], description: dict[str, Any], known: Known, name: str) -> Any:
    """Return something that a schema takes, by name from what is there."""
    if "$ref" in schema:
        parts = schema["$ref"].split("/")[1:]
        found = description
        for part in parts:
            found = found[part]
        return _sound(found, description, known, name)
    if name in known and "enum" not in schema:
        return copy.deepcopy(known[name][0])
    if "enum" in schema:
        return schema["enum"][0]
    if "const" in schema:
        return schema["const"]
    if "anyOf" in schema:
        return _sound(schema["anyOf"][0], description, known, name)
    kind = schema.get("type")
    if kind == "object" or "properties" in schema:
        return {key: _sound(part, description, known, key) for key, part in schema.get("properties", {}).items()}
    if kind == "array":
        return [_sound(schema.get("items", {}), description, known, name)]
    if kind in ("integer", "number"):
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    return "2026-06-30" if schema.get("format") == "date" else "x"


def _texts(value: Any, place: Place) -> Iterator[Place]:
    parts: Sequence[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        parts = tuple(value.items())
    elif isinstance(value, list):
        parts = tuple(enumerate(value))
    elif isinstance(value, str):
        yield place
    for key, part in parts:
        yield from _texts(part, (*place, key))
