"""Identifiers of a layer's features: as delivered, told apart where they repeat, numbered where there are none."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from landgis.domain.issue import Issue, Severity
from landgis.exchange.conforming.values import as_text
from landgis.exchange.reading.fields import find_fields, first_five
from landgis.exchange.reading.raw_layer import RawLayer
from landgis.frames.parcels import SENT_AS


def feature_ids(raw: RawLayer, id_fields: Sequence[str]) -> tuple[pd.Series, list[Issue]]:
    """Return one identifier per row, all different, and an issue where delivered ones repeat.

    Parameters
    ----------
    raw
        Layer as read.
    id_fields
        Where to look, best first; the number that we gave ourselves to a release that went out speaks before them. A
        missing identifier becomes the row number, ``#12``; a repeated one gets ``~2``, ``~3`` …; where even that is taken,
        every row is numbered.
    """
    found = find_fields([str(name) for name in raw.frame.columns], (SENT_AS["feature_id"], *id_fields))
    numbered = pd.Series([f"#{row + 1}" for row in range(len(raw.frame))], dtype="str")
    if not found:
        return numbered, []
    ids = as_text(raw.frame[found[0]]).reset_index(drop=True).fillna(numbered)
    repeat = ids.groupby(ids).cumcount()
    repeated = sorted(set(ids[repeat > 0]))
    if not repeated:
        return ids, []
    unique = ids.where(repeat == 0, ids + "~" + (repeat + 1).astype("str"))
    issue = Issue(
        "feature_id_repeated",
        Severity.SERIOUS,
        f"{raw.where} {found[0]}",
        f"{len(repeated)} 个标识重复：{first_five(repeated)}；以 ~2、~3 区分",
        f"{len(repeated)} identifiers are repeated: {first_five(repeated)}; told apart by ~2, ~3",
    )
    return (unique if unique.is_unique else numbered), [issue]
