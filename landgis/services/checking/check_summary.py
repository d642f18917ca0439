"""A check in short: a line per parcel, the worst first, with what its workbook and its pages print beside."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from landgis.domain.catalogue import Catalogue
from landgis.domain.district import DISTRICTS
from landgis.domain.outcome import Scope
from landgis.rules.pack import RulePack, Words
from landgis.screening.basis import Basis
from landgis.screening.cures import curable
from landgis.screening.summary import Line, lines, worst_first
from landgis.services.checking.check import Checked

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
    record, pack, titles
        The check (design form), the law, and the titles of its layers in Chinese and English.
    lines
        Parcels, the worst first; ``left_out`` more are not listed.
    keys
        Districts of the parcels.
    drawn_on
        Day of printing.
    """

    record: dict[str, Any]
    pack: RulePack
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
        """Districts of the parcels that could be measured; else that of the pack."""
        keys = self.keys or (self.pack.pack_id,)
        known = [district for key, district in DISTRICTS.items() if key in keys]
        return Words("、".join(each.name_zh for each in known), ", ".join(each.name_en for each in known))


def summary_of(
    checked: Checked,
    pack: RulePack,
    catalogue: Catalogue,
    drawn_on: date,
    progress: Progress = lambda _step: None,
    *,
    most: int = MOST_LINES,
) -> Summary:
    """Put a check into lines.

    Parameters
    ----------
    checked, pack
        The check, and the law it was judged by.
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
    basis = _basis(checked, pack, [parcel["parcel_id"] for parcel in listed])
    specs = {row["layer"]: catalogue.require(row["layer"]) for row in record["layers"]}
    titles = {key: (spec.title_zh, spec.title_en) for key, spec in specs.items()}
    told = tuple(lines(basis, listed, curable(basis, progress)))
    keys = tuple(checked.parcels["district"].dropna().unique())
    return Summary(record, pack, titles, told, len(ranked) - len(listed), keys, drawn_on)


def _basis(checked: Checked, pack: RulePack, parcel_ids: Sequence[str]) -> Basis:
    """Return what the verdicts of some parcels of a check rest on."""
    told = checked.record
    findings = checked.findings[checked.findings["parcel_id"].isin(list(parcel_ids))]
    basis = Basis(
        checked.parcels, checked.layers, checked.measured, checked.findings, checked.verdicts, checked.doubts, pack,
        date.fromisoformat(told["as_of"]), Scope(told["scope"]),
    )  # fmt: skip
    return replace(basis, findings=findings)
