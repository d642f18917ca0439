"""What verifying a run gives: checks, each with the differences that it found, in words and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from landgis.db.runs import RunHead

Words = tuple[str, str]
"""Chinese and English."""


class State(StrEnum):
    """What became of one check."""

    SAME = "same"
    DIFFERS = "differs"
    NOT_RECORDED = "not_recorded"
    """The run is older than the hashes that this check compares with."""
    NOT_POSSIBLE = "not_possible"

    @property
    def words(self) -> Words:
        """What it is called."""
        return {
            "same": ("一致", "the same"),
            "differs": ("不一致", "differs"),
            "not_recorded": ("当时未记指纹", "no hash of that time"),
            "not_possible": ("无法重算", "cannot be recomputed"),
        }[self.value]


class Checked(StrEnum):
    """What is checked, in this order."""

    OWN_ROW = "own_row"
    FRAMES = "frames"
    PARCELS = "parcels"
    RELEASES = "releases"
    PACK = "pack"
    MEASURING = "measuring"
    JUDGING = "judging"

    @property
    def words(self) -> Words:
        """What it is called."""
        return {
            "own_row": ("批次登记（封签）", "the run's own row, by its seal"),
            "frames": ("所存各表的指纹", "hashes of the stored frames"),
            "parcels": ("地块界线与事实", "outlines and facts of parcels"),
            "releases": ("图层版本", "layer releases"),
            "pack": ("规则包", "rule pack"),
            "measuring": ("重新量算", "measuring anew"),
            "judging": ("重新判定", "judging anew"),
        }[self.value]  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """One thing that is not what it was.

    Attributes
    ----------
    code
        What kind of difference.
    zh, en
        In one sentence.
    parcel_id, layer, rule_id, column
        Where; empty where it does not apply.
    stored, found
        What is stored, and what was found instead, as text.
    """

    code: str
    zh: str
    en: str
    parcel_id: str = ""
    layer: str = ""
    rule_id: str = ""
    column: str = ""
    stored: str = ""
    found: str = ""


@dataclass(frozen=True)
class Check:
    """One check: its state, what differs, and why it could not be made."""

    what: Checked
    state: State
    differences: tuple[Difference, ...] = ()
    why: Words = ("", "")

    @classmethod
    def of(cls, what: Checked, differences: Iterable[Difference], *, missing: Sequence[Words] = ()) -> Check:
        """Make a check of what it found; ``missing``: what it lacked."""
        found = tuple(differences)
        state = State.DIFFERS if found else State.NOT_POSSIBLE if missing else State.SAME
        return cls(what, state, found, ("；".join(zh for zh, _ in missing), "; ".join(en for _, en in missing)))


@dataclass(frozen=True)
class Verification:
    """A run, verified.

    Attributes
    ----------
    head
        The run.
    checks
        In the order of `Checked`.
    notices
        What should be known beside the result.
    """

    head: RunHead
    checks: tuple[Check, ...]
    notices: tuple[Words, ...] = ()

    @property
    def differences(self) -> list[Difference]:
        """Everything that differs."""
        return [difference for check in self.checks for difference in check.differences]

    @property
    def state(self) -> State:
        """Differs where anything does; else not possible where anything could not be made anew; else same."""
        states = {check.state for check in self.checks}
        return next((state for state in (State.DIFFERS, State.NOT_POSSIBLE) if state in states), State.SAME)

    @property
    def exit_code(self) -> int:
        """0 the same, 1 something differs, 3 it could not be recomputed and what was checked is the same."""
        return {State.SAME: 0, State.DIFFERS: 1, State.NOT_POSSIBLE: 3}[self.state]

    def as_dict(self) -> dict[str, Any]:
        """Return the verification as plain data."""
        meta = self.head.meta
        return {
            "run_id": self.head.run_id,
            "as_of": meta.as_of.isoformat(),
            "pack": {"id": meta.pack_id, "version": meta.pack_version},
            "result": str(self.state),
            "checks": [
                {
                    "what": str(check.what), "zh": check.what.words[0], "en": check.what.words[1],
                    "state": str(check.state), "why_zh": check.why[0], "why_en": check.why[1],
                    "differences": len(check.differences),
                }
                for check in self.checks
            ],
            "differences": [asdict(difference) for difference in self.differences],
            "notices": [{"zh": zh, "en": en} for zh, en in self.notices],
        }  # fmt: skip
