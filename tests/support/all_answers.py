"""Everything that the desk gives out when it is asked for what it has: each GET of its own description, by each role."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

import httpx

from landgis.access.roles import Role
from landgis.domain.parcel_filter import NAMES
from tests.support.planted_texts import Planted

ROLES = (Role.DISTRICT_PLANNER, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN, Role.SYSTEM_ADMIN)
_WITHOUT = {"/enter", "/enter/link/{secret}", "/enter/oidc", "/enter/oidc/back"}


def answers(desk: Planted, texts: Sequence[str]) -> Iterator[tuple[str, httpx.Response]]:
    """Yield every answer with a name, asked for each of some texts; other roles than the planner see their own pages."""
    for role in ROLES:
        browser = desk.door.inside(role.value)
        browser.headers["Connection"] = "close"  # or the server may end one that waits
        for path, methods in desk.door.app.openapi()["paths"].items():
            if "get" not in methods or path in _WITHOUT:
                continue
            for text in texts if role is ROLES[0] else texts[:1]:
                for address in _addresses(path, methods["get"], desk, text):
                    answer = browser.get(address)
                    yield f"{role} {address}", answer
                    if answer.status_code == 403:  # not his to see, whatever it is asked for
                        break


def _addresses(path: str, operation: dict[str, Any], desk: Planted, text: str) -> Iterator[str]:
    """Address an operation: with what is there where it asks for that, and with the text wherever it takes one."""
    known = {
        "run": desk.run, "run_id": desk.run, "parcel": text, "layer": "permanent_basic_farmland", "release": "test", "name": "test",
        "district": "songjiang", "plan": desk.plan, "rule": "context", "z": "6", "x": "0", "y": "0", "epsg": "4549",
        "before": "test", "after": "test", "east": "615040", "north": "3424030", "bookmark_no": "1", "job_no": "1", "form": "xlsx",
    }  # fmt: skip
    given = operation.get("parameters", [])
    filled = re.sub(r"{(\w+)}", lambda one: quote(known.get(one[1], text), safe=""), path)
    needed = {
        one["name"]: known.get(one["name"], text) for one in given if one["in"] == "query" and one.get("required")
    }
    wanted = needed | {
        name: known[name] for name in ("run", "parcel", "plan") if any(one["name"] == name for one in given)
    }
    yield f"{filled}?{_query(wanted)}"
    free = [one["name"] for one in given if one["in"] == "query" and one["schema"].get("type") == "string"]
    narrowing = set(NAMES) - {"q"} if path != "/parcels" else set()  # one function reads them for all routes
    for name in free if text == desk.parcels[0] else ():
        if name in narrowing:
            continue
        yield f"{filled}?{_query(wanted | {name: text})}"
    if "{form}" in path:
        yield f"{filled.replace('xlsx', 'pdf')}?{_query(wanted | {'why': text})}"


def _query(pairs: dict[str, str]) -> str:
    return "&".join(f"{name}={quote(value, safe='')}" for name, value in pairs.items())
