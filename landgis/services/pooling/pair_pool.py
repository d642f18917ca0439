"""Pairing on record: intents with parcels, lines with substitutes, and what a year reaches when lines fall out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from landgis.access.person import Person
from landgis.access.roles import Action, may
from landgis.area import mu
from landgis.db.connect import Database
from landgis.db.intents import IntentStore
from landgis.db.numbers import as_id
from landgis.db.plan_lines import lines_of_plans
from landgis.db.plans import PlanHead, PlanStore
from landgis.db.runs import RunHead
from landgis.domain.intents import Intent
from landgis.domain.pooling import Standing, Tier
from landgis.errors import Conflict, NotFound, NotReady
from landgis.pool.candidates import Candidate
from landgis.pool.fall_out import FallOut, fall_out
from landgis.pool.pairing import Fit, pair
from landgis.pool.substitutes import Line, Substitute, substitutes
from landgis.services.pooling.candidates import PoolView, lines_of, plan_that_counts, pool_view
from landgis.services.pooling.pair_records import fit_record, intent_record, line_record, substitute_record


@dataclass(frozen=True)
class Paired:
    """What was paired.

    Attributes
    ----------
    run
        Its verdicts counted.
    plan_id
        Plan whose lines were looked at; None: there is none, and every member of the project pool was.
    lines, ranked
        The lines, and by parcel who may take their place.
    intents, fits
        Intents still pursued that this person may read (None: may not read any), and by intent who fits.
    overtaken
        Why no verdict counts, so that nobody takes a place; None: they count.
    """

    run: RunHead
    plan_id: str | None
    lines: tuple[Line, ...]
    ranked: Mapping[str, tuple[Substitute, ...]]
    intents: tuple[Intent, ...] | None
    fits: Mapping[str, tuple[Fit, ...]]
    overtaken: tuple[str, str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data; areas as text, since a float is no Decimal."""
        return {
            "run_id": self.run.run_id,
            "as_of": self.run.meta.as_of.isoformat(),
            "plan_id": self.plan_id,
            "overtaken_zh": self.overtaken[0] if self.overtaken else None,
            "overtaken_en": self.overtaken[1] if self.overtaken else None,
            "lines": [
                line_record(line) | {"substitutes": [substitute_record(one) for one in self.ranked[line.parcel_id]]}
                for line in self.lines
            ],
            "intents": None if self.intents is None else [
                intent_record(intent) | {"fits": [fit_record(one) for one in self.fits[intent.intent_id]]}
                for intent in self.intents
            ],
        }  # fmt: skip


@dataclass(frozen=True)
class FallenOut:
    """What a year still reaches when some lines fall out; see `FallOut`, and `Paired` for ``overtaken``."""

    plan: PlanHead
    result: FallOut
    overtaken: tuple[str, str] | None = None

    def as_dict(self) -> dict[str, Any]:
        """Return it as plain data; areas as text, since a float is no Decimal."""
        told = self.result
        return {
            "plan_id": self.plan.plan_id, "year": self.plan.year, "planned_mu": str(told.planned_mu),
            "lost_mu": str(told.lost_mu), "regained_mu": str(told.regained_mu), "reached_mu": str(told.reached_mu),
            "aim_mu": None if told.aim_mu is None else str(told.aim_mu), "short_mu": str(told.short_mu),
            "overtaken_zh": self.overtaken[0] if self.overtaken else None,
            "overtaken_en": self.overtaken[1] if self.overtaken else None,
            "replaced": [line_record(one.line) | {"substitute": substitute_record(one)} for one in told.replaced],
            "unreplaced": [line_record(line) for line in told.unreplaced],
        }  # fmt: skip


def pair_pool(database: Database, person: Person, district: str, as_of: date, plan_id: str | None = None) -> Paired:
    """Pair the pool of a district: intents with parcels, lines with substitutes.

    Parameters
    ----------
    as_of
        The day that counts.
    plan_id
        Whose lines; None: of the plan that counts; where there is none, the members of the project pool.

    Raises
    ------
    NotAllowed, NotReady, NotFound
        By policy; never screened; no such plan.
    """
    person.require(Action.READ_POOL)
    view = pool_view(database, district, as_of)
    plan = _plan(database, view, plan_id)
    lines = _lines(database, plan) if plan else [_as_line(one) for one in view.candidates if _waits(one)]
    reads = may(person.role, Action.READ_INTENTS) or may(person.role, Action.RECORD_INTENT)
    intents = tuple(IntentStore(database).list(district, person=person)) if reads else None
    return Paired(
        view.run, plan.plan_id if plan else None, tuple(lines),
        substitutes(lines, view.candidates, lines_too=plan is None), intents,
        pair(intents or (), view.candidates, as_of), view.overtaken,
    )  # fmt: skip


def fall_out_of(
    database: Database,
    person: Person,
    district: str,
    fallen: Sequence[str],
    *,
    plan_id: str | None = None,
    aim_mu: Decimal | None = None,
) -> FallenOut:
    """Say what the year of a plan still reaches when some of its parcels fall out.

    Parameters
    ----------
    fallen
        Parcels of the plan.
    plan_id
        The plan; None: the one that counts.
    aim_mu
        What the year should reach, 亩; None: the aim of the plan's targets, where they state one.

    Raises
    ------
    NotAllowed, NotReady
        By policy; no plan yet, or never screened.
    NotFound, Conflict
        A parcel that is on no line of it; one that is supplied already.
    """
    person.require(Action.READ_POOL)
    view = pool_view(database, district)
    plan = _plan(database, view, plan_id)
    if plan is None:
        raise NotReady(
            f"{district} 还没有年度供应计划", f"{district} has no plan yet",
            next_zh="请先运行 landgis plan draft", next_en="Run landgis plan draft first",
        )  # fmt: skip
    lines = _lines(database, plan)
    _require_on_plan(fallen, lines, plan, view)
    if aim_mu is None and plan.targets.min_ha is not None:
        aim_mu = mu(plan.targets.min_ha)
    return FallenOut(plan, fall_out(lines, set(fallen), substitutes(lines, view.candidates), aim_mu), view.overtaken)


def _plan(database: Database, view: PoolView, plan_id: str | None) -> PlanHead | None:
    wanted = plan_id or plan_that_counts(view.planned)
    if wanted is None:
        return None
    plan = PlanStore(database).head(as_id(wanted, "L"))
    if plan.district != view.run.meta.district:
        raise Conflict(
            f"计划 {plan.plan_id} 不属于该区", f"Plan {plan.plan_id} is not of that district", where=plan.plan_id,
            next_zh=f"请加 --district {plan.district}", next_en=f"Add --district {plan.district}",
        )  # fmt: skip
    return plan


def _lines(database: Database, plan: PlanHead) -> list[Line]:
    return lines_of(lines_of_plans(database, plan.district, plan.plan_id))


def _waits(candidate: Candidate) -> bool:
    return candidate.standing is Standing.POOLED and candidate.tier is Tier.PROJECT


def _as_line(one: Candidate) -> Line:
    return Line(one.parcel_id, one.town_code, one.town_name, one.use_code, one.area_ha)


def _require_on_plan(fallen: Sequence[str], lines: Sequence[Line], plan: PlanHead, view: PoolView) -> None:
    missing = sorted(set(fallen) - {line.parcel_id for line in lines})
    if missing:
        raise NotFound(
            f"计划 {plan.plan_id} 没有地块 {missing[0]}", f"Plan {plan.plan_id} has no parcel {missing[0]}",
            where=missing[0], next_zh=f"请用 landgis plan show {plan.plan_id} 查看其地块",
            next_en=f"See landgis plan show {plan.plan_id}",
        )  # fmt: skip
    supplied = {one.parcel_id for one in view.candidates if one.standing is Standing.SUPPLIED} & set(fallen)
    if supplied:
        where = min(supplied)
        raise Conflict(f"地块 {where} 已供地，不会落空", f"Parcel {where} is supplied: it cannot fall out", where=where)
