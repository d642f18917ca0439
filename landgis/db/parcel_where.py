"""The one filter as SQL: what table, totals, tiles and exports alike put behind WHERE."""

from __future__ import annotations

from typing import Any, LiteralString, NamedTuple

from psycopg import sql

from landgis.domain.catalogue import plain_name
from landgis.domain.parcel_filter import NOT_POOLED, ParcelFilter


class Where(NamedTuple):
    """A condition over ``landgis.run_row r``, and the parameters that it binds by name."""

    condition: sql.Composed
    parameters: dict[str, Any]


_FIELDS: dict[str, LiteralString] = {
    "towns": "r.town_code = ANY (%(filter_towns)s)",
    "villages": "r.village_name = ANY (%(filter_villages)s)",
    "uses": "r.uses && %(filter_uses)s::text[]",
    "verdicts": "r.verdict = ANY (%(filter_verdicts)s)",
    "plan_years": (
        "EXISTS (SELECT FROM landgis.plan_line l JOIN landgis.plan p ON p.plan_id = l.plan_id"
        " WHERE l.parcel_id = r.parcel_id AND p.status = 'published' AND p.year = ANY (%(filter_plan_years)s))"
    ),
    "owner_levels": "r.owner_level = ANY (%(filter_owner_levels)s)",
    "parcels": "r.parcel_id = ANY (%(filter_parcels)s)",
}
_RULES: LiteralString = (
    "EXISTS (SELECT FROM landgis.run_finding f JOIN unnest(%(filter_rule_ids)s::text[], %(filter_outcomes)s::text[])"
    " asked (rule_id, outcome) ON f.rule_id = asked.rule_id AND f.outcome = asked.outcome"
    " WHERE f.run_id = %(run_id)s AND f.parcel_id = r.parcel_id)"
)
_LIVES: LiteralString = (
    "EXISTS (SELECT FROM landgis.membership_standing m WHERE m.parcel_id = r.parcel_id AND m.standing <> 'withdrawn'{})"
)
_EVER: LiteralString = "EXISTS (SELECT FROM landgis.membership_standing m WHERE m.parcel_id = r.parcel_id)"


def where(wanted: ParcelFilter, run_id: str) -> Where:
    """Return the condition of a filter within a run.

    Parameters
    ----------
    wanted
        The filter.
    run_id
        The run, as it is stored (``R000001``).

    Returns
    -------
    Where
        Over ``landgis.run_row r``; the names of its parameters are ``run_id`` and such as begin with ``filter_``.
    """
    parts: list[sql.Composable] = [sql.SQL("r.run_id = %(run_id)s")]
    values: dict[str, Any] = {"run_id": run_id}
    for field, condition in _FIELDS.items():
        if chosen := getattr(wanted, field):
            parts.append(sql.SQL(condition))
            values[f"filter_{field}"] = [value if isinstance(value, int) else str(value) for value in chosen]
    if wanted.rules:
        parts.append(sql.SQL(_RULES))
        values["filter_rule_ids"] = [rule.rule_id for rule in wanted.rules]
        values["filter_outcomes"] = [str(rule.outcome) for rule in wanted.rules]
    if wanted.pool_states:
        parts.append(_pooled(wanted.pool_states, values))
    for bound, area_m2 in ((">=", wanted.area_from_m2), ("<=", wanted.area_to_m2)):
        if area_m2 is not None:
            name = "filter_from_m2" if bound == ">=" else "filter_to_m2"
            parts.append(sql.SQL("r.ellipsoidal_m2 {} {}").format(sql.SQL(bound), sql.Placeholder(name)))
            values[name] = area_m2
    if wanted.text:
        # A text of nothing but signs folds to nothing; it must find nothing, not everything.
        folded = plain_name(wanted.text)
        parts.append(sql.SQL("strpos(r.folded, %(filter_text)s) > 0" if folded else "false"))
        values |= {"filter_text": folded} if folded else {}
    return Where(sql.SQL(" AND ").join(parts), values)


def _pooled(states: tuple[str, ...], values: dict[str, Any]) -> sql.Composable:
    """Any of the states asked for; those that live by their one row, the two others by what there is none of."""
    asked: list[sql.Composable] = []
    if living := [state for state in states if state not in (NOT_POOLED, "withdrawn")]:
        asked.append(sql.SQL(_LIVES).format(sql.SQL(" AND m.standing = ANY (%(filter_standings)s)")))
        values["filter_standings"] = living
    if "withdrawn" in states:
        lives = sql.SQL(_LIVES).format(sql.SQL(""))
        asked.append(sql.SQL("({} AND NOT {})").format(sql.SQL(_EVER), lives))
    if NOT_POOLED in states:
        asked.append(sql.SQL("NOT {}").format(sql.SQL(_EVER)))
    return sql.SQL("({})").format(sql.SQL(" OR ").join(asked))
