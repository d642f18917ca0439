"""Boundary points to hand over: parcels of the register or of a file as an exchange text or a table of points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pandas as pd
import shapely
from pyproj import CRS

from landgis.access.person import Person
from landgis.access.roles import Action
from landgis.area import ellipsoidal_m2, planar_m2
from landgis.crs import WORKING, GeometryArray, Transform, name_of, require_survey_crs, to_crs
from landgis.db.connect import Database
from landgis.db.parcels import ParcelStore
from landgis.domain.issue import Issue
from landgis.domain.land_use import Scheme, look_up
from landgis.domain.layer import Secrecy
from landgis.domain.leaving import ExportKind, Leaving, mark_of_ours
from landgis.errors import ContractBroken, GeometryInvalid, NotFound, UsageError
from landgis.exchange.conforming.parcels import ID_FIELDS
from landgis.exchange.conforming.values import as_text, first_filled
from landgis.exchange.reading.fields import find_fields
from landgis.exchange.reading.vector import read_vector
from landgis.exchange.writing.boundary_plots import BoundaryPlot
from landgis.exchange.writing.boundary_text import BoundaryHeader, write_boundary_text
from landgis.exchange.writing.point_workbook import write_point_workbook
from landgis.services.handing_over.control import depart, drafts, require_reason

_BASES = {"ellipsoidal": "CGCS2000 椭球面积", "planar": "平面面积"}
_TEXTS = ("number", "name", "use_name", "use_code", "sheet")
_NAME_FIELDS = ("地块名称", "宗地名称", "DKMC", "ZDMC", "name", "名称")
_USE_FIELDS = ("地块用途", "规划用途", "GHYT", "YDYHFLMC", "planned_use_zh")
_CODE_FIELDS = ("地类编码", "DLBM", "current_use_code")
_SHEET_FIELDS = ("图幅号", "TFH")


@dataclass(frozen=True)
class PlotsToWrite:
    """Plots with what the text says of each.

    Attributes
    ----------
    texts
        Columns ``number``, ``name``, ``use_name``, ``use_code``, ``sheet``; empty where unknown.
    shapes, crs
        Valid polygons, and their CRS.
    issues
        What was noticed while reading them.
    """

    texts: pd.DataFrame
    shapes: GeometryArray
    crs: CRS
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True)
class PointOptions:
    """How points are written.

    Attributes
    ----------
    crs
        Gauss-Krüger zone of CGCS2000 to write in.
    producer, produced_on
        数据产生单位, 数据产生日期.
    area_basis
        ``ellipsoidal`` or ``planar``: which area is stated.
    encoding, precision
        As `write_boundary_text` takes them; a workbook has no choice of encoding.
    plain
        Leave out ``[项目信息]``, where the number of plots and the area basis stand.
    mark
        Secrecy mark to write there; None: not ours to say.
    """

    crs: CRS
    producer: str
    produced_on: date
    area_basis: str = "ellipsoidal"
    encoding: str = "GBK"
    precision: int = 3
    plain: bool = False
    mark: Secrecy | None = None


@dataclass(frozen=True)
class ExportedPoints:
    """What was written.

    Attributes
    ----------
    file, plots, points
        Path, and how many plots and points.
    crs, transform
        CRS of the file, and how the coordinates got there.
    area_basis, area_m2
        Basis of the stated areas, and their sum.
    issues
        What was noticed on the way.
    export_id
        Number in the log; empty where somebody's file was turned into another and nothing of ours left.
    """

    file: Path
    plots: int
    points: int
    crs: str
    transform: Transform
    area_basis: str
    area_m2: float
    issues: tuple[Issue, ...] = field(default=())
    export_id: str = ""


def plots_from_file(
    path: Path, *, layer: str | None = None, crs: str | None = None, encoding: str | None = None
) -> PlotsToWrite:
    """Read the plots of a file; every row must be a valid polygon with an identifier.

    Raises
    ------
    ContractBroken
        If no field holds the identifier, or a row has none.
    GeometryInvalid
        If a row has no valid polygon: nothing is left out in silence.
    """
    raw = read_vector(path, layer=layer, crs=crs, encoding=encoding)
    require_survey_crs(raw.crs, raw.where)
    found = find_fields([str(name) for name in raw.frame.columns], ID_FIELDS)
    numbers = as_text(raw.frame[found[0]]) if found else pd.Series(None, index=raw.frame.index, dtype="str")
    if numbers.isna().any():
        row = int(np.flatnonzero(numbers.isna())[0]) + 1
        raise ContractBroken(
            f"第 {row} 行没有地块编号",
            f"Row {row} has no plot identifier",
            where=raw.where,
            next_zh=f"编号字段应为其中之一：{'、'.join(ID_FIELDS)}",
            next_en=f"The identifier is one of: {', '.join(ID_FIELDS)}",
        )
    texts = {"name": _NAME_FIELDS, "use_name": _USE_FIELDS, "use_code": _CODE_FIELDS, "sheet": _SHEET_FIELDS}
    columns = {name: first_filled(raw.frame, wanted).fillna("") for name, wanted in texts.items()}
    shapes: GeometryArray = np.asarray(raw.frame.geometry.array, dtype=object)
    _require_polygons(shapes, numbers, raw.where)
    return PlotsToWrite(pd.DataFrame({"number": numbers, **columns}), shapes, raw.crs, raw.issues)


def plots_from_register(
    database: Database,
    person: Person,
    district: str,
    parcel_ids: Sequence[str] = (),
    *,
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> PlotsToWrite:
    """Take parcels of the register: those named, or all of a district.

    Parameters
    ----------
    as_of, known_at
        The day that counts, and the moment whose knowledge counts; None: the newest statement, known now.

    Raises
    ------
    NotAllowed
        If the person may not export.
    NotFound
        If a parcel named is not in the register, or there is none at all.
    """
    person.require(Action.EXPORT)
    parcels = ParcelStore(database).current(district, as_of=as_of, known_at=known_at)
    missing = sorted(set(parcel_ids) - set(parcels["parcel_id"]))
    if missing or parcels.empty:
        listed = "、".join(missing) or district
        raise NotFound(
            f"库中没有地块：{listed}", f"The register has no parcel {listed}", where=listed,
            next_zh="用 landgis parcel list 查看", next_en="See landgis parcel list",
        )  # fmt: skip
    if parcel_ids:
        parcels = parcels[parcels["parcel_id"].isin(list(parcel_ids))]
    columns = {
        "number": parcels["parcel_id"],
        "name": parcels["village_name"].fillna(""),
        "use_name": [_use_name(*pair) for pair in zip(parcels["planned_use_code"], parcels["planned_use_scheme"], strict=True)],
        "use_code": parcels["current_use_code"].fillna(""),
        "sheet": "",
    }  # fmt: skip
    return PlotsToWrite(pd.DataFrame(columns), np.asarray(parcels.geometry.array, dtype=object), WORKING)


def export_points(
    database: Database,
    person: Person,
    district: str,
    out: Path,
    options: PointOptions,
    *,
    why: str,
    parcel_ids: Sequence[str] = (),
    as_of: date | None = None,
    known_at: datetime | None = None,
) -> ExportedPoints:
    """Write parcels of the register and let them out.

    Parameters
    ----------
    why
        For whom and what for: it goes into the log of exports.
    parcel_ids, as_of, known_at
        As `plots_from_register` takes them.

    Raises
    ------
    UsageError
        If nobody says why; for a target with another ending.
    NotAllowed, NotFound, Conflict
        As `plots_from_register` and ``control.let_out``.
    ContractBroken, GeometryInvalid, FileUnreadable
        As the two writers; nothing is written then.
    """
    require_reason(why)
    plots = plots_from_register(database, person, district, parcel_ids, as_of=as_of, known_at=known_at)
    mark = mark_of_ours(False)
    with drafts(out.parent) as draft:
        written = write_points(plots, draft / out.name, replace(options, mark=mark))
        rows = {"parcels": written.plots, "points": written.points}
        leaving = Leaving(
            ExportKind.POINTS, district, why, rows, secrecy=mark, format=out.suffix.lower().lstrip("."), crs=written.crs,
            receiver=Secrecy.INTERNAL, continuous_m2=0.0,
        )  # fmt: skip
        export_id = depart(database, person, draft, out.parent, leaving)
    return replace(written, file=out, export_id=export_id)


def write_points(plots: PlotsToWrite, out: Path, options: PointOptions) -> ExportedPoints:
    """Write plots: an exchange text where the target ends in ``.txt``, a table of points where it ends in ``.xlsx``.

    Raises
    ------
    UsageError
        For a target with another ending.
    ContractBroken, GeometryInvalid, FileUnreadable
        As the two writers; nothing is written then.
    """
    moved, transform = to_crs(plots.shapes, plots.crs, options.crs)
    areas = ellipsoidal_m2(plots.shapes, plots.crs) if options.area_basis == "ellipsoidal" else planar_m2(moved)
    basis = _BASES[options.area_basis] + (f"（{name_of(options.crs)}）" if options.area_basis == "planar" else "")
    header = BoundaryHeader(options.crs, options.producer, options.produced_on)
    columns = [plots.texts[name].tolist() for name in _TEXTS]
    rows = [
        BoundaryPlot(number, name, shape, area, use_name, use_code, sheet)
        for number, name, use_name, use_code, sheet, shape, area in zip(*columns, moved, areas.tolist(), strict=True)
    ]
    if out.suffix.lower() == ".txt":
        marked = {"密级": options.mark.zh} if options.mark else {}
        project = {} if options.plain else {"地块数": str(len(rows)), "面积口径": basis, **marked}
        said = replace(header, project=project)
        write_boundary_text(out, rows, header=said, encoding=options.encoding, precision=options.precision)
    elif out.suffix.lower() == ".xlsx":
        write_point_workbook(out, rows, header=header, precision=options.precision)
    else:
        raise UsageError(
            "输出文件应以 .txt 或 .xlsx 结尾",
            "The output must end in .txt or .xlsx",
            where=str(out),
            next_zh="如 --out 界址点.txt",
            next_en="E.g. --out points.txt",
        )
    rings = sum(shapely.get_num_interior_rings(shapely.get_parts(moved)) + 1)
    points = int(shapely.get_num_coordinates(moved).sum() - rings)
    total = float(np.sum(areas))
    return ExportedPoints(out, len(rows), points, name_of(options.crs), transform, basis, total, plots.issues)


def _require_polygons(shapes: GeometryArray, numbers: pd.Series, where: str) -> None:
    areal = np.isin(shapely.get_type_id(shapes), [shapely.GeometryType.POLYGON, shapely.GeometryType.MULTIPOLYGON])
    bad = np.flatnonzero(~(areal & shapely.is_valid(shapes) & ~shapely.is_empty(shapes)))
    if len(bad):
        row = int(bad[0])
        reason = "" if shapes[row] is None else shapely.is_valid_reason(shapes[row])
        raise GeometryInvalid(
            f"{len(bad)} 行没有可写出的面，首个为第 {row + 1} 行 {numbers.iloc[row]}（{reason}）",
            f"{len(bad)} rows have no polygon that can be written, the first is row {row + 1} ({reason})",
            where=where,
            next_zh="请先修正这些图形，不会略去任何一宗",
            next_en="Correct them first: no plot is left out",
        )


def _use_name(code: object, scheme: object) -> str:
    """Name of a planned use in its own scheme; nothing where either is missing."""
    if not isinstance(code, str) or not isinstance(scheme, str):
        return ""
    use = look_up(code, Scheme(scheme))
    return use.name_zh if use else ""
