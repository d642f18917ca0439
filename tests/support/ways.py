"""Every way into the desk, as the app itself lists them: method, path, the actions that it takes, and a request that fits it.

Nothing of a route has to be written down for its doors to be tried: paths and bodies are made from what the route declares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.routing import BaseRoute

from landgis.access.roles import Action
from landgis.web.entering.visitor import OPEN

SAFE = frozenset({"GET", "HEAD"})
ELSEWHERE = {"/static", "/ogc"}
"""What is no route of the desk: files that hold nothing of the office, and the open services, which ask for a token."""
KNOWN: Mapping[str, Any] = {
    "district": "songjiang", "layer": "homestead", "release": "test", "name": "test", "form": "xlsx", "why": "试",
    "z": 3, "x": 0, "y": 0, "epsg": 4549,
}  # fmt: skip
"""Values of names that say what they mean wherever they stand in a path or a query."""


@dataclass(frozen=True)
class Way:
    """A method of a route.

    Attributes
    ----------
    actions
        What it demands, all of it.
    open
        Whether it is the way in itself, and asks nobody.
    query, body
        What the route declares that it needs, with values that fit; body None: it declares none.
    """

    method: str
    path: str
    actions: tuple[Action, ...]
    open: bool
    query: Mapping[str, Any]
    body: Any

    def __str__(self) -> str:
        """Name it."""
        return f"{self.method} {self.path}"

    @property
    def writes(self) -> bool:
        """Whether it changes something."""
        return self.method not in SAFE

    def address(self, **known: Any) -> str:
        """Return the path with a value for every name in it."""
        named = {**KNOWN, **known}
        parts = [
            str(named.get(part.strip("{}").split(":")[0], 1)) if part.startswith("{") else part
            for part in self.path.replace("{form}", named["form"]).split("/")
        ]
        return "/".join(parts)


def within(routes: Iterable[BaseRoute]) -> Iterator[APIRoute]:
    """Go through the routes of routers."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route
        elif getattr(route, "path", "") not in ELSEWHERE:
            assert hasattr(route, "original_router"), route
            yield from within(getattr(getattr(route, "original_router", None), "routes", ()))


def ways(app: FastAPI) -> list[Way]:
    """Return every way into an app."""
    told = app.openapi()
    found = []
    for route in within(app.routes):
        demanded = [door.call.actions for door in route.dependant.dependencies if hasattr(door.call, "actions")]
        actions = tuple(action for actions in demanded for action in actions)
        is_open = getattr(route.endpoint, OPEN, False)
        for method in sorted(route.methods):
            said = told["paths"].get(route.path_format, {}).get(method.lower(), {})
            query = {
                one["name"]: _fitting(one["schema"], told, one["name"])
                for one in said.get("parameters", ())
                if one["in"] == "query" and one.get("required")
            }
            content = said.get("requestBody", {}).get("content", {}).get("application/json")
            body = _fitting(content["schema"], told) if content else None
            found.append(Way(method, route.path, actions, is_open, query, body))
    return found


def _fitting(schema: Mapping[str, Any], told: Mapping[str, Any], name: str = "") -> Any:
    """Return a value that fits a JSON schema: the smallest, or what is known by its name."""
    if "$ref" in schema:
        return _fitting(told["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]], told, name)
    if name in KNOWN:
        return KNOWN[name]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return _fitting(schema[choice][0], told, name)
    if "const" in schema or "enum" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    match schema.get("type"):
        case "object":
            wanted = schema.get("required", ())
            return {key: _fitting(schema["properties"][key], told, key) for key in wanted}
        case "array":
            return [_fitting(schema.get("items", {}), told) for _ in range(schema.get("minItems", 0))]
        case "integer" | "number":
            return int(schema.get("minimum", 1))
        case "boolean":
            return False
        case "string" if schema.get("format") == "date":
            return "2026-06-30"
        case "string":
            return "试" * max(1, schema.get("minLength", 1))
        case _:
            return {}
