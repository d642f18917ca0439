"""Features of the ground: survey, plan, farmland, homesteads and the parcels of ownership and use right."""

from __future__ import annotations

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from landgis.domain.district import town_names
from landgis.domain.land_use import Scheme, planned_class, survey_class
from landgis.domain.parcel_code import feature_letters
from landgis.sample import boundaries
from landgis.sample.boundaries import Part
from landgis.sample.fields import Row, area_of, named_of, seat_of, town_of
from landgis.sample.places import Place, town_code, village_code
from landgis.sample.plots import Patch

_SURVEY_YEAR = 2025


def _survey_row(place: Place, patch: Patch, serial: int) -> Row:
    name = named_of(patch.code, Scheme.SURVEY)
    return {
        "TBBH": f"{serial:06d}",
        "DLBM": patch.code,
        "DLMC": name,
        "QSXZ": "30",
        **seat_of(place, patch.village),
        "TBMJ": area_of(patch.ground),
        "CZCSXM": "203" if patch.code[:2] in ("05", "06", "07", "08") else "",
        "SJNF": _SURVEY_YEAR,
        "class": survey_class(patch.code, Scheme.SURVEY).value,
        "label": f"{patch.code} {name}".strip(),
        "geometry": patch.ground,
    }


def survey(part: Part) -> list[Row]:
    """Return survey patches (DLTB), last-level codes of the survey scheme."""
    place = part.terrain.place
    return [_survey_row(place, patch, serial) for serial, patch in enumerate(part.use.survey, start=1)]


def planned(part: Part) -> list[Row]:
    """Codes are padded with zeros to six digits, as plan databases write them."""
    rows: list[Row] = []
    for patch in part.use.plan:
        name = named_of(patch.code, Scheme.GUIDE_2023)
        codes: Row = {
            "YDYHFLDM": patch.code.ljust(6, "0"),
            "YDYHFLMC": name,
            "TBMJ": area_of(patch.ground),
            "GHZT": "规划",
        }
        judged: Row = {
            "class": planned_class(patch.code, Scheme.GUIDE_2023).value,
            "label": f"{patch.code} {name}".strip(),
        }
        rows.append({**town_of(part.terrain.place, patch.village), **codes, **judged, "geometry": patch.ground})
    return rows


def farmland(part: Part) -> list[Row]:
    """Return permanent basic farmland (YJJBNTTB), numbered county, town, village, serial."""
    place = part.terrain.place
    patches = [*part.use.farmland, *(Patch(g, "0101", v) for g, _, v in part.extras("permanent_basic_farmland"))]
    rows: list[Row] = []
    for serial, patch in enumerate(patches, start=1):
        number = f"{village_code(place, patch.village)}{serial:06d}"
        area = area_of(patch.ground)
        named: Row = {"DLBM": patch.code, "DLMC": named_of(patch.code, Scheme.SURVEY), "QSXZ": "30"}
        sizes: Row = {"YJJBNTTBMJ": area, "YJJBNTMJ": area, "SJNF": _SURVEY_YEAR}
        base: Row = {"YJJBNTTBBH": number, "label": f"永农图斑 {number}", "geometry": patch.ground}
        rows.append({**base, **named, **seat_of(place, patch.village), **sizes})
    return rows


def homesteads(part: Part) -> list[Row]:
    """Return homesteads as JC parcels."""
    place = part.terrain.place
    plots: list[tuple[BaseGeometry, int]] = [(plot, run.block.village) for run in part.runs for plot in run.plots]
    plots += [(geometry, village) for geometry, _, village in part.extras("homestead")]
    rows: list[Row] = []
    for serial, (geometry, village) in enumerate(plots, start=1):
        number = f"{village_code(place, village)}JC{serial:05d}"
        facts: Row = {"ZDDM": number, "ZDTZM": "JC", "QLLX": "5", "ZL": f"{place.villages[village]}{serial}号（示例）"}
        rows.append({**facts, "ZDMJ": area_of(geometry), "label": f"宅基地 {number}", "geometry": geometry})
    return rows


def ownership(part: Part) -> list[Row]:
    """Return collective ownership as JA parcels."""
    place = part.terrain.place
    rows: list[Row] = []
    for serial, (geometry, block) in enumerate(boundaries.ownership(part), start=1):
        number = f"{village_code(place, block.village)}JA{serial:05d}"
        town = town_names()[town_code(place, block.cell[0])]
        owner = f"{town}农民集体" if block.use == "park" else f"{place.villages[block.village]}农民集体"
        facts: Row = {"ZDDM": number, "ZDTZM": "JA", "QLLX": "1", "QLRMC": owner, "ZDMJ": area_of(geometry)}
        rows.append({**facts, "label": f"{owner} {number}", "geometry": geometry})
    return rows


def use_rights(parcels: gpd.GeoDataFrame) -> list[Row]:
    """Return registered collective construction-land rights, as far as they are known to be such."""
    rows: list[Row] = []
    held = parcels[parcels["use_right_registered"].fillna(False).astype(bool) & parcels["right_type"].isin(("7", "8"))]
    for parcel in held.itertuples():
        kind: Row = {"ZDTZM": feature_letters(str(parcel.parcel_id)), "QLLX": parcel.right_type}
        facts: Row = {"ZDDM": parcel.parcel_id, **kind, "BDCQZH": parcel.certificate_no}
        sizes: Row = {"ZDMJ": parcel.registered_area_m2, "MJDW": "1", "label": f"集体建设用地 {parcel.parcel_id}"}
        rows.append({**facts, **sizes, "geometry": parcel.geometry})
    return rows
