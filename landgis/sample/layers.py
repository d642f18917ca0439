"""The layers: what was drawn, as releases with the field names that survey and plan databases carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd
from shapely import MultiPolygon, Polygon

from landgis.crs import WORKING
from landgis.domain.district import town_names
from landgis.domain.land_use import Scheme, look_up, planned_class, survey_class
from landgis.domain.layer import Release, ReleaseStatus
from landgis.sample import boundaries
from landgis.sample.boundaries import Part
from landgis.sample.parcels import town_code, village_code
from landgis.sample.places import Place
from landgis.sample.plots import Patch

_SURVEY_YEAR = 2025
_COURSE_ZH = {"river": "河道", "canal": "河港", "road": "公路", "lane": "农村道路"}
_OSM = "© OpenStreetMap contributors, ODbL 1.0"
Row = dict[str, object]


@dataclass(frozen=True)
class LayerSample:
    """One layer of the sample.

    Attributes
    ----------
    release
        Its release, published, marked as stand-in data.
    features
        FeatureFrame (EPSG:4549) plus the customary fields of such a layer.
    coverage
        Ground that the release speaks about, EPSG:4549.
    id_field
        Customary field that carries the same number as ``feature_id``.
    """

    release: Release
    features: gpd.GeoDataFrame
    coverage: MultiPolygon
    id_field: str


@dataclass(frozen=True)
class _Layer:
    """How one layer is made: title, number of the release, four-digit layer code, and its rows of one part."""

    key: str
    title_zh: str
    code: str
    rows: Callable[[Part], list[Row]]
    id_field: str = "BSM"
    expires_on: date = date(2027, 12, 31)


def build_layers(
    parts: list[Part], parcels: gpd.GeoDataFrame, outlines: gpd.GeoDataFrame | None
) -> dict[str, LayerSample]:
    """Return all layers, each one release over both districts.

    Parameters
    ----------
    parts
        The parts of the sample.
    parcels
        ParcelFrame, for the registered use rights.
    outlines
        Real town outlines (EPSG:4549; columns ``name``, ``geometry``), or None for invented ones.
    """
    built = {}
    for number, layer in enumerate(_LAYERS, start=1):
        rows = [row for part in parts for row in _numbered(layer, part)]
        reach = [boundaries.covered(part.terrain, layer.key == "ecological_redline") for part in parts]
        built[layer.key] = _sample(layer, number, rows, MultiPolygon(reach))
    extent = MultiPolygon([part.terrain.extent for part in parts])
    rights = _Layer("use_right_parcel", "集体建设用地使用权宗地", "6002", lambda part: [], "ZDDM")
    built[rights.key] = _sample(rights, len(_LAYERS) + 1, _use_rights(parcels), extent)
    towns = _Layer("town", "镇界", "1001", lambda part: [], "XZQDM")
    town_rows = [row for part in parts for row in _towns(part, outlines)]
    whole = gpd.GeoSeries([row["geometry"] for row in town_rows]).union_all()
    built[towns.key] = _sample(towns, len(_LAYERS) + 2, town_rows, MultiPolygon(getattr(whole, "geoms", [whole])))
    return built


def _sample(layer: _Layer, number: int, rows: list[Row], coverage: MultiPolygon) -> LayerSample:
    frame = pd.DataFrame(rows)
    frame.insert(0, "feature_id", frame[layer.id_field])
    if "class" not in frame:
        frame.insert(1, "class", "")
    features = gpd.GeoDataFrame(frame, geometry="geometry", crs=WORKING)
    release = Release(
        layer=layer.key,
        name="2026-01",
        title_zh=f"{layer.title_zh}（示例数据）",
        document_no=f"示例〔2026〕{number}号",
        issuing_body="示例数据，无批准机关",
        issued_on=date(2026, 1, 1),
        in_force_from=date(2026, 1, 1),
        expires_on=layer.expires_on,
        source_crs="EPSG:4549",
        feature_count=len(features),
        substitute=True,
        status=ReleaseStatus.PUBLISHED,
    )
    return LayerSample(release, features, coverage, layer.id_field)


def _numbered(layer: _Layer, part: Part) -> list[Row]:
    county = part.terrain.place.district.code
    rows = layer.rows(part)
    return [{"BSM": f"{county}{layer.code}{serial:08d}", **row} for serial, row in enumerate(rows, start=1)]


def _area(geometry: Polygon) -> float:
    return round(float(geometry.area), 2)


def _seat(place: Place, village: int) -> Row:
    """Return 坐落单位: the village, or the town for ground that belongs to no village."""
    if village < 0:
        return {"ZLDWDM": f"{place.towns[-1]}9990000000", "ZLDWMC": town_names()[place.towns[-1]]}
    return {"ZLDWDM": f"{village_code(place, village)}0000000", "ZLDWMC": place.villages[village]}


def _town(place: Place, village: int) -> Row:
    code = village_code(place, village)[:9] if village >= 0 else place.towns[-1]
    return {"XZQDM": code, "XZQMC": town_names()[code]}


def _named(code: str, scheme: Scheme) -> str:
    found = look_up(code, scheme)
    return found.name_zh if found else ""


def _survey_row(place: Place, patch: Patch, serial: int) -> Row:
    name = _named(patch.code, Scheme.SURVEY)
    return {
        "TBBH": f"{serial:06d}",
        "DLBM": patch.code,
        "DLMC": name,
        "QSXZ": "30",
        **_seat(place, patch.village),
        "TBMJ": _area(patch.ground),
        "CZCSXM": "203" if patch.code[:2] in ("05", "06", "07", "08") else "",
        "SJNF": _SURVEY_YEAR,
        "class": survey_class(patch.code).value,
        "label": f"{patch.code} {name}".strip(),
        "geometry": patch.ground,
    }


def _survey(part: Part) -> list[Row]:
    place = part.terrain.place
    return [_survey_row(place, patch, serial) for serial, patch in enumerate(part.use.survey, start=1)]


def _planned(part: Part) -> list[Row]:
    """Codes are padded with zeros to six digits, as plan databases write them."""
    rows: list[Row] = []
    for patch in part.use.plan:
        name = _named(patch.code, Scheme.GUIDE_2023)
        codes: Row = {
            "YDYHFLDM": patch.code.ljust(6, "0"),
            "YDYHFLMC": name,
            "TBMJ": _area(patch.ground),
            "GHZT": "规划",
        }
        judged: Row = {"class": planned_class(patch.code).value, "label": f"{patch.code} {name}".strip()}
        rows.append({**_town(part.terrain.place, patch.village), **codes, **judged, "geometry": patch.ground})
    return rows


def _farmland(part: Part) -> list[Row]:
    place = part.terrain.place
    patches = [*part.use.farmland, *(Patch(g, "0101", v) for g, _, v in part.extras("permanent_basic_farmland"))]
    rows: list[Row] = []
    for serial, patch in enumerate(patches, start=1):
        number = f"{village_code(place, patch.village)}{serial:06d}"
        area = _area(patch.ground)
        named: Row = {"DLBM": patch.code, "DLMC": _named(patch.code, Scheme.SURVEY), "QSXZ": "30"}
        sizes: Row = {"YJJBNTTBMJ": area, "YJJBNTMJ": area, "SJNF": _SURVEY_YEAR}
        base: Row = {"YJJBNTTBBH": number, "label": f"永农图斑 {number}", "geometry": patch.ground}
        rows.append({**base, **named, **_seat(place, patch.village), **sizes})
    return rows


def _homesteads(part: Part) -> list[Row]:
    place = part.terrain.place
    plots = [(plot, run.block.village) for run in part.runs for plot in run.plots]
    plots += [(geometry, village) for geometry, _, village in part.extras("homestead")]
    rows: list[Row] = []
    for serial, (geometry, village) in enumerate(plots, start=1):
        number = f"{village_code(place, village)}JC{serial:05d}"
        facts: Row = {"ZDDM": number, "ZDTZM": "JC", "QLLX": "5", "ZL": f"{place.villages[village]}{serial}号（示例）"}
        rows.append({**facts, "ZDMJ": _area(geometry), "label": f"宅基地 {number}", "geometry": geometry})
    return rows


def _development(part: Part) -> list[Row]:
    place = part.terrain.place
    rows: list[Row] = []
    for geometry, name in boundaries.development(part):
        rows.append(
            {**_town(place, -1), "GHFQMC": name, "MC": name, "MJ": _area(geometry), "label": name, "geometry": geometry}
        )
    return rows


def _red_line(part: Part) -> list[Row]:
    county = part.terrain.place.district.code
    rows: list[Row] = []
    for geometry, name in boundaries.red_line(part):
        size = round(float(geometry.area) / 1e6, 4)
        rows.append({"XJXZQHDM": county, "MC": name, "QYMJ": size, "label": name, "geometry": geometry})
    return rows


def _village_construction(part: Part) -> list[Row]:
    place = part.terrain.place
    rows: list[Row] = []
    for geometry, village in boundaries.village_construction(part):
        name = f"{place.villages[village]}村庄建设边界"
        rows.append({**_town(place, village), "MC": name, "MJ": _area(geometry), "label": name, "geometry": geometry})
    return rows


def _villages(part: Part) -> list[Row]:
    place = part.terrain.place
    rows: list[Row] = []
    for geometry, village in boundaries.villages(part.terrain):
        name = place.villages[village]
        rows.append({**_seat(place, village), "MC": name, "DCMJ": _area(geometry), "label": name, "geometry": geometry})
    return rows


def _ownership(part: Part) -> list[Row]:
    place = part.terrain.place
    rows: list[Row] = []
    for serial, (geometry, block) in enumerate(boundaries.ownership(part), start=1):
        number = f"{village_code(place, block.village)}JA{serial:05d}"
        town = town_names()[town_code(place, block.cell[0])]
        owner = f"{town}农民集体" if block.use == "park" else f"{place.villages[block.village]}农民集体"
        facts: Row = {"ZDDM": number, "ZDTZM": "JA", "QLLX": "1", "QLRMC": owner, "ZDMJ": _area(geometry)}
        rows.append({**facts, "label": f"{owner} {number}", "geometry": geometry})
    return rows


def _use_rights(parcels: gpd.GeoDataFrame) -> list[Row]:
    rows: list[Row] = []
    held = parcels[parcels["use_right_registered"].fillna(False).astype(bool)]
    for parcel in held.itertuples():
        facts: Row = {"ZDDM": parcel.parcel_id, "ZDTZM": "JB", "QLLX": "7", "BDCQZH": parcel.certificate_no}
        sizes: Row = {"ZDMJ": parcel.registered_area_m2, "MJDW": "1", "label": f"集体建设用地 {parcel.parcel_id}"}
        rows.append({**facts, **sizes, "geometry": parcel.geometry})
    return rows


def _water(part: Part) -> list[Row]:
    rows: list[Row] = []
    for course in part.terrain.courses:
        if course.kind in ("river", "canal"):
            facts: Row = {"MC": course.name, "LX": _COURSE_ZH[course.kind], "MJ": _area(course.ground)}
            rows.append({**facts, "label": course.name, "geometry": course.ground})
    for kind, patches in (("坑塘", part.use.ponds), ("沟渠", part.use.ditches)):
        rows += [{"MC": "", "LX": kind, "MJ": _area(at.ground), "label": kind, "geometry": at.ground} for at in patches]
    return rows


def _roads(part: Part) -> list[Row]:
    rows: list[Row] = []
    for course in part.terrain.courses:
        if course.kind in ("road", "lane"):
            facts: Row = {"MC": course.name, "LX": _COURSE_ZH[course.kind], "MJ": _area(course.ground)}
            rows.append({**facts, "label": course.name, "geometry": course.ground})
    return rows


def _towns(part: Part, outlines: gpd.GeoDataFrame | None) -> list[Row]:
    """Take real outlines where they are given, else invented ones; each row says which."""
    place = part.terrain.place
    invented = boundaries.towns(part.terrain)
    rows: list[Row] = []
    for code, geometry in zip(place.towns, invented, strict=True):
        name, source = town_names()[code], "示例生成 generated"
        real = outlines[outlines["name"] == name] if outlines is not None else []
        if len(real):
            geometry, source = real.geometry.iloc[0], _OSM
        rows.append(
            {
                "XZQDM": code,
                "XZQMC": name,
                "DCMJ": _area(geometry),
                "SOURCE": source,
                "label": name,
                "geometry": geometry,
            }
        )
    return rows


_LAYERS = (
    _Layer("development_boundary", "城镇开发边界", "2010", _development),
    _Layer("permanent_basic_farmland", "永久基本农田", "2020", _farmland, "YJJBNTTBBH"),
    _Layer("ecological_redline", "生态保护红线", "2030", _red_line),
    _Layer("homestead", "宅基地", "6003", _homesteads, "ZDDM", expires_on=date(2026, 12, 31)),
    _Layer("survey_land_use", "国土变更调查地类图斑", "2001", _survey),
    _Layer("planned_land_use", "规划用地用海", "2040", _planned),
    _Layer("village", "村界", "1002", _villages),
    _Layer("village_construction_boundary", "村庄建设边界", "2050", _village_construction),
    _Layer("ownership_parcel", "集体土地所有权宗地", "6001", _ownership, "ZDDM"),
    _Layer("water", "水系", "3001", _water),
    _Layer("road", "道路", "3002", _roads),
)
