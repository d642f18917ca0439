"""What a screening run stood on, and how far it may be relied on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from landgis.domain.district import BEIJING
from landgis.domain.layer import LOOKING_BACK_EN, LOOKING_BACK_ZH, PREVIEW_EN, PREVIEW_ZH, LegalState
from landgis.domain.outcome import Scope

RuleStatement = Mapping[str, str]
"""What one rule judges by on a day: name → value, all as text."""


@dataclass(frozen=True)
class ReleaseHash:
    """What a release was when a run measured it.

    Attributes
    ----------
    content
        SHA-256 of the original file.
    features
        Hash over the stored features.
    statement
        Hash over the coverage and what says when the release speaks.
    """

    content: str
    features: str
    statement: str


@dataclass(frozen=True)
class RunInputs:
    """What a run stood on, by hash.

    Attributes
    ----------
    pack
        Digest of the rule pack.
    rules
        What its rules judged by.
    releases
        The releases, by layer; a layer without one is not in it.
    facts
        The facts that were asked for.
    read_at
        When the inventory was read.
    """

    pack: str
    rules: Mapping[str, RuleStatement]
    releases: Mapping[str, ReleaseHash]
    facts: tuple[str, ...]
    read_at: datetime


@dataclass(frozen=True)
class RunMeta:
    """What a run stood on.

    Attributes
    ----------
    pack_id, pack_version
        The law.
    as_of, scope, district
        The day, the breadth, the district key.
    crs
        CRS of the planar areas, e.g. ``EPSG:4549``.
    releases
        Edition by layer, in the order of the rules; '' where there was none.
    code_version
        Version of the program.
    seconds
        How long measuring and judging took.
    legal_state
        Whose releases were preferred to those in force; anything but in force makes the run a preview.
    known_at
        Moment whose knowledge counted; None: that of the run itself.
    kernel
        Which kernel measured; '' where it was not noted. Two kernels differ in the last bits.
    taken_from, taken_over
        The earlier run from which measurements were taken over (None: everything was measured anew), and of how many
        parcels, by layer. They are what measuring anew would have given.
    inputs
        What it stood on by hash; None for a run that is older than these hashes.
    """

    pack_id: str
    pack_version: str
    as_of: date
    scope: Scope
    district: str
    crs: str
    releases: Mapping[str, str]
    code_version: str
    seconds: float
    legal_state: LegalState = LegalState.IN_FORCE
    known_at: datetime | None = None
    kernel: str = ""
    taken_from: str | None = None
    taken_over: Mapping[str, int] = field(default_factory=dict)
    inputs: RunInputs | None = None

    @property
    def final(self) -> bool:
        """Whether its verdicts are about what is in force, as it is known: only such a run may found a pool."""
        return self.legal_state is LegalState.IN_FORCE and self.known_at is None

    @property
    def caution(self) -> tuple[str, str]:
        """What must stand beside its verdicts, in Chinese and English; empty for a final run."""
        zh, en = [], []
        if self.legal_state is not LegalState.IN_FORCE:
            zh.append(f"{PREVIEW_ZH}，优先采用“{self.legal_state.zh}”版本")
            en.append(f"{PREVIEW_EN}; releases “{self.legal_state.value}” come first")
        if self.known_at is not None:
            moment = f"{self.known_at.astimezone(BEIJING):%Y-%m-%d %H:%M}"
            zh.append(f"{LOOKING_BACK_ZH}，按 {moment} 所知")
            en.append(f"{LOOKING_BACK_EN}, as known at {moment}")
        return "；".join(zh), "; ".join(en)
