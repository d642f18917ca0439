"""What the desk's own description of its requests says besides what FastAPI reads off the functions.

Nobody is served it: the desk's addresses are for its own pages. Tests make up requests from it.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from landgis.domain.parcel_filter import NAMES

Described = dict[str, Any]
_FILTERED = "area_unit"
"""Parameter that says of a route that it reads the filter of an address."""
_TOLD: Described = {
    "description": "What is wrong, and what to do: JSON where data are asked for, else a page; both languages",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["error"],
                "properties": {"error": {"type": "object", "required": ["zh", "en"]}},
            }
        },
        "text/html": {"schema": {"type": "string"}},
        "text/plain": {"schema": {"type": "string"}},
    },
}
_TO_THE_DOOR: Described = {"description": "To the way in, or on from a form that was taken"}


def describe(app: FastAPI) -> None:
    """Let an app describe how it answers errors, and the filter that its routes read from the address."""
    plain = app.openapi

    def described() -> Described:
        if app.openapi_schema is None:
            made = plain()
            made.setdefault("components", {})["responses"] = {"Told": _TOLD}
            for path, methods in made["paths"].items():
                for operation in methods.values():
                    _complete(path, operation)
        found: Described = app.openapi_schema or {}
        return found

    app.openapi = described  # type: ignore[method-assign]  # as FastAPI's own documentation has it


def _complete(path: str, operation: Described) -> None:
    answers = operation["responses"]
    answers.pop("422", None)  # FastAPI's own form of it: no answer here has it
    answers["303"] = _TO_THE_DOOR
    answers |= {each: {"$ref": "#/components/responses/Told"} for each in ("4XX", "5XX")}
    given = operation.setdefault("parameters", [])
    names = {one["name"] for one in given}
    if _FILTERED in names or (path.startswith("/tiles/") and "parcels" in path):
        given += [_text(name) for name in NAMES if name not in names]
    if "lang" not in names:
        given.append({"name": "lang", "in": "query", "schema": {"type": "string", "enum": ["zh", "en"]}})


def _text(name: str) -> Described:
    return {"name": name, "in": "query", "schema": {"type": "string"}}


def pictured(*kinds: str) -> dict[int | str, dict[str, Any]]:
    """Return what a route declares whose answer is a file of one of these media types."""
    return {200: {"content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}}}


def form_of(*required: str, **optional: Described) -> Described:
    """Return what a route declares that reads a small form: names of fields, all texts but those described otherwise."""
    fields = {name: {"type": "string"} for name in required} | optional
    kind = "application/x-www-form-urlencoded"
    schema = {"type": "object", "required": list(required), "properties": fields}
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}


def body_of(schema: Described, kind: str = "application/json") -> Described:
    """Return what a route declares that reads its body itself."""
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema}}}}
