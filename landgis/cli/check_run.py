"""A check as the command line asks for it: the law, the layers at hand, the verdicts, and the files that stay."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from landgis.cli.days import day
from landgis.cli.subjects import Subject, read_subject
from landgis.domain.issue import Issue
from landgis.domain.outcome import Scope
from landgis.errors import UsageError
from landgis.rules.pack import RulePack
from landgis.rules.reading.load import pack_names
from landgis.screening.cut_back import Terms
from landgis.services.checking.by_law import UnderLaw, by_law
from landgis.services.checking.check import layers_from_folder
from landgis.services.checking.check_files import write_check
from landgis.services.checking.check_summary import summary_of
from landgis.services.checking.cut_back import ROAD, CutBack, propose
from landgis.services.checking.joint import AtHand, JointCheck, check_jointly
from landgis.services.checking.summary_files import write_summary
from landgis.services.checking.trial_pack import is_trial, trial_pack
from landgis.services.inspecting.raster_folder import evidence_layers

if TYPE_CHECKING:
    from landgis.bootstrap import App


@dataclass(frozen=True)
class Law:
    """The rules asked for.

    Attributes
    ----------
    pack
        A pack by name, or one on trial from a file or a folder; None: that of the district of each parcel.
    notices
        What must be shown beside everything it says.
    """

    pack: RulePack | None
    notices: tuple[Issue, ...] = ()

    @classmethod
    def of(cls, app: App, rules: str | None) -> Law:
        """Read the rules, before any file of parcels is.

        Raises
        ------
        UsageError
            For a pack that judges no district.
        """
        if rules is None:
            return cls(None)
        if is_trial(rules):
            pack, notice = trial_pack(Path(rules))
            return cls(pack, (notice,))
        pack = app.pack(rules)
        if not pack.district:
            known = "、".join(pack_names())
            raise UsageError(
                f"规则包 {rules} 不属任何一个区，不能单独用来核对", f"The pack {rules} is no district's: it judges nothing by itself",
                next_zh=f"请去掉 --rules（按地块所在区选用），或写 {known} 之一",
                next_en=f"Leave --rules out (by district), or give one of {', '.join(pack_names())}",
            )  # fmt: skip
        return cls(pack)


@dataclass(frozen=True)
class Asked:
    """What is to be checked, and how.

    Attributes
    ----------
    subject, facts
        The parcels, and the table of facts, read.
    law, scope, as_of
        The rules, the breadth, the day that counts.
    folder, coverage
        Folder of layers and the file of their coverage; None: the inventory.
    terms
        What parcels without their conflicts must keep; None: none are proposed.
    out
        Folder for the files of the check; None: nothing is written.
    """

    subject: Subject
    facts: pd.DataFrame | None
    law: Law
    scope: Scope
    as_of: date
    folder: Path | None
    coverage: Path | None
    terms: Terms | None
    out: Path | None


@dataclass(frozen=True)
class Done:
    """A check that was made, and what was proposed."""

    checked: JointCheck
    cut: CutBack | None

    @property
    def record(self) -> dict[str, Any]:
        """The check, with its proposals, as JSON-able data."""
        return self.checked.record if self.cut is None else self.checked.record | {"cut_back": self.cut.record}


@dataclass(frozen=True)
class _Finder:
    """Finds the layers that the law and the proposals read: in the folder, read once, or in the inventory."""

    app: App
    asked: Asked
    groups: list[UnderLaw]

    def at_hand(self, group: UnderLaw) -> AtHand:
        """Return the layers of a group; parcels of no district have none."""
        if not group.pack.pack_id:
            return AtHand({})
        return self._folder if self.asked.folder is not None else self._of_inventory(group)

    @cached_property
    def _folder(self) -> AtHand:
        folder = self.asked.folder or Path()
        wanted = set().union(*(self._wanted(group.pack) for group in self.groups))
        found = layers_from_folder(folder, self.app.catalogue, coverage_file=self.asked.coverage, wanted=wanted)
        return AtHand(*found)

    def _of_inventory(self, group: UnderLaw) -> AtHand:
        district, as_of = group.district or group.pack.pack_id, self.asked.as_of
        wanted = self._wanted(group.pack) | evidence_layers(self.app.catalogue)
        layers = self.app.layers_to_measure(wanted, as_of, district)
        reasons = self.app.retired_layers(wanted - set(layers), as_of, district)
        return AtHand(layers, reasons=reasons, originals=self.app.originals)

    def _wanted(self, pack: RulePack) -> set[str]:
        scope = self.asked.scope
        roads = () if self.asked.terms is None else (ROAD,)
        return {*pack.layers(scope), *pack.optional_layers(scope), *roads}


def require_out(out: Path | None) -> None:
    """Refuse to propose parcels without a folder to write them to.

    Raises
    ------
    UsageError
        If there is none.
    """
    if out is None:
        raise UsageError(
            "--cut-back 须同时给出 --out",
            "--cut-back needs --out",
            next_zh="请加 --out 文件夹，建议只写成文件，不入库",
            next_en="Add --out FOLDER: proposals are files, never saved",
        )


def run_check(app: App, asked: Asked, step: Callable[[str], None]) -> Done:
    """Read the parcels, check them, propose them without their conflicts, and write what is to stay.

    Parameters
    ----------
    app, asked
        The installation, and what is asked of it.
    step
        Told what is being done.
    """
    batch = read_subject(app, asked.subject, asked.facts, asked.as_of, step)
    groups = by_law(batch.candidates, asked.law.pack, app.pack)
    find = _Finder(app, asked, groups).at_hand
    checked = check_jointly(batch, groups, find, asked.as_of, asked.scope, asked.law.notices, step)
    cut = _proposed(checked, asked)
    if asked.out is not None:
        write_check(checked, asked.out)
        write_summary(summary_of(checked, app.catalogue, day(None), step), asked.out)
    return Done(checked, cut)


def _proposed(checked: JointCheck, asked: Asked) -> CutBack | None:
    if asked.terms is None or asked.out is None:
        return None
    return propose(checked.parts, asked.as_of, asked.terms, asked.out)
