"""The words and numbers of a sheet: schedule of parcels, totals, notes; all as text ready to print."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from landgis.crs import name_of
from landgis.domain.outcome import Outcome
from landgis.frames.spec import rows_of
from landgis.maps.material import Source
from landgis.maps.sheet.request import PlanSheet
from landgis.maps.style import verdict_symbol
from landgis.rules.choosing.sale import Mode

SHORT, SHORTER = 16, 7
"""Open points on the sheet itself may be cut to so many characters; the following pages then print them whole."""


def schedule(lines: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Rows of 地块一览表, in line order."""
    rows = []
    one_town = len(set(lines["town_name"].fillna(""))) == 1
    for line in rows_of(lines.drop(columns="geometry").sort_values("line_no")):
        points = line["open_points_zh"]
        verdict = Outcome(line["verdict"])
        rows.append(
            {
                "no": str(line["line_no"]),
                "id": line["parcel_id"],
                "place": " ".join(_given(line["town_name"], line["village_name"])),
                "near": " ".join(_given(*([] if one_town else [line["town_name"]]), line["village_name"])) or "—",
                "owner": "".join(_given(line["owner_name"])) or "—",
                "use": line["planned_use_zh"],
                "ha": f"{line['area_ha']:.4f}",
                "mu": f"{line['area_mu']:.4f}",
                "verdict": verdict.zh,
                "colour": verdict_symbol(verdict).fill,
                "terms": _terms(line),
                "points": points or "—",
                "short": shortened(points, SHORT) or "—",
                "shorter": shortened(points, SHORTER) or "—",
            }
        )
    return rows


def _terms(line: Mapping[str, Any]) -> str:
    """Mode, years and quarter of the supply as far as the line says; empty for lines that know nothing of terms."""
    mode, years, quarter = (line.get(name) for name in ("trade_mode", "term_years", "quarter"))
    return " · ".join(
        [
            *([] if pd.isna(mode) else [Mode(mode).words.zh]),
            *([] if pd.isna(years) else [f"{int(years)} 年"]),
            *([] if pd.isna(quarter) else [f"第 {int(quarter)} 季度"]),
        ]
    )


def shortened(text: str, limit: int) -> str:
    """Cut a text to ``limit`` characters, the last of them an ellipsis where something was cut."""
    return text if len(text) <= limit else text[: limit - 1] + "…"


def plan_totals(request: PlanSheet) -> list[dict[str, Any]]:
    """Both totals of a plan, as its request states them."""
    return [
        totals(request.totals_by_use, "按规划用途", "By planned use"),
        totals(request.totals_by_town, "按镇（街道）", "By town"),
    ]


def town_totals(lines: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Totals of some of the lines by use and by village; sums of the printed rows, exactly."""
    by_use, by_village = _grouped(lines, "planned_use_zh", "planned_use_code"), _grouped(lines, "village_name")
    return [totals(by_use, "按规划用途", "By planned use"), totals(by_village, "按村", "By village")]


def summed(lines: pd.DataFrame) -> tuple[int, Decimal, Decimal]:
    """Number of lines, hectares and 亩: sums of the printed rows, exactly."""
    return len(lines), sum(lines["area_ha"], Decimal(0)), sum(lines["area_mu"], Decimal(0))


def _grouped(lines: gpd.GeoDataFrame, column: str, order: str | None = None) -> pd.DataFrame:
    """Sum by one column, in the order of another (its codes) or of its own."""
    keys = list(zip(lines[order or column].fillna(""), lines[column].fillna(""), strict=True))
    parts = [(name, lines[[key == (code, name) for key in keys]]) for code, name in sorted(set(keys))]
    rows = [(str(name), *summed(part)) for name, part in [*parts, ("合计", lines)]]
    return pd.DataFrame(rows, columns=[column, "lines", "area_ha", "area_mu"])


def totals(frame: pd.DataFrame, title_zh: str, title_en: str) -> dict[str, Any]:
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
    return {"zh": title_zh, "en": title_en, "rows": rows[:-1], "sum": rows[-1][1:]}


def basis_zh(lines: gpd.GeoDataFrame) -> str:
    """The sentence that says on which areas the lines stand."""
    counts = lines["area_basis"].value_counts()
    registered, ellipsoidal = int(counts.get("registered", 0)), int(counts.get("ellipsoidal", 0))
    other = len(lines) - registered - ellipsoidal
    rest = f"，其他 {other} 宗" if other else ""
    return (
        f"面积依据：登记面积 {registered} 宗，椭球面积 {ellipsoidal} 宗{rest}；1 公顷 = 15 亩，合计为表列各行之和。"
        f"Areas: {registered} as registered, {ellipsoidal} ellipsoidal{f', {other} other' if other else ''}."
    )


def crs_lines(crs: CRS, grid_m: int | None) -> list[str]:
    """Say which CRS and projection the sheet is drawn in, from the CRS itself, and which heights it shows: none."""
    meridian = (
        next(
            (parameter.value for parameter in crs.coordinate_operation.params if "longitude" in parameter.name.lower()),
            None,
        )
        if crs.coordinate_operation
        else None
    )
    code = name_of(crs)
    return [
        "2000 国家大地坐标系（CGCS2000）" + (f"，{code}" if code.startswith("EPSG") else f"，{crs.name}"),
        f"高斯-克吕格投影，3° 带，中央经线 {meridian:g}°E" if meridian is not None else f"投影 Projection: {crs.name}",
        "1985 国家高程基准；本图不表示高程 No heights shown",
        f"坐标网间距 grid {_distance(grid_m)}；注记单位为千米 labels in km" if grid_m else "",
    ]


def _distance(metres: int) -> str:
    return f"{metres / 1000:g} 千米 km" if metres >= 1000 else f"{metres} 米 m"


def source_texts(sources: Iterable[Source]) -> list[tuple[str, str]]:
    """One entry per release: title, edition, document number, date; and the mark of a stand-in."""
    return [(source.label_zh, "［替代数据］" if source.substitute else "") for source in sources]


def _given(*values: Any) -> list[str]:
    return [str(value) for value in values if not pd.isna(value) and str(value)]
