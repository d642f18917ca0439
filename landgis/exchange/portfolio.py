"""Reading a portfolio scenario: YAML with a schema, the same at every front door."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from landgis.domain.facts import FACT_BY_NAME
from landgis.domain.outcome import Outcome
from landgis.domain.portfolio import Order, PortfolioScenario, QuarterBand, Substitutes, TownBand, UseBand, Weights
from landgis.errors import ConfigError
from landgis.exchange.form import fill_form, read_form

_ENTERING = (Outcome.CLEAR, Outcome.FLAGGED)
_Ha = Annotated[Decimal, Field(ge=0, le=100_000, decimal_places=4)]
_Count = Annotated[int, Field(ge=0, strict=True)]
_Weight = Annotated[Decimal, Field(ge=-1_000, le=1_000, decimal_places=6)]
_Text = Annotated[str, Field(min_length=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Use(_Strict):
    use: str = Field(pattern=r"^\d{2,6}$")
    min_ha: _Ha | None = None
    max_ha: _Ha | None = None


class _Town(_Strict):
    town_code: str = Field(pattern=r"^\d{9}$")
    min_share: Annotated[Decimal, Field(ge=0, le=1, decimal_places=4)] | None = None
    min_ha: _Ha | None = None
    max_ha: _Ha | None = None
    min_parcels: _Count | None = None
    max_parcels: _Count | None = None


class _Quarter(_Strict):
    quarter: int = Field(ge=1, le=4, strict=True)
    min_ha: _Ha | None = None
    max_ha: _Ha | None = None


class _Order(_Strict):
    parcel_id: _Text
    after: _Text
    not_before: bool = False


class _Substitutes(_Strict):
    name: _Text
    parcel_ids: list[_Text] = Field(min_length=2)


class _Weights(_Strict):
    per_ha: _Weight = Weights.per_ha
    per_point_ha: _Weight = Weights.per_point_ha
    per_ready_ha: _Weight = Weights.per_ready_ha
    per_10k_yuan: _Weight = Weights.per_10k_yuan


class _Scenario(_Strict):
    scenario: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    name_zh: str = ""
    name_en: str = ""
    year: int = Field(ge=2023, le=2100)
    verdicts: list[Outcome] = Field(default=list(_ENTERING), min_length=1)
    required_facts: list[str] = []
    counted_facts: list[str] = []
    min_ha: _Ha | None = None
    max_ha: _Ha | None = None
    max_cost_yuan: _Count | None = None
    uses: list[_Use] = []
    towns: list[_Town] = []
    quarters: list[_Quarter] = []
    orders: list[_Order] = []
    substitutes: list[_Substitutes] = []
    weights: _Weights = _Weights()


def read_scenario(path: Path) -> PortfolioScenario:
    """Read a portfolio scenario.

    Raises
    ------
    FileMissing, ConfigError
        No such file; or fields that are not as declared, each named.
    """
    return _scenario(read_form(_Scenario, path, _fault), path)


def scenario_of(values: Any) -> PortfolioScenario:
    """Take a portfolio scenario as a page sends it; errors as `read_scenario`."""
    where = Path("scenario")
    return _scenario(fill_form(_Scenario, values, where, _fault), where)


def _scenario(raw: _Scenario, path: Path) -> PortfolioScenario:
    faults = list(_faults(raw))
    if faults:
        raise _fault(path, "; ".join(faults))
    return PortfolioScenario(
        name=raw.scenario,
        year=raw.year,
        name_zh=raw.name_zh,
        name_en=raw.name_en,
        verdicts=tuple(raw.verdicts),
        required_facts=tuple(raw.required_facts),
        counted_facts=tuple(raw.counted_facts),
        min_ha=raw.min_ha,
        max_ha=raw.max_ha,
        max_cost_yuan=raw.max_cost_yuan,
        uses=tuple(UseBand(**dict(each)) for each in raw.uses),
        towns=tuple(TownBand(**dict(each)) for each in raw.towns),
        quarters=tuple(QuarterBand(**dict(each)) for each in raw.quarters),
        orders=tuple(Order(**dict(each)) for each in raw.orders),
        substitutes=tuple(Substitutes(each.name, tuple(each.parcel_ids)) for each in raw.substitutes),
        weights=Weights(**dict(raw.weights)),
    )


def _faults(raw: _Scenario) -> Iterator[str]:
    """Say what no single field shows."""
    yield from (f"verdicts: {verdict} may never be chosen" for verdict in raw.verdicts if verdict not in _ENTERING)
    yes_no = [fact.name for fact in FACT_BY_NAME.values() if fact.kind == "bool"]
    for field, facts in (("required_facts", raw.required_facts), ("counted_facts", raw.counted_facts)):
        wrong = [name for name in facts if name not in yes_no]
        yield from (f"{field}: {name} is not a yes/no fact; there are {'、'.join(yes_no)}" for name in wrong)
        yield from _repeated(field, facts)
    yield from _repeated("orders", ((each.parcel_id, each.after) for each in raw.orders))
    yield from _repeated("substitutes", (each.name for each in raw.substitutes))
    yield from (f"orders: {each.parcel_id} after itself" for each in raw.orders if each.parcel_id == each.after)
    for one in raw.substitutes:
        yield from _repeated(f"substitutes {one.name}", one.parcel_ids)
    bands: tuple[tuple[str, str, Sequence[_Strict]], ...] = (
        ("uses", "use", raw.uses), ("towns", "town_code", raw.towns), ("quarters", "quarter", raw.quarters),
    )  # fmt: skip
    for field, key, group in bands:
        yield from _repeated(field, (getattr(each, key) for each in group))
        yield from (f"{field}: {getattr(each, key)} limits nothing" for each in group if _limits_nothing(each))
    if raw.counted_facts and not raw.weights.per_ready_ha:
        yield "counted_facts: they count nothing while weights.per_ready_ha is 0"
    if raw.weights.per_ready_ha and not raw.counted_facts:
        yield "weights.per_ready_ha: it weighs nothing without counted_facts"


def _limits_nothing(band: _Strict) -> bool:
    return len([value for _, value in band if value is not None]) == 1


def _repeated(field: str, keys: Iterable[object]) -> Iterator[str]:
    seen: set[object] = set()
    for key in keys:
        if key in seen:
            yield f"{field}: {key} is there twice"
        seen.add(key)


def _fault(path: Path, what: str) -> ConfigError:
    return ConfigError(
        f"组合方案文件有误：{what}",
        f"The portfolio scenario is wrong: {what}",
        where=str(path),
        next_zh="请对照 data/criteria/portfolio-*.yaml 修改",
        next_en="Compare with data/criteria/portfolio-*.yaml",
    )
