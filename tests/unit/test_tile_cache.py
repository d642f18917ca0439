"""Kept tiles: made once, made anew when damaged, given up when there is no more room."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from landgis.engines.tile_cache import TileCache

_MB = 1 << 20


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*/*.tile"))


def test_a_tile_is_made_once_and_told_apart_by_everything_in_its_key(tmp_path: Path) -> None:
    cache, made = TileCache(tmp_path, _MB), []

    def get(*key: object) -> bytes:
        def make() -> bytes:
            made.append(key)
            return repr(key).encode()

        return cache.get(*key, make=make).content

    keys = [
        ("all", 4549, "9/1/2"),
        ("town:310117106", 4549, "9/1/2"),
        ("all", 4490, "9/1/2"),
        ("all", 4549, "9/12", ""),
    ]
    assert [get(*key) for key in keys] == [get(*key) for key in keys] == [repr(key).encode() for key in keys]
    assert made == keys
    assert TileCache(tmp_path, _MB).find(*keys[1]) == cache.get(*keys[1], make=lambda: b"")


def test_the_tag_is_of_the_content(tmp_path: Path) -> None:
    cache = TileCache(tmp_path, _MB)
    first, second, other = (cache.get(key, make=key[:1].encode) for key in ("x1", "x2", "y1"))
    assert first.tag == second.tag != other.tag
    assert cache.get("x1", make=bytes).tag == first.tag


@pytest.mark.parametrize("damage", [b"", b"LGT1", b"LGT1" + b"\0" * 20 + b"changed"])
def test_a_damaged_tile_is_made_anew(tmp_path: Path, damage: bytes, caplog: pytest.LogCaptureFixture) -> None:
    cache = TileCache(tmp_path, _MB)
    cache.get("a", make=lambda: b"content")
    (file,) = _files(tmp_path)
    whole = file.read_bytes()
    file.write_bytes(damage or whole[:-1])
    assert cache.get("a", make=lambda: b"content").content == b"content"
    assert "已损坏" in caplog.text
    assert file.read_bytes() == whole


def test_tiles_are_for_the_account_alone_and_leave_no_drafts(tmp_path: Path) -> None:
    home = tmp_path / "tiles"
    TileCache(home, _MB).get("a", make=lambda: b"content")
    (file,) = _files(home)
    assert [stat.S_IMODE(path.stat().st_mode) for path in (home, file.parent, file)] == [0o700, 0o700, 0o600]
    assert [path.name for path in home.glob(".*")] == []


def test_a_tile_that_cannot_be_made_or_kept_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = TileCache(tmp_path, _MB)
    with pytest.raises(ZeroDivisionError):
        cache.get("a", make=lambda: bytes([1 // 0]))

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    assert cache.get("a", make=lambda: b"content").content == b"content"
    assert _files(tmp_path) == []
    assert [path.name for path in tmp_path.glob(".*")] == []


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    cache = TileCache(tmp_path, 100_000)
    for number in range(12):
        cache.get(number, make=lambda: bytes(8_000))
        if number < 8:
            for file in _files(tmp_path):
                os.utime(file, ns=(0, file.stat().st_mtime_ns - 10**9))
        assert cache.find(0) is not None  # looked at each time: it is the last to go
    TileCache(tmp_path, 50_000).get("new", make=lambda: bytes(8_000))
    assert sum(file.stat().st_size for file in _files(tmp_path)) <= 45_000
    assert cache.find("new") is not None
    assert cache.find(0) is not None
    assert cache.find(1) is None


def test_many_at_once_make_it_once(tmp_path: Path) -> None:
    cache, made, together = TileCache(tmp_path, _MB), [], threading.Barrier(8)

    def make() -> bytes:
        made.append(1)
        return b"content"

    def ask() -> None:
        together.wait()
        cache.get("a", make=make)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == [1]
