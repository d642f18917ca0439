"""A check in short: a line per parcel, the worst first, with what its workbook and its pages print beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.domain.outcome import Scope
from landgis.rules.pack import RulePack, Words
from landgis.screening.basis import Basis
from landgis.screening.cures import curable
from landgis.screening.summary import Line, lines, worst_first
from landgis.services.checking.by_law import NO_LAW
from landgis.services.checking.joint import JointCheck, Part

MOST_LINES = 1_000
"""So many parcels a summary lists; those left out are the least bad, and are counted on it."""
SCOPES = {
    str(Scope.CONTROL_LINES): ("只核对控制线", "control lines only"),
    str(Scope.FULL): ("全部规则", "every rule"),
}
_LIMITING = ("pack_on_trial", "pack_of_other_district", "coverage_assumed", "layer_not_in_force")
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Summary:
    """What a summary prints.

    Attributes
    ----------
    record, packs, titles
        The check (design form), the laws that judged parcels, and the titles of its layers in Chinese and English.
    lines
        Parcels, the worst first; ``left_out`` more are not listed.
    keys
        Districts of the parcels.
    drawn_on
        Day of printing.
    """

    record: dict[str, Any]
    packs: tuple[RulePack, ...]
    titles: dict[str, tuple[str, str]]
    lines: tuple[Line, ...]
    left_out: int
    keys: tuple[str, ...]
    drawn_on: date

    @property
    def substitute(self) -> bool:
        """Whether any layer is a stand-in."""
        return any(row.get("substitute") for row in self.record["layers"])

    @property
    def cautions(self) -> list[tuple[str, str]]:
        """Sentences that limit what the whole of it is worth."""
        return [
            (issue["message_zh"], issue["message_en"]) for issue in self.record["issues"] if issue["code"] in _LIMITING
        ]

    @property
    def districts(self) -> Words:
        """Districts of the parcels that could be measured; else those of the packs."""
        keys = self.keys or tuple(pack.pack_id for pack in self.packs)
        known = [district for key, district in DISTRICTS.items() if key in keys]
        return Words("、".join(each.name_zh for each in known), ", ".join(each.name_en for each in known))

    def law_of(self, line: Line) -> RulePack:
        """Return the law that judged a parcel; `NO_LAW` where no district's applies."""
        named = self._laws[line.parcel_id]
        return next((pack for pack in self.packs if named and pack.pack_id == named["id"]), NO_LAW)

    @cached_property
    def _laws(self) -> dict[str, dict[str, str] | None]:
        return {parcel["parcel_id"]: parcel["pack"] for parcel in self.record["parcels"]}


def summary_of(
    checked: JointCheck,
    catalogue: Catalogue,
    drawn_on: date,
    progress: Progress = lambda _step: None,
    *,
    most: int = MOST_LINES,
) -> Summary:
    """Put a check into lines.

    Parameters
    ----------
    checked
        The check.
    catalogue
        Titles of layers.
    drawn_on
        Day of printing.
    progress
        Told how far it is.
    most
        So many parcels are listed.
    """
    record = checked.record
    ranked = worst_first(record["parcels"])
    listed = ranked[:most]
    specs = {row["layer"]: catalogue.require(row["layer"]) for row in record["layers"]}
    titles = {key: (spec.title_zh, spec.title_en) for key, spec in specs.items()}
    told = {line.parcel_id: line for part in checked.parts for line in _lines(part, listed, progress)}
    ordered = tuple(told[parcel["parcel_id"]] for parcel in listed)
    keys = tuple(checked.parcels["district"].dropna().unique())
    return Summary(record, tuple(checked.packs), titles, ordered, len(ranked) - len(listed), keys, drawn_on)


def _lines(part: Part, listed: Sequence[dict[str, Any]], progress: Progress) -> list[Line]:
    """Return the lines of those listed parcels that one law judged."""
    own = set(part.checked.verdicts["parcel_id"])
    some = [parcel for parcel in listed if parcel["parcel_id"] in own]
    basis = _basis(part, [parcel["parcel_id"] for parcel in some])
    return lines(basis, some, curable(basis, progress))


def _basis(part: Part, parcel_ids: Sequence[str]) -> Basis:
    """Return what the verdicts of some parcels of a check rest on."""
    checked = part.checked
    told = checked.record
    findings = checked.findings[checked.findings["parcel_id"].isin(list(parcel_ids))]
    return Basis(
        checked.parcels, checked.layers, checked.measured, findings, checked.verdicts, checked.doubts, part.pack,
        date.fromisoformat(told["as_of"]), Scope(told["scope"]),
    )  # fmt: skip
