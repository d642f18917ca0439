"""Build ``data/real``: real geometry as a second, independent input, with generated facts and land-use layers.

usage: ``python scripts/build_real_pack.py SOURCE OUT [--seed N]``

SOURCE holds ``landgis_demo.gpkg`` (real geometry in EPSG:4490), ``dk_standin_4528_gbk.zip`` and
``expected_overlaps.csv``. Geometry that is kept is copied byte for byte, and compared afterwards; two copied rows and
one layer of unclear licence are left out. Facts, planned use, survey, ownership and use-right layers are generated:
替代数据，非法定成果. Same source, seed and library versions give the same bytes. ``OUT/README.md`` is written by hand.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import shutil
import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from datetime import date
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyogrio
import shapely
import yaml
from pyproj import CRS
from shapely.affinity import rotate
from shapely.geometry import Point, mapping
from shapely.geometry.base import BaseGeometry

from landgis.crs import GEOGRAPHIC, GeometryArray, to_crs
from landgis.domain.facts import OwnerLevel
from landgis.domain.land_use import PlannedClass, Scheme, look_up, planned_class
from landgis.domain.layer import SUBSTITUTE_ZH

PLANE = CRS.from_epsg(4528)
SEED = 20260630
COPIED = ("dk_standin_4528_gbk.zip", "expected_overlaps.csv")
LEFT_OUT_ROW = "松江区其余街镇（未细分）"
LEFT_OUT_FROM = ("xzj", "czkfbj_standin")
LEAVE_OUT = """
BEGIN;
DELETE FROM xzj WHERE XZQMC = '松江区其余街镇（未细分）';
DELETE FROM czkfbj_standin WHERE XZQMC = '松江区其余街镇（未细分）';
UPDATE gpkg_contents SET (min_x, max_x, min_y, max_y) =
  (SELECT min(minx), max(maxx), min(miny), max(maxy) FROM rtree_xzj_geom) WHERE table_name = 'xzj';
UPDATE gpkg_contents SET (min_x, max_x, min_y, max_y) =
  (SELECT min(minx), max(maxx), min(miny), max(maxy) FROM rtree_czkfbj_standin_geom)
  WHERE table_name = 'czkfbj_standin';
DROP TABLE rtree_xzq_geom;
DROP TABLE xzq;
DELETE FROM gpkg_extensions WHERE table_name = 'xzq';
DELETE FROM gpkg_geometry_columns WHERE table_name = 'xzq';
DELETE FROM gpkg_ogr_contents WHERE table_name = 'xzq';
DELETE FROM gpkg_contents WHERE table_name = 'xzq';
COMMIT;
VACUUM;
"""
STAMP = "2026-01-01T00:00:00Z"
MARK = "替代数据"

SURVEY = {"0601": 42, "05H1": 20, "0508": 8, "08H2": 6, "1201": 4, "0702": 5, "1206": 3, "1202": 5, "0103": 4, "05": 3}
PLANNED = {"1001": 30, "0901": 15, "1101": 11, "0802": 11, "0902": 6, "0807": 4, "100103": 3, "0701": 5, "070102": 4}
PLANNED |= {"1401": 2, "16": 2, "0703": 3, "0101": 2, "0699": 2}
FIELDS_SURVEY = {"0101": 40, "0103": 20, "0201": 8, "0301": 14, "1104": 10, "1202": 4, "1101": 4}
FIELDS_PLANNED = {"0101": 55, "0103": 15, "0201": 6, "0301": 14, "1704": 10}
DEFECTS = (
    "unregistered", "registration_blank", "owner_unregistered", "owner_blank", "disputed", "dispute_blank",
    "restricted", "restriction_blank", "uncompensated", "compensation_blank", "use_blank", "scheme_blank", "use_odd",
)  # fmt: skip
"""What may be wrong with a parcel's facts; one parcel in six has one of them."""

_UNPLANNED, _TAKEN = 3, 5
"""Sites: one without a country unit plan, and one of which half is to be acquired."""

OSM = "© OpenStreetMap contributors, ODbL 1.0"
PRAGUE = "地块形状 plots: Prague / ČÚZK (momepy, BSD-3)"
LAYERS = (
    ("development_boundary", "landgis_real.gpkg", "czkfbj_standin", "城镇开发边界", OSM),
    ("ecological_redline", "landgis_real.gpkg", "stbhhx_standin", "生态保护红线", OSM),
    ("permanent_basic_farmland", "landgis_real.gpkg", "yjjbnt_standin", "永久基本农田", OSM),
    ("homestead", "landgis_real.gpkg", "zjd_standin", "农村宅基地", PRAGUE),
    ("town", "landgis_real.gpkg", "xzj", "镇界（OSM）", OSM),
    ("planned_land_use", "landgis_real_generated.gpkg", "planned_land_use", "规划用地用海", PRAGUE),
    ("survey_land_use", "landgis_real_generated.gpkg", "survey_land_use", "国土调查地类图斑", PRAGUE),
    ("ownership_parcel", "landgis_real_generated.gpkg", "ownership_parcel", "集体土地所有权宗地", PRAGUE),
    ("use_right_parcel", "landgis_real_generated.gpkg", "use_right_parcel", "集体建设用地使用权宗地", PRAGUE),
    ("unit_plan", "landgis_real_generated.gpkg", "unit_plan", "郊野单元村庄规划", PRAGUE),
    (
        "village_construction_boundary",
        "landgis_real_generated.gpkg",
        "village_construction_boundary",
        "村庄建设边界",
        PRAGUE,
    ),
    ("land_acquisition", "landgis_real_generated.gpkg", "land_acquisition", "成片开发征收", PRAGUE),
    ("water", "landgis_real_generated.gpkg", "water", "水域", PRAGUE),
)


class Dice:
    """Numbers in [0, 1) that depend on the seed and a name alone, not on the order of asking."""

    def __init__(self, seed: int) -> None:
        self._seed = seed

    def draw(self, *name: object) -> float:
        """Return the number that belongs to a name."""
        text = "|".join(map(str, (self._seed, *name)))
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6]) / 2**48

    def pick(self, weights: Mapping[str, int], *name: object) -> str:
        """Return one key, as often as its weight says."""
        mark = self.draw(*name) * sum(weights.values())
        sums = np.cumsum(list(weights.values()))
        return list(weights)[int(np.searchsorted(sums, mark, side="right"))]


class Patches(NamedTuple):
    """Patches of one generated layer in metres: they share every vertex, so no gap opens in another CRS."""

    geometry: GeometryArray
    code: list[str]
    site: list[int]


# --- the copied part -------------------------------------------------------------------------------------------------


def copy_real(source: Path, target: Path) -> None:
    """Copy the GeoPackage without the left-out layer and rows; the file is rewritten, so nothing of them remains."""
    shutil.copyfile(source, target)
    with closing(sqlite3.connect(target, isolation_level=None)) as db:
        db.executescript(LEAVE_OUT)


def prove_unchanged(source: Path, target: Path) -> None:
    """Compare geometry bytes (WKB) and attributes of every kept row with the source; stop at the first difference."""
    for table, _ in pyogrio.list_layers(target):
        kept = f"XZQMC <> '{LEFT_OUT_ROW}'" if table in LEFT_OUT_FROM else None
        before, after = pyogrio.raw.read(source, layer=table, where=kept), pyogrio.raw.read(target, layer=table)
        same = before[0]["fields"].tolist() == after[0]["fields"].tolist() and before[2].tolist() == after[2].tolist()
        if not same or any(old.tolist() != new.tolist() for old, new in zip(before[3], after[3], strict=True)):
            raise SystemExit(f"{table}: rows differ from the source")
        print(f"  {table}: {len(after[2])} rows, geometry and attributes equal byte for byte")
    row = pyogrio.read_dataframe(source, layer="czkfbj_standin", where=f"XZQMC = '{LEFT_OUT_ROW}'")
    parcels = read_plane(target, "dk_standin").geometry.to_numpy()
    distance_m = float(shapely.distance(plane(row.geometry.to_numpy())[0], parcels).min())
    if not distance_m > 0:
        raise SystemExit("the left-out row of czkfbj_standin touches parcels: expected_overlaps.csv would be wrong")
    print(f"  the left-out row of czkfbj_standin is {distance_m:.0f} m from the nearest parcel")


# --- generated patches -----------------------------------------------------------------------------------------------


def plane(geometries: GeometryArray) -> GeometryArray:
    """Degrees to metres (EPSG:4490 → 4528), vertex by vertex."""
    return to_crs(geometries, GEOGRAPHIC, PLANE)[0]


def read_plane(path: Path, layer: str) -> gpd.GeoDataFrame:
    """Read a layer of the pack and move it to metres."""
    frame: gpd.GeoDataFrame = pyogrio.read_dataframe(path, layer=layer)
    return frame.set_geometry(gpd.GeoSeries(plane(frame.geometry.to_numpy()), crs=PLANE))


def blocks(parcels: GeometryArray, reach_m: float) -> GeometryArray:
    """Group neighbouring parcels: polygons without holes whose edges stay about reach_m away from every parcel."""
    joined = shapely.union_all(shapely.buffer(parcels, reach_m + 1, join_style="mitre", mitre_limit=2))
    filled = shapely.union_all(shapely.polygons(shapely.get_exterior_ring(shapely.get_parts(joined))))
    return np.asarray(shapely.get_parts(shapely.simplify(shapely.buffer(filled, -1, join_style="mitre"), 0.7)))


def site_extents(parcels: gpd.GeoDataFrame) -> list[BaseGeometry]:
    """Ground of every site: its hull and 120 m round it; where two sites meet, the first keeps the ground."""
    taken: BaseGeometry = shapely.Polygon()
    extents: list[BaseGeometry] = []
    for _, group in parcels.groupby("SITE", sort=False):
        hull = shapely.convex_hull(shapely.union_all(group.geometry.to_numpy()))
        extents.append(shapely.difference(shapely.buffer(hull, 120, quad_segs=3), taken))
        taken = shapely.union(taken, extents[-1])
    return extents


def faces(lines: Iterable[BaseGeometry]) -> GeometryArray:
    """Cut the plane along lines; faces share every vertex, on a grid of 1 mm."""
    noded = shapely.union_all(list(lines), grid_size=0.001)
    return np.asarray(shapely.get_parts(shapely.polygonize(shapely.get_parts(noded))))


def absorb(found: GeometryArray, least_m2: float) -> GeometryArray:
    """Give every scrap below a size to the larger face with which it shares the longest border."""
    small = shapely.area(found) < least_m2
    host = np.arange(len(found))
    tree = shapely.STRtree(found)
    for scrap in np.flatnonzero(small):
        near = tree.query(found[scrap], predicate="touches")
        near = near[~small[near]]
        if len(near):
            host[scrap] = near[np.argmax(shapely.length(shapely.intersection(found[near], found[scrap])))]
    return np.array([shapely.coverage_union_all(found[host == face]) for face in np.unique(host)])


def grid(extent: BaseGeometry, angle: float, step_m: tuple[float, float]) -> BaseGeometry:
    """Field borders: two families of parallels over an extent."""
    middle, radius = extent.centroid, 0.5 * float(np.hypot(*np.subtract(extent.bounds[2:], extent.bounds[:2])))
    rows = np.arange(-radius, radius, step_m[0])
    columns = np.arange(-radius, radius, step_m[1])
    ends = [((-radius, y), (radius, y)) for y in rows] + [((x, -radius), (x, radius)) for x in columns]
    lines = shapely.multilinestrings([shapely.LineString(np.add(pair, (middle.x, middle.y))) for pair in ends])
    return shapely.intersection(rotate(lines, angle, origin=middle), extent)


def clean_cut(block: BaseGeometry, parcels: GeometryArray, dice: Dice, *name: object) -> BaseGeometry | None:
    """Return a line across a block that no parcel is grazed by: each is cut by 5 m² or more, or 0.5 m away."""
    middle = block.representative_point()
    for attempt in range(40):
        line = shapely.LineString([(middle.x - 900, middle.y), (middle.x + 900, middle.y)])
        line = rotate(line, 180 * dice.draw(*name, attempt), origin=middle)
        near = parcels[shapely.distance(parcels, line) < 0.5]
        halves = shapely.buffer(line, 400, cap_style="flat", single_sided=True)
        part = shapely.area(shapely.intersection(near, halves))
        if np.minimum(part, shapely.area(near) - part).min(initial=5) >= 5:
            return shapely.intersection(line, block)
    return None


def land_use(parcels: gpd.GeoDataFrame, dice: Dice, scheme: Scheme) -> Patches:
    """Generate patches of one scheme: blocks under the parcels, streets between, fields round them."""
    survey = scheme is Scheme.SURVEY
    built, open_land = (SURVEY, FIELDS_SURVEY) if survey else (PLANNED, FIELDS_PLANNED)
    street, second = ("1004", "0103") if survey else ("1207", "1401")
    shapes, extents = parcels.geometry.to_numpy(), site_extents(parcels)
    ground = blocks(shapes, 3 if survey else 4)
    streets = shapely.simplify(shapely.buffer(shapely.union_all(ground), 12, join_style="mitre"), 1.5)
    tree = shapely.STRtree(shapes)
    cuts: dict[int, BaseGeometry] = {}
    for number, block in enumerate(ground):
        inside = shapes[tree.query(block, predicate="contains")]
        if len(inside) > 3 and dice.draw(scheme, "split", number) < 0.1:
            line = clean_cut(block, inside, dice, scheme, "cut", number)
            cuts |= {number: line} if line is not None else {}
    fields = [
        shapely.difference(grid(extent, 180 * dice.draw("grid", site), (120, 200)), streets)
        for site, extent in enumerate(extents)
    ]
    areas = shapely.boundary([*ground, streets, *extents])
    found = faces([*areas, *fields, *cuts.values()])
    open_faces = owner_of(shapely.point_on_surface(found), ground) < 0
    found = np.concatenate([found[~open_faces], absorb(found[open_faces], 600)])
    points = shapely.point_on_surface(found)
    block_of = owner_of(points, ground)
    site_of = owner_of(points, np.asarray(extents))
    on_street = shapely.contains(streets, points)
    code = []
    for face, (block, point) in enumerate(zip(block_of, points, strict=True)):
        if block < 0:
            code.append(street if on_street[face] else dice.pick(open_land, scheme, "field", face))
        elif block in cuts and beyond(cuts[block], point):
            code.append(second)
        else:
            code.append(dice.pick(built, scheme, "block", block))
    kept = [face for face in range(len(found)) if site_of[face] >= 0]
    return Patches(found[kept], [code[face] for face in kept], [int(site_of[face]) for face in kept])


def owner_of(points: GeometryArray, areas: GeometryArray) -> npt.NDArray[np.int64]:
    """Index of the area that holds each point, -1 where none does."""
    held = np.full(len(points), -1, dtype=np.int64)
    point, area = shapely.STRtree(areas).query(points, predicate="within")
    held[point] = area
    return held


def beyond(line: BaseGeometry, point: Point) -> bool:
    """Tell whether a point lies left of a straight line (or of the first piece of one cut in pieces)."""
    (x0, y0), (x1, y1) = shapely.get_coordinates(line)[[0, -1]]
    return bool((x1 - x0) * (point.y - y0) > (y1 - y0) * (point.x - x0))


def ownership(parcels: gpd.GeoDataFrame, dice: Dice) -> Patches:
    """Generate collectives' ownership parcels: each site cut in stripes; the code is the owner's number, 0 the town."""
    extents = site_extents(parcels)
    stripes = [grid(extent, 180 * dice.draw("owner", site), (430, 5000)) for site, extent in enumerate(extents)]
    found = absorb(faces([*shapely.boundary(extents), *stripes]), 20_000)
    site_of = owner_of(shapely.point_on_surface(found), np.asarray(extents))
    kept = [face for face in range(len(found)) if site_of[face] >= 0]
    return Patches(found[kept], [str(face % 4) for face in kept], [int(site_of[face]) for face in kept])


def plan_layers(path: Path, parcels: gpd.GeoDataFrame, survey: Patches, towns: Mapping[int, str]) -> None:
    """Write unit plans, village boundaries, an area of acquisition and water: what stays away from parcels by metres."""
    extents = np.asarray(site_extents(parcels))
    inner = np.asarray(shapely.get_parts(shapely.buffer(shapely.union_all(extents), -60, quad_segs=3)))
    planned = np.delete(extents, _UNPLANNED)
    half = shapely.box(*inner[_TAKEN].bounds[:2], inner[_TAKEN].centroid.x, inner[_TAKEN].bounds[3])
    wet = survey.geometry[[code[:2] == "11" for code in survey.code]]
    for layer, drawn, names in (
        ("unit_plan", planned, [f"{name}郊野单元" for site, name in towns.items() if site != _UNPLANNED]),
        ("village_construction_boundary", inner, ["村庄建设边界"] * len(inner)),
        ("land_acquisition", np.array([shapely.intersection(inner[_TAKEN], half)]), ["成片开发方案"]),
        ("water", wet, ["水域"] * len(wet)),
    ):
        write_layer(path, layer, to_crs(drawn, PLANE, GEOGRAPHIC)[0], {"MC": names})


# --- facts -----------------------------------------------------------------------------------------------------------


def at_parcel(parcels: gpd.GeoDataFrame, patches: Patches) -> list[str]:
    """Code of the patch under a point of each parcel."""
    under = owner_of(shapely.point_on_surface(parcels.geometry.to_numpy()), patches.geometry)
    return [patches.code[patch] for patch in under]


def owners(parcels: gpd.GeoDataFrame, patches: Patches, towns: Mapping[int, str]) -> list[tuple[str, str]]:
    """Owner level and owner's name of each parcel; two collectives under one parcel make it joint."""
    shapes = parcels.geometry.to_numpy()
    parcel, patch = shapely.STRtree(patches.geometry).query(shapes, predicate="intersects")
    real = shapely.area(shapely.intersection(shapes[parcel], patches.geometry[patch])) > 1e-6
    names: list[set[str]] = [set() for _ in shapes]
    for row, hit in zip(parcel[real], patch[real], strict=True):
        names[row].add(owner_name(patches, hit, towns))
    level = {True: OwnerLevel.VILLAGE, False: OwnerLevel.TOWN}
    return [
        ((OwnerLevel.JOINT if len(some) > 1 else level["村" in min(some)]).zh, "、".join(sorted(some)))
        for some in names
    ]


def owner_name(patches: Patches, patch: int, towns: Mapping[int, str]) -> str:
    """Invented name of the collective that owns a patch."""
    unit = ("", "示例一村", "示例二村", "示例三村")[int(patches.code[patch])]
    return f"{towns[patches.site[patch]]}{unit}{'经济合作社' if unit else '集体经济联合社'}"


def yes(value: bool | None) -> str:
    """是, 否, or nothing for a fact that nobody knows."""
    return "" if value is None else "是" if value else "否"


def fact_row(key: str, area_m2: float, code: tuple[str, str], owner: tuple[str, str], dice: Dice) -> dict[str, str]:
    """Facts of one parcel under the field names that deliveries use; at most one of the thirteen defects."""
    survey, planned = code
    odd = DEFECTS[int(dice.draw(key, "which") * len(DEFECTS))] if dice.draw(key, "defect") < 1 / 6 else ""
    registered = {"unregistered": False, "registration_blank": None}.get(odd, True)
    # Half of the larger registered plots come with their certificate, so that a plan stands on both kinds of area.
    certified = registered is True and area_m2 >= 200 and dice.draw(key, "certificate") < 0.5
    housing = planned_class(planned, Scheme.GUIDE_2023) is PlannedClass.HOUSING
    rental = {"yes": True, "no": False, "blank": None}[dice.pick({"yes": 4, "no": 3, "blank": 3}, key, "rental")]

    def likely(name: str, chance: float) -> str:
        mark = dice.draw(key, name)
        return yes(True if mark < chance else False if mark < chance + (1 - chance) / 2 else None)

    return {
        "DKBM": key,
        "所有权主体": owner[0],
        "QSDWMC": owner[1],
        "所有权登记": yes({"owner_unregistered": False, "owner_blank": None}.get(odd, True)),
        "集体建设用地已依法登记": yes(registered),
        "BDCQZH": f"示例证第{key}号" if certified else "",
        "ZZMJ": f"{area_m2 * (1 + 0.004 * (dice.draw(key, 'area') - 0.5)):.2f}" if certified else "",
        "权属争议": yes({"disputed": True, "dispute_blank": None}.get(odd, False)),
        "QLXZ_SD": yes({"restricted": True, "restriction_blank": None}.get(odd, False)),
        "YDYHFLDM": {"use_blank": "", "use_odd": "C65"}.get(odd, planned),
        "GHYTBZ": "" if odd == "scheme_blank" else Scheme.GUIDE_2023.value,
        "限定租赁住房": yes(rental) if housing else "",
        "现状地类": survey,
        "DLBZ": Scheme.SURVEY.value,
        "QLLX": "8" if dice.draw(key, "house") < 0.4 else "7",
        "NZYPZRQ": "",
        "NZYPZWH": "",
        "列入底数": likely("base", 0.98),
        "补偿处理完毕": yes({"uncompensated": False, "compensation_blank": None}.get(odd, True)),
        "CYZR": likely("access", 0.96),
        "通路": likely("road", 0.97),
        "TS": likely("water", 0.96),
        "通电": likely("power", 0.97),
        "土地平整": likely("level", 0.92),
        "场地已清": likely("cleared", 0.95),
        "另有约定": likely("agreed", 0.3),
        "PTCS": likely("facilities", 0.8),
        "填河批复": likely("filling", 0.5),
        "出让合同已签": {"是": "否", "否": "是", "": ""}[likely("unsigned", 0.98)],
        "HTYT": "",
        "HTYTBZ": "",
        "入市意愿": likely("willing", 0.96),
        "YXSRR": f"示例企业{int(dice.draw(key, 'buyer') * 400):03d}" if dice.draw(key, "intent") < 0.15 else "",
        "BZ": MARK,
    }


# --- writing ---------------------------------------------------------------------------------------------------------


def write_layer(
    path: Path, layer: str, shapes: GeometryArray, columns: Mapping[str, list[str] | npt.NDArray[np.float64]]
) -> None:
    """Write one generated layer in EPSG:4490, after proving in degrees that its polygons are valid."""
    if not shapely.is_valid(shapes).all():
        raise SystemExit(f"{layer}: invalid geometry in degrees")
    frame = gpd.GeoDataFrame({**columns, "BZ": [SUBSTITUTE_ZH] * len(shapes)}, geometry=shapes, crs=GEOGRAPHIC)
    pyogrio.write_dataframe(
        frame, path, layer=layer, append=path.exists(), geometry_type="MultiPolygon", promote_to_multi=True,
        layer_options={"GEOMETRY_NAME": "geom", "DESCRIPTION": SUBSTITUTE_ZH},
    )  # fmt: skip


def write_patches(path: Path, layer: str, patches: Patches, columns: Mapping[str, list[str]]) -> None:
    """Write a layer of patches; refuse one that would show gaps or overlaps in degrees."""
    degrees = to_crs(patches.geometry, PLANE, GEOGRAPHIC)[0]
    if not shapely.coverage_is_valid(degrees):
        raise SystemExit(f"{layer}: patches do not fit each other in degrees")
    write_layer(path, layer, degrees, {**columns, "TBMJ": np.round(shapely.area(patches.geometry), 2)})


def numbers(patches: Patches, codes: Mapping[int, str], kind: str) -> list[str]:
    """Eighteen-character identifiers: town code, kind of layer, serial number."""
    return [f"{codes[site]}{kind}{serial + 1:07d}" for serial, site in enumerate(patches.site)]


def name_of_code(code: str, scheme: Scheme) -> str:
    """Chinese name of a code; a code that the scheme does not have is printed as found."""
    found = look_up(code, scheme)
    return found.name_zh if found else "（代码表中没有）"


def write_coverage(path: Path, name: str, shape: BaseGeometry) -> None:
    """Write one coverage polygon as GeoJSON in EPSG:4490, with the CRS said in the file."""
    document = {
        "type": "FeatureCollection",
        "name": name,
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
        "features": [{"type": "Feature", "properties": {"BZ": SUBSTITUTE_ZH}, "geometry": mapping(shape)}],
    }
    path.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")


def write_catalogue(out: Path) -> None:
    """Write ``layers.yaml``: which file is which layer, its dates and its coverage."""
    layers = {}
    for key, file, layer, title, credit in LAYERS:
        generated = file == "landgis_real_generated.gpkg"
        layers[key] = {
            "file": file, "layer": layer, "name": "2026-real", "title_zh": f"{title}（{MARK}）",
            "document_no": "示例〔2026〕1号（替代数据，无此文件）", "issued_on": date(2026, 1, 1),
            "in_force_from": date(2026, 1, 1), "expires_on": date(2027, 12, 31),
            "coverage": "coverage_generated.geojson" if generated else "coverage.geojson", "substitute": True,
            "attribution": credit,
        }  # fmt: skip
    head = "# 替代数据，非法定成果。 Stand-in data, no legal force. 见 README.md。\n"
    text = yaml.safe_dump({"substitute": True, "layers": layers}, allow_unicode=True, sort_keys=False, width=120)
    (out / "layers.yaml").write_text(head + text, encoding="utf-8")


def generate(out: Path, seed: int) -> None:
    """Write facts, generated layers, coverage and catalogue beside the copied GeoPackage."""
    dice, real, made = Dice(seed), out / "landgis_real.gpkg", out / "landgis_real_generated.gpkg"
    made.unlink(missing_ok=True)
    parcels = read_plane(real, "dk_standin")
    first = parcels.drop_duplicates("SITE")
    towns, codes = dict(enumerate(first.XZQMC)), dict(enumerate(first.XZQDM))
    survey, planned = land_use(parcels, dice, Scheme.SURVEY), land_use(parcels, dice, Scheme.GUIDE_2023)
    owned = ownership(parcels, dice)

    padded = [code.ljust(6, "0") for code in planned.code]  # as plan databases write them
    write_patches(made, "planned_land_use", planned, {
        "BSM": numbers(planned, codes, "21"), "XZQDM": [codes[site] for site in planned.site],
        "XZQMC": [towns[site] for site in planned.site], "YDYHFLDM": padded,
        "YDYHFLMC": [name_of_code(code, Scheme.GUIDE_2023) for code in planned.code],
    })  # fmt: skip
    write_patches(made, "survey_land_use", survey, {
        "BSM": numbers(survey, codes, "10"), "TBBH": [f"{serial + 1:08d}" for serial in range(len(survey.code))],
        "DLBM": survey.code, "DLMC": [name_of_code(code, Scheme.SURVEY) for code in survey.code],
        "ZLDWMC": [towns[site] for site in survey.site],
    })  # fmt: skip
    write_patches(made, "ownership_parcel", owned, {
        "BSM": numbers(owned, codes, "31"), "ZDDM": numbers(owned, codes, "JA"), "ZDTZM": ["JA"] * len(owned.code),
        "QSDWMC": [owner_name(owned, patch, towns) for patch in range(len(owned.code))],
    })  # fmt: skip

    plan_layers(made, parcels, survey, towns)
    shapes = pyogrio.read_dataframe(real, layer="dk_standin").geometry.to_numpy()
    land = list(zip(at_parcel(parcels, survey), at_parcel(parcels, planned), strict=True))
    rows = [
        fact_row(*each, dice)
        for each in zip(parcels.DKBM, parcels.area, land, owners(parcels, owned, towns), strict=True)
    ]
    with (out / "facts.csv").open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    certified = [index for index, row in enumerate(rows) if row["BDCQZH"]]
    write_layer(made, "use_right_parcel", shapes[certified], {
        "ZDDM": [f"{rows[i]['DKBM'][:9]}JB{rows[i]['DKBM'][9:]}" for i in certified], "ZDTZM": ["JB"] * len(certified),
        "DKBM": [rows[i]["DKBM"] for i in certified], "BDCQZH": [rows[i]["BDCQZH"] for i in certified],
        "ZDMJ": np.array([float(rows[i]["ZZMJ"]) for i in certified]),
    })  # fmt: skip

    town_shapes = shapely.buffer(read_plane(real, "xzj").geometry.to_numpy(), 1500, quad_segs=2)
    hulls = shapely.convex_hull(shapely.get_parts(shapely.union_all(town_shapes)))
    wide = to_crs(np.array([shapely.simplify(shapely.union_all(hulls), 50)]), PLANE, GEOGRAPHIC)[0][0]
    write_coverage(out / "coverage.geojson", "coverage", wide)
    # One metre less than the patches reach, so that no ground is promised that they do not have.
    sites = shapely.union_all(shapely.buffer(site_extents(parcels), -1, join_style="mitre"))
    known = to_crs(np.array([sites]), PLANE, GEOGRAPHIC)[0][0]
    write_coverage(out / "coverage_generated.geojson", "coverage_generated", known)
    write_catalogue(out)


def main() -> None:
    """Build the pack."""
    parser = argparse.ArgumentParser(description="Build data/real from the real-geometry source folder.")
    parser.add_argument("source", type=Path, help="folder with landgis_demo.gpkg and its two companions")
    parser.add_argument("out", type=Path, help="folder to write, e.g. data/real")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    given.out.mkdir(parents=True, exist_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": STAMP})
    copy_real(given.source / "landgis_demo.gpkg", given.out / "landgis_real.gpkg")
    prove_unchanged(given.source / "landgis_demo.gpkg", given.out / "landgis_real.gpkg")
    for name in COPIED:
        shutil.copyfile(given.source / name, given.out / name)
    generate(given.out, given.seed)


if __name__ == "__main__":
    main()
