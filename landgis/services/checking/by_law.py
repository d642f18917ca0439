"""Which law judges which parcel: the pack of the district it lies in, or none, and never that of the other district."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from landgis.domain.district import DISTRICTS, district_of_town
from landgis.domain.issue import Issue, Severity
from landgis.rules.pack import DISTRICT, RulePack, Words
from landgis.screening.judge import Rejected
from landgis.services.checking.check import Candidates

NO_LAW = RulePack(
    pack_id="",
    version="",
    title=Words("未选用规则包", "no rule pack applies"),
    district="",
    documents=(),
    settings={},
    rules=(),
)
"""What parcels of no district are judged by: it has no rules, so that nothing can pass."""


@dataclass(frozen=True)
class UnderLaw:
    """Parcels of one district, and the law that judges them.

    Attributes
    ----------
    district
        Key of the district, whose layers count; empty for parcels of none.
    pack
        The law.
    candidates
        The parcels.
    """

    district: str
    pack: RulePack
    candidates: Candidates


def by_law(candidates: Candidates, given: RulePack | None, packs: Callable[[str], RulePack]) -> list[UnderLaw]:
    """Sort parcels by the law that judges them; every parcel is in one group, and there is one group at least.

    Parameters
    ----------
    candidates
        Parcels of any district.
    given
        The law asked for: parcels of a district that it is not for are kept out, each with words. None: every parcel is
        judged by the pack of its own district.
    packs
        Gives the pack of a district by its key.
    """
    if given is not None and given.district:
        return [_under_given(candidates, given)]
    homes = _homes(candidates)
    groups = []
    districts = candidates.parcels["district"].to_numpy(dtype=object)
    for key in (*DISTRICTS, ""):
        own = districts == key
        rejected = tuple(row for row in candidates.rejected if homes[row.parcel_id] == key)
        if own.any() or rejected:
            part = replace(candidates, parcels=_rows(candidates.parcels, own), rejected=rejected)
            groups.append(UnderLaw(key, given or (packs(key) if key else NO_LAW), part))
    return groups or [UnderLaw("", given or NO_LAW, candidates)]


def _homes(candidates: Candidates) -> Mapping[str, str]:
    """District of each parcel that is kept out: by its number, else that of all the others; empty where none is known."""
    present = set(candidates.parcels["district"])
    only = present.pop() if len(present) == 1 else ""
    return {
        row.parcel_id: "" if row.rule_id == DISTRICT else district.key if district else only
        for row in candidates.rejected
        for district in [district_of_town(row.parcel_id)]
    }


def _under_given(candidates: Candidates, pack: RulePack) -> UnderLaw:
    """Keep out the parcels that do not lie in the district of a pack, and say why and what next."""
    here = next((each for each in DISTRICTS.values() if each.code == pack.district), None)
    name_zh, name_en = (here.name_zh, here.name_en) if here else (pack.district, pack.district)
    district, parcels = here.key if here else "", candidates.parcels
    own = parcels["district"].to_numpy(dtype=object) == district
    if own.all():
        return UnderLaw(district, pack, candidates)
    others = tuple(
        Rejected(parcel_id, *_not_for(pack, (name_zh, name_en), home), DISTRICT)
        for parcel_id, home in zip(parcels.loc[~own, "parcel_id"], parcels.loc[~own, "district"], strict=True)
    )
    issue = Issue(
        "pack_of_other_district",
        Severity.SERIOUS,
        f"{len(others)} 宗，如 {others[0].parcel_id}",
        f"地块不在规则包“{pack.title.zh}”适用的{name_zh}，未作判定，一律列为无法判定；不写 --rules 即按地块所在区选用规则包",
        f"these parcels lie outside {name_en}, the district of the pack “{pack.pack_id}”: they are not judged and count as "
        "unknown; without --rules each is judged by the pack of its own district",
    )
    kept = replace(
        candidates,
        parcels=_rows(parcels, own),
        rejected=(*candidates.rejected, *others),
        issues=(issue, *candidates.issues),
    )
    return UnderLaw(district, pack, kept)


def _not_for(pack: RulePack, here: tuple[str, str], home: str) -> tuple[str, str]:
    there = DISTRICTS[home]
    return (
        f"地块在{there.name_zh}，所用规则包“{pack.title.zh}”只适用于{here[0]}，不能据以判定；"
        f"请去掉 --rules（按地块所在区选用），或改用 --rules {there.key}",
        f"The parcel lies in {there.name_en}, and the pack “{pack.title.en}” is for {here[1]} alone: it cannot be judged by it. "
        f"Leave --rules out (each parcel is judged by the pack of its district), or use --rules {there.key}",
    )


def _rows(parcels: gpd.GeoDataFrame, wanted: npt.NDArray[np.bool_]) -> gpd.GeoDataFrame:
    if wanted.all():
        return parcels
    return gpd.GeoDataFrame(parcels[wanted].reset_index(drop=True))
