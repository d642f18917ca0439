"""What a finding rests on: clauses, layer and release, overlaps with their features, depth, slivers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from landgis.domain.catalogue import Catalogue
from landgis.domain.clause import Clause
from landgis.domain.land_use import PlannedClass, SurveyClass
from landgis.domain.layer import Coverage
from landgis.domain.outcome import Outcome
from landgis.domain.printed import number, percent
from landgis.domain.sliver import Cause
from landgis.frames.spec import rows_of
from landgis.rules.pack import Rule
from landgis.screening.basis import Basis
from landgis.screening.card_sentences import value_of
from landgis.screening.card_words import CAUSE_EN, FLOOR, coverage_words
from landgis.screening.figures import overlap_area, share, width
from landgis.screening.reasons import Reason
from landgis.screening.stability import TOLERANCES_M

_CLASS_ZH = {str(kind): kind.zh for kind in (*PlannedClass, *SurveyClass)}
_WHOLE = Coverage.COMPLETE
_COUNTS = {
    "above": ("大于 {} 即计", "counts above {}"),
    "below": ("小于 {} 即计", "counts below {}"),
    "within": ("{}以内（含）即计", "counts within {} (inclusive)"),
}
"""Side of a threshold → words of both languages."""
_FACTS_EN = {"是": "yes", "否": "no", "缺": "missing"}
Row = dict[str, Any]


def measured_of(finding: Row, rule: Rule | None = None) -> Row | None:
    """Return what was measured, in words of both languages; None where nothing was."""
    value, unit = finding["measured"], finding["unit"]
    if value is None or value == "":
        return None
    if unit == "m2":
        words = f"{number(value)} ㎡", f"{number(value)} m²"
    elif unit == "share":
        words = percent(value), percent(value)
    elif unit == "m":
        words = f"{value:.2f} 米", f"{value:.2f} m"
    else:
        said = value_of(str(value), rule)
        words = said.zh, _FACTS_EN.get(str(value), said.en)
    return {"value": value, "unit": unit, "zh": words[0], "en": words[1]}


def threshold_of(finding: Row) -> Row | None:
    """Return the limit and its side; for areas with the floor of the kernel beside it."""
    limit, unit, side = finding["threshold"], finding["unit"], finding["threshold_side"]
    if limit is None:
        return None
    zh = {"m2": f"{limit:g} ㎡", "share": f"{limit:.4g}", "m": f"{limit:g} 米"}[unit]
    en = {"m2": f"{limit:g} m²", "share": f"{limit:.4g}", "m": f"{limit:g} m"}[unit]
    more = (f"；{FLOOR[0]}", f"; {FLOOR[1]}") if unit == "m2" else ("", "")
    return {
        "value": limit,
        "side": side,
        "zh": _COUNTS[side][0].format(zh) + more[0],
        "en": _COUNTS[side][1].format(en) + more[1],
    }


def clauses_of(basis: Basis, rule: Rule | None, finding: Row) -> list[Row]:
    """Return the clause that the finding quotes, then the further ones under the same value."""
    said = finding["clause"]
    if not said["document"]:
        return []
    document = next((doc for doc in basis.pack.documents if said["document"] in (doc.number, doc.title_zh)), None)
    first = {
        "document_zh": document.title_zh if document else said["document"],
        "number": document.number if document else said["document"],
        "issued_on": document.issued_on.isoformat() if document else None,
        "article": said["article"],
        "quote_zh": said["quote_zh"],
    }
    value = rule.in_force(basis.as_of) if rule else None
    return [first, *(_clause(clause) for clause in (value.also if value else ()))]


def _clause(clause: Clause) -> Row:
    document = clause.document
    return {
        "document_zh": document.title_zh,
        "number": document.number,
        "issued_on": document.issued_on.isoformat(),
        "article": clause.article,
        "quote_zh": clause.quote_zh,
    }


def layer_of(basis: Basis, catalogue: Catalogue, parcel: Row, finding: Row) -> Row:
    """Return the layer of a finding, its release, and how far that speaks of the parcel."""
    key = finding["layer"]
    spec = catalogue.require(key)
    release = basis.releases.get(key)
    known: Row = {"key": key, "title_zh": spec.title_zh, "title_en": spec.title_en, "release": finding["release"]}
    known["coverage"] = _coverage(basis, parcel, key)
    if release is None:
        return known | dict.fromkeys(_RELEASE) | {"substitute": False}
    return known | {
        "release": release.name,
        "release_title_zh": release.title_zh,
        "document_no": release.document_no or None,
        "no_document_reason": release.no_document_reason or None,
        "issuing_body": release.issuing_body or None,
        "issued_on": _day(release.issued_on),
        "in_force_from": _day(release.in_force_from),
        "expires_on": _day(release.expires_on),
        "usable_to": _day(release.usable_to),
        "state_of_data_on": _day(release.state_of_data_on),
        "accuracy_m": release.accuracy_m,
        "substitute": release.substitute,
    }


_RELEASE = (
    "release_title_zh", "document_no", "no_document_reason", "issuing_body", "issued_on", "in_force_from", "expires_on",
    "usable_to", "state_of_data_on", "accuracy_m",
)  # fmt: skip


def _coverage(basis: Basis, parcel: Row, key: str) -> Row:
    frame = basis.measured.coverage
    rows = rows_of(frame[(frame["parcel_id"] == parcel["parcel_id"]) & (frame["layer"] == key)])
    state = Coverage(rows[0]["state"]) if rows else Coverage.ABSENT
    uncovered = float(rows[0]["uncovered_m2"]) if rows else 0.0
    release = basis.releases.get(key)
    words = coverage_words(state, uncovered, parcel["area_m2"]["planar"])
    return {
        "state": str(state),
        "zh": words.zh,
        "en": words.en,
        "basis": str(release.coverage_basis) if release else None,
        "basis_zh": release.coverage_basis.zh if release else None,
        "uncovered": overlap_area(uncovered) if state is not _WHOLE and uncovered > 0 else None,
    }


def overlaps_of(parcel: Row, finding: Row, counted: Sequence[Reason]) -> list[Row]:
    """Return the overlaps that the finding counts, each with its features and their shares both ways."""
    rows = {row["class"]: row for row in parcel["overlaps"] if row["layer"] == finding["layer"]}
    return [_overlap(reason, rows) for reason in counted if reason.amount is not None and finding["unit"] == "m2"]


def _overlap(reason: Reason, rows: dict[str, Row]) -> Row:
    row = None if reason.of is None else rows[reason.of]
    named = reason.category if reason.category in _CLASS_ZH else None
    said: Row = {
        "category": reason.category,
        "class_zh": _CLASS_ZH.get(reason.category),
        "class_en": named.replace("_", " ") if named else None,
        "outcome": str(reason.said.outcome),
        "area": overlap_area(float(reason.amount or 0.0)),
    }
    if row is None:
        return said | {"ellipsoidal": None, "share_of_parcel": None, "hits": 0, "pieces": None, "mean_width": None,
                       "features": []}  # fmt: skip
    return said | {
        "ellipsoidal": overlap_area(row["union_m2"]["ellipsoidal"]),
        "share_of_parcel": share(row["share_of_parcel"]),
        "hits": row["hit_count"],
        "pieces": row["pieces"],
        "mean_width": width(row["mean_width_m"]) if row["mean_width_m"] is not None else None,
        "features": [
            _feature(hit) for hit in sorted(row["hits"], key=lambda hit: (-hit["area_m2"], hit["feature_id"]))
        ],
    }


def _feature(hit: Row) -> Row:
    return {
        "feature_id": hit["feature_id"],
        "label": hit["label"],
        "area": overlap_area(hit["area_m2"]),
        "share_of_parcel": share(hit["share_of_parcel"]),
        "share_of_feature": share(hit["share_of_feature"]),
    }


def depth_of(parcel: Row, finding: Row) -> Row | None:
    """Return how deep the conflict with the layer is; None where nobody asked."""
    depths = parcel["stability"]["depth_m"]
    if finding["outcome"] != Outcome.EXCLUDED or finding["layer"] not in depths:
        return None
    depth = depths[finding["layer"]]
    if depth is None:
        limit = TOLERANCES_M[-1]
        return {"m": None, "zh": f"大于 {limit:g} 米", "en": f"more than {limit:g} m"}
    return width(depth)


def slivers_of(parcel: Row, finding: Row) -> list[Row]:
    """Return why small and narrow conflicts with the layer are there, and the smallest edits."""
    if finding["outcome"] in (Outcome.CLEAR, Outcome.NOT_ASKED):
        return []
    kept = ("feature_id", "cause", "cause_zh", "message_zh", "message_en", "remedy_zh", "remedy_en", "place")
    return [
        {name: row[name] for name in kept} | {"cause_en": CAUSE_EN[Cause(row["cause"])]}
        for row in parcel["slivers"]
        if row["layer"] == finding["layer"]
    ]


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
