"""Choosing a year's portfolio from the pool under scenarios, and drafting the plan from one of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd

from landgis.access.person import Person
from landgis.db.connect import Database
from landgis.db.originals import Originals
from landgis.db.parcels import ParcelStore
from landgis.db.plans import PlanStore, Version
from landgis.db.pools import PoolHead, PoolStore
from landgis.db.runs import RunStore
from landgis.domain.criteria import PlanTargets
from landgis.domain.district import DISTRICTS
from landgis.domain.layer import SUBSTITUTE_ZH
from landgis.domain.portfolio import PortfolioScenario, Proof
from landgis.errors import Conflict, UsageError
from landgis.exchange.portfolio_workbook import portfolio_sheets
from landgis.exchange.writing.live_workbook import write_live_workbook
from landgis.frames.spec import rows_of
from landgis.plan.choose import choose
from landgis.plan.choosing.compare import Comparison, compare
from landgis.plan.choosing.result import Choice
from landgis.plan.draft import Draft, draft
from landgis.plan.grounds import Grounds
from landgis.plan.inputs import LineInput
from landgis.plan.portfolio import candidates_of, lines_of_choice, targets_of_scenario
from landgis.services.planning.draft_plan import DraftedPlan, load_plan, newest_pool
from landgis.services.planning.plan_forms import substitute
from landgis.services.planning.plan_grounds import grounds_of
from landgis.services.screening.prefer import Preferred, prefer

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Portfolios:
    """Scenarios of one year, chosen from the same candidates.

    Attributes
    ----------
    pool
        The build that the candidates were taken from.
    lines
        ``frames.planned.LINES`` of every candidate.
    no_candidates
        ``frames.pooled.PLAN_LEFT_OUT``: members of the build that could be on no line, each with its reason.
    choices
        In the order of the scenarios.
    comparison
        The choices side by side.
    notices
        What must be said beside the points of preference (Chinese, English).
    """

    pool: PoolHead
    lines: pd.DataFrame
    no_candidates: pd.DataFrame
    choices: tuple[Choice, ...]
    comparison: Comparison
    notices: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Ground:
    """Everything that a choice and its lines stand on."""

    pool: PoolHead
    parcels: gpd.GeoDataFrame
    grounds: Grounds
    unlimited: Draft
    preferred: Preferred
    candidates: pd.DataFrame


def choose_portfolios(
    database: Database,
    district: str,
    scenarios: Sequence[PortfolioScenario],
    pool_id: str | None = None,
    inputs: Mapping[str, LineInput] | None = None,
    *,
    originals: Originals | None = None,
    progress: Progress = lambda _step: None,
) -> Portfolios:
    """Choose a portfolio under each of some scenarios.

    Parameters
    ----------
    scenarios
        Of one year, each with a name of its own.
    pool_id
        Build to choose from; None: the newest of the district.
    inputs
        What the bureau states of single parcels: cost, quarter.
    originals
        Where the files of rasters are kept, for the points of preference; None: they count as missing.

    Raises
    ------
    NotReady
        If the district has no pool.
    UsageError, Conflict
        If the scenarios are of several years; if two have one name.
    """
    if len(years := sorted({scenario.year for scenario in scenarios})) != 1:
        raise UsageError(
            f"各方案须为同一年度，现有：{'、'.join(map(str, years)) or '无'}",
            f"Scenarios must be of one year; there are: {', '.join(map(str, years)) or 'none'}",
            next_zh="请修改方案文件中的 year",
            next_en="Change year in their files",
        )
    ground = _ground(database, district, years[0], pool_id, inputs or {}, originals, progress)
    choices = []
    for scenario in scenarios:
        progress(f"组合优选 {scenario.name_zh or scenario.name}")
        choices.append(choose(ground.candidates, scenario))
    return Portfolios(
        ground.pool,
        ground.unlimited.lines,
        ground.unlimited.left_out,
        tuple(choices),
        compare(choices),
        tuple(ground.preferred.notices),
    )


def write_portfolios(database: Database, made: Portfolios, out: Path) -> None:
    """Write scenarios side by side as a workbook."""
    title = f"{DISTRICTS[made.pool.district].name_zh}{made.choices[0].scenario.year}年度入市供应"
    sheets = portfolio_sheets(
        made.choices, made.comparison, made.lines, made.no_candidates, title, made.notices
    )  # fmt: skip
    stand_in = substitute(database, RunStore(database).head(made.pool.run_id))
    out.parent.mkdir(parents=True, exist_ok=True)
    write_live_workbook(out, sheets, SUBSTITUTE_ZH if stand_in else "")


def draft_portfolio(
    database: Database,
    person: Person,
    district: str,
    scenario: PortfolioScenario,
    pool_id: str | None = None,
    inputs: Mapping[str, LineInput] | None = None,
    replaces: str | None = None,
    *,
    originals: Originals | None = None,
) -> DraftedPlan:
    """Draft and store the plan that a scenario's portfolio makes.

    Parameters
    ----------
    scenario
        What is asked; its limits in 公顷 are kept as the plan's targets, its name as what the plan is for.
    replaces
        The draft or returned version in whose place the new one is.

    Raises
    ------
    NotReady
        If the district has no pool.
    Conflict
        If no portfolio keeps every constraint; it says which cannot hold together.
    """
    ground = _ground(database, district, scenario.year, pool_id, inputs or {}, originals, lambda _step: None)
    choice = choose(ground.candidates, scenario)
    if choice.proof in (Proof.INFEASIBLE, Proof.UNDECIDED):
        raise Conflict(
            f"方案“{scenario.name_zh or scenario.name}”{choice.proof.zh}：{choice.said_zh}",
            f"Scenario {scenario.name} is {choice.proof}: {choice.said_en}",
            where=scenario.name,
            next_zh="landgis plan choose 列出各项约束和未入选原因",
            next_en="landgis plan choose lists constraints and reasons",
        )
    drafted = lines_of_choice(ground.unlimited, choice, ground.parcels, ground.grounds)
    plans = PlanStore(database)
    earlier = plans.head(replaces).plan_id if replaces else None
    purpose = f"组合方案 {scenario.name_zh}（{scenario.name}），{choice.proof.zh}"
    head = plans.save(
        ground.pool.pool_id,
        targets_of_scenario(scenario),
        drafted,
        person=person,
        version=Version(replaces=earlier, purpose=purpose, inputs=inputs or {}),
    )
    return load_plan(database, head.plan_id, district)


def _ground(
    database: Database,
    district: str,
    year: int,
    pool_id: str | None,
    inputs: Mapping[str, LineInput],
    originals: Originals | None,
    progress: Progress,
) -> _Ground:
    pools = PoolStore(database)
    pool = pools.load(pool_id or newest_pool(pools, district).pool_id)
    members = pool.pool.members
    parcels = ParcelStore(database).current(pool.head.district)
    grounds = grounds_of(database, pool.head, members["parcel_id"].tolist(), inputs)
    unlimited = draft(members, parcels, PlanTargets(year), grounds)
    progress("计算优选得分")
    preferred = prefer(database, pool.head.district, run_id=pool.head.run_id, originals=originals, progress=progress)
    points = {row["parcel_id"]: row["points_least"] for row in rows_of(preferred.scored.ranks)}
    candidates = candidates_of(unlimited.lines, parcels, points)
    return _Ground(pool.head, parcels, grounds, unlimited, preferred, candidates)
