"""A race: the same job for every way, each in a process of its own, by turns; and the tables of it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from bench_memory import Watch
from bench_server import Server
from bench_tables import middle, seconds, spread, table, times, whole
from bench_ways import FLOOR_M2, Figures

WAYS = Path(__file__).with_name("bench_ways.py")
SAME = 1e-6
"""Relative difference of two totals that counts as none."""
START_S = 180.0
"""What a process may take besides its statements: to start, to read, to prepare."""


@dataclass(frozen=True)
class Runner:
    """One who takes part.

    Attributes
    ----------
    way, title
        Name in `bench_ways.ways`, and in the tables.
    schema
        Tables of PostGIS; empty for all others.
    once
        Too slow for more than one round.
    limit_s
        Given up after so long: a statement of PostGIS, a whole process of the others.
    name
        Name among the results, where the way's own is not enough.
    """

    way: str
    title: str
    schema: str = ""
    once: bool = False
    limit_s: float = 600.0
    name: str = ""

    @property
    def key(self) -> str:
        """Name among the results."""
        return self.name or self.way


@dataclass
class Race:
    """One job and all who do it.

    Attributes
    ----------
    parcels, layer
        Files of both sides.
    size
        What the titles say of them.
    runners
        The first one is who the others are compared with.
    at
        The server.
    loaded_s
        Seconds that it took to fill each of its schemas.
    results
        Figures by runner and round.
    """

    parcels: Path
    layer: Path
    size: str
    runners: Sequence[Runner]
    at: Server
    loaded_s: Mapping[str, float]
    results: dict[str, list[Figures]] = field(default_factory=dict)

    def run(self, rounds: int) -> None:
        """Let everybody run by turns."""
        for number in range(rounds):
            for runner in self.runners:
                if number == 0 or not runner.once:
                    began = time.perf_counter()
                    self.results.setdefault(runner.key, []).append(self._once(runner))
                    took = time.perf_counter() - began
                    print(f"… {number + 1}/{rounds} {self.layer.stem}: {runner.title} {took:.0f} s", file=sys.stderr)

    def _once(self, runner: Runner) -> Figures:
        command = [sys.executable, WAYS, runner.way, self.parcels, self.layer, "--limit", str(runner.limit_s)]
        longest = START_S + runner.limit_s * (2 if runner.schema else 1)
        if runner.schema:
            command += ["--host", self.at.host, "--schema", runner.schema]
        with Watch(self.at.pid) if runner.schema else nullcontext() as watch:
            try:
                done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=longest)
            except subprocess.TimeoutExpired:
                return Figures(trouble=f"限时已到 given up after {longest:.0f} s")
        if done.returncode:
            return Figures(trouble=(done.stderr.strip().splitlines() or ["?"])[-1][:160])
        found = Figures(**json.loads(done.stdout.splitlines()[-1]))
        if watch is not None:
            found = replace(found, prepare_s=self.loaded_s[runner.schema], peak_mib=watch.peak_mib)
        return found

    def warm(self, key: str) -> float | None:
        """How many times longer a runner took than the first one, all being prepared; None where it failed."""
        return _ratio(self._middle(key, _both), self._middle(self.runners[0].key, _both))

    def cold(self, key: str, reference: str) -> float | None:
        """The same with preparation, against another one."""
        return _ratio(self._middle(key, _all), self._middle(reference, _all))

    def print_warm(self, title: str, *notes: str, without: Sequence[str] = ()) -> None:
        """Print what measuring took where everything is prepared."""
        first = self._middle(self.runners[0].key, _both)
        heads = ("秒 seconds", "两两 pairs", "并集 union", "两者 both (min..max)", "倍数 ratio", "只算并集 union only",
                 "准备 prepare", "峰值 peak MiB")  # fmt: skip
        rows = []
        for runner in self._shown(without):
            found = self.results[runner.key]
            union = self._middle(runner.key, lambda one: one.union_s)
            rows.append(
                (
                    runner.title,
                    seconds(self._middle(runner.key, lambda one: one.pairs_s)),
                    seconds(union),
                    spread([one.both_s for one in found]),
                    times(self._middle(runner.key, _both), first),
                    times(union if runner.schema else None, first),
                    seconds(self._middle(runner.key, lambda one: one.prepare_s)),
                    whole(max((one.peak_mib for one in found if one.peak_mib), default=None)),
                )
            )
        table(title, heads, rows, (*notes, self._totals(), *self._troubles(without)))

    def print_cold(self, title: str, reference: str, without: Sequence[str] = ()) -> None:
        """Print what it took from geometry in memory to the last figure."""
        first = self._middle(reference, _all)
        heads = ("秒 seconds", "准备 prepare", "量算 measure", "合计 all (min..max)", "倍数 ratio")
        rows = [
            (
                runner.title,
                seconds(self._middle(runner.key, lambda one: one.prepare_s)),
                seconds(self._middle(runner.key, lambda one: one.first_s)),
                spread([_all(one) for one in self.results[runner.key]]),
                times(self._middle(runner.key, _all), first),
            )
            for runner in self._shown(without)
        ]
        table(title, heads, rows)

    def differing(self) -> list[str]:
        """Name everybody whose totals are not those of the first one."""
        told = self.results[self.runners[0].key][0]
        lines = []
        for runner in self.runners:
            for one in self.results[runner.key]:
                for what in ("pairs_m2", "union_m2"):
                    mine, theirs = getattr(told, what), getattr(one, what)
                    if mine is None or (theirs is not None and abs(mine - theirs) > SAME * abs(mine)):
                        lines.append(f"{self.layer.stem}: {runner.title}: {what} {theirs} ≠ {mine}")
        return list(dict.fromkeys(lines))

    def as_dict(self) -> dict[str, Any]:
        """Everything, for machines."""
        return {"size": self.size} | {key: [asdict(one) for one in found] for key, found in self.results.items()}

    def _shown(self, without: Sequence[str]) -> list[Runner]:
        return [runner for runner in self.runners if runner.key not in without]

    def _middle(self, key: str, figure: Callable[[Figures], float | None]) -> float | None:
        return middle([figure(one) for one in self.results[key]])

    def _totals(self) -> str:
        told = self.results[self.runners[0].key][0]
        if told.pairs_m2 is None or told.union_m2 is None:
            return f"{self.runners[0].title}: {told.trouble}"
        return (
            f"压占 {told.hits:,} hits; 两两 pairs {told.pairs_m2:,.3f} m², 并集 union {told.union_m2:,.3f} m²;"
            f" 各引擎相差不超过 all within {self.furthest():.0e}"
        )

    def furthest(self) -> float:
        """Largest relative difference of a total from that of the first one."""
        told = self.results[self.runners[0].key][0]
        apart = [0.0]
        for found in self.results.values():
            for what in ("pairs_m2", "union_m2"):
                mine = getattr(told, what)
                others = [getattr(one, what) for one in found]
                apart += [abs(other - mine) / max(mine, FLOOR_M2) for other in others if other is not None]
        return max(apart)

    def _troubles(self, without: Sequence[str]) -> list[str]:
        said = [(runner, one.trouble) for runner in self._shown(without) for one in self.results[runner.key]]
        return list(dict.fromkeys(f"{runner.title}: {trouble}" for runner, trouble in said if trouble))


def _both(one: Figures) -> float | None:
    return one.both_s


def _all(one: Figures) -> float | None:
    return None if one.first_s is None or one.prepare_s is None else one.prepare_s + one.first_s


def _ratio(value: float | None, of: float | None) -> float | None:
    return value / of if value is not None and of else None
