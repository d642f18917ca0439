"""Looking at a raster: evidence such as imagery or terrain, never a control line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from pyproj import CRS

from landgis import crs as crs_room
from landgis.domain.issue import Issue, Severity
from landgis.domain.question import Question
from landgis.domain.raster_facts import RasterFacts
from landgis.errors import InputError, UsageError
from landgis.exchange.reading.found_crs import SaidCrs, crs_question, found_crs
from landgis.exchange.reading.inspected import Inspection
from landgis.exchange.reading.raster import read_raster_facts
from landgis.exchange.reading.shift import require_true_place
from landgis.exchange.reading.walls import walls_notice
from landgis.raster.ask import NODATA
from landgis.raster.grid import require_grid
from landgis.raster.nodata import known_nodata


def inspect_raster(path: Path, stated: str | CRS | None) -> Inspection:
    """Say what a raster holds and whether its place can be believed.

    Parameters
    ----------
    path
        GeoTIFF.
    stated
        CRS as a person says it.

    Raises
    ------
    FileMissing, FormatUnknown, FileUnreadable
        As `read_raster_facts`.
    """
    facts = read_raster_facts(path)
    refusals: list[InputError] = []
    questions: list[Question] = []
    issues: list[Issue] = []
    crs = None
    if facts.extent is None:
        zh, en = "栅格没有地理定位，只能当图片看", "The raster is not placed: it is only a picture"
        issues.append(Issue("raster_not_placed", Severity.SERIOUS, path.name, zh, en))
    elif facts.crs is None and stated is None:
        questions.append(crs_question(_corners(facts), path.name))
    else:
        try:
            require_grid(facts)
            crs, issues = settled_place(facts, stated, path.name)
        except InputError as error:
            refusals.append(error)
    issues += (*_import_asks(facts), *walls_notice(path.name))
    return Inspection(
        facts.source_name, "GTiff", facts.content_hash, (), (), tuple(questions), tuple(issues), tuple(refusals),
        _plain(facts, crs),
    )  # fmt: skip


def settled_place(facts: RasterFacts, stated: str | CRS | None, where: str) -> tuple[CRS, list[Issue]]:
    """Settle the CRS of a placed raster, and whether it lies where it should.

    Raises
    ------
    UsageError
        If its axes are said to be exchanged: a raster has columns and rows, and no order of coordinates.
    CrsMissing, CrsUnsuitable, OutsideArea
        Nobody says the CRS; survey data do not come in it; it puts the raster elsewhere.
    """
    answer = None if stated is None else crs_room.parse_stated(stated)
    if answer is not None and answer.north_first:
        raise UsageError(
            "栅格没有坐标先后之分", "A raster has no order of coordinates", where=where,
            next_zh=f"请去掉 {crs_room.NORTH_EAST}", next_en=f"Leave {crs_room.NORTH_EAST} out",
        )  # fmt: skip
    settled = found_crs(SaidCrs(facts.crs), answer, where, lambda: _corners(facts))
    crs_room.require_survey_crs(settled.crs, where)
    require_true_place((where, settled.crs.name), where)
    west, south, east, north = facts.extent or (0.0, 0.0, 0.0, 0.0)
    crs_room.require_shanghai((west, south, east, north), settled.crs, where)
    return settled.crs, list(settled.issues)


def _import_asks(facts: RasterFacts) -> list[Issue]:
    """Say what importing will ask beside the meaning of the cells, which no file tells."""
    if known_nodata(facts, "")[0]:
        return []
    zh, en = (
        f"文件未说明无数据值，导入时须用 {NODATA} 说明",
        f"no value is said to be no data: an import needs {NODATA}",
    )
    return [Issue("nodata_unstated", Severity.SERIOUS, facts.source_name, zh, en)]


def _corners(facts: RasterFacts) -> crs_room.Points:
    west, south, east, north = facts.extent or (np.nan,) * 4
    return np.array([(west, south), (east, north)], dtype=np.float64)


def _plain(facts: RasterFacts, crs: CRS | None) -> dict[str, Any]:
    """Return the facts; the CRS by name only, for its text may hold what must not be shown."""
    told = {key: value for key, value in facts.as_dict().items() if key not in ("source_name", "content_hash")}
    return told | {"crs": None if crs is None else crs_room.name_of(crs)}
