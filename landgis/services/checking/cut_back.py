"""Cutting back after a check: parcels without their conflicts, written as files and measured again from the file."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
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
from landgis.screening.conflicts import Conflicting, conflicting
from landgis.screening.cut_back import Proposal, Terms, cut_back
from landgis.services.checking.check import Candidates, Checked, candidates_from_file, check
from landgis.services.checking.joint import Part

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
        Verdicts of the pieces by what the written text says; None where nothing useful remains of any parcel.
    files
        Files written: the record and, where something useful remains, text and GeoPackage.
    frames
        ``pieces`` and ``given_up`` as the GeoPackage holds them; what there is none of is left out.
    """

    record: dict[str, Any]
    rechecked: Mapping[str, str] | None
    files: tuple[Path, ...]
    frames: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)


def propose(parts: Sequence[Part], as_of: date, terms: Terms, out: Path) -> CutBack:
    """Propose every parcel that a layer excludes without its conflicts. Nothing is saved but the files asked for.

    Parameters
    ----------
    parts, as_of
        The check, law by law; where the layers hold ``road``, frontage is measured.
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
    cuts = [_Cut(part, conflicting(part.pack, as_of, {Outcome.EXCLUDED})) for part in parts]
    proposals = {parcel_id: proposal for cut in cuts for parcel_id, proposal in cut.proposals(terms).items()}
    stand_in = any(layer.release.substitute for part in parts for layer in part.checked.layers.values())
    rechecked: dict[str, str] | None = None
    frames: dict[str, gpd.GeoDataFrame] = {}
    out.mkdir(parents=True, exist_ok=True)
    told, text, package = files = tuple(out / f"cut_back.{ending}" for ending in ("json", "txt", "gpkg"))
    for file in files:
        file.unlink(missing_ok=True)
    if any(proposal.pieces for proposal in proposals.values()):
        _write_text(text, proposals, as_of, stand_in)
        rechecked = _measured_again(text, cuts, proposals, as_of)
        frames = _frames(proposals, rechecked, stand_in)
        write_geopackage(package, frames)
    record = _record(parts, proposals, rechecked, terms, stand_in)
    write_bytes(told, json.dumps(record, ensure_ascii=False, indent=2, allow_nan=False).encode())
    return CutBack(record, rechecked, files if rechecked else files[:1], frames)


@dataclass(frozen=True)
class _Cut:
    """Parcels that one law judged, and the conflicts that it excludes them for."""

    part: Part
    against: Conflicting

    def proposals(self, terms: Terms) -> dict[str, Proposal]:
        """Return what remains of every parcel with such a conflict."""
        checked, layers = self.part.checked, self.part.checked.layers
        wanted = self.against.hits(checked.measured.hits)["parcel_id"].unique()
        if not len(wanted):
            return {}
        parcels = checked.parcels[checked.parcels["parcel_id"].isin(wanted)]
        walls = _walls(layers, self.against)
        roads = _shapes(layers[ROAD]) if ROAD in layers else None
        return {
            str(parcel_id): cut_back(shape, walls, roads, terms)
            for parcel_id, shape in zip(parcels["parcel_id"], parcels.geometry, strict=True)
        }

    def check(self, pieces: Candidates, as_of: date) -> Checked:
        """Check pieces of its parcels on the control lines."""
        return check(pieces, self.part.checked.layers, self.part.pack, as_of, Scope.CONTROL_LINES)


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


def _measured_again(path: Path, cuts: Sequence[_Cut], proposals: Mapping[str, Proposal], as_of: date) -> dict[str, str]:
    """Check what the text says, not what was meant, and return its verdicts; a text that still conflicts is taken away."""
    read = candidates_from_file(path)
    left: list[str] = []
    verdicts: dict[str, str] = {}
    for cut in cuts:
        again = cut.check(_of(read, cut, proposals), as_of)
        left += cut.against.hits(again.measured.hits)["parcel_id"].unique().tolist()
        verdicts |= dict(zip(again.verdicts["parcel_id"], again.verdicts["verdict"], strict=True))
    if left or len(read.parcels) == 0:
        path.unlink()
        listed = "、".join(left[:5])
        raise Conflict(
            f"切除后写出的界址点仍有压占：{listed}，文件已撤回",
            f"The boundary points written after the cut still overlap a conflict ({listed}); the file was taken back",
            where=path.name,
            next_zh="请加大 --buffer 后重试",
            next_en="Try again with a larger --buffer",
        )
    return verdicts


def _of(read: Candidates, cut: _Cut, proposals: Mapping[str, Proposal]) -> Candidates:
    """Return the pieces of the parcels of one law."""
    own = set(cut.part.checked.parcels["parcel_id"])
    numbers = {
        number for parcel_id, proposal in proposals.items() if parcel_id in own
        for number, _ in _numbered(parcel_id, proposal)
    }  # fmt: skip
    parcels = gpd.GeoDataFrame(read.parcels[read.parcels["parcel_id"].isin(numbers)].reset_index(drop=True))
    return replace(read, parcels=parcels, rejected=tuple(row for row in read.rejected if row.parcel_id in numbers))


def _record(
    parts: Sequence[Part],
    proposals: Mapping[str, Proposal],
    rechecked: Mapping[str, str] | None,
    terms: Terms,
    stand_in: bool,
) -> dict[str, Any]:
    shapes = {
        parcel_id: shape for part in parts
        for parcel_id, shape in zip(part.checked.parcels["parcel_id"], part.checked.parcels.geometry, strict=True)
    }  # fmt: skip
    return {
        "crs": name_of(WORKING),
        "ellipsoidal_by": GEODESIC,
        "terms": asdict(terms),
        "note_zh": _note(stand_in),
        "note_en": "A suggestion, examined by nobody" + (f". {STAND_IN_EN}" if stand_in else ""),
        "substitute": stand_in,
        "proposals": [
            _proposal(parcel_id, proposal, shapes[parcel_id], rechecked or {}, terms)
            for parcel_id, proposal in proposals.items()
        ],
        "rechecked": rechecked and {"scope": str(Scope.CONTROL_LINES), "summary": _summary(rechecked)},
    }


def _summary(verdicts: Mapping[str, str]) -> dict[str, int]:
    counts = Counter(verdicts.values())
    return {str(outcome): counts[str(outcome)] for outcome in Outcome if outcome is not Outcome.NOT_ASKED}


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


def _frames(
    proposals: Mapping[str, Proposal], verdicts: Mapping[str, str], stand_in: bool
) -> dict[str, gpd.GeoDataFrame]:
    """Layers of the GeoPackage: the pieces with their verdicts, and what is given up, by reason."""
    note = _note(stand_in)
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
