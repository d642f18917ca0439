"""A check as the command line asks for it: the law, the layers at hand, the verdicts, and the files that stay."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from landgis.cli.days import day
from landgis.cli.subjects import Subject, read_subject
from landgis.domain.issue import Issue
from landgis.domain.outcome import Scope
from landgis.errors import UsageError
from landgis.rules.pack import RulePack
from landgis.screening.cut_back import Terms
from landgis.screening.indexed import Layer
from landgis.services.checking.check import Checked, check, layers_from_folder, pack_of
from landgis.services.checking.check_files import write_check
from landgis.services.checking.check_summary import summary_of
from landgis.services.checking.cut_back import ROAD, CutBack, propose
from landgis.services.checking.summary_files import write_summary
from landgis.services.checking.trial_pack import SUFFIXES, trial_pack
from landgis.services.inspecting.raster_folder import evidence_layers
from landgis.services.layers.unheard import Reasons

if TYPE_CHECKING:
    from landgis.bootstrap import App
    from landgis.db.originals import Originals


@dataclass(frozen=True)
class Law:
    """The rules asked for.

    Attributes
    ----------
    pack
        A pack by name, or one on trial from a file; None: that of the district of the parcels.
    notices
        What must be shown beside everything it says.
    """

    pack: RulePack | None
    notices: tuple[Issue, ...] = ()

    @classmethod
    def of(cls, app: App, rules: str | None) -> Law:
        """Read the rules, before any file of parcels is."""
        if rules is None:
            return cls(None)
        if rules.endswith(SUFFIXES):
            pack, notice = trial_pack(Path(rules))
            return cls(pack, (notice,))
        return cls(app.pack(rules))

    @property
    def district(self) -> str:
        """District of parcels that do not tell their own."""
        return self.pack.pack_id if self.pack else "songjiang"


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
    """A check that was made, the law and the layers it stands on, and what was proposed."""

    checked: Checked
    pack: RulePack
    layers: Mapping[str, Layer]
    cut: CutBack | None

    @property
    def record(self) -> dict[str, Any]:
        """The check, with its proposals, as JSON-able data."""
        return self.checked.record if self.cut is None else self.checked.record | {"cut_back": self.cut.record}


@dataclass(frozen=True)
class _Layers:
    """The layers at hand, what was noticed of them, why others have no voice, and where files of rasters are kept."""

    at_hand: Mapping[str, Layer]
    issues: tuple[Issue, ...] = ()
    reasons: Reasons = field(default_factory=dict)
    originals: Originals | None = None


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
    batch = read_subject(app, asked.subject, asked.facts, asked.law.district, asked.as_of, step)
    pack = asked.law.pack or app.pack(pack_of(batch.candidates))
    layers = _layers(app, asked, pack)
    checked = batch.tell(
        check(
            batch.candidates, layers.at_hand, pack, asked.as_of, asked.scope, (*asked.law.notices, *layers.issues),
            step, reasons=layers.reasons, originals=layers.originals,
        )
    )  # fmt: skip
    cut = _proposed(checked, pack, asked)
    if asked.out is not None:
        write_check(checked, asked.out)
        write_summary(summary_of(checked, pack, app.catalogue, day(None), step), asked.out)
    return Done(checked, pack, layers.at_hand, cut)


def _layers(app: App, asked: Asked, pack: RulePack) -> _Layers:
    """Find the layers that the law and the proposals read, in the folder or in the inventory."""
    wanted = {*pack.layers(asked.scope), *pack.optional_layers(asked.scope)}
    if asked.terms is not None:
        wanted.add(ROAD)
    if asked.folder is not None:
        return _Layers(*layers_from_folder(asked.folder, app.catalogue, coverage_file=asked.coverage, wanted=wanted))
    wanted |= evidence_layers(app.catalogue)
    at_hand = app.layers_to_measure(wanted, asked.as_of, pack.pack_id)
    reasons = app.retired_layers(wanted - set(at_hand), asked.as_of, pack.pack_id)
    return _Layers(at_hand, reasons=reasons, originals=app.originals)


def _proposed(checked: Checked, pack: RulePack, asked: Asked) -> CutBack | None:
    if asked.terms is None or asked.out is None:
        return None
    return propose(checked, checked.layers, pack, asked.as_of, asked.terms, asked.out)
