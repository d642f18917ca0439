"""The words and numbers of a sheet: schedule of parcels, totals, notes; all as text ready to print."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

import pandas as pd
from pyproj import CRS

from landgis.crs import name_of
from landgis.domain.outcome import Outcome
from landgis.frames.spec import rows_of
from landgis.maps.material import Source
from landgis.maps.sheet.request import PlanSheet
from landgis.maps.style import verdict_symbol

SHORT, SHORTER = 16, 7
"""Open points on the sheet itself may be cut to so many characters; the following pages then print them whole."""


def schedule(request: PlanSheet) -> list[dict[str, Any]]:
    """Rows of 地块一览表, in line order."""
    rows = []
    for line in rows_of(request.lines.drop(columns="geometry").sort_values("line_no")):
        points = breakable(line["open_points_zh"])
        verdict = Outcome(line["verdict"])
        rows.append(
            {
                "no": str(line["line_no"]),
                "id": breakable(line["parcel_id"], 28),
                "place": breakable(" ".join(_given(line["town_name"], line["village_name"]))),
                "owner": breakable("".join(_given(line["owner_name"]))) or "—",
                "use": breakable(line["planned_use_zh"]),
                "ha": f"{line['area_ha']:.4f}",
                "mu": f"{line['area_mu']:.4f}",
                "verdict": verdict.zh,
                "colour": verdict_symbol(verdict).fill,
                "points": points or "—",
                "short": shortened(points, SHORT) or "—",
                "shorter": shortened(points, SHORTER) or "—",
            }
        )
    return rows


def shortened(text: str, limit: int) -> str:
    """Cut a text to ``limit`` characters, the last of them an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def breakable(text: str, limit: int = 12) -> str:
    """Let a run of Latin letters, digits and signs longer than ``limit`` break across lines; Chinese text does anyway."""
    return re.sub(rf"[!-~]{{{limit}}}(?=[!-~])", lambda run: run.group(0) + "\u200b", text)


def totals(frame: pd.DataFrame) -> dict[str, Any]:
    """Rows of a totals table and its last row, the whole, as printed."""
    naming = [str(name) for name in frame.columns if name not in ("lines", "area_ha", "area_mu")]
    rows = [
        [
            "".join(_given(row[naming[-1]])) or "未注明",
            str(row["lines"]),
            f"{row['area_ha']:.4f}",
            f"{row['area_mu']:.4f}",
        ]
        for row in rows_of(frame)
    ]
    return {"rows": rows[:-1], "sum": rows[-1][1:]}


def basis_zh(request: PlanSheet) -> str:
    """The sentence that says on which areas the lines stand."""
    counts = request.lines["area_basis"].value_counts()
    registered, ellipsoidal = int(counts.get("registered", 0)), int(counts.get("ellipsoidal", 0))
    other = len(request.lines) - registered - ellipsoidal
    rest = f"，其他 {other} 宗" if other else ""
    return (
        f"面积依据：登记面积 {registered} 宗，椭球面积 {ellipsoidal} 宗{rest}；1 公顷 = 15 亩，合计为表列各行之和。"
        f"Areas: {registered} as registered, {ellipsoidal} ellipsoidal{f', {other} other' if other else ''}."
    )


def crs_lines(crs: CRS, grid_m: int) -> list[str]:
    """Say which CRS and projection the sheet is drawn in, from the CRS itself."""
    meridian = (
        next(
            (parameter.value for parameter in crs.coordinate_operation.params if "longitude" in parameter.name.lower()),
            None,
        )
        if crs.coordinate_operation
        else None
    )
    code = name_of(crs)
    step = f"{grid_m / 1000:g} 千米 km" if grid_m >= 1000 else f"{grid_m} 米 m"
    return [
        "2000 国家大地坐标系（CGCS2000）" + (f"，{code}" if code.startswith("EPSG") else f"，{crs.name}"),
        f"高斯-克吕格投影，3° 带，中央经线 {meridian:g}°E" if meridian is not None else f"投影 Projection: {crs.name}",
        f"CGCS2000, Gauss-Kruger 3° zone, central meridian {meridian:g}°E" if meridian is not None else "",
        f"坐标网间距 grid {step}；注记单位为千米 labels in km",
    ]


def source_texts(sources: Iterable[Source]) -> list[tuple[str, str]]:
    """One entry per release: title, edition, document number, date; and the mark of a stand-in."""
    return [(source.label_zh, "［替代数据］" if source.substitute else "") for source in sources]


def _given(*values: Any) -> list[str]:
    return [str(value) for value in values if not pd.isna(value) and str(value)]
