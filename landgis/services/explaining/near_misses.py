"""Near misses: which parcels of a run that may not enter could, and how much each asks for."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from landgis.db.connect import Database
from landgis.db.runs import RunStore
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.domain.outcome import Outcome
from landgis.frames.spec import rows_of
from landgis.screening.cures import curable, rank
from landgis.services.explaining.explain import basis_of_run
from landgis.services.layers.speaking import Indexes, MadeEachTime
from landgis.services.register.inventory import newest_run

_BLOCKED = (str(Outcome.EXCLUDED), str(Outcome.UNKNOWN))
Progress = Callable[[str], None]


def near_misses(
    database: Database,
    district: str,
    run_id: str | None = None,
    indexes: Indexes | None = None,
    progress: Progress = lambda _step: None,
) -> dict[str, Any]:
    """Rank the excluded and undecided parcels of a run by what it takes to cure them.

    Parameters
    ----------
    district
        Whose newest final run is read, where no run is named.
    run_id
        A run; None: the newest.
    indexes
        Where indexes of releases are opened.
    progress
        Told how far it is.

    Returns
    -------
    dict
        JSON-able: the run, counts, and the parcels, nearest misses first: curable ones by number of cures, by the
        kind that asks for most, by m² given up, by number; then those that cannot be cured.

    Raises
    ------
    NotReady, NotFound
        If the district was never screened, or there is no such run.
    """
    stored = RunStore(database).load(run_id or newest_run(database, district).run_id)
    verdicts = stored.judged.verdicts
    blocked = verdicts.loc[verdicts["verdict"].isin(_BLOCKED), "parcel_id"].tolist()
    basis, layers = basis_of_run(database, stored, blocked, indexes or MadeEachTime())
    found = curable(basis, progress)
    outcome = {row["parcel_id"]: Outcome(row["verdict"]) for row in rows_of(basis.verdicts)}
    meta = stored.head.meta
    stand_in = any(layer.release.substitute for layer in layers.values())
    return {
        "run_id": stored.head.run_id,
        "as_of": meta.as_of.isoformat(),
        "pack": {"id": meta.pack_id, "version": meta.pack_version},
        "final": meta.final,
        "caution_zh": meta.caution[0],
        "caution_en": meta.caution[1],
        "substitute": stand_in,
        "note_zh": SUBSTITUTE_ZH if stand_in else "",
        "note_en": SUBSTITUTE_EN if stand_in else "",
        "blocked": len(blocked),
        "curable": sum(told["curable"] for told in found.values()),
        "parcels": [
            {"parcel_id": key, "verdict": str(outcome[key]), "verdict_zh": outcome[key].zh} | found[key]
            for key in rank(found)
        ],
    }
