"""Tiles at hand in memory: bounded, the least recently used given up first, told apart by their whole key."""

from __future__ import annotations

import threading

from landgis.engines.recent_tiles import RecentTiles
from landgis.engines.tile_cache import KeptTile


def _tile(size: int, tag: str = "t") -> KeptTile:
    return KeptTile(bytes(size), tag)


def test_the_least_recently_used_is_given_up_first() -> None:
    recent = RecentTiles(4_000)
    for name in ("a", "b", "c"):
        recent.put((name,), _tile(800))
    assert recent.find(("a",)) is not None
    recent.put(("d",), _tile(500))
    assert [recent.find((name,)) is not None for name in "abcd"] == [True, False, True, True]


def test_a_tile_put_again_takes_its_room_once() -> None:
    recent = RecentTiles(4_000)
    for number in range(50):
        recent.put("a", _tile(1_000, str(number)))
    recent.put("b", _tile(1_000))
    kept = recent.find("a")
    assert kept is not None
    assert kept.tag == "49"


def test_many_small_ones_are_counted_with_what_they_take_beside_their_content() -> None:
    recent = RecentTiles(100_000)
    for number in range(10_000):
        recent.put(number, _tile(0))
    assert sum(recent.find(number) is not None for number in range(10_000)) == 200


def test_a_tile_larger_than_all_the_room_is_not_kept_and_takes_none() -> None:
    recent = RecentTiles(4_000)
    recent.put("large", _tile(5_000))
    recent.put("a", _tile(3_000))
    assert (recent.find("large"), recent.find("a")) == (None, _tile(3_000))


def test_threads_do_not_lose_count() -> None:
    recent = RecentTiles(50_000)

    def work(thread: int) -> None:
        for number in range(2_000):
            recent.put((thread, number % 40), _tile(number % 700))
            recent.find((thread, (number * 7) % 40))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    for number in range(100):  # all the others are given up, and there is room for exactly so many
        recent.put(("last", number), _tile(0))
    assert all(recent.find(("last", number)) for number in range(100))
