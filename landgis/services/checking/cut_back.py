"""Cutting back after a check: parcels without their conflicts, written as files and measured again from the file."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.area import GEODESIC, ellipsoidal_m2
from landgis.crs import WORKING, GeometryArray, name_of
from landgis.domain.outcome import Outcome, Scope
from landgis.errors import Conflict
from landgis.exchange.writing.boundary_plots import BoundaryPlot
from landgis.exchange.writing.boundary_text import BoundaryHeader, write_boundary_text
from landgis.exchange.writing.vector import write_bytes, write_geopackage
from landgis.frames.layer import LayerData
from landgis.rules.pack import RulePack
from landgis.screening.conflicts import Conflicting, conflicting
from landgis.screening.cut_back import Proposal, Terms, cut_back
from landgis.services.checking.check import Checked, candidates_from_file, check

ROAD = "road"
"""The layer that frontage is measured along."""
STAND_IN_ZH, STAND_IN_EN = "替代数据，非法定成果", "Stand-in data: no legal force"
_PRODUCER = "landgis 切除冲突建议"
_REASONS = ("conflict", "margin", "unusable")
"""Why ground is given up: it is the conflict, it keeps the distance, or it is too small or too narrow."""
_SUGGESTED = "切除冲突后的建议，未经审定"


@dataclass(frozen=True)
class CutBack:
    """What was proposed.

    Attributes
    ----------
    record
        The proposals as JSON-able data, one entry per parcel with a conflict.
    rechecked
        The check of what the written text says; None where nothing useful remains of any parcel.
    files
        Files written: the record and, where something useful remains, text and GeoPackage.
    """

    record: dict[str, Any]
    rechecked: Checked | None
    files: tuple[Path, ...]


def propose(
    checked: Checked, layers: Mapping[str, LayerData], pack: RulePack, as_of: date, terms: Terms, out: Path
) -> CutBack:
    """Propose every parcel that a layer excludes without its conflicts. Nothing is saved but the files asked for.

    Parameters
    ----------
    checked, layers, pack, as_of
        The check, and what it stood on; with the layer ``road``, frontage is measured.
    terms
        Buffer, and what a useful piece is.
    out
        Folder for ``cut_back.json``, ``cut_back.txt`` and ``cut_back.gpkg``; those of an earlier run are taken away
        first, so that no two runs stand beside each other.

    Raises
    ------
    Conflict
        If the text still conflicts when it is read again; it is taken away then, and nothing is left.
    """
    against = conflicting(pack, as_of, {Outcome.EXCLUDED})
    wanted = against.hits(checked.measured.hits)["parcel_id"].unique()
    parcels = checked.parcels[checked.parcels["parcel_id"].isin(wanted)]
    walls = _walls(layers, against)
    roads = _shapes(layers[ROAD]) if ROAD in layers else None
    proposals = {
        str(parcel_id): cut_back(shape, walls, roads, terms)
        for parcel_id, shape in zip(parcels["parcel_id"], parcels.geometry, strict=True)
    }
    stand_in = any(layer.release.substitute for layer in layers.values())
    rechecked = None
    out.mkdir(parents=True, exist_ok=True)
    told, text, package = files = tuple(out / f"cut_back.{ending}" for ending in ("json", "txt", "gpkg"))
    for file in files:
        file.unlink(missing_ok=True)
    if any(proposal.pieces for proposal in proposals.values()):
        _write_text(text, proposals, as_of, stand_in)
        rechecked = _measured_again(text, layers, pack, as_of, against)
        write_geopackage(package, _frames(proposals, rechecked, stand_in))
    record = _record(checked, proposals, rechecked, terms, stand_in)
    write_bytes(told, json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False).encode())
    return CutBack(record, rechecked, files if rechecked else files[:1])


def _walls(layers: Mapping[str, LayerData], against: Conflicting) -> GeometryArray:
    """Every feature that excludes, of all layers at hand."""
    found = [_shapes(layer)[against.selects(key, layer.features["class"])] for key, layer in layers.items()]
    return np.concatenate(found)


def _shapes(layer: LayerData) -> GeometryArray:
    return np.asarray(layer.features.geometry.to_numpy(), dtype=object)


def _numbered(parcel_id: str, proposal: Proposal) -> list[tuple[str, shapely.Polygon]]:
    return [(f"{parcel_id}-{number}", piece) for number, piece in enumerate(proposal.pieces, 1)]


def _write_text(path: Path, proposals: Mapping[str, Proposal], as_of: date, stand_in: bool) -> None:
    numbered = [pair for parcel_id, proposal in proposals.items() for pair in _numbered(parcel_id, proposal)]
    areas = ellipsoidal_m2(np.array([piece for _, piece in numbered], dtype=object))
    plots = [
        BoundaryPlot(number, "建议地块", piece, area) for (number, piece), area in zip(numbered, areas, strict=True)
    ]
    notes = {"说明": _SUGGESTED, "面积口径": "CGCS2000 椭球面积"} | ({"数据性质": STAND_IN_ZH} if stand_in else {})
    header = BoundaryHeader(WORKING, _PRODUCER, as_of, project=notes)
    write_boundary_text(path, plots, header=header)


def _measured_again(
    path: Path, layers: Mapping[str, LayerData], pack: RulePack, as_of: date, against: Conflicting
) -> Checked:
    """Check what the text says, not what was meant; a text that still conflicts is taken away again."""
    again = check(candidates_from_file(path, district=pack.pack_id), layers, pack, as_of, Scope.CONTROL_LINES)
    left = against.hits(again.measured.hits)
    if len(left) or len(again.parcels) == 0:
        path.unlink()
        listed = "、".join(left["parcel_id"].unique()[:5])
        raise Conflict(
            f"切除后写出的界址点仍有压占：{listed}，文件已撤回",
            f"The boundary points written after the cut still overlap a conflict ({listed}); the file was taken back",
            where=path.name,
            next_zh="请加大 --buffer 后重试",
            next_en="Try again with a larger --buffer",
        )
    return again


def _record(
    checked: Checked, proposals: Mapping[str, Proposal], rechecked: Checked | None, terms: Terms, stand_in: bool
) -> dict[str, Any]:
    shapes = dict(zip(checked.parcels["parcel_id"], checked.parcels.geometry, strict=True))
    return {
        "crs": name_of(WORKING),
        "ellipsoidal_by": GEODESIC,
        "terms": asdict(terms),
        "note_zh": _note(stand_in),
        "note_en": "A suggestion, examined by nobody" + (f". {STAND_IN_EN}" if stand_in else ""),
        "substitute": stand_in,
        "proposals": [
            _proposal(parcel_id, proposal, shapes[parcel_id], _verdicts(rechecked), terms)
            for parcel_id, proposal in proposals.items()
        ],
        "rechecked": rechecked and {"scope": rechecked.record["scope"], "summary": rechecked.record["summary"]},
    }


def _proposal(
    parcel_id: str, proposal: Proposal, shape: BaseGeometry, verdicts: Mapping[str, str], terms: Terms
) -> dict[str, Any]:
    numbered = _numbered(parcel_id, proposal)
    whole = shapely.MultiPolygon([piece for _, piece in numbered])
    return {
        "parcel_id": parcel_id,
        "area_m2": {"planar": float(shape.area), "ellipsoidal": _ellipsoidal(shape)},
        "remaining_m2": {"planar": float(whole.area), "ellipsoidal": _ellipsoidal(whole)},
        "share": float(whole.area / shape.area),
        "given_up_m2": {reason: float(getattr(proposal, reason).area) for reason in _REASONS},
        "widest_m": proposal.widest_m,
        "narrowest_m": proposal.narrowest_m,
        "frontage_m": proposal.frontage_m,
        "pieces": [_piece(number, piece, verdicts[number]) for number, piece in numbered],
        **({} if numbered else _refusal(terms)),
    }


def _verdicts(rechecked: Checked | None) -> dict[str, str]:
    if rechecked is None:
        return {}
    return dict(zip(rechecked.verdicts["parcel_id"], rechecked.verdicts["verdict"], strict=True))


def _note(stand_in: bool) -> str:
    return f"{_SUGGESTED}；{STAND_IN_ZH}" if stand_in else _SUGGESTED


def _piece(number: str, piece: shapely.Polygon, verdict: str) -> dict[str, Any]:
    return {
        "number": number,
        "area_m2": {"planar": float(piece.area), "ellipsoidal": _ellipsoidal(piece)},
        "verdict": verdict,
    }


def _ellipsoidal(shape: BaseGeometry) -> float:
    return 0.0 if shape.is_empty else float(ellipsoidal_m2(np.array([shape], dtype=object))[0])


def _frames(proposals: Mapping[str, Proposal], rechecked: Checked, stand_in: bool) -> dict[str, gpd.GeoDataFrame]:
    """Layers of the GeoPackage: the pieces with their verdicts, and what is given up, by reason."""
    note, verdicts = _note(stand_in), _verdicts(rechecked)
    pieces: list[dict[str, Any]] = []
    given_up: list[dict[str, Any]] = []
    for parcel_id, proposal in proposals.items():
        for number, piece in _numbered(parcel_id, proposal):
            shown = {"number": number, "parcel_id": parcel_id, "verdict": verdicts[number], "note": note}
            pieces.append(shown | {"area_m2": float(piece.area), "geometry": piece})
        for reason in _REASONS:
            shape: BaseGeometry = getattr(proposal, reason)
            parts = _polygons(shape)
            if parts:
                row = {"parcel_id": parcel_id, "reason": reason, "area_m2": float(shape.area), "note": note}
                given_up.append(row | {"geometry": shapely.MultiPolygon(parts)})
    frames = {"pieces": pieces, "given_up": given_up}
    return {name: gpd.GeoDataFrame(rows, geometry="geometry", crs=WORKING) for name, rows in frames.items() if rows}


def _polygons(shape: BaseGeometry) -> Sequence[shapely.Polygon]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and not part.is_empty]


def _refusal(terms: Terms) -> dict[str, str]:
    least = f"{terms.least_area_m2:,.0f}", f"{terms.least_width_m:g}"
    return {
        "refused_zh": f"切除后没有可用部分（每块至少 {least[0]} ㎡、宽 {least[1]} 米）",
        "refused_en": f"Nothing useful remains (a piece needs {least[0]} m² and a width of {least[1]} m)",
    }
