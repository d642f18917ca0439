"""Requests made up from the desk's own description: as declared, wrong on purpose, and nasty in the places that are read."""

from __future__ import annotations

import copy
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from unittest import SkipTest

import httpx
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.generation import GenerationMode
from schemathesis.openapi import from_dict
from schemathesis.schemas import APIOperation

Known = Mapping[str, tuple[Any, ...]]
"""What the desk really has, by the name of the parameter or field that asks for it; whole bodies by the operation's label."""
NASTY: tuple[Any, ...] = (
    "\x00", "a\x00b", "\ud800", "\udfff\ud800", "\u202e倒\u2066", "\ufeff", "\U0001f5fa" * 50, "9" * 400, "1e999", "-1", "0",
    "NaN", "Infinity", "-0.0", "2147483648", "9223372036854775808", "0001-01-01", "9999-12-31", "2026-02-30", "../../etc/passwd",
    "%00", "%ff", "{}", "{0.__class__}", "%s%n", "';--", "'||(select 1)||'", "\\", "\r\nX: y", "a" * 5_000, "０１２", "١٢٣",
)  # fmt: skip
WILD: tuple[Any, ...] = (
    None, True, -1, 0, 2**31, 2**63, 2**400, -(2**400), 1e308, -1e308, 5e-324, float("nan"), float("inf"), [], {}, [[[[[]]]]],
    {"a": {"b": []}}, "",
)  # fmt: skip
_MARKS = (
    "Traceback (most recent call last)",
    'File "/',
    "psycopg.",
    "sqlalchemy.",
    "site-packages",
    "SELECT ",
    "INSERT INTO",
)
_QUIET = settings(
    deadline=None, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck), report_multiple_bugs=False
)  # fmt: skip


@dataclass
class Desk:
    """A served desk: address, description, what it has, and the ways in by role."""

    address: str
    description: dict[str, Any]
    known: Known
    roles: tuple[str, ...]
    enter: Callable[[str], httpx.Client]
    counts: Counter[tuple[str, str, int]] = field(default_factory=Counter)
    """How often who was answered what: (role, operation, state)."""
    faults: list[str] = field(default_factory=list)
    asked: set[str] = field(default_factory=set)
    _inside: dict[str, httpx.Client] = field(default_factory=dict)

    def operations(self) -> list[APIOperation]:
        """Return every operation that is described."""
        projects = ProjectsConfig(default=ProjectConfig(generation=GenerationConfig(modes=list(GenerationMode))))
        schema = from_dict(copy.deepcopy(self.description), config=SchemathesisConfig(projects=projects))
        return [found.ok() for found in schema.get_all_operations()]

    def ask(self, each: int, of: int = 0) -> int:
        """Ask every operation, as every role, ``each`` times as declared and ``each`` times otherwise; return how many."""
        before = self.counts.total()
        for number, operation in enumerate(self.operations()):
            for role in self.roles:
                for mode in GenerationMode:
                    self._ask(operation, role, mode, each, of * 1_000 + number)
        return self.counts.total() - before

    def served(self, role: str) -> float:
        """Return the share of a role's requests that were not refused."""
        his = [(state, count) for (who, _, state), count in self.counts.items() if who == role]
        return sum(count for state, count in his if not 400 <= state < 500) / sum(count for _, count in his)

    def _ask(self, operation: APIOperation, role: str, mode: GenerationMode, count: int, dice: int) -> None:
        client = self._inside.get(role) or self.enter(role)
        cookies = dict(client.cookies)

        @seed(dice)
        @settings(_QUIET, max_examples=count)
        @given(made=_requests(operation, mode, self.known))
        def send(made: Request) -> None:
            self._send(operation, role, client, made)

        try:
            send()
        except (schemathesis.errors.SchemathesisError, Unsatisfiable, SkipTest):
            if mode is GenerationMode.POSITIVE:  # otherwise: of no parameter nothing undeclared can be said
                raise
        same = dict(client.cookies) == cookies and client.get("/self").status_code == 200
        self._inside = {**self._inside, role: client} if same else {r: c for r, c in self._inside.items() if r != role}

    def _send(self, operation: APIOperation, role: str, client: httpx.Client, made: Request) -> None:
        answer = made.sent(client, self.address)
        self.asked.add(operation.label)
        self.counts[role, operation.label, answer.status_code] += 1
        said = "; ".join(judged(operation, answer))
        if said:
            self.faults.append(f"{role} {made}: {said}\n    {answer.text[:300]}")


@dataclass(frozen=True)
class Request:
    """A request that was made up."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    body: bytes | None
    kind: str

    def sent(self, client: httpx.Client, address: str) -> httpx.Response:
        """Send it as a page of the desk would."""
        asked = requests.models.PreparedRequest()
        asked.prepare_url(address + self.path, [(_sendable(n), _sendable(v)) for n, v in self.query])
        headers = {"Origin": address, "Connection": "close"} | (
            {"Content-Type": self.kind} if self.body is not None else {}
        )
        return client.request(self.method, str(asked.url), content=self.body, headers=headers)


def _sendable(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


@st.composite
def _requests(draw: st.DrawFn, operation: APIOperation, mode: GenerationMode, known: Known) -> Request:
    case = draw(operation.as_strategy(generation_mode=mode))
    calm = mode is GenerationMode.POSITIVE and draw(st.integers(0, 3)) < 3
    needed = _needed(operation)
    path = operation.path
    for name, value in (case.path_parameters or {}).items():
        told = draw(_instead(name, value, known, calm=calm))
        path = path.replace("{" + name + "}", requests.utils.quote(_sendable(str(told)), safe=""))
    query = []
    asked = dict(case.query) if isinstance(case.query, Mapping) else {}
    if calm:  # what is needed, and of what narrows at most one
        rest = sorted({each.name for each in operation.query} & known.keys() - needed)
        one = draw(st.sampled_from([None, *rest]))
        asked = {name: asked.get(name, "") for name in [*needed, *([one] if one else [])]}
    for name in [*asked, *(each for each in sorted(needed) if each in known and each not in asked)]:
        value = draw(_instead(name, asked.get(name, ""), known, calm=calm))
        query += [(str(name), str(one)) for one in (value if isinstance(value, list) else [value])]
    body, kind = None, str(case.media_type or "application/json")
    if not isinstance(case.body, schemathesis.core.NotSet):
        body = _encoded(draw(_bodies(operation.label, case.body, known, calm=calm)), kind)
    return Request(case.method, path, tuple(query), body, kind)


@st.composite
def _bodies(draw: st.DrawFn, label: str, value: Any, known: Known, *, calm: bool) -> Any:
    if label in known and (calm or draw(st.booleans())):
        return draw(st.sampled_from(known[label]) if calm else _spoilt(known[label]))
    return _reworked(draw, value, known, "")


def _needed(operation: APIOperation) -> set[str]:
    return {each.name for each in operation.query if each.is_required}


def _instead(name: str, value: Any, known: Known, *, calm: bool = False) -> st.SearchStrategy[Any]:
    """What is really there, mostly, itself now and then spoilt; else what was made; now and then what is nasty."""
    if calm:
        return st.sampled_from(known[name]) if name in known else st.just(value)
    choices = [st.sampled_from(known[name])] * 12 if name in known else []
    if name in known and any(isinstance(one, dict | list) for one in known[name]):
        choices.append(_spoilt(known[name]))
    return st.one_of(*choices, st.just(value), st.just(value), st.sampled_from(NASTY))


@st.composite
def _spoilt(draw: st.DrawFn, sound: tuple[Any, ...]) -> Any:
    """Something sound with one part of it nasty."""
    found = json.loads(json.dumps(draw(st.sampled_from(sound))))
    place = found
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return found
        key = draw(st.sampled_from(keys))
        if not isinstance(place[key], dict | list) or draw(st.integers(0, 4)) == 0:
            place[key] = draw(st.sampled_from(WILD + NASTY))
            return found
        place = place[key]


def _reworked(draw: st.DrawFn, value: Any, known: Known, name: str) -> Any:
    """Put into a body what is there, and what is nasty."""
    if draw(st.integers(0, 30)) == 0:
        return draw(st.sampled_from(WILD + NASTY))
    if name in known:
        return draw(_instead(name, value, known))
    if isinstance(value, dict):
        return {str(key): _reworked(draw, part, known, str(key)) for key, part in value.items()}
    if isinstance(value, list):
        return [_reworked(draw, part, known, name) for part in value]
    return value


def _encoded(body: Any, kind: str) -> bytes:
    if kind == "application/x-www-form-urlencoded":
        fields = body if isinstance(body, Mapping) else {"": body}
        return requests.models.RequestEncodingMixin._encode_params(  # type: ignore[no-any-return,attr-defined]
            [(_sendable(str(n)), _sendable(str(v))) for n, v in fields.items()]
        ).encode()
    if isinstance(body, bytes):
        return body
    if kind == "application/octet-stream":
        return _sendable(str(body))
    return json.dumps(body, default=str).encode()  # lone surrogates and NaN as they are written


def judged(operation: APIOperation, answer: httpx.Response) -> Iterator[str]:
    """Yield what is wrong with an answer."""
    status, kind = answer.status_code, answer.headers.get("content-type", "").partition(";")[0]
    declared = operation.definition.raw["responses"]
    if status >= 500:
        yield f"{status}"
    allowed = declared.get(str(status))
    if allowed is None and not 400 <= status < 500:
        yield f"{status} is not declared"
    elif status < 300 and kind not in allowed.get("content", {"": None}):
        yield f"{kind} is not declared for {status}"
    text = "" if kind not in ("text/html", "text/plain", "application/json") else unescape(answer.text)
    if any(mark in text for mark in _MARKS):
        yield "shows its insides"
    if 400 <= status < 500:
        yield from _unkind(status, kind, text)
    yield from unheaded(answer)


def _unkind(status: int, kind: str, text: str) -> Iterator[str]:
    """An error speaks the product's own words, in the form that was asked for."""
    if kind == "application/json":
        told = json.loads(text)
        if not (isinstance(told, dict) and {"message_zh", "message_en"} <= set(told.get("error") or {})):
            yield f"{status} without the two languages"
    elif kind == "text/html":
        if not any("\u4e00" <= letter <= "\u9fff" for letter in text) and 'lang="en"' not in text:
            yield f"{status} without words"
    elif kind or status != 401:  # a fragment without a log-in is sent to the door by a header alone
        yield f"{status} as {kind}"


def unheaded(answer: httpx.Response) -> Iterator[str]:
    """Yield what an answer lacks that every one of them carries."""
    headers = answer.headers
    policy = headers.get("content-security-policy", "")
    if "default-src 'self'" not in policy or "unsafe" in policy:
        yield "no content security policy"
    if headers.get("x-content-type-options") != "nosniff":
        yield "may be sniffed"
    if headers.get("referrer-policy") != "no-referrer":
        yield "tells where it is left for"
    if not {"no-store", "private"} & {part.strip() for part in headers.get("cache-control", "").split(",")}:
        yield "may be kept by others"
    named = headers.get("content-disposition", "")
    if not named.isascii() or any(letter in named.partition("filename*")[2] for letter in '"\\/<>; \r\n'):
        yield f"file name {named!r}"
