"""Time the judging of a district from stored measurements: seconds, rows, memory, and the way row by row beside it.

usage: python scripts/bench_judge.py [--count 200000] [--by-rows 1000]

Parcels are made up (替代数据，非法定成果): facts and measurements of ``tests/support/rule_evidence.py``, drawn for some
thousand parcels and repeated under new numbers. They are written to Parquet and read back, then judged in the full
scope of each pack: block by block, as memory for a district allows, and in one table. The way row by row judges the
first of them; both ways must give the same findings, or the run fails.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import pandas as pd
from bench_machine import machine, versions
from bench_memory import peak_mib
from bench_tables import seconds, table, times, whole

from landgis.domain.outcome import Scope
from landgis.rules.judging.evaluate import evaluate, evaluate_in_blocks
from landgis.rules.measures import Evidence
from landgis.rules.pack import RulePack
from landgis.rules.reading.load import load_pack, pack_names
from landgis.screening.judge import verdicts_of
from tests.support.row_by_row import evaluate_by_rows
from tests.support.rule_evidence import random_evidence

AS_OF = date(2026, 6, 30)
WANTED_S = 10.0
_DRAWN = 2_000
_FRAMES = ("facts", "areas", "overlaps", "coverage", "cells")
T = TypeVar("T")


def store(pack: RulePack, count: int, folder: Path) -> None:
    """Write evidence of so many parcels; one in twenty facts and layers may speak against one."""
    drawn = random_evidence(pack, 7, min(count, _DRAWN), known=0.9, whole=0.99, calm=0.95)
    for name in _FRAMES:
        frame = getattr(drawn, name).reset_index(drop=True)
        copies = [frame.assign(parcel_id=frame["parcel_id"] + f"-{copy}") for copy in range(-(-count // _DRAWN))]
        pd.concat(copies, ignore_index=True).to_parquet(folder / f"{name}.parquet")


def stored(folder: Path) -> Evidence:
    """Read it back."""
    frames = {name: pd.read_parquet(folder / f"{name}.parquet") for name in _FRAMES}
    return Evidence(**frames | {"facts": frames["facts"].set_index("parcel_id", drop=False)})


def first(evidence: Evidence, count: int) -> Evidence:
    """Return the evidence of the first parcels."""
    facts = evidence.facts.iloc[:count]
    rows = {name: getattr(evidence, name) for name in _FRAMES[1:]}
    return replace(
        evidence, facts=facts, **{name: each[each["parcel_id"].isin(facts.index)] for name, each in rows.items()}
    )


def timed(work: Callable[[], T]) -> tuple[T, float]:
    """Do it; return the answer and the seconds."""
    began = time.perf_counter()
    answer = work()
    return answer, time.perf_counter() - began


def in_blocks(pack: RulePack, evidence: Evidence) -> tuple[int, pd.Series]:
    """Judge block by block; keep the number of findings and the verdicts alone."""
    rows, verdicts = 0, []
    for findings in evaluate_in_blocks(pack, evidence, AS_OF, Scope.FULL):
        rows += len(findings)
        verdicts.append(verdicts_of(findings))
    return rows, pd.concat(verdicts)["verdict"].value_counts()


def bench(name: str, count: int, by_rows: int) -> tuple[list[str], float]:
    """Time one pack; return a row of the table, and the seconds block by block."""
    pack = load_pack(name)
    with tempfile.TemporaryDirectory() as folder:
        store(pack, count, Path(folder))
        evidence, reading_s = timed(lambda: stored(Path(folder)))
    before = peak_mib()
    processor = time.process_time()
    (rows, verdicts), blocks_s = timed(lambda: in_blocks(pack, evidence))
    processor_s = time.process_time() - processor
    above = peak_mib() - before
    few = first(evidence, by_rows)
    slow, slow_s = timed(lambda: evaluate_by_rows(pack, few, AS_OF, Scope.FULL))
    fast = evaluate(pack, few, AS_OF, Scope.FULL)
    if not fast.fillna("").astype(object).equals(slow.fillna("").astype(object)):
        sys.exit(f"{name}: 两种算法结论不同 the two ways differ")
    judged, whole_s = timed(lambda: evaluate(pack, evidence, AS_OF, Scope.FULL))
    assert len(judged) == rows
    print(f"{name}: " + ", ".join(f"{verdict} {number:,}" for verdict, number in verdicts.items()))
    per_parcel = slow_s / len(few.facts)
    return [
        name, whole(len(evidence.facts)), whole(rows), seconds(reading_s), seconds(blocks_s), seconds(processor_s), whole(above),
        seconds(whole_s), seconds(per_parcel * len(evidence.facts)), times(per_parcel * len(evidence.facts), blocks_s),
    ], blocks_s  # fmt: skip


def main() -> None:
    """Time every district's pack and compare with what is wanted."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=200_000)
    parser.add_argument("--by-rows", type=int, default=1_000)
    args = parser.parse_args()
    print(versions())
    print(machine())
    found = [bench(name, args.count, args.by_rows) for name in pack_names()]
    heads = [
        "规则包 pack", "地块 parcels", "结论 findings", "读取 read s", "分块判定 blocks s", "处理器 processor s", "其上内存 above MiB",
        "一次判定 whole s", "逐条 by rows s", "倍数 ratio",
    ]  # fmt: skip
    notes = [
        f"须在 {WANTED_S:.0f} 秒内 wanted: blocks under {WANTED_S:.0f} s; 逐条一列按前 {args.by_rows} 个地块推算 by rows is scaled up",
        "其上内存：判定时超出证据本身的峰值 above: peak beyond the evidence itself (the second pack: beyond all before)",
    ]
    table("判定测速 judging", heads, [row for row, _ in found], notes)


if __name__ == "__main__":
    main()
