"""The layers of a print: what of them lies in the frame, and what is left out, said in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from landgis.db.connect import Database
from landgis.db.in_frame import feature_count_in_frame, features_in_frame
from landgis.db.layers import LayerStore, StoredRelease
from landgis.domain.catalogue import Catalogue, LayerSpec
from landgis.maps.classes import classes_of
from landgis.maps.material import ContextLayer
from landgis.maps.sheet.view import View
from landgis.services.desk.desk_map import LABELLED, coarsest_scale, from_the_ground
from landgis.services.desk.filter_words import Pair

MOST_FEATURES = 40_000
"""Features of one layer on a print at most: more would be a blot, and the print says which layer it left out."""


@dataclass(frozen=True)
class PrintedLayers:
    """Layers to draw from bottom to top, the releases they are of, and what must be said of those not drawn."""

    context: tuple[ContextLayer, ...]
    releases: tuple[StoredRelease, ...]
    remarks: tuple[Pair, ...]


def layers_in_frame(
    database: Database, catalogue: Catalogue, shown: Sequence[tuple[str, str]], view: View
) -> PrintedLayers:
    """Gather the layers that are switched on, as far as they lie in a frame.

    Parameters
    ----------
    shown
        Layer key and release of each, in any order. Towns are drawn as borders, on every print.

    Raises
    ------
    NotFound
        If there is no such layer or release.
    """
    store, wanted = LayerStore(database), dict(shown)
    context: list[ContextLayer] = []
    releases: list[StoredRelease] = []
    remarks: list[Pair] = []
    for key in from_the_ground(wanted):
        spec, stored = catalogue.require(key), store.get(key, wanted[key])
        if key == LABELLED:
            continue
        count = feature_count_in_frame(database, key, wanted[key], view.bounds_m)
        left_out = _left_out(spec, wanted[key], count, view.scale)
        if left_out is not None:
            remarks.append(left_out)
            continue
        context += _drawn(database, spec, wanted[key], view)
        releases.append(stored)
    return PrintedLayers(tuple(context), tuple(releases), tuple(remarks))


def _left_out(spec: LayerSpec, release: str, count: int, scale: int) -> Pair | None:
    """Why a layer that is switched on is not on the print; None: it is."""
    zh, en, code = spec.style.legend_zh, spec.style.legend_en, f"{spec.key}@{release}"
    coarsest = coarsest_scale(spec.key)
    if count == 0:
        return f"图层“{zh}”（{code}）在图幅内没有要素。", f"{en}: nothing in the frame."
    if coarsest is not None and scale > coarsest:
        return (
            f"图层“{zh}”（{code}）在 1:{coarsest:,} 以下不显示，图幅内 {count:,} 个要素未绘。",
            f"{en}: not drawn beyond 1:{coarsest:,}; {count:,} features left out.",
        )
    if count > MOST_FEATURES:
        return (
            f"图层“{zh}”（{code}）未绘：图幅内 {count:,} 个要素，超过一层 {MOST_FEATURES:,} 个的上限。",
            f"{en}: not drawn, {count:,} features in the frame, more than {MOST_FEATURES:,}.",
        )
    return None


def _drawn(database: Database, spec: LayerSpec, release: str, view: View) -> Iterator[ContextLayer]:
    """A layer as one, or one of each of its classes; what has no class of the list keeps the layer's own symbol."""
    features = features_in_frame(database, spec.key, release, view.bounds_m)
    classes = classes_of(spec.class_by)
    other = features[~features["class"].isin([each.key for each in classes])]
    if len(other):
        yield ContextLayer(spec.key, spec.style, other, release)
    for each in classes:
        own = features[features["class"] == each.key]
        if len(own):
            yield ContextLayer(f"{spec.key}-{each.key}", spec.style, own, release, each)
