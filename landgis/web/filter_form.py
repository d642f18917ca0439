"""What the form of the filter offers, and what the statistics say: words and counts for the templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from landgis.domain.district import town_names
from landgis.domain.outcome import Outcome
from landgis.domain.parcel_filter import POOL_STATES
from landgis.domain.scheme import Scheme
from landgis.services.desk.desk_map import verdict_words
from landgis.services.desk.desk_table import DIMENSIONS, Line, Total, use_name
from landgis.services.desk.filter_words import FIELDS, owner_words, pool_words, use_words

if TYPE_CHECKING:
    from landgis.rules.pack import RulePack
    from landgis.services.desk.desk import Overview
    from landgis.web.query import TableQuery

Pair = tuple[str, str]
ASKED = (Outcome.EXCLUDED, Outcome.UNKNOWN, Outcome.FLAGGED, Outcome.CLEAR)
"""Outcomes that a rule can be filtered by, the worst first."""
_SQUARE_METRES_PER_MU = 10_000 / 15


@dataclass(frozen=True)
class Option:
    """One value to choose: as an address writes it, its words, how many parcels have it (None: not counted)."""

    value: str
    zh: str
    en: str
    count: int | None
    chosen: bool
    group: str = ""


@dataclass(frozen=True)
class Choice:
    """One field of several values: name in an address, words, options, how many are chosen."""

    name: str
    zh: str
    en: str
    options: tuple[Option, ...]

    @property
    def chosen(self) -> int:
        """How many options are chosen."""
        return sum(option.chosen for option in self.options)


@dataclass(frozen=True)
class FilterForm:
    """What the form shows.

    Attributes
    ----------
    choices
        Fields of several values.
    rules
        Rule id, Chinese and English title, and an option for each outcome.
    outcomes
        Words of the outcomes, in the order of the options.
    area_from, area_to
        Areas as typed, in the unit of the form; '' where open.
    """

    choices: tuple[Choice, ...]
    rules: tuple[tuple[str, str, str, tuple[Option, ...]], ...]
    outcomes: tuple[Pair, ...]
    area_from: str
    area_to: str

    @property
    def rules_chosen(self) -> int:
        """How many outcomes of rules are chosen."""
        return sum(option.chosen for *_, options in self.rules for option in options)


@dataclass(frozen=True)
class Row:
    """One line of a table of the statistics; ``share`` of the parcels of the filter, 0–1."""

    zh: str
    en: str
    total: Total
    share: float


@dataclass(frozen=True)
class Table:
    """Statistics by one dimension; ``whole``: its lines add up to the filter."""

    dimension: str
    rows: tuple[Row, ...]
    whole: bool


def form_of(overview: Overview, query: TableQuery) -> FilterForm:
    """Return the form of a filter over a run."""
    found, wanted = overview.choices, query.filter
    chosen = {(name, value) for name, value in wanted.pairs()}

    def options(name: str, values: list[tuple[str, Pair, int | None, str]]) -> Choice:
        rows = tuple(
            Option(value, *words, count, (name, value) in chosen, group) for value, words, count, group in values
        )
        return Choice(name, *FIELDS[name][1:], rows)

    choices = (
        options("town", [(code, (name, name), count, "") for code, name, count in found.towns if code]),
        options("village", _villages(found.villages)),
        options("use", [(use, _without_scheme(use), count, use.partition(":")[0]) for use, count in found.uses]),
        options("pool", [(state, pool_words(state), None, "") for state in POOL_STATES]),
        options("year", [(str(year), (str(year), str(year)), None, "") for year in found.plan_years]),
        options("owner", [(level, owner_words(level), count, "") for level, count in found.owner_levels]),
    )
    rules = tuple(
        (rule_id, zh, en, tuple(_rule_option(rule_id, outcome, chosen) for outcome in ASKED))
        for rule_id, zh, en in overview.rules
    )
    outcomes = tuple(verdict_words(outcome) for outcome in ASKED)
    areas = (_typed(area, query.area_unit) for area in (wanted.area_from_m2, wanted.area_to_m2))
    return FilterForm(choices, rules, outcomes, *areas)


def tables_of(lines: Mapping[str, list[Line]], pack: RulePack) -> tuple[Table, ...]:
    """Return the statistics as tables in the order of the panel."""
    count = sum(line.total.count for line in lines["verdict"])
    towns = town_names()
    words: dict[str, Callable[[tuple[str, ...]], Pair]] = {
        "verdict": lambda keys: verdict_words(keys[0]),
        "town": lambda keys: (keys[1] or towns.get(keys[0], "—"),) * 2,
        "village": lambda keys: (" ".join(filter(None, keys[1:])) or "—",) * 2,
        "use": lambda keys: (use_name(keys[0]) or "—",) * 2,
        "rule": lambda keys: _joined(pack, *keys),
        "pool": lambda keys: pool_words(keys[0]),
    }
    return tuple(
        Table(
            dimension,
            tuple(
                Row(*words[dimension](line.keys), line.total, line.total.count / count if count else 0.0)
                for line in lines[dimension]
            ),
            dimension != "rule",
        )
        for dimension in DIMENSIONS
    )


def _villages(found: list[tuple[str, str, int]]) -> list[tuple[str, Pair, int | None, str]]:
    """Villages by name: of two of one name in two towns both are meant."""
    named: dict[str, tuple[list[str], int]] = {}
    for town, name, count in found:
        towns, before = named.get(name, ([], 0))
        named[name] = ([*towns, town], before + count)
    return [(name, (name, name), count, "、".join(towns)) for name, (towns, count) in named.items()]


def _without_scheme(use: str) -> Pair:
    zh, en = use_words(use)
    scheme = Scheme(use.partition(":")[0])
    return zh.removesuffix(f"（{scheme.zh}）"), en.removesuffix(f" ({scheme.en})")


def _rule_option(rule_id: str, outcome: Outcome, chosen: set[tuple[str, str]]) -> Option:
    value = f"{rule_id}:{outcome}"
    return Option(value, *verdict_words(outcome), None, ("rule", value) in chosen)


def _joined(pack: RulePack, rule_id: str, outcome: str) -> Pair:
    title, said = pack.title_of(rule_id), verdict_words(outcome)
    return f"{title.zh} · {said[0]}", f"{title.en} · {said[1]}"


def _typed(area_m2: float | None, unit: str) -> str:
    if area_m2 is None:
        return ""
    return f"{area_m2 / _SQUARE_METRES_PER_MU:.6f}".rstrip("0").rstrip(".") if unit == "mu" else f"{area_m2:.12g}"
