"""What became of the parcels since a run judged them."""

from __future__ import annotations

import pandas as pd

from landgis.db.parcel_columns import facts_of_columns


def changed_since(now: pd.DataFrame, judged: pd.DataFrame) -> list[str]:
    """Return the parcels that are not what a run judged: new ones, ended ones, another outline or another fact.

    Parameters
    ----------
    now
        ParcelFrame with ``version``: ``ParcelStore.current`` of the run's district.
    judged
        ``StoredRun.versions``.
    """
    present, past = _states(now), _states(judged)
    return sorted(key for key in {*present, *past} if present.get(key) != past.get(key))


def _states(parcels: pd.DataFrame) -> dict[str, tuple[int, dict[str, object]]]:
    states = zip(parcels["version"].tolist(), facts_of_columns(parcels), strict=True)
    return dict(zip(parcels["parcel_id"].tolist(), states, strict=True))
