"""The card of one parcel: the numbers of the record, with titles, releases, clauses and papers beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pandas as pd

from landgis.domain.catalogue import Catalogue
from landgis.domain.land_use import PlannedClass, SurveyClass
from landgis.domain.layer import Coverage, Release
from landgis.domain.outcome import Outcome
from landgis.frames.spec import rows_of
from landgis.services.deciding.decisions import Standing
from landgis.services.desk.desk_map import verdict_words
from landgis.services.desk.desk_run import RunPart

_CLASS_ZH = {str(kind): kind.zh for kind in (*PlannedClass, *SurveyClass)}
_PLACE = ("town_name", "village_name", "planned_use_zh", "owner_name", "certificate_no", "open_zh", "open_en")
Row = dict[str, Any]


def card_of(
    view: RunPart, row: Row, catalogue: Catalogue, documents: pd.DataFrame, decisions: Sequence[Standing] = ()
) -> Row:
    """Return everything the desk says of one parcel, JSON-able.

    Parameters
    ----------
    view
        The parcel in its run.
    row
        Its place and facts (`landgis.services.desk.desk_run.place_and_facts`).
    catalogue
        For titles of layers.
    documents
        Its papers (DocumentFrame).
    decisions
        What persons decided beside the verdict.
    """
    entry: Row = view.record()["parcels"][0]
    coverage = view.coverage()
    findings = [_finding(view, catalogue, finding, coverage) for finding in entry["findings"]]
    asked = [finding for finding in findings if finding["outcome"] != Outcome.NOT_ASKED]
    layers = list(view.head.meta.releases)
    verdict_zh, verdict_en = verdict_words(entry["verdict"])
    more: Row = {
        "run_id": view.head.run_id,
        "as_of": view.head.meta.as_of.isoformat(),
        "crs": view.head.meta.crs,
        "verdict_zh": verdict_zh,
        "verdict_en": verdict_en,
        "area_basis": "registered" if entry["area_m2"]["registered"] is not None else "ellipsoidal",
        "outdated": bool(row["outdated"]),
        "findings": sorted(asked, key=lambda finding: _rank(view, finding)),
        "not_asked": [finding for finding in findings if finding["outcome"] == Outcome.NOT_ASKED],
        "overlaps": [
            _overlap(catalogue, overlap, coverage)
            for overlap in sorted(
                entry["overlaps"], key=lambda overlap: (layers.index(overlap["layer"]), overlap["class"])
            )
        ],
        "documents": [_paper(paper) for paper in rows_of(documents)],
        "decisions": [standing.as_dict() for standing in decisions],
    }
    return entry | {name: row[name] or None for name in _PLACE} | more


def _finding(view: RunPart, catalogue: Catalogue, finding: Row, coverage: dict[str, Row]) -> Row:
    title = next((rule.title for rule in view.pack.rules if rule.rule_id == finding["rule_id"]), None)
    zh, en = verdict_words(finding["outcome"])
    layer = finding["layer"]
    covered = coverage.get(layer or "")
    more: Row = {
        "title_zh": title.zh if title else finding["rule_id"],
        "title_en": title.en if title else finding["rule_id"],
        "outcome_zh": zh,
        "outcome_en": en,
        "layer_details": _layer_details(catalogue, layer, view.releases.get(layer)) if layer else None,
        "coverage": _coverage(covered) if covered else None,
    }
    return finding | more


def _rank(view: RunPart, finding: Row) -> tuple[int, int]:
    """The worst first, then in the order of the pack."""
    order = [rule.rule_id for rule in view.pack.rules]
    place = order.index(finding["rule_id"]) if finding["rule_id"] in order else len(order)
    return -Outcome(finding["outcome"]).severity, place


def _coverage(covered: Row) -> Row:
    state = Coverage(covered["state"])
    return {"state": str(state), "zh": state.zh, "uncovered_m2": float(covered["uncovered_m2"])}


def _layer_details(catalogue: Catalogue, layer: str, release: Release | None) -> Row:
    spec = catalogue.require(layer)
    known: Row = {"title_zh": spec.title_zh, "title_en": spec.title_en}
    if release is None:
        # The template asks for these of every layer.
        return known | {"document_no": "", "issued_on": None, "substitute": False}
    return known | {
        "release_title_zh": release.title_zh,
        "document_no": release.document_no,
        "issuing_body": release.issuing_body,
        "issued_on": release.issued_on.isoformat() if release.issued_on else None,
        "expires_on": release.expires_on.isoformat() if release.expires_on else None,
        "substitute": release.substitute,
    }


def _overlap(catalogue: Catalogue, overlap: Row, coverage: dict[str, Row]) -> Row:
    spec = catalogue.require(overlap["layer"])
    covered = coverage.get(overlap["layer"])
    return overlap | {
        "title_zh": spec.title_zh,
        "title_en": spec.title_en,
        "class_zh": _CLASS_ZH.get(overlap["class"], overlap["class"]),
        "coverage": covered["state"] if covered else None,
    }


def _paper(paper: Row) -> Row:
    return paper | {"dated_on": paper["dated_on"].isoformat() if paper["dated_on"] else None}
