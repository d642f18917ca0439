"""Whether the newest verdict still lets a parcel onto a plan: what was built, chosen or drafted earlier may be overtaken."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from landgis.domain.outcome import Outcome
from landgis.plan.room import Told


@dataclass(frozen=True)
class NewestVerdicts:
    """The newest final run.

    Attributes
    ----------
    run_id
        Which.
    told
        Parcel → verdict about the parcel as it stands now. A parcel that is missing was not judged so.
    """

    run_id: str
    told: Mapping[str, Outcome]


def overtaken(parcel_id: str, newest: NewestVerdicts, allowed: Collection[Outcome]) -> Told | None:
    """Say why a parcel may not be planned by its newest verdict, or None.

    Parameters
    ----------
    allowed
        Verdicts that the year's targets let onto the plan.
    """
    verdict = newest.told.get(parcel_id)
    if verdict is None:
        return (
            "not_judged_now",
            f"最新筛查批次 {newest.run_id} 之后有变更或未经其筛查，请重新筛查",
            f"not judged as it stands now by the newest run {newest.run_id}: screen again",
        )
    if verdict not in allowed:
        return (
            f"now_{verdict}",
            f"最新筛查批次 {newest.run_id} 的结论为“{verdict.zh}”",
            f"is {verdict} by the newest run {newest.run_id}",
        )
    return None
