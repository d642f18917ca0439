"""The page of one parcel: every finding with what it rests on, worst first. Plain data, the same for every form it takes.

Numbers stand beside their printed form, so that no form of the page rounds for itself. ``explain.schema.json`` declares
the whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from landgis.area import GEODESIC
from landgis.domain.catalogue import Catalogue
from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome
from landgis.frames.spec import rows_of
from landgis.rules.measures import MEASURES, Speaks
from landgis.rules.pack import Rule, Words
from landgis.screening.basis import Basis
from landgis.screening.card_evidence import (
    clauses_of,
    depth_of,
    layer_of,
    measured_of,
    overlaps_of,
    slivers_of,
    threshold_of,
)
from landgis.screening.card_sentences import sentence_of
from landgis.screening.card_words import AREA_METHODS, OUTCOME_EN, covers_nothing, stability_words
from landgis.screening.figures import parcel_area, width

SCHEMA = "landgis/explain/1"
_HITS = {Speaks.LAYER: "overlapping", Speaks.CLASS: "adverse", Speaks.GROUND: "underlying"}
"""What the features counted of a clear rule are."""
_PLACE = ("town_name", "village_name", "owner_name", "certificate_no")
Row = dict[str, Any]


def page_of(
    basis: Basis,
    record: Row,
    parcel: Row,
    cures: Row | None,
    catalogue: Catalogue,
    notes: tuple[tuple[str, str], ...] = (),
) -> Row:
    """Return the page of one parcel.

    Parameters
    ----------
    basis
        What it was judged by.
    record
        The run, as `screening.record.record` gives it.
    parcel
        The parcel's entry of it, with ``slivers`` and ``stability`` (`screening.doubts.add_to`).
    cures
        What `screening.cures.curable` says of it; None: nothing stands in its way.
    catalogue
        Titles of layers.
    notes
        What a reader must know of the page, Chinese and English.
    """
    cards = [card_of(basis, parcel, finding, catalogue) for finding in _ranked(basis, parcel["findings"])]
    open_ = [card for card in cards if card["outcome"] not in (Outcome.CLEAR, Outcome.NOT_ASKED)]
    used = [card["layer"] for card in cards if card["layer"] and card["outcome"] != Outcome.NOT_ASKED]
    pack = basis.pack
    return {
        "schema": SCHEMA,
        "parcel_id": parcel["parcel_id"],
        **_place(basis, parcel["parcel_id"]),
        **_outcome("verdict", parcel["verdict"]),
        "run_id": record.get("run_id"),
        "as_of": record["as_of"],
        "scope": record["scope"],
        "crs": record["crs"],
        "pack": {
            "id": pack.pack_id,
            "version": record["pack"]["version"],
            "title_zh": pack.title.zh,
            "title_en": pack.title.en,
        },
        "substitute": any(layer["substitute"] for layer in used),
        "notes": [{"zh": zh, "en": en} for zh, en in notes],
        "areas": _areas(parcel, record["crs"]),
        "stability": _stability(parcel),
        "cards": [card | {"number": number} for number, card in enumerate(open_, 1)],
        "clear": [_short(basis, parcel, card) for card in cards if card["outcome"] == Outcome.CLEAR],
        "not_asked": [_unasked(card) for card in cards if card["outcome"] == Outcome.NOT_ASKED],
        "cures": cures,
        "context_map": None,
    }


def card_of(basis: Basis, parcel: Row, finding: Row, catalogue: Catalogue) -> Row:
    """Return one finding with everything it rests on; the map is drawn later, where the geometry is."""
    rule = _rule(basis, finding["rule_id"])
    title = basis.pack.title_of(finding["rule_id"])
    parcel_id = parcel["parcel_id"]
    counted = basis.reasons.get(finding["rule_id"], {}).get(parcel_id, ())
    layer = layer_of(basis, catalogue, parcel, finding) if finding["layer"] else None
    called = Words(layer["title_zh"], layer["title_en"]) if layer else None
    said = sentence_of(finding, rule, basis.as_of, called)
    silent = layer is not None and layer["coverage"]["state"] != Coverage.COMPLETE
    if silent and finding["outcome"] == Outcome.UNKNOWN:
        counted = ()
    supply = next((reason.said.supply for reason in counted if reason.said.supply), None)
    supply = supply or (rule.supply if rule is not None and silent else None)
    return {
        "rule_id": finding["rule_id"],
        "title_zh": title.zh,
        "title_en": title.en,
        **_outcome("outcome", finding["outcome"]),
        "message_zh": said.zh,
        "message_en": said.en,
        "measured": None if layer and _tells_nothing(rule, layer, parcel) else measured_of(finding, rule),
        "threshold": threshold_of(finding),
        "clauses": clauses_of(basis, rule, finding),
        "layer": layer,
        "overlaps": overlaps_of(parcel, finding, counted),
        "depth": depth_of(parcel, finding),
        "slivers": slivers_of(parcel, finding),
        "supply": {"zh": supply.zh, "en": supply.en} if supply and finding["outcome"] == Outcome.UNKNOWN else None,
        "map": None,
        "map_of": None,
    }


def _tells_nothing(rule: Rule | None, layer: Row, parcel: Row) -> bool:
    """Tell whether what was measured says nothing of the ground that the layer covers.

    It says nothing where the layer covers none, and where the ground that its features leave free was measured: ground
    that the layer does not cover counts among it.
    """
    coverage = layer["coverage"]
    state, uncovered = Coverage(coverage["state"]), coverage["uncovered"]
    uncovered_m2 = uncovered["m2"] if uncovered else 0.0
    if state is Coverage.ABSENT or covers_nothing(state, uncovered_m2, parcel["area_m2"]["planar"]):
        return True
    return bool(uncovered) and rule is not None and MEASURES[rule.measure].speaks is Speaks.GROUND


def _ranked(basis: Basis, findings: list[Row]) -> list[Row]:
    """The worst first, then in the order of the pack."""
    order = {rule_id: place for place, rule_id in enumerate(basis.pack.order)}
    last = len(order)
    return sorted(findings, key=lambda row: (-Outcome(row["outcome"]).severity, order.get(row["rule_id"], last)))


def _rule(basis: Basis, rule_id: str) -> Rule | None:
    return next((rule for rule in basis.pack.rules if rule.rule_id == rule_id), None)


def _outcome(name: str, outcome: str) -> Row:
    said = Outcome(outcome)
    return {name: str(said), f"{name}_zh": said.zh, f"{name}_en": OUTCOME_EN[said]}


def _place(basis: Basis, parcel_id: str) -> Mapping[str, str | None]:
    """Names that a reader knows the parcel by; missing ones None."""
    rows = rows_of(basis.parcels.loc[basis.parcels["parcel_id"] == parcel_id].drop(columns="geometry"))
    known = rows[0] if rows else {}
    return {name: value if isinstance(value := known.get(name), str) and value else None for name in _PLACE}


def _areas(parcel: Row, crs: str) -> Row:
    found = {name: parcel_area(m2) if m2 is not None else None for name, m2 in parcel["area_m2"].items()}
    method = parcel["ellipsoidal_by"]
    zh, en = AREA_METHODS[method or GEODESIC]
    return found | {
        "ellipsoidal_by": method,
        "method_zh": f"压占和占比按 {crs} 投影平面面积判定；椭球面积（CGCS2000）用于统计，{zh}",
        "method_en": f"overlaps and shares are judged in the plane of {crs}; statistics use the ellipsoid (CGCS2000), {en}",
    }


def _stability(parcel: Row) -> Row:
    found = parcel["stability"]
    rasters = {row["layer"] for row in parcel["rasters"]}
    by_cells = any(row["outcome"] == Outcome.EXCLUDED and row["layer"] in rasters for row in parcel["findings"])
    change = found["changes_at_m"]
    turned = next((row["verdict"] for row in found["verdicts"] if row["tolerance_m"] == change), None)
    told = len(found["verdicts"]) > 1
    words = stability_words(parcel["verdict"], found["unchanged_up_to_m"], change, turned, by_cells=by_cells, told=told)
    return {
        "unchanged_up_to_m": found["unchanged_up_to_m"],
        "changes_at_m": change,
        "becomes": turned,
        "zh": words[0],
        "en": words[1],
    }


def _short(basis: Basis, parcel: Row, card: Row) -> Row:
    """A clear rule in a line: what was checked, and what was hit there."""
    rule, layer = _rule(basis, card["rule_id"]), card["layer"]
    rows = {row["class"]: row for row in parcel["overlaps"] if layer and row["layer"] == layer["key"]}
    distance = rows[""]["distance_m"] if "" in rows else None
    hits = _against(basis, rule, rows) if rows else None
    return {name: card[name] for name in ("rule_id", "title_zh", "title_en", "message_zh", "message_en", "layer")} | {
        "measured": card["measured"],
        "hits": hits,
        "hits_are": _HITS[MEASURES[rule.measure].speaks] if rule is not None and hits is not None else None,
        "distance": width(distance) if distance else None,
    }


def _against(basis: Basis, rule: Rule | None, rows: Mapping[str, Row]) -> int | None:
    """Count features on the parcel that speak against it; of a layer without classes, all.

    None where the rule judges something else than what features of a class cover.
    """
    value = rule.in_force(basis.as_of) if rule else None
    outcomes = value.outcomes if value else {}
    classes = [row for name, row in rows.items() if name in outcomes]
    if not classes:
        return int(rows[""]["hit_count"]) if set(rows) == {""} else None
    return sum(int(row["hit_count"]) for row in classes if outcomes[row["class"]].outcome is not Outcome.CLEAR)


def _unasked(card: Row) -> Row:
    return {name: card[name] for name in ("rule_id", "title_zh", "title_en", "message_zh", "message_en")}
