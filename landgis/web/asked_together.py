"""One question to the database for all requests that have it at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Together(Generic[T]):
    """Asks once for everybody who came before the question was put; whoever comes later waits for the next one.

    So every answer is from after its request, and a busy server asks no more often than the database answers.

    Parameters
    ----------
    ask
        Asks; one question at a time.
    """

    def __init__(self, ask: Callable[[], Awaitable[T]]) -> None:
        self._ask = ask
        self._asking: asyncio.Task[T] | None = None
        self._next: asyncio.Task[T] | None = None

    async def __call__(self) -> T:
        """Return an answer that was asked for after this call; an error of the question is everybody's."""
        loop = asyncio.get_running_loop()
        if self._next is None or self._next.get_loop() is not loop:  # another loop: one server after another in a test
            self._next = loop.create_task(self._turn(loop))
        return await asyncio.shield(self._next)  # who leaves takes nobody's answer along

    async def _turn(self, loop: asyncio.AbstractEventLoop) -> T:
        if self._asking is not None and self._asking.get_loop() is loop:
            await asyncio.wait([self._asking])
        self._asking, self._next = self._next, None
        return await self._ask()
