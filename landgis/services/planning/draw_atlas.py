"""Drawing a plan as an atlas, and writing it: PDF with georeference, pictures with world files, GeoTIFF of the maps."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

from pyproj import CRS

from landgis.db.connect import Database
from landgis.domain.catalogue import Catalogue
from landgis.errors import UsageError
from landgis.exchange.writing.map_picture import write_map_picture
from landgis.exchange.writing.vector import write_bytes
from landgis.maps.checking import atlas_faults
from landgis.maps.sheet.atlas import Atlas, AtlasSheet, atlas, load_layouts
from landgis.maps.sheet.georeference import projection_file, world_file
from landgis.services.planning.draft_plan import DraftedPlan
from landgis.services.planning.draw import sheet_request
from landgis.services.planning.self_check import RECORD as CHECK_RECORD
from landgis.services.planning.self_check import Checked, faulty, marked, write_record

FORMATS = ("pdf", "png", "geotiff")
RECORD = "图册记录.json"
"""What was drawn, sheet by sheet: by its check code a print is matched to this record."""


@dataclass(frozen=True)
class WrittenAtlas:
    """An atlas in a folder.

    Attributes
    ----------
    atlas
        What was drawn.
    files
        Names of the files, in order; the record last.
    """

    atlas: Atlas
    files: tuple[str, ...]


def draw_atlas(
    database: Database,
    catalogue: Catalogue,
    plan: DraftedPlan,
    drawn_on: date,
    prepared_by: str = "",
    *,
    towns: Collection[str] | None = None,
    paper: str = "a3",
    drawn_by: str = "",
) -> Checked[Atlas]:
    """Draw a plan as overview, index, a sheet per town, insets and tables, and read all of it back for faults.

    Parameters
    ----------
    towns
        Names or codes of the towns to draw sheets of; None: all.
    paper
        Of the overview: ``a3``, ``a2`` or ``a1``.
    drawn_by
        Name of the person who draws; it stands on every page.

    Raises
    ------
    InputError
        If the plan has no lines, or none in a town asked for.
    """
    sheet_no = plan.head.plan_id
    request = sheet_request(database, catalogue, plan, drawn_on, prepared_by, sheet_no, drawn_by=drawn_by)
    drawn = atlas(request, load_layouts(paper), towns)
    return Checked(drawn, atlas_faults(drawn))


def write_atlas(
    checked: Checked[Atlas],
    folder: Path,
    formats: Collection[str] = ("pdf",),
    dpi: int = 200,
    *,
    keep_faulty: bool = False,
) -> WrittenAtlas:
    """Write an atlas into a folder: the whole and every sheet, with a record of what was drawn.

    Parameters
    ----------
    formats
        Of ``FORMATS``. ``pdf``: the whole and each sheet, maps georeferenced. ``png``: each page; those with one map
        with world file and CRS beside them. ``geotiff``: the map alone of each sheet that has one.
    dpi
        Dots per inch of pictures.

    Raises
    ------
    UsageError
        If a format is unknown.
    SheetFaulty
        If it failed its check. Then only the record of the check is written, and with ``keep_faulty`` the atlas as one
        PDF under a name that says so.
    """
    unknown = sorted(set(formats) - set(FORMATS))
    if unknown:
        raise UsageError(
            f"没有格式“{'、'.join(unknown)}”",
            f"There is no format {', '.join(unknown)}",
            next_zh=f"可用的格式：{'、'.join(FORMATS)}",
            next_en=f"Formats: {', '.join(FORMATS)}",
        )
    faults, whole = checked.faults, folder / "图册.pdf"
    write_record(folder / CHECK_RECORD, checked.drawn.pdf, checked.drawn.facts, faults)
    if faults and keep_faulty:
        write_bytes(marked(whole), checked.drawn.pdf)
        raise faulty(faults, marked(whole))
    drawn, files = checked.sound(), [CHECK_RECORD]
    if "pdf" in formats:
        files.append(_written(folder, whole.name, drawn.pdf))
    for sheet in drawn.sheets:
        files += [name for form in FORMATS if form in formats for name in _WRITERS[form](sheet, drawn.crs, folder, dpi)]
    record = {"sheets": [_record(sheet) for sheet in drawn.sheets], "files": _hashes(folder, files)}
    text = json.dumps(record, ensure_ascii=False, indent=2) + "\n"
    return WrittenAtlas(drawn, (*files, _written(folder, RECORD, text.encode())))


def _pdf(sheet: AtlasSheet, _crs: CRS, folder: Path, _dpi: int) -> Iterator[str]:
    yield _written(folder, f"{_name(sheet)}.pdf", sheet.pdf())


def _png(sheet: AtlasSheet, crs: CRS, folder: Path, dpi: int) -> Iterator[str]:
    name = _name(sheet)
    for number, picture in enumerate(sheet.pictures(dpi), start=1):
        yield _written(folder, f"{name}{f'-{number}' if sheet.facts.pages > 1 else ''}.png", picture)
    if sheet.view is not None:
        placed = world_file(sheet.view, sheet.facts.main.neat_line_mm, dpi)
        yield _written(folder, f"{name}.pgw", placed.encode())
        yield _written(folder, f"{name}.prj", projection_file(crs).encode())


def _geotiff(sheet: AtlasSheet, crs: CRS, folder: Path, dpi: int) -> Iterator[str]:
    if sheet.view is not None:
        name = f"{_name(sheet)}.tif"
        said = f"{sheet.facts.title_zh} {sheet.facts.check_code}"
        write_map_picture(folder / name, sheet.ground_picture(dpi), crs, sheet.view.bounds_m, said)
        yield name


_WRITERS = {"pdf": _pdf, "png": _png, "geotiff": _geotiff}


def _written(folder: Path, name: str, content: bytes) -> str:
    write_bytes(folder / name, content)
    return name


def _name(sheet: AtlasSheet) -> str:
    """Page and title; whatever a file name cannot carry becomes a hyphen."""
    short = re.sub(r"[^\w（）–-]+", "-", sheet.facts.short_zh)
    return f"{sheet.facts.page:03d}-{short}"


def _record(sheet: AtlasSheet) -> dict[str, Any]:
    facts = sheet.facts
    lines, area_ha, area_mu = facts.totals
    return {
        "sheet": facts.key,
        "sheet_no": facts.sheet_no,
        "title_zh": facts.title_zh,
        "check_code": facts.check_code,
        "page": facts.page,
        "pages": facts.pages,
        "scales": [shown.view.scale for shown in facts.maps],
        "lines": lines,
        "area_ha": str(area_ha),
        "area_mu": str(area_mu),
    }


def _hashes(folder: Path, names: list[str]) -> dict[str, str]:
    return {name: sha256((folder / name).read_bytes()).hexdigest() for name in names}
