"""A feature among the lines of other layers: whether the sheet that it belongs to has moved."""

from __future__ import annotations

import numpy as np
import shapely

from landgis.screening.slivers.borders import joined
from landgis.screening.slivers.shift import Outline, Shift, best_shift
from landgis.screening.slivers.survey import Box, Survey, grown, origin_of, step_m


def sheet_shift(survey: Survey, layer: str, row: int, within: Box) -> Shift:
    """Find the vector by which a feature stands beside the parcels and all other layers.

    Parameters
    ----------
    survey
        All shapes at hand. A feature that lies in the box as a whole is asked about once.
    layer, row
        The feature.
    within
        Where it is compared.
    """
    kept, reach = survey.layers[layer], survey.interest.reach_m
    bounds = shapely.bounds(kept.shapes[row])
    low, high = np.maximum(bounds[:2], within[:2]), np.minimum(bounds[2:], within[2:])
    whole = bool((low == bounds[:2]).all() and (high == bounds[2:]).all())
    if whole and (layer, row) in survey.sheets:
        return survey.sheets[layer, row]
    box = grown((*low, *high), reach)
    origin = origin_of(box)
    body = joined([kept.edges_of(row).near(box)], origin)
    others = [near.around(box, origin) for key, near in survey.layers.items() if key != layer]
    lines = joined([*others, survey.parcels.around(box, origin)])
    found = best_shift(Outline.among("feature", body, lines, step_m(body), reach), reach)
    if whole:
        survey.sheets[layer, row] = found
    return found
