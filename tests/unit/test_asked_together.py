"""One question for all who have it: every answer is from after its request."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

import pytest

from landgis.web.asked_together import Together


class Database:
    """Counts questions, and answers when it is let."""

    def __init__(self) -> None:
        self.asked = 0
        self.begun = threading.Semaphore(0)
        self.let = threading.Semaphore(0)

    def __call__(self) -> int:
        self.asked += 1
        number = self.asked
        self.begun.release()
        assert self.let.acquire(timeout=10)
        return number


async def _begun(database: Database) -> None:
    assert await asyncio.to_thread(database.begun.acquire, timeout=10)


def test_whoever_comes_after_the_question_was_put_gets_the_next_answer() -> None:
    async def story() -> tuple[int, list[int]]:
        database = Database()
        together = Together(lambda: asyncio.to_thread(database))
        first = asyncio.create_task(together())
        await _begun(database)
        later = [asyncio.create_task(together()) for _ in range(20)]
        await asyncio.sleep(0)
        database.let.release()
        answer = await first
        database.let.release()
        return answer, await asyncio.gather(*later)

    assert asyncio.run(story()) == (1, [2] * 20)


def test_who_leaves_takes_nobodys_answer_along() -> None:
    async def story() -> int:
        database = Database()
        together = Together(lambda: asyncio.to_thread(database))
        one, other = asyncio.create_task(together()), asyncio.create_task(together())
        await _begun(database)
        one.cancel()
        database.let.release()
        with pytest.raises(asyncio.CancelledError):
            await one
        return await other

    assert asyncio.run(story()) == 1


def test_a_question_that_fails_is_nobodys_answer_and_the_next_is_put_anew() -> None:
    answers: list[Callable[[], int]] = [lambda: 1 // 0, lambda: 7]
    together = Together(lambda: asyncio.to_thread(answers.pop(0)))

    async def story() -> list[int | BaseException]:
        failed = await asyncio.gather(together(), together(), return_exceptions=True)
        return [*failed, await together()]

    one, other, after = asyncio.run(story())
    assert isinstance(one, ZeroDivisionError)
    assert isinstance(other, ZeroDivisionError)
    assert after == 7


def test_one_server_after_another_may_ask() -> None:
    numbers = iter(range(9))
    together = Together(lambda: asyncio.to_thread(next, numbers))

    async def one() -> int:
        return await together()

    assert [asyncio.run(one()), asyncio.run(one())] == [0, 1]
