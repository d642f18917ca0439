"""How good the causes are: precision and recall on slivers whose cause is known."""

from __future__ import annotations

import pandas as pd

from landgis.domain.sliver import Cause

COLUMNS = ("cause", "planted", "unseen", "found", "right", "precision", "recall")


def accuracy(known: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Compare judged causes with known ones.

    Parameters
    ----------
    known
        One row per planted case: ``parcel_id``, ``layer``, ``cause`` and, where it is known, ``feature_id``. Rows
        without a cause are left out.
    found
        CauseFrame. Slivers that nobody planted are left out.

    Returns
    -------
    pandas.DataFrame
        One row per cause: ``cause``, ``planted``, ``unseen`` (planted, but no sliver was found there: too wide and
        large to be one), ``found`` (judged so among the planted), ``right``, ``precision`` (right of found), ``recall``
        (right of what was seen). Where a case has several slivers, each counts. A share of nothing is NaN.
    """
    key = [name for name in ("parcel_id", "layer", "feature_id") if name in known.columns]
    planted = known[known["cause"].notna() & (known["cause"] != "")]
    pairs = planted[[*key, "cause"]].merge(found[[*key, "cause"]], on=key, how="left", suffixes=("_known", "_found"))
    return pd.DataFrame([_row(cause, pairs) for cause in Cause], columns=COLUMNS)


def _row(cause: Cause, pairs: pd.DataFrame) -> tuple[object, ...]:
    is_so, said_so, seen = pairs["cause_known"] == cause, pairs["cause_found"] == cause, pairs["cause_found"].notna()
    right, found, visible = (int(which.sum()) for which in (is_so & said_so, said_so, is_so & seen))
    return (
        str(cause),
        int(is_so.sum()),
        int((is_so & ~seen).sum()),
        found,
        right,
        _share(right, found),
        _share(right, visible),
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else float("nan")
