"""Load on the desk from a process of its own: so many users, each asking for the next thing when the last one came.

Loopback only. Reads JSON from its standard input: port, cookie, users, seconds, pause_s, once, paths; writes one JSON line of figures.
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


async def _user(asked: dict[str, Any], number: int, until: float, found: list[tuple[float, int, int]]) -> None:
    """Ask for every so-manieth path, again and again or once; a lost connection counts as state 0 and is made anew."""
    paths, place = asked["paths"][number :: asked["users"]] or asked["paths"], 0
    reader, writer = await asyncio.open_connection("127.0.0.1", asked["port"])
    while time.perf_counter() < until and not (asked.get("once") and place >= len(paths)):
        path = paths[place % len(paths)]
        place += 1
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{asked['port']}\r\nCookie: {asked.get('cookie', '')}\r\n\r\n"
        began = time.perf_counter()
        try:
            writer.write(head.encode())
            state, size = await asyncio.wait_for(_answer(reader), LONGEST_S)
            found.append((time.perf_counter() - began, state, size))
        except (asyncio.IncompleteReadError, ConnectionError, TimeoutError):
            writer.close()
            found.append((time.perf_counter() - began, 0, 0))
            reader, writer = await asyncio.open_connection("127.0.0.1", asked["port"])
        if asked.get("pause_s"):
            await asyncio.sleep(asked["pause_s"])
    writer.close()


async def _answer(reader: asyncio.StreamReader) -> tuple[int, int]:
    head = await reader.readuntil(b"\r\n\r\n")
    fields = dict(line.split(b": ", 1) for line in head.lower().split(b"\r\n")[1:] if b": " in line)
    body = await reader.readexactly(int(fields.get(b"content-length", 0)))
    return int(head.split(b" ", 2)[1]), len(body)


async def _load(asked: dict[str, Any]) -> dict[str, Any]:
    found: list[tuple[float, int, int]] = []
    began = time.perf_counter()
    until = began + asked["seconds"]
    random.Random(1).shuffle(asked["paths"])
    await asyncio.gather(*(_user(asked, number, until, found) for number in range(asked["users"])))
    took = time.perf_counter() - began
    times = sorted(each[0] for each in found)
    states: dict[str, int] = {}
    for _, state, _ in found:
        states[str(state)] = states.get(str(state), 0) + 1
    return {
        "per_s": len(found) / took,
        "p50_ms": times[len(times) // 2] * 1000,
        "p95_ms": times[int(len(times) * 0.95)] * 1000,
        "kb": sum(each[2] for each in found) / len(found) / 1000,
        "count": len(found),
        "states": states,
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(_load(json.load(sys.stdin)))))
