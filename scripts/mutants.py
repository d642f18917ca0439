"""Mutants: one file of landgis changed in one place, and whether a list of tests notices it.

Every mutant runs in a child of this process that has all libraries loaded, on a copy of the package made of links.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "landgis"
WANTED = 0.85
"""Share of the mutants that must be noticed."""
_LIBRARIES = ("geopandas", "hypothesis", "numpy", "pandas", "psycopg", "pydantic", "pyproj", "pytest", "shapely",
              "sqlalchemy", "geoalchemy2", "alembic", "yaml", "pyarrow", "rasterio")  # fmt: skip
_QUIET_S = 900.0
"""As long as the tests may take without a mutant."""
_SLOWER = 5.0
"""A mutant that takes so many times longer runs in circles; on a busy machine an unlucky one takes twice as long."""
_PROFILE = "mutants"


@dataclass(frozen=True)
class Mutant:
    """One change.

    Attributes
    ----------
    path
        The file, below the package.
    place, change
        Line or rule; what was turned into what.
    text
        The file as changed.
    """

    path: Path
    place: str
    change: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.place}  {self.change}"


Tests = Callable[[Mutant], Sequence[str]]


@dataclass(frozen=True)
class Fate:
    """What became of a mutant: noticed by a failing test, by taking too long, or not at all."""

    mutant: Mutant
    noticed: bool
    seconds: float


def some(mutants: Sequence[Mutant], count: int | None, seed: int = 5) -> list[Mutant]:
    """Draw some of the mutants, always the same ones; None: all."""
    if count is None or count >= len(mutants):
        return list(mutants)
    return random.Random(seed).sample(list(mutants), count)


def fates(mutants: Iterable[Mutant], tests: Tests, at_once: int = 2) -> Iterator[Fate]:
    """Run the tests on each mutant, some at a time.

    Parameters
    ----------
    mutants
        What to try.
    tests
        Paths of test files for a mutant, the likeliest first; the first failure ends it.
    at_once
        Processes at a time.
    """
    for name in _LIBRARIES:
        importlib.import_module(name)
    allowed_s = _SLOWER * _quiet_seconds(tests) + 30.0
    running: dict[int, tuple[Mutant, float]] = {}
    for mutant in mutants:
        if len(running) >= at_once:
            yield _next(running)
        running[_start(mutant, tests(mutant), allowed_s)] = mutant, time.monotonic()
    while running:
        yield _next(running)


def _quiet_seconds(tests: Tests) -> float:
    """Return how long the tests take without any change; where they fail, every mutant would seem to be noticed."""
    path = Path("rules/judging/evaluate.py")
    same = Mutant(path, "", "", (PACKAGE / path).read_text(encoding="utf-8"))
    running = {_start(same, tests(same), _QUIET_S): (same, time.monotonic())}
    fate = _next(running)
    if fate.noticed:
        sys.exit("测试本身未通过，变异测试没有意义 the tests fail without a mutant")
    return fate.seconds


def report(found: Sequence[Fate], what: str) -> float:
    """Print the share noticed, by file, and every mutant that nobody noticed; return the share."""
    total, noticed = (
        Counter(fate.mutant.path for fate in found),
        Counter(fate.mutant.path for fate in found if fate.noticed),
    )
    for path in sorted(total):
        print(f"  {path}  {noticed[path]}/{total[path]}")
    for fate in found:
        if not fate.noticed:
            print(f"  未被发现 survived  {fate.mutant}")
    share = sum(noticed.values()) / max(1, len(found))
    seconds = sum(fate.seconds for fate in found)
    print(f"{what}: 变异 mutants {len(found)}, 被发现 noticed {share:.1%} (须 wanted {WANTED:.0%}), {seconds:,.0f} s")
    return share


def main(every: Callable[[], list[Mutant]], tests: Tests, what: str) -> None:
    """Try mutants as the command line says, and say which nobody noticed; exit 1 when too many are left."""
    parser = argparse.ArgumentParser(description=f"Mutants of {what}: does a test notice each?")
    parser.add_argument("--count", type=int, help="so many, drawn from all; default all")
    parser.add_argument("--file", default="", help="only files whose path holds this")
    parser.add_argument("--list", action="store_true", help="list them, run nothing")
    args = parser.parse_args()
    mutants = some([mutant for mutant in every() if args.file in str(mutant.path)], args.count)
    if args.list:
        print(*mutants, sep="\n")
        return
    found: list[Fate] = []
    for fate in fates(mutants, tests):
        found.append(fate)
        print(f"\r{len(found)}/{len(mutants)}", end="", file=sys.stderr, flush=True)
    sys.exit(0 if report(found, what) >= WANTED else 1)


def _start(mutant: Mutant, tests: Sequence[str], allowed_s: float) -> int:
    child = os.fork()
    if child == 0:
        os.setsid()
        signal.alarm(int(allowed_s))
        # The compiled kernel would be compiled anew for every copy of the package.
        os.environ["LANDGIS_KERNEL"] = "plain"
        status = 1
        try:
            status = _try(mutant, tests)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def _next(running: dict[int, tuple[Mutant, float]]) -> Fate:
    child, status = os.wait()
    mutant, started = running.pop(child)
    return Fate(mutant, status != 0, time.monotonic() - started)


def _try(mutant: Mutant, tests: Sequence[str]) -> int:
    """Run the tests on the mutant in this process; 0: nobody noticed."""
    import hypothesis
    import pytest

    home = Path(tempfile.mkdtemp(prefix="landgis-mutant-"))
    try:
        _linked(PACKAGE, home / "landgis", mutant)
        sys.dont_write_bytecode = True
        sys.path.insert(0, str(home))
        hypothesis.settings.register_profile(
            _PROFILE, database=None, derandomize=True, deadline=None,
            phases=[hypothesis.Phase.explicit, hypothesis.Phase.generate],
        )  # fmt: skip
        importlib.import_module("landgis")
        with (
            Path(os.devnull).open("w") as nowhere,
            contextlib.redirect_stdout(nowhere),
            contextlib.redirect_stderr(nowhere),
        ):
            arguments = [
                "-x",
                "-q",
                "-n",
                "0",
                "-p",
                "no:cacheprovider",
                "-W",
                "ignore::pytest.PytestAssertRewriteWarning",
                "--hypothesis-profile",
                _PROFILE,
            ]
            return int(pytest.main([*arguments, "--rootdir", str(ROOT), *(str(ROOT / test) for test in tests)]))
    finally:
        shutil.rmtree(home)


def _linked(source: Path, target: Path, mutant: Mutant) -> None:
    """Link a folder, file by file only where the mutant lies."""
    changed = PACKAGE / mutant.path
    target.mkdir()
    for entry in source.iterdir():
        if entry == changed:
            (target / entry.name).write_text(mutant.text, encoding="utf-8")
        elif entry in changed.parents:
            _linked(entry, target / entry.name, mutant)
        elif entry.name != "__pycache__":
            (target / entry.name).symlink_to(entry)
