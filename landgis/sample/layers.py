"""The layers: what was drawn, as releases with the field names that survey and plan databases carry."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import geopandas as gpd
import pandas as pd
import shapely
from shapely import MultiPolygon

from landgis.crs import WORKING
from landgis.domain.layer import Release, ReleaseStatus
from landgis.errors import ContractBroken
from landgis.frames.parcels import FEATURES
from landgis.sample import boundaries, land_features, line_features
from landgis.sample.boundaries import Part
from landgis.sample.fields import Row


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
class _Title:
    """What a layer is called: key, title, four-digit layer code, field of its numbers, and when it expires."""

    key: str
    title_zh: str
    code: str
    id_field: str = "BSM"
    expires_on: date = date(2027, 12, 31)


_DRAWN: tuple[tuple[_Title, Callable[[Part], list[Row]]], ...] = (
    (_Title("development_boundary", "城镇开发边界", "2010"), line_features.development),
    (_Title("permanent_basic_farmland", "永久基本农田", "2020", "YJJBNTTBBH"), land_features.farmland),
    (_Title("ecological_redline", "生态保护红线", "2030"), line_features.red_line),
    (_Title("homestead", "宅基地", "6003", "ZDDM", date(2026, 12, 31)), land_features.homesteads),
    (_Title("survey_land_use", "国土变更调查地类图斑", "2001"), land_features.survey),
    (_Title("planned_land_use", "规划用地用海", "2040"), land_features.planned),
    (_Title("village", "村界", "1002"), line_features.villages),
    (_Title("village_construction_boundary", "村庄建设边界", "2050"), line_features.village_construction),
    (_Title("ownership_parcel", "集体土地所有权宗地", "6001", "ZDDM"), land_features.ownership),
    (_Title("water", "水系", "3001"), line_features.water),
    (_Title("road", "道路", "3002"), line_features.roads),
    (_Title("unit_plan", "郊野单元村庄规划", "2060"), line_features.unit_plans),
    (_Title("land_acquisition", "成片开发征收", "2070"), line_features.acquisition),
    (_Title("approved_unbuilt", "批准未建设土地", "2002"), line_features.approved),
)
_RIGHTS = _Title("use_right_parcel", "集体建设用地使用权宗地", "6002", "ZDDM")
_TOWN = _Title("town", "镇界", "1001", "XZQDM")
_TITLES = (*(title for title, _ in _DRAWN), _RIGHTS, _TOWN)
LAYER_KEYS = tuple(title.key for title in _TITLES)
"""The layers of every sample, in the order in which their documents are numbered."""


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

    Raises
    ------
    ContractBroken
        For outlines without names or in another CRS.
    """
    _require_outlines(outlines)
    reach = MultiPolygon([part.terrain.extent for part in parts])
    made = [
        (
            title,
            [row for part in parts for row in _numbered(title, draw(part), part)],
            MultiPolygon([boundaries.covered(part.terrain, title.key) for part in parts]),
        )
        for title, draw in _DRAWN
    ]
    made.append((_RIGHTS, land_features.use_rights(parcels), reach))
    towns = [row for part in parts for row in line_features.towns(part, outlines)]
    whole = pd.DataFrame(towns)["geometry"].to_numpy()
    made.append((_TOWN, towns, MultiPolygon(shapely.get_parts(shapely.union_all(whole)).tolist())))
    credits = {} if outlines is None else {_TOWN.key: _OUTLINE_CREDIT}
    return {title.key: _sample(title, rows, cover, credits.get(title.key, "")) for title, rows, cover in made}


def sample_release(key: str, feature_count: int, attribution: str = "") -> Release:
    """Return the release of a layer of any sample: published, marked as stand-in data.

    Parameters
    ----------
    key
        Layer key, one of ``LAYER_KEYS``.
    feature_count
        How many features it has.
    attribution
        Whom its shapes come from, where they are not generated.
    """
    number = LAYER_KEYS.index(key)
    title = _TITLES[number]
    return Release(
        layer=key,
        name="2026-01",
        title_zh=f"{title.title_zh}（示例数据）",
        document_no=f"示例〔2026〕{number + 1}号",
        issuing_body="示例数据，无批准机关",
        attribution=attribution,
        issued_on=date(2026, 1, 1),
        in_force_from=date(2026, 1, 1),
        expires_on=title.expires_on,
        source_crs="EPSG:4549",
        feature_count=feature_count,
        substitute=True,
        status=ReleaseStatus.PUBLISHED,
    )


_OUTLINE_CREDIT = "镇界 © OpenStreetMap contributors, ODbL 1.0"
"""The real outlines that ship come from OpenStreetMap."""


def _require_outlines(outlines: gpd.GeoDataFrame | None) -> None:
    if outlines is None or ("name" in outlines.columns and outlines.crs == WORKING):
        return
    raise ContractBroken(
        "镇界轮廓须有 name 列，坐标系须为 EPSG:4549",
        "Town outlines need a column name and the CRS EPSG:4549",
        next_zh="请先投影到工作坐标系",
        next_en="Project them into the working CRS first",
    )


def _sample(title: _Title, rows: list[Row], coverage: MultiPolygon, attribution: str) -> LayerSample:
    frame = pd.DataFrame(rows)
    frame.insert(0, "feature_id", frame[title.id_field])
    if "class" not in frame:
        frame.insert(1, "class", "")
    features = gpd.GeoDataFrame(frame, geometry="geometry", crs=WORKING)
    release = sample_release(title.key, len(features), attribution)
    FEATURES.require(features, WORKING)
    return LayerSample(release, features, coverage, title.id_field)


def _numbered(title: _Title, rows: list[Row], part: Part) -> list[Row]:
    county = part.terrain.place.district.code
    return [{"BSM": f"{county}{title.code}{serial:08d}", **row} for serial, row in enumerate(rows, start=1)]
