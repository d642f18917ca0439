"""No text of a request begins a line of the log."""

from __future__ import annotations

import asyncio
import logging
from urllib.parse import quote

import httpx
import pytest
from fastapi import FastAPI, Request, Response

from landgis.web import errors
from tests.support.payloads import BESIDE, PAYLOADS

BREAKS = ("\r", "\n", "\r\n", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029", "\x1b[2K")


def test_an_address_stays_within_its_line(caplog: pytest.LogCaptureFixture) -> None:
    app = FastAPI()

    @app.middleware("http")
    async def fails(request: Request, onward: object) -> Response:
        raise RuntimeError("planted")

    def to_the_door(_: Request) -> Response:
        return Response()

    errors.install(app, to_the_door)
    texts = [*PAYLOADS, *BESIDE, *(f"a{mark}2026-01-01 INFO forged" for mark in BREAKS)]

    async def ask() -> list[int]:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as browser:
            return [(await browser.get(f"/data/{quote(text, safe='')}")).status_code for text in texts]

    with caplog.at_level(logging.ERROR, "landgis.web"):
        assert asyncio.run(ask()) == [500] * len(texts)
    messages = [record.getMessage() for record in caplog.records if record.name == "landgis.web"]
    assert len(messages) == len(texts)
    assert [message for message in messages if not message.isprintable() or " INFO" in message] == []
