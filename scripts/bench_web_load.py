"""Load on the desk from a process of its own: so many users, each asking for the next thing when the last one came.

Loopback only. Reads JSON from its standard input: port, cookie, seconds, pause_s, once, and either paths and users, who
share them, or each: what every user asks for, as objects of kind, path and, for what is sent, body and must (a text of
the answer, without which it counts as state 0). Writes one JSON line
of figures.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from typing import Any

LONGEST_S = 30.0
"""Whoever waits longer gives up: the request counts as lost."""


Found = tuple[float, int, int, str]
"""Seconds, state, size, kind."""


def _each(asked: dict[str, Any]) -> list[list[dict[str, Any]]]:
    """What every user asks for: his own, or every so-manieth path."""
    if "each" in asked:
        return list(asked["each"])
    random.Random(1).shuffle(asked["paths"])
    shares = [asked["paths"][number :: asked["users"]] or asked["paths"] for number in range(asked["users"])]
    return [[_one(path) for path in share] for share in shares]


def _one(path: str | list[str]) -> dict[str, Any]:
    """What is asked for: an address to get, or an address, a body to send there, and a text that the answer must hold."""
    if isinstance(path, str):
        return {"kind": "", "path": path}
    address, body, wanted = path
    return {"kind": "", "path": address, "body": json.loads(body), "must": wanted}


async def _user(asked: dict[str, Any], wanted: list[dict[str, Any]], until: float, found: list[Found]) -> None:
    """Ask for one thing after another, again and again or once; a lost connection counts as state 0 and is made anew."""
    place = 0
    reader, writer = await asyncio.open_connection("127.0.0.1", asked["port"])
    while time.perf_counter() < until and not (asked.get("once") and place >= len(wanted)):
        one = wanted[place % len(wanted)]
        place += 1
        text = _text(asked, one)
        began = time.perf_counter()
        try:
            writer.write(text)
            state, body = await asyncio.wait_for(_answer(reader), LONGEST_S)
            told = one.get("must", "").encode() in body
            found.append((time.perf_counter() - began, state if told else 0, len(body), one["kind"]))
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            writer.close()
            found.append((time.perf_counter() - began, 0, 0, one["kind"]))
            reader, writer = await asyncio.open_connection("127.0.0.1", asked["port"])
        if asked.get("pause_s"):
            await asyncio.sleep(asked["pause_s"])
    writer.close()


def _text(asked: dict[str, Any], one: dict[str, Any]) -> bytes:
    here = f"127.0.0.1:{asked['port']}"
    head = f"Host: {here}\r\nCookie: {asked.get('cookie', '')}\r\n"
    if "body" not in one:
        return f"GET {one['path']} HTTP/1.1\r\n{head}\r\n".encode()
    body = json.dumps(one["body"]).encode()
    head += f"Origin: http://{here}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    return f"POST {one['path']} HTTP/1.1\r\n{head}\r\n".encode() + body


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if b": " in line)
    body = await reader.readexactly(int(fields.get(b"content-length", 0)))
    return int(head.split(b" ", 2)[1]), body


async def _load(asked: dict[str, Any]) -> dict[str, Any]:
    found: list[Found] = []
    began = time.perf_counter()
    until = began + asked["seconds"]
    await asyncio.gather(*(_user(asked, wanted, until, found) for wanted in _each(asked)))
    took = time.perf_counter() - began
    kinds = {kind: _figures([each for each in found if each[3] == kind]) for kind in {each[3] for each in found}}
    return {"per_s": len(found) / took, **_figures(found), "kinds": kinds}


def _figures(found: list[Found]) -> dict[str, Any]:
    times = sorted(each[0] for each in found)
    states: dict[str, int] = {}
    for _, state, _, _ in found:
        states[str(state)] = states.get(str(state), 0) + 1
    return {
        "p50_ms": times[len(times) // 2] * 1000,
        "p95_ms": times[int(len(times) * 0.95)] * 1000,
        "kb": sum(each[2] for each in found) / len(found) / 1000,
        "count": len(found),
        "states": states,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_load(json.load(sys.stdin)))))
