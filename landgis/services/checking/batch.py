"""Many parcels in one check: where each came from, and what could not be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count

import geopandas as gpd
import pandas as pd

from landgis.crs import WORKING
from landgis.domain.issue import Issue, Severity, shown
from landgis.domain.parcel_code import feature_letters
from landgis.errors import LandgisError
from landgis.exchange.conforming.identifiers import as_seen
from landgis.frames.parcels import PARCELS
from landgis.screening.judge import Rejected
from landgis.services.checking.check import Candidates, Checked


@dataclass(frozen=True)
class Unread:
    """A file that gave no parcels, and why."""

    name: str
    code: str
    message_zh: str
    message_en: str

    @classmethod
    def of(cls, name: str, error: LandgisError) -> Unread:
        """Take what an error says, with what to do next."""
        zh, en = "；".join(filter(None, (error.zh, error.next_zh))), ". ".join(filter(None, (error.en, error.next_en)))
        return cls(name, error.code, zh, en)

    def as_issue(self) -> Issue:
        """Return it as an issue: nobody must take the rest for the whole."""
        zh, en = f"文件未核对：{self.message_zh}", f"the file was not checked: {self.message_en}"
        return Issue("file_not_checked", Severity.FATAL, self.name, zh, en)


@dataclass(frozen=True)
class Batch:
    """Parcels to be checked in one run.

    Attributes
    ----------
    candidates
        All of them; each number is there once.
    sources
        Number → name of the file that it came from; empty for parcels of the inventory.
    unread
        Files that gave none.
    absent
        Numbers asked for that the inventory does not hold; they are among the rejected.
    """

    candidates: Candidates
    sources: Mapping[str, str] = field(default_factory=dict)
    unread: tuple[Unread, ...] = ()
    absent: frozenset[str] = frozenset()

    @classmethod
    def of_one(cls, candidates: Candidates, source: str) -> Batch:
        """Make a batch of the parcels of one source; its name may be empty."""
        return cls(candidates, dict.fromkeys(_numbers(candidates), source) if source else {})

    @property
    def numbers(self) -> list[str]:
        """Numbers of all parcels, those that cannot be judged last."""
        return _numbers(self.candidates)

    def tell(self, checked: Checked) -> Checked:
        """Return a check that says where its parcels came from; with an unread file it is undecidable at least."""
        parcels = [
            parcel | {"source": self.sources.get(parcel["parcel_id"]), "absent": parcel["parcel_id"] in self.absent}
            for parcel in checked.record["parcels"]
        ]
        told = checked.record | {"parcels": parcels, "unread": [vars(file) for file in self.unread]}
        return replace(checked, record=told, exit_code=3 if self.unread else checked.exit_code)


def joined(read: Mapping[str, Candidates], unread: Sequence[Unread], issues: Sequence[Issue], *, facts: bool) -> Batch:
    """Join the parcels of several files; numbers that files share are told apart by the name of the file.

    A cadastral number names one parcel in law, so two outlines under it are a contradiction: neither is judged. Nor is
    one of two that a table of facts names alike.

    Parameters
    ----------
    read
        Parcels by file name, in the order wanted.
    unread, issues
        Files that gave none; what else was noticed.
    facts
        Whether a table of facts was joined by number.
    """
    shared = _shared(read)
    apart = _names_apart(read, shared) if shared else {}
    parts = {name: _told_apart(found, shared, apart.get(name, {}), facts=facts) for name, found in read.items()}
    frames = [part.parcels for part in parts.values() if len(part.parcels)]
    whole = (
        pd.concat(frames, ignore_index=True) if frames else gpd.GeoDataFrame(PARCELS.empty(), geometry=[], crs=WORKING)
    )
    noticed = [issue for part in parts.values() for issue in part.issues]
    candidates = Candidates(
        whole,
        tuple(row for part in parts.values() for row in part.rejected),
        (*(file.as_issue() for file in unread), *issues, *_shared_issues(shared), *noticed),
        "；".join(dict.fromkeys(part.transform for part in parts.values())),
    )
    sources = {number: name for name, part in parts.items() for number in _numbers(part)}
    return Batch(candidates, sources, tuple(unread))


def _numbers(candidates: Candidates) -> list[str]:
    return list(dict.fromkeys([*candidates.parcels["parcel_id"], *(row.parcel_id for row in candidates.rejected)]))


def _shared(read: Mapping[str, Candidates]) -> dict[str, dict[str, str]]:
    """Numbers as a reader sees them → how the files spell them, where these are several."""
    used: dict[str, dict[str, str]] = {}
    for name, found in read.items():
        for number in _numbers(found):
            used.setdefault(as_seen(number), {}).setdefault(name, number)
    return {number: spelled for number, spelled in used.items() if len(spelled) > 1}


def _shared_issues(shared: Mapping[str, Mapping[str, str]]) -> list[Issue]:
    return [
        Issue(
            "number_in_several_files",
            Severity.SERIOUS,
            shown(next(iter(files.values())), 80),
            f"编号在 {len(files)} 个文件中都有（{'、'.join(map(shown, files))}），已按文件名区分",
            f"{len(files)} files use this number ({', '.join(map(shown, files))}): told apart by file",
        )
        for files in shared.values()
    ]


def _names_apart(read: Mapping[str, Candidates], shared: Collection[str]) -> dict[str, dict[str, str]]:
    """File → the shared numbers in it, each with a name that to a reader no other parcel of the folder has."""
    taken = {as_seen(number) for found in read.values() for number in _numbers(found)}
    apart: dict[str, dict[str, str]] = {}
    for name, found in read.items():
        for number in _numbers(found):
            if as_seen(number) in shared:
                told = _free(number, name, taken)
                taken.add(as_seen(told))
                apart.setdefault(name, {})[number] = told
    return apart


def _free(number: str, name: str, taken: Collection[str]) -> str:
    """Put the name of the file behind a number, and count on where another parcel is called just that."""
    spelled = chain([f"{number}（{name}）"], (f"{number}（{name}，{place}）" for place in count(2)))
    return next(told for told in spelled if as_seen(told) not in taken)


def _told_apart(
    found: Candidates, shared: Mapping[str, Collection[str]], apart: Mapping[str, str], *, facts: bool
) -> Candidates:
    """Call shared numbers by their names, and keep out those that cannot be two parcels."""
    if not apart:
        return found
    numbers = found.parcels["parcel_id"]
    common = numbers.isin(list(apart))
    contradicts = common & numbers.map(lambda number: facts or bool(feature_letters(number))).astype(bool)
    kept = found.parcels.assign(parcel_id=numbers.map(lambda number: apart.get(number, number)).astype(numbers.dtype))
    rejected = [replace(row, parcel_id=apart.get(row.parcel_id, row.parcel_id)) for row in found.rejected]
    rejected += [_contradiction(apart[number], shared[as_seen(number)]) for number in numbers[contradicts]]
    return replace(found, parcels=kept[~contradicts].reset_index(drop=True), rejected=tuple(rejected))


def _contradiction(told: str, files: Collection[str]) -> Rejected:
    listed = "、".join(map(shown, files))
    return Rejected(
        told,
        f"同一编号在几个文件中各有一宗（{listed}），无法确定以哪一宗为准",
        f"several files have a parcel of this number ({listed}), and nothing says which of them it is",
    )
