"""The maps of a page: where each finding lies, and the parcel in its surroundings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from landgis.domain.catalogue import Catalogue
from landgis.domain.layer import Coverage
from landgis.frames.layer import LayerData
from landgis.maps.card.drawing import CardMap, ConflictGround, Marked, conflict_map, context_map, symbols
from landgis.maps.card.fragment import Drawings
from landgis.maps.card.place import context_view
from landgis.maps.material import ContextLayer
from landgis.maps.sheet.view import Bounds
from landgis.screening.basis import Basis
from landgis.screening.conflict_place import ConflictPlace, bare_place, covered_place
from landgis.services.planning.draw import CONTEXT

_BARE = ("gap", "outside")
"""Categories that are about ground which no feature of the layer covers."""
_SAME_M2 = 1e-6
Row = dict[str, Any]


@dataclass(frozen=True)
class _Found:
    """The ground that a finding is about, and whether it is ground that its layer says nothing of."""

    place: ConflictPlace
    uncovered: bool


def reach_m(parcels: gpd.GeoDataFrame) -> float:
    """Return how far around their boxes the maps of some parcels show ground, metres."""
    boxes = shapely.bounds(parcels.geometry.to_numpy()).reshape(-1, 4).tolist()
    views = [context_view((west, south, east, north)) for west, south, east, north in boxes]
    shown = [view.bounds_m for view in views]
    return max((max(box[0] - view[0], box[1] - view[1]) for box, view in zip(boxes, shown, strict=True)), default=0.0)


def draw_page(basis: Basis, page: Row, around: Mapping[str, LayerData], catalogue: Catalogue) -> Drawings:
    """Draw the maps of a page, and note in its content what they show.

    Parameters
    ----------
    basis
        What was judged.
    page
        Content of the page; ``context_map`` and each card's ``map`` are filled in.
    around
        Layers with the features that the maps show, those of context among them.
    catalogue
        Styles of layers.

    Ground that no release speaks of has one map, however many layers leave it out; a parcel all of which is left out
    needs none, as its surroundings show it.
    """
    rows = basis.parcels.loc[basis.parcels["parcel_id"] == page["parcel_id"]]
    if rows.empty:
        return Drawings()
    parcel = rows.geometry.iloc[0]
    places = {card["number"]: _place_of(basis, page["parcel_id"], parcel, card, around) for card in page["cards"]}
    found = {number: place for number, place in places.items() if place is not None}
    shown_on = _maps(found, parcel)
    keys = {card["number"]: card["layer"]["key"] for card in page["cards"] if card["layer"]}
    drawn = {
        number: _conflict(parcel, keys[number], found[number], around, catalogue)
        for number, shown in shown_on.items()
        if shown == number
    }
    for card in page["cards"]:
        number = card["number"]
        if number in drawn:
            card["map"] = _said(drawn[number], found[number].place)
        else:
            card["map_of"] = shown_on.get(number)
    layers = _context(around, catalogue, context_view(_bounds(parcel)).bounds_m)
    whole = context_map(parcel, layers, [_marked(number, each, drawn) for number, each in found.items()])
    page["context_map"] = {"scale": whole.view.scale, "bounds_m": list(whole.view.bounds_m)}
    page["substitute"] |= any(around[layer.key].release.substitute for layer in layers)
    seen = [keys[number] for number, each in drawn.items() if _shows(each, around[keys[number]])]
    styles = [catalogue.require(key).style for key in dict.fromkeys([*(layer.key for layer in layers), *seen])]
    legend = symbols(styles, whole.signs.union(*(each.signs for each in drawn.values())))
    return Drawings(whole.svg, {number: each.svg for number, each in drawn.items()}, legend)


def _maps(found: Mapping[int, _Found], parcel: BaseGeometry) -> dict[int, int]:
    """Say by card which card's map shows its ground; none where the surroundings show it."""
    shown: dict[int, int] = {}
    for number, each in found.items():
        ground = each.place.ground
        if each.uncovered and parcel.area - ground.area <= _SAME_M2:
            continue
        same = (other for other in shown if each.uncovered and found[other].uncovered and _alike(found[other], each))
        shown[number] = shown.get(next(same, number), number)
    return shown


def _alike(one: _Found, other: _Found) -> bool:
    return bool(shapely.symmetric_difference(one.place.ground, other.place.ground).area <= _SAME_M2)


def _marked(number: int, found: _Found, drawn: Mapping[int, CardMap]) -> Marked:
    bounds = drawn[number].view.bounds_m if number in drawn else None
    return Marked(found.place.ground, found.uncovered, number if number in drawn else None, bounds)


def _shows(drawn: CardMap, layer: LayerData) -> bool:
    """Tell whether a map shows a feature of its layer."""
    return not _near(layer.features, shapely.box(*drawn.view.bounds_m)).empty


def _place_of(
    basis: Basis, parcel_id: str, parcel: BaseGeometry, card: Row, around: Mapping[str, LayerData]
) -> _Found | None:
    """Find the ground that a finding is about; None where it is about none."""
    if card["layer"] is None or card["layer"]["key"] not in around:
        return None
    layer = around[card["layer"]["key"]]
    if layer.release.raster is not None:
        return None
    state, unknown = card["layer"]["coverage"]["state"], card["outcome"] == "unknown"
    if unknown and state != Coverage.COMPLETE:
        bare = bare_place(parcel, np.array([layer.coverage], dtype=object)) if state == Coverage.PARTIAL else None
        return _found(bare, uncovered=True)
    counted = basis.reasons.get(card["rule_id"], {}).get(parcel_id, ())
    worst = [reason for reason in counted if reason.said.outcome == card["outcome"] and reason.amount is not None]
    near = _near(layer.features, parcel)
    classes = {reason.of for reason in worst if reason.of is not None}
    if classes:
        chosen = near if "" in classes else near[near["class"].isin(classes)]
        return _found(covered_place(parcel, np.asarray(chosen.geometry, dtype=object)))
    if worst and worst[0].category in _BARE:
        return _found(bare_place(parcel, np.asarray(near.geometry, dtype=object)))
    return None


def _found(place: ConflictPlace | None, *, uncovered: bool = False) -> _Found | None:
    return _Found(place, uncovered) if place is not None else None


def _near(features: gpd.GeoDataFrame, shape: BaseGeometry) -> gpd.GeoDataFrame:
    return features[shapely.intersects(features.geometry.to_numpy(), shape)]


def _conflict(
    parcel: BaseGeometry, key: str, found: _Found, around: Mapping[str, LayerData], catalogue: Catalogue
) -> CardMap:
    place = found.place
    window = shapely.box(*_bounds(parcel)).buffer(reach_of(parcel), join_style="mitre")
    features = _near(around[key].features, window)
    style = catalogue.require(key).style
    shapes = np.asarray(features.geometry, dtype=object)
    return conflict_map(
        ConflictGround(
            parcel, shapes, style, place.ground, place.largest, place.place, place.depth_m, uncovered=found.uncovered
        )
    )


def reach_of(parcel: BaseGeometry) -> float:
    """Return how far around its box the maps of one parcel show ground, metres."""
    west, south, _, _ = _bounds(parcel)
    view = context_view(_bounds(parcel)).bounds_m
    return max(west - view[0], south - view[1])


def _said(drawn: CardMap, place: ConflictPlace) -> Row:
    return {
        "scale": drawn.view.scale,
        "bounds_m": list(drawn.view.bounds_m),
        "whole": drawn.whole,
        "pieces": place.pieces,
        "place": list(place.place),
        "depth_m": place.depth_m,
    }


def _context(around: Mapping[str, LayerData], catalogue: Catalogue, frame: Bounds) -> tuple[ContextLayer, ...]:
    """Layers of context that have something in the frame, from bottom to top."""
    box = shapely.box(*frame)
    seen = {key: _near(around[key].features, box) for key in CONTEXT if key in around}
    return tuple(
        ContextLayer(key, catalogue.require(key).style, features, around[key].release.name)
        for key, features in seen.items()
        if len(features)
    )


def _bounds(shape: BaseGeometry) -> Bounds:
    west, south, east, north = (float(value) for value in shapely.bounds(shape))
    return west, south, east, north
