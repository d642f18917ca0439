"""The pages of a check: why each parcel got its verdict, by the law of its own district."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from landgis.cli.days import day
from landgis.cli.show import echo_issues, notice, progress
from landgis.screening.summary import worst_first
from landgis.services.checking.check import layers_from_folder
from landgis.services.explaining.explain import MOST_PAGES, Explained, explain_check
from landgis.services.explaining.explain_files import write_explained
from landgis.services.planning.draw import CONTEXT

if TYPE_CHECKING:
    from landgis.bootstrap import App
    from landgis.screening.indexed import Layer
    from landgis.services.checking.joint import JointCheck, Part


def explain_checked(app: App, checked: JointCheck, folder: Path | None, out: Path) -> None:
    """Write the pages of a check in every form, and say where, and how many parcels have none.

    Parameters
    ----------
    checked
        The check.
    folder
        Folder of layers that the check read; None: the inventory.
    out
        Folder for the pages.
    """
    ranked = [parcel["parcel_id"] for parcel in worst_first(checked.record["parcels"])]
    with progress("说明") as step:
        found = [page for part in checked.parts for page in _pages(app, part.only(ranked[:MOST_PAGES]), folder, step)]
        pages = sorted(found, key=lambda page: ranked.index(page.page["parcel_id"]))
        files = write_explained(pages, out, day(None))
    notice("、".join(str(file) for file in files), f"{len(pages)} parcel(s) explained")
    left = len(ranked) - len(pages)
    if left:
        notice(
            f"只说明最重的 {len(pages)} 宗，另有 {left} 宗没有说明；请分批检查",
            f"the worst {len(pages)} parcels are explained, {left} are not: check fewer at a time",
        )


def _pages(app: App, part: Part, folder: Path | None, step: Callable[[str], None]) -> tuple[Explained, ...]:
    around = _context(app, part, folder, set(CONTEXT) - set(part.at_hand)) if part.pack.pack_id else {}
    return explain_check(part.checked, part.pack, {**part.at_hand, **around}, app.catalogue, step).pages


def _context(app: App, part: Part, folder: Path | None, wanted: set[str]) -> Mapping[str, Layer]:
    """Return layers that the maps show and that the check did not read: they enter no verdict."""
    if folder is None:
        as_of = date.fromisoformat(part.checked.record["as_of"])
        return app.layers_to_measure(wanted, as_of, part.district or part.pack.pack_id)
    found, issues = layers_from_folder(folder, app.catalogue, wanted=wanted)
    echo_issues(issues)
    return {key: layer for key, layer in found.items() if key in wanted}
