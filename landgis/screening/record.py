"""One screening run as plain data: the form in which every front door and file gives it."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from landgis.area import GEODESIC
from landgis.domain.layer import Coverage, Release
from landgis.domain.outcome import Outcome, Scope
from landgis.frames.spec import rows_of
from landgis.rules.pack import RulePack
from landgis.screening.measure import Measured

WORST_COVERAGE_LAST = (Coverage.COMPLETE, Coverage.PARTIAL, Coverage.STALE, Coverage.ABSENT)


@dataclass(frozen=True)
class RunFacts:
    """What a run stood on.

    Attributes
    ----------
    pack, as_of, scope, crs
        The law, the day, the breadth, the working CRS (e.g. ``EPSG:4549``).
    releases
        Releases at hand, by layer.
    wanted
        Layers asked for, in rule order.
    evidence
        Those of them that no rule asked for: they are told beside the verdict and do not enter it.
    """

    pack: RulePack
    as_of: date
    scope: Scope
    crs: str
    releases: dict[str, Release]
    wanted: tuple[str, ...]
    evidence: tuple[str, ...] = ()


def record(run: RunFacts, measured: Measured, findings: pd.DataFrame, verdicts: pd.DataFrame) -> dict[str, Any]:
    """Return the run as JSON-able data.

    Areas are unrounded m²; ``ellipsoidal_by`` says how the one on the ellipsoid was found (``landgis.area``); what
    rasters say of parcels are shares 0–1 and metres; ``measured`` and ``threshold`` are numbers where the unit is one.
    """
    hits = _hits_by_row(measured.hits)
    overlaps = _rows_by_parcel(_overlap(row, hits) for row in rows_of(measured.overlaps))
    sides = {rule_id: run.pack.side_of(rule_id, run.as_of) for rule_id in findings["rule_id"].unique()}
    listed = _rows_by_parcel(
        (str(row["parcel_id"]), _finding(row, sides[str(row["rule_id"])])) for row in rows_of(findings)
    )
    cells = cells_by_parcel(measured.cells)
    areas = {str(row["parcel_id"]): row for row in rows_of(measured.areas)}
    states: dict[str, set[str]] = {}
    for layer, state in zip(measured.coverage["layer"].tolist(), measured.coverage["state"].tolist(), strict=True):
        states.setdefault(str(layer), set()).add(str(state))
    return {
        "as_of": run.as_of.isoformat(),
        "pack": {"id": run.pack.pack_id, "version": run.pack.version, "title_zh": run.pack.title.zh},
        "scope": str(run.scope),
        "crs": run.crs,
        "layers": [
            _layer(key, run.releases.get(key), states.get(key, set()), run.as_of) | {"evidence": key in run.evidence}
            for key in run.wanted
        ],
        "parcels": [
            {
                "parcel_id": str(row["parcel_id"]),
                "verdict": str(row["verdict"]),
                "verdict_zh": Outcome(str(row["verdict"])).zh,
                "area_m2": _areas(areas.get(str(row["parcel_id"]))),
                "ellipsoidal_by": _ellipsoidal_by(areas.get(str(row["parcel_id"]))),
                "overlaps": overlaps.get(str(row["parcel_id"]), []),
                "rasters": [
                    {"layer": layer} | values for layer, values in cells.get(str(row["parcel_id"]), {}).items()
                ],
                "findings": listed.get(str(row["parcel_id"]), []),
            }
            for row in rows_of(verdicts)
        ],
        "summary": summary(verdicts),
    }


def cells_by_parcel(cells: pd.DataFrame) -> dict[str, dict[str, dict[str, Any]]]:
    """Group a CellFrame by parcel and layer; shares of classes under ``code_share`` and ``cover_share``, the rest by name."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in rows_of(cells):
        values = found.setdefault(str(row["parcel_id"]), {}).setdefault(str(row["layer"]), {})
        name, kind, amount = str(row["measure"]), str(row["class"]), float(row["amount"])
        if kind:
            values.setdefault(name, {})[kind] = amount
        else:
            values[name] = amount
    return found


def summary(verdicts: pd.DataFrame) -> dict[str, int]:
    """Count parcels by verdict; every verdict is listed, also with zero."""
    counts = Counter(verdicts["verdict"].tolist())
    return {str(outcome): counts[str(outcome)] for outcome in Outcome if outcome is not Outcome.NOT_ASKED}


def exit_code(verdicts: pd.DataFrame) -> int:
    """Exit code of a check: 3 undecidable wins over 1 conflicts or review, 0 all clear."""
    present = set(verdicts["verdict"])
    if Outcome.UNKNOWN in present:
        return 3
    return 1 if present & {Outcome.EXCLUDED, Outcome.FLAGGED} else 0


def _layer(key: str, release: Release | None, states: set[str], as_of: date) -> dict[str, Any]:
    """Coverage of a layer over the whole run: the worst that any parcel saw."""
    worst = max(map(Coverage, states), key=WORST_COVERAGE_LAST.index, default=Coverage.ABSENT)
    row: dict[str, Any] = {"layer": key, "release": release.name if release else None, "coverage": str(worst)}
    if release is not None:
        stale_zh, stale_en = release.why_stale(as_of)
        row |= {
            "title_zh": release.title_zh,
            "document_no": release.document_no,
            "issued_on": release.issued_on.isoformat() if release.issued_on else None,
            "expires_on": release.expires_on.isoformat() if release.expires_on else None,
            "usable_to": release.usable_to.isoformat() if release.usable_to else None,
            "stale_zh": stale_zh,
            "stale_en": stale_en,
            "legal_state": str(release.legal_state),
            "content_hash": release.content_hash,
            "coverage_basis": str(release.coverage_basis),
            "substitute": release.substitute,
        }
        if release.raster is not None:
            meaning = release.raster.meaning
            row["raster"] = {
                "meaning": meaning.key,
                "meaning_zh": meaning.zh,
                "meaning_en": meaning.en,
                "codes": {
                    str(code.code): {"cover": str(code.cover), "zh": code.zh, "en": code.en} for code in meaning.codes
                },
            }
    return row


def _overlap(row: dict[str, Any], hits: dict[tuple[str, str, str], list[dict[str, Any]]]) -> tuple[str, dict[str, Any]]:
    parcel_id, layer, kind = str(row["parcel_id"]), str(row["layer"]), str(row["class"])
    return parcel_id, {
        "layer": layer,
        "class": kind,
        "union_m2": {"planar": float(row["union_m2"]), "ellipsoidal": float(row["union_ellipsoidal_m2"])},
        "share_of_parcel": float(row["share_of_parcel"]),
        "hit_count": int(row["hits"]),
        "largest_m2": float(row["largest_m2"]),
        "pieces": int(row["pieces"]),
        "mean_width_m": _number(row["mean_width_m"]),
        "distance_m": _number(row["distance_m"]),
        "hits": hits.get((parcel_id, layer, kind), []),
    }


def _hits_by_row(hits: pd.DataFrame) -> dict[tuple[str, str, str], list[dict[str, Any]]]:
    """Hits under their class row; the row of the layer as a whole (class '') lists them all."""
    table: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows_of(hits):
        entry = {
            "feature_id": str(row["feature_id"]),
            "label": row["label"] if isinstance(row["label"], str) else None,
            "area_m2": float(row["area_m2"]),
            "share_of_parcel": float(row["share_of_parcel"]),
            "share_of_feature": float(row["share_of_feature"]),
        }
        for kind in {"", str(row["class"])}:
            table.setdefault((str(row["parcel_id"]), str(row["layer"]), kind), []).append(entry)
    return table


def _finding(row: dict[str, Any], side: str) -> dict[str, Any]:
    numeric = row["unit"] in ("m2", "share", "m")
    measured = row["measured"] if isinstance(row["measured"], str) else None
    return {
        "rule_id": row["rule_id"],
        "outcome": row["outcome"],
        "measured": float(measured) if numeric and measured is not None else measured,
        "unit": row["unit"],
        "threshold": float(row["threshold"]) if row["threshold"] != "" else None,
        "threshold_side": side if row["threshold"] != "" else None,
        "clause": {"document": row["document"], "article": row["article"], "quote_zh": row["quote_zh"]},
        "layer": row["layer"] or None,
        "release": row["release"] or None,
        "message_zh": row["message_zh"],
        "message_en": row["message_en"],
    }


def _areas(row: dict[str, Any] | None) -> dict[str, float | None]:
    if row is None:
        return {"planar": None, "ellipsoidal": None, "registered": None}
    return {
        "planar": float(row["planar_m2"]),
        "ellipsoidal": float(row["ellipsoidal_m2"]),
        "registered": _number(row["registered_m2"]),
    }


def _ellipsoidal_by(row: dict[str, Any] | None) -> str | None:
    """How an area on the ellipsoid was found; a stored run has those of the register, which are geodesic."""
    return None if row is None else str(row.get("ellipsoidal_by", GEODESIC))


def _number(value: Any) -> float | None:
    return None if value is None or math.isnan(value) else float(value)


def _rows_by_parcel(rows: Iterable[tuple[str, dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    table: dict[str, list[dict[str, Any]]] = {}
    for parcel_id, row in rows:
        table.setdefault(parcel_id, []).append(row)
    return table
