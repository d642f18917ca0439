"""What the newest final run says of parcels as they stand now, and whether the layers that it judged by still speak."""

from __future__ import annotations

from datetime import date

import pandas as pd

from landgis.db.connect import Database
from landgis.db.layers import LayerStore
from landgis.db.runs import RunHead, RunStore
from landgis.domain.outcome import Outcome
from landgis.errors import Conflict
from landgis.services.runs.since_run import changed_since


def verdicts_now(database: Database, run: RunHead, parcels: pd.DataFrame) -> dict[str, Outcome]:
    """Return the verdicts of a run about parcels that are still what it judged: same outline, same facts.

    Parameters
    ----------
    run
        The newest final run of the district.
    parcels
        ParcelFrame with ``version``, as the register has them now. Of no others anything is read or told.

    Returns
    -------
    dict
        Parcel → verdict. A parcel that is missing here was not judged as it stands now: nothing is known of it.
    """
    store, asked = RunStore(database), parcels["parcel_id"].tolist()
    changed = set(changed_since(parcels, store.versions(run.run_id, asked)))
    told = store.verdicts(run.run_id, asked)
    pairs = zip(told["parcel_id"], told["verdict"], strict=True)
    return {key: Outcome(verdict) for key, verdict in pairs if key not in changed}


def verdicts_heard(
    database: Database, run: RunHead, parcels: pd.DataFrame, on: date
) -> tuple[dict[str, Outcome], tuple[str, str] | None]:
    """Return `verdicts_now` where the layers of the run still speak; else no verdict at all, and why, Chinese and English.

    Parameters
    ----------
    on
        The day that counts for what speaks.
    """
    try:
        require_speaking(database, run, on)
    except Conflict as error:
        return {}, (f"{error.zh}；{error.next_zh}", f"{error.en}. {error.next_en}")
    return verdicts_now(database, run, parcels), None


def require_speaking(database: Database, run: RunHead, on: date, *, today: date | None = None) -> None:
    """Refuse a run that judged by other releases than those that speak now: what these say was never judged.

    Parameters
    ----------
    on
        The day that counts for what speaks.
    today
        A later day on which no other release may speak either, so that a day in the past hides nothing; None: not asked.

    Raises
    ------
    Conflict
        Naming the layer, the release that the run judged by, and the one that speaks.
    """
    store = LayerStore(database)
    for key, name in run.meta.releases.items():
        speaking = store.current(key, on, district=run.meta.district)
        now = speaking.release.name if speaking else ""
        later = store.current(key, today, district=run.meta.district) if today else None
        if now == name and later is not None:  # that a release has expired since is no other release
            now = later.release.name
        if now != name:
            raise Conflict(
                f"筛查批次 {run.run_id} 所依据的图层已变动：{key} 当时为 {name or '无'}，{today or on} 为 {now or '无'}",
                f"Run {run.run_id} stands on layers that have changed: {key} was {name or 'none'}, on {today or on} it is {now or 'none'}",
                where=key,
                next_zh=f"请重新运行 landgis screen --rules {run.meta.district}",
                next_en=f"Run landgis screen --rules {run.meta.district} again",
            )
