"""A check of parcels of both districts: each judged by its own law on its own layers, told as one."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import geopandas as gpd
import pandas as pd

from landgis.db.originals import Originals
from landgis.domain.issue import Issue
from landgis.domain.layer import Coverage
from landgis.domain.outcome import Scope
from landgis.rules.pack import RulePack
from landgis.screening.indexed import Layer
from landgis.screening.record import WORST_COVERAGE_LAST
from landgis.services.checking.batch import Batch
from landgis.services.checking.by_law import UnderLaw
from landgis.services.checking.case import Finding, Progress, find
from landgis.services.checking.check import Checked, check
from landgis.services.layers.unheard import Reasons

Row = dict[str, Any]


@dataclass(frozen=True)
class AtHand:
    """The layers at hand, what was noticed of them, why others have no voice, and where files of rasters are kept."""

    layers: Mapping[str, Layer]
    issues: tuple[Issue, ...] = ()
    reasons: Reasons = field(default_factory=dict)
    originals: Originals | None = None


@dataclass(frozen=True)
class Part:
    """The parcels that one law judged.

    Attributes
    ----------
    district
        Whose layers counted; empty for parcels of no district.
    pack, at_hand
        The law and the layers.
    checked
        The check of these parcels alone.
    """

    district: str
    pack: RulePack
    at_hand: Mapping[str, Layer]
    checked: Checked

    def only(self, parcel_ids: Collection[str]) -> Part:
        """Return the part with some of its parcels in the record; the frames behind it stay whole."""
        record = self.checked.record
        some = [parcel for parcel in record["parcels"] if parcel["parcel_id"] in parcel_ids]
        return replace(self, checked=replace(self.checked, record=record | {"parcels": some}))


@dataclass(frozen=True)
class JointCheck:
    """What a check found.

    Attributes
    ----------
    parts
        The parcels by the law that judged them; one at least.
    record
        The whole in the design's form; each parcel names its pack (None: no district's law applies).
    issues, exit_code
        Of the whole.
    """

    parts: tuple[Part, ...]
    record: Row
    issues: tuple[Issue, ...]
    exit_code: int

    @property
    def packs(self) -> list[RulePack]:
        """The laws that judged parcels."""
        return [part.pack for part in self.parts if part.pack.pack_id]

    @property
    def findings(self) -> pd.DataFrame:
        """FindingFrame of all parcels."""
        return _one([part.checked.findings for part in self.parts])

    @property
    def verdicts(self) -> pd.DataFrame:
        """VerdictFrame of all parcels."""
        return _one([part.checked.verdicts for part in self.parts])

    @property
    def laws(self) -> pd.DataFrame:
        """``parcel_id`` and ``pack`` (id and version; empty where no law applies) of every parcel."""
        named = {parcel["parcel_id"]: parcel["pack"] for parcel in self.record["parcels"]}
        packs = [f"{pack['id']} {pack['version']}" if pack else "" for pack in named.values()]
        return pd.DataFrame({"parcel_id": list(named), "pack": packs}).astype({"parcel_id": "str", "pack": "str"})

    @property
    def parcels(self) -> gpd.GeoDataFrame:
        """ParcelFrame of those that could be measured."""
        return gpd.GeoDataFrame(_one([part.checked.parcels for part in self.parts]))

    @property
    def slivers(self) -> gpd.GeoDataFrame:
        """SliverFrame."""
        return gpd.GeoDataFrame(_one([part.checked.doubts.slivers for part in self.parts]))

    @property
    def causes(self) -> pd.DataFrame:
        """CauseFrame."""
        return _one([part.checked.doubts.causes for part in self.parts])


def check_jointly(
    batch: Batch,
    groups: Sequence[UnderLaw],
    at_hand: Callable[[UnderLaw], AtHand],
    as_of: date,
    scope: Scope,
    notices: tuple[Issue, ...] = (),
    progress: Progress = lambda _step: None,
    finding: Finding = find,
) -> JointCheck:
    """Check parcels group by group and tell it as one check, in the order in which the parcels came.

    Parameters
    ----------
    batch, groups
        The parcels, and the same sorted by law (`by_law`).
    at_hand
        Gives the layers of a group.
    as_of, scope
        The day, the breadth.
    notices
        What must be shown beside everything.
    progress
        Told what is being done.
    finding
        Who measures and judges.
    """
    parts = []
    for group in groups:
        found = at_hand(group)
        checked = check(
            group.candidates, found.layers, group.pack, as_of, scope, (*notices, *found.issues), progress,
            reasons=found.reasons, originals=found.originals, finding=finding,
        )  # fmt: skip
        parts.append(Part(group.district, group.pack, found.layers, batch.tell(checked)))
    return _joined(parts, batch.numbers)


def _joined(parts: Sequence[Part], order: Sequence[str]) -> JointCheck:
    records = [part.checked.record for part in parts]
    issues = tuple(dict.fromkeys(issue for part in parts for issue in part.checked.issues))
    place = {parcel_id: number for number, parcel_id in enumerate(order)}
    told = [parcel | {"pack": _named(part.pack)} for part in parts for parcel in part.checked.record["parcels"]]
    packs = [
        {"id": part.pack.pack_id, "version": part.pack.version, "title_zh": part.pack.title.zh,
         "title_en": part.pack.title.en, "district": part.district, "parcels": len(part.checked.record["parcels"])}
        for part in parts if part.pack.pack_id
    ]  # fmt: skip
    record = records[0] | {
        "pack": _as_one(packs) if packs else records[0]["pack"],
        "packs": packs,
        "layers": _layers(parts),
        "parcels": sorted(told, key=lambda parcel: place[parcel["parcel_id"]]),
        "summary": {key: sum(each["summary"][key] for each in records) for key in records[0]["summary"]},
        "issues": [issue.as_dict() for issue in issues],
    }
    codes = {part.checked.exit_code for part in parts}
    return JointCheck(tuple(parts), record, issues, max(codes))


def _named(pack: RulePack) -> Row | None:
    return {"id": pack.pack_id, "version": pack.version} if pack.pack_id else None


def _as_one(packs: Sequence[Row]) -> Row:
    """Name the law of a check: one pack as it is; several one after the other, so that nobody takes it for one of them."""
    different = list({(row["id"], row["version"]): row for row in packs}.values())
    return {name: "+".join(row[name] for row in different) for name in ("id", "version")} | {
        "title_zh": "、".join(row["title_zh"] for row in different)
    }


def _layers(parts: Sequence[Part]) -> list[Row]:
    """List each layer once per release that spoke, with the districts that it spoke for, and its worst coverage."""
    measured = [part for part in parts if len(part.checked.parcels)]
    rows: dict[tuple[str, str | None], Row] = {}
    for part in measured or parts:  # a layer covers nothing where nothing was measured
        for row in part.checked.record["layers"]:
            known = rows.setdefault((row["layer"], row["release"]), row | {"districts": []})
            known["districts"].append(part.district)
            known["evidence"] = known["evidence"] and row["evidence"]
            known["coverage"] = max(known["coverage"], row["coverage"], key=_badness)
    return list(rows.values())


def _badness(coverage: str) -> int:
    return WORST_COVERAGE_LAST.index(Coverage(coverage))


def _one(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Put frames of one kind together; those without rows have no say in the types of the columns."""
    filled = [frame for frame in frames if len(frame)]
    if len(filled) == 1:
        return filled[0].reset_index(drop=True)
    return pd.concat(filled, ignore_index=True) if filled else frames[0]
