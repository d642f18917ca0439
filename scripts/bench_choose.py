"""Time choosing a portfolio: 5,000 generated candidates under 10 constraints, twice, against the draft by rank.

Prints seconds, the gap, whether both answers are the same, and what taking candidates in rank order while caps allow
reaches: the peer, which knows no minima and is told by how much it misses them.

Run: ``python scripts/bench_choose.py [--candidates 5000] [--quarters] [--seed 7]``.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pandas as pd

from landgis.domain.district import SONGJIANG, town_names
from landgis.domain.portfolio import Order, PortfolioScenario, QuarterBand, TownBand, UseBand
from landgis.plan.choose import choose
from landgis.plan.choosing.model import Model
from landgis.plan.choosing.result import Choice
from landgis.plan.choosing.rows import build_model
from landgis.plan.choosing.sifting import sift

TOWNS = [code for code in town_names() if code.startswith(SONGJIANG.code)]
USES = ["100101", "0901", "110101", "070102", "0902"]


def main() -> None:
    """Run the benchmark and print a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--candidates", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--quarters", action="store_true", help="give every parcel a quarter: four columns each")
    asked = parser.parse_args()
    table, wanted = candidates(asked.candidates, asked.seed), scenario(quarters=asked.quarters)
    first, seconds = timed(table, wanted)
    again, _ = timed(table.sample(frac=1, random_state=1), wanted)
    print(f"candidates {len(table)} · constraints {len(first.use)} · {first.proof} · chosen {len(first.chosen)}")
    print(f"seconds {seconds:.2f} · gap {first.gap_share:.6%} · same answer twice {same(first, again)}")
    print(first.left_out["reason"].value_counts().to_string())
    print(f"loss proven for {(first.left_out['loss_least'].notna()).sum()} of {len(first.left_out)} left out")
    if first.objective is not None:
        worth, short = by_rank(build_model(sift(table, wanted).eligible, wanted))
        print(
            f"by rank {worth} · ratio {first.objective / worth:.4f} · constraints it breaks: {', '.join(short) or '-'}"
        )


def candidates(count: int, seed: int) -> pd.DataFrame:
    """Generate candidates (替代数据，非法定成果)."""
    random = np.random.default_rng(seed)
    area_m2 = random.integers(800, 60_000, count)
    cost = (area_m2 * random.uniform(50, 600, count)).astype(int)
    unknown = random.random(count) < 0.02
    return pd.DataFrame(
        {
            "parcel_id": [f"SJ-{number:05d}" for number in range(count)],
            "town_code": random.choice(TOWNS, count),
            "planned_use_code": random.choice(USES, count),
            "verdict": random.choice(["clear", "flagged"], count),
            "area_ha": [Decimal(int(m2)).scaleb(-4) for m2 in area_m2],
            "points": random.integers(2_000, 9_500, count) / 100,
            "up_front_cost_yuan": pd.Series(cost, dtype="Int64").mask(unknown),
            "earliest_quarter": pd.Series(random.integers(1, 5, count), dtype="Int64"),
            "road": pd.Series(random.random(count) < 0.9, dtype="boolean"),
        }
    )


def scenario(*, quarters: bool) -> PortfolioScenario:
    """Return a year under ten constraints, or thirteen with quarters."""
    wanted = PortfolioScenario(
        name="bench", year=2027, required_facts=("road",), min_ha=Decimal(250), max_ha=Decimal(300),
        max_cost_yuan=600_000_000,
        uses=(UseBand("1001", None, Decimal(70)), UseBand("0901", None, Decimal(70)), UseBand("07", Decimal(20))),
        towns=(
            TownBand(TOWNS[0], Decimal("0.10")), TownBand(TOWNS[1], Decimal("0.15")), TownBand(TOWNS[2], Decimal("0.20")),
            TownBand(TOWNS[5], max_parcels=3),
        ),
    )  # fmt: skip
    if not quarters:
        return wanted
    bands = (QuarterBand(1, None, Decimal(40)), QuarterBand(2, Decimal(60)))
    return replace(wanted, quarters=bands, orders=(Order("SJ-00001", "SJ-00002", not_before=True),))


def timed(table: pd.DataFrame, wanted: PortfolioScenario) -> tuple[Choice, float]:
    """Choose, and return the choice and its seconds."""
    began = time.perf_counter()
    return choose(table, wanted), time.perf_counter() - began


def same(first: Choice, again: Choice) -> bool:
    """Say whether two choices are alike in everything."""
    frames = ("chosen", "left_out", "use", "conflict")
    alike = all(getattr(first, name).equals(getattr(again, name)) for name in frames)
    return alike and (first.objective, first.bound, first.proof) == (again.objective, again.bound, again.proof)


def by_rank(model: Model) -> tuple[Decimal, list[str]]:
    """Take candidates by points per hectare while no cap is broken; return the worth, and what is then missed."""
    picks = np.zeros(len(model.parcel), dtype=bool)
    taken: set[int] = set()
    area = model.area_m2[model.parcel]
    for column in np.argsort(-model.worth / area, kind="stable").tolist():
        number = int(model.parcel[column])
        if number in taken:
            continue
        picks[column] = True
        if any(row.at_most and row.slack(picks) < 0 for row in model.rows):
            picks[column] = False
        else:
            taken.add(number)
    missed = [row.constraint for row in model.rows if row.slack(picks) < 0]
    return Decimal(model.total_worth(picks)).scaleb(-4), missed


if __name__ == "__main__":
    main()
