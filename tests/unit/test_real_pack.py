"""The real-geometry pack keeps its promises; the rules are worked out here once more, with shapely alone."""

from __future__ import annotations

import importlib.util
import json
import random
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from types import ModuleType

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
import yaml

from landgis.domain.facts import FACTS
from landgis.domain.land_use import PlannedClass, Scheme, SurveyClass, planned_class, survey_class

ROOT = Path(__file__).resolve().parents[2]
PACK = ROOT / "data" / "real"
PLANE = 4528
STANDINS = ("czkfbj", "stbhhx", "yjjbnt", "zjd")
FLOOR_M2 = 1e-6
ORDER = ("clear", "flagged", "unknown", "excluded")
PLANNED_MAP = {
    PlannedClass.PERMITTED: "clear",
    PlannedClass.HOUSING: "flagged",
    PlannedClass.CONDITIONAL: "flagged",
    PlannedClass.NOT_LISTED: "flagged",
    PlannedClass.UNRECOGNISED: "unknown",
    PlannedClass.HOMESTEAD: "excluded",
    PlannedClass.FORBIDDEN: "excluded",
}
SURVEY_MAP = {
    SurveyClass.CONSTRUCTION: "clear",
    SurveyClass.HOMESTEAD: "flagged",
    SurveyClass.UNUSED: "flagged",
    SurveyClass.MIXED: "unknown",
    SurveyClass.UNRECOGNISED: "unknown",
    SurveyClass.CULTIVATED: "excluded",
    SurveyClass.AGRICULTURAL: "excluded",
}


@cache
def layer(file: str, name: str) -> gpd.GeoDataFrame:
    frame: gpd.GeoDataFrame = pyogrio.read_dataframe(PACK / file, layer=name)
    return frame.to_crs(PLANE)


def real(name: str) -> gpd.GeoDataFrame:
    return layer("landgis_real.gpkg", name)


def generated(name: str) -> gpd.GeoDataFrame:
    return layer("landgis_real_generated.gpkg", name)


def parcels() -> gpd.GeoDataFrame:
    return real("dk_standin")


def facts() -> pd.DataFrame:
    return pd.read_csv(PACK / "facts.csv", dtype=str, keep_default_na=False).set_index("DKBM")


def pairs(features: gpd.GeoDataFrame) -> pd.DataFrame:
    """Every parcel and feature that share more than the floor, with their planar area."""
    shapes, others = parcels().geometry.to_numpy(), features.geometry.to_numpy()
    parcel, feature = shapely.STRtree(others).query(shapes, predicate="intersects")
    area = shapely.area(shapely.intersection(shapes[parcel], others[feature]))
    found = pd.DataFrame({"parcel": parcel, "feature": feature, "m2": area})
    return found[found.m2 > FLOOR_M2]


def worst_of(found: pd.DataFrame, outcome: list[str]) -> np.ndarray:
    """Worst outcome per parcel, as a rank in ORDER, from the outcome of each feature."""
    rank = np.zeros(len(parcels()), dtype=int)
    np.maximum.at(rank, found.parcel.to_numpy(), [ORDER.index(outcome[feature]) for feature in found.feature])
    return rank


def outside(features: gpd.GeoDataFrame) -> np.ndarray:
    """Whether a part of each parcel lies outside of every feature."""
    shapes = parcels().geometry.to_numpy()
    return np.asarray(shapely.area(shapely.difference(shapes, shapely.union_all(features.geometry))) > FLOOR_M2)


def site_rank(fact: pd.DataFrame) -> np.ndarray:
    """Outcome of the site conditions in Songjiang: flagged where one lacks and nothing else was agreed."""
    states = fact[["通路", "TS", "通电", "土地平整"]]
    ready, lacking, agreed = states.eq("是").all(axis=1), states.eq("否").any(axis=1), fact.另有约定
    answer = np.select([ready | agreed.eq("是"), lacking & agreed.eq("否")], ["clear", "flagged"], "unknown")
    return np.array([ORDER.index(each) for each in answer])


def ground_ranks(fact: pd.DataFrame) -> list[np.ndarray]:
    """Outcomes of what must cover a parcel, of acquisition and of water, as Songjiang judges them."""
    flagged, excluded = ORDER.index("flagged"), ORDER.index("excluded")
    wet = np.zeros(len(parcels()), dtype=bool)
    wet[pairs(generated("water")).parcel] = True
    permit = fact.填河批复.map({"是": 0, "否": excluded, "": ORDER.index("unknown")}).to_numpy()
    return [
        outside(generated("ownership_parcel")) * excluded,
        outside(generated("unit_plan")) * flagged,
        outside(generated("village_construction_boundary")) * flagged,
        worst_of(pairs(generated("land_acquisition")), ["flagged"] * len(generated("land_acquisition"))),
        np.where(wet, permit, 0),
    ]


def planned_use_rank(fact: pd.DataFrame) -> list[int]:
    """Outcome of the fact ``planned_use_code``, with its scheme and the rental fact."""
    answers = []
    for code, scheme, rental in zip(fact.YDYHFLDM, fact.GHYTBZ, fact.限定租赁住房, strict=True):
        answer = PLANNED_MAP[planned_class(code, Scheme.GUIDE_2023)] if code and scheme == "guide2023" else "unknown"
        if answer != "unknown" and planned_class(code, Scheme.GUIDE_2023) is PlannedClass.HOUSING:
            answer = {"是": "flagged", "否": "excluded", "": "unknown"}[rental]
        answers.append(ORDER.index(answer))
    return answers


@cache
def verdicts() -> pd.DataFrame:
    """District, verdict and area of all parcels under the full scope on 2026-06-30."""
    ranks = []
    for name, answer in (("czkfbj", "flagged"), ("stbhhx", "excluded"), ("yjjbnt", "excluded"), ("zjd", "excluded")):
        features = real(f"{name}_standin")
        ranks.append(worst_of(pairs(features), [answer] * len(features)))
    survey, planned = generated("survey_land_use"), generated("planned_land_use")
    ranks.append(worst_of(pairs(survey), [SURVEY_MAP[survey_class(code, Scheme.SURVEY)] for code in survey.DLBM]))
    ranks.append(
        worst_of(pairs(planned), [PLANNED_MAP[planned_class(code, Scheme.GUIDE_2023)] for code in planned.YDYHFLDM])
    )
    fact = facts().loc[parcels().DKBM]
    for name, good in (
        ("集体建设用地已依法登记", "是"),
        ("所有权登记", "是"),
        ("权属争议", "否"),
        ("QLXZ_SD", "否"),
        ("补偿处理完毕", "是"),
        ("CYZR", "是"),
    ):
        answers = ["unknown" if value == "" else "clear" if value == good else "excluded" for value in fact[name]]
        ranks.append(np.array([ORDER.index(answer) for answer in answers]))
    ranks.append(np.array(planned_use_rank(fact)))
    base = ["unknown" if value == "" else "clear" if value == "是" else "flagged" for value in fact.列入底数]
    ranks += [np.array([ORDER.index(answer) for answer in base]), site_rank(fact), *ground_ranks(fact)]
    # No contract states its use, so one that is signed, or may be, leaves it open.
    ranks.append(np.array([ORDER.index("clear" if signed == "否" else "unknown") for signed in fact.出让合同已签]))
    assert (fact.HTYT == "").all()
    assert fact.QLLX.isin(["7", "8"]).all()
    return pd.DataFrame(
        {
            "district": np.where(parcels().XZQDM.str.startswith("310151"), "崇明区", "松江区"),
            "verdict": [ORDER[rank] for rank in np.max(ranks, axis=0)],
            "lines": [ORDER[rank] for rank in np.max(ranks[:6], axis=0)],
            "area_m2": parcels().area.to_numpy(),
        }
    )


def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("build_real_pack", ROOT / "scripts" / "build_real_pack.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_expected_overlaps_hold_without_the_left_out_row() -> None:
    chosen = sorted(random.Random(7).sample(range(6512), 300))
    expected = pd.read_csv(PACK / "expected_overlaps.csv", dtype={"DKBM": str})
    assert expected.DKBM.tolist() == parcels().DKBM.tolist()
    for name in STANDINS:
        features = real(f"{name}_standin").geometry.to_numpy()
        tree = shapely.STRtree(features)
        measured = []
        for shape in parcels().geometry.iloc[chosen]:
            hits = features[tree.query(shape, predicate="intersects")]
            measured.append(shape.intersection(shapely.union_all(hits)).area)
        np.testing.assert_allclose(measured, expected[f"{name}_m2"].iloc[chosen], atol=6e-4, rtol=0)
    np.testing.assert_allclose(parcels().area, expected.area_4528_m2, atol=6e-4, rtol=0)


def test_what_has_an_unclear_licence_is_gone() -> None:
    assert "xzq" not in [name for name, _ in pyogrio.list_layers(PACK / "landgis_real.gpkg")]
    for name in ("xzj", "czkfbj_standin"):
        assert len(real(name)) == 11
        assert not real(name).XZQMC.str.contains("其余").any()
    assert "未细分".encode() not in (PACK / "landgis_real.gpkg").read_bytes()
    with closing(sqlite3.connect(f"file:{PACK / 'landgis_real.gpkg'}?mode=ro", uri=True)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert "xzq" not in str(db.execute("SELECT name FROM sqlite_master").fetchall())
        counts = dict(db.execute("SELECT table_name, feature_count FROM gpkg_ogr_contents").fetchall())
    assert counts["xzj"] == counts["czkfbj_standin"] == 11


def test_the_shapefile_holds_the_same_parcels() -> None:
    path = f"/vsizip/{PACK / 'dk_standin_4528_gbk.zip'}/集体建设用地.shp"
    frame = pyogrio.read_dataframe(path)
    assert frame.crs.to_epsg(min_confidence=60) == PLANE
    assert frame.DKBM.tolist() == parcels().DKBM.tolist()
    assert frame.XZQMC.tolist() == parcels().XZQMC.tolist()
    np.testing.assert_allclose(frame.area, parcels().area, atol=1e-3)


def test_facts_cover_every_parcel_under_names_the_catalogue_knows() -> None:
    table = facts()
    assert sorted(table.index) == sorted(parcels().DKBM)
    named = [[fact.name for fact in FACTS if column in (fact.zh, *fact.aliases)] for column in table.columns]
    assert named[-1] == []
    assert sorted(named[:-1]) == sorted([fact.name] for fact in FACTS)
    for fact in FACTS:
        if fact.kind == "bool":
            column = next(name for name in table.columns if name in (fact.zh, *fact.aliases))
            assert set(table[column]) == {"是", "否", ""}, column
    assert set(table.BZ) == {"替代数据"}


def test_facts_agree_with_the_generated_layers() -> None:
    table = facts()
    rights = generated("use_right_parcel")
    certified = table[table.BDCQZH != ""]
    assert set(rights.DKBM) == set(certified.index)
    assert (certified.集体建设用地已依法登记 == "是").all()
    assert (certified.ZZMJ != "").all()
    joint = {*np.flatnonzero(pairs(generated("ownership_parcel")).groupby("parcel").size() > 1)}
    assert len(joint) == (table.所有权主体 == "两个及以上集体").sum()


@pytest.mark.parametrize("name", ["planned_land_use", "survey_land_use", "ownership_parcel"])
def test_generated_layers_have_no_gaps_and_no_overlaps(name: str) -> None:
    """Seen from the working CRS, where neither the parcels nor the patches were drawn."""
    patches = generated(name).to_crs(4549).geometry.to_numpy()
    assert shapely.coverage_is_valid(patches)
    chosen = random.Random(11).sample(range(6512), 300)
    shapes = parcels().iloc[chosen].to_crs(4549).geometry.to_numpy()
    tree = shapely.STRtree(patches)
    for shape in shapes:
        hits = patches[tree.query(shape, predicate="intersects")]
        assert shapely.difference(shape, shapely.union_all(hits)).area <= FLOOR_M2
        assert shapely.area(shapely.intersection(hits, shape)).sum() == pytest.approx(shape.area, abs=1e-5)
    assert set(generated(name).BZ) == {"替代数据，非法定成果"}


@pytest.mark.parametrize("name", ["planned_land_use", "survey_land_use"])
def test_no_verdict_hangs_on_a_hair(name: str) -> None:
    """A parcel lies half a metre inside its patch, or is cut by square metres: no CRS changes which."""
    patches = generated(name).geometry.to_numpy()
    found = pairs(generated(name))
    pieces = found.groupby("parcel").m2.transform("size")
    whole, cut = found[pieces == 1], found[pieces > 1]
    shapes = parcels().geometry.to_numpy()[whole.parcel]
    assert shapely.distance(shapes, shapely.boundary(patches[whole.feature])).min() >= 0.5
    assert len(cut) > 100
    assert cut.m2.min() >= 4.9


def test_catalogue_names_files_layers_dates_and_coverage() -> None:
    catalogue = yaml.safe_load((PACK / "layers.yaml").read_text(encoding="utf-8"))
    assert catalogue["substitute"] is True
    assert len(catalogue["layers"]) == 13
    sites = parcels().dissolve("SITE", method="unary").geometry.to_numpy()
    for key, entry in catalogue["layers"].items():
        assert entry["layer"] in [name for name, _ in pyogrio.list_layers(PACK / entry["file"])], key
        assert entry["substitute"] is True
        assert "替代数据" in entry["title_zh"]
        assert entry["in_force_from"].isoformat() == "2026-01-01"
        assert entry["expires_on"].isoformat() == "2027-12-31"
        document = json.loads((PACK / entry["coverage"]).read_text(encoding="utf-8"))
        assert document["crs"]["properties"]["name"] == "urn:ogc:def:crs:EPSG::4490"
        ground = shapely.union_all([shapely.geometry.shape(each["geometry"]) for each in document["features"]])
        inside = gpd.GeoSeries([ground], crs=4490).to_crs(PLANE).iloc[0].buffer(-100)
        assert shapely.covers(inside, sites).all(), key


def test_all_four_verdicts_occur_and_hundreds_of_parcels_reach_a_plan() -> None:
    table = verdicts()
    songjiang = table[table.district == "松江区"].verdict.value_counts()
    assert set(songjiang.index) == set(ORDER)
    assert songjiang.min() >= 100
    usable = table[table.verdict.isin(["clear", "flagged"]) & (table.area_m2 > 200)]
    assert len(usable) >= 300
    # The real geometry puts both Chongming sites inside the stand-in red line: nothing generated can change that.
    assert set(table[table.district == "崇明区"].verdict) == {"excluded"}


def test_the_readme_prints_the_counts() -> None:
    text = (PACK / "README.md").read_text(encoding="utf-8")
    for district, group in verdicts().groupby("district"):
        counts = group.verdict.value_counts()
        row = " | ".join(f"{counts.get(name, 0):,}" for name in ORDER)
        assert f"| {row} | {len(group):,} |" in text, f"{district}: {row}"
    assert "© OpenStreetMap contributors" in text


@pytest.mark.deep
def test_the_same_seed_gives_the_same_pack(tmp_path: Path) -> None:
    builder = script()
    (tmp_path / "landgis_real.gpkg").write_bytes((PACK / "landgis_real.gpkg").read_bytes())
    builder.generate(tmp_path, builder.SEED)
    for name in ("facts.csv", "layers.yaml"):
        assert (tmp_path / name).read_bytes() == (PACK / name).read_bytes(), name
    for name in (
        "planned_land_use", "survey_land_use", "ownership_parcel", "use_right_parcel", "unit_plan",
        "village_construction_boundary", "land_acquisition", "water",
    ):  # fmt: skip
        again = pyogrio.read_dataframe(tmp_path / "landgis_real_generated.gpkg", layer=name).to_crs(PLANE)
        assert again.drop(columns="geometry").equals(generated(name).drop(columns="geometry")), name
        assert shapely.equals_exact(again.geometry.to_numpy(), generated(name).geometry.to_numpy(), 1e-4).all(), name


def test_copying_leaves_out_what_it_should_and_stops_at_a_changed_row(tmp_path: Path) -> None:
    builder = script()
    source, target = tmp_path / "source.gpkg", tmp_path / "target.gpkg"
    rows = [*real("xzj").head(2).XZQMC, "松江区其余街镇（未细分）"]
    for name in ("xzq", "xzj", "czkfbj_standin", "dk_standin"):
        boxes = gpd.GeoDataFrame(
            {"XZQMC": rows}, geometry=[shapely.box(121 + i, 31, 121.1 + i, 31.1) for i in (0, 0.2, 0.4)], crs=4490
        )
        boxes = boxes.head(2) if name == "dk_standin" else boxes
        pyogrio.write_dataframe(boxes, source, layer=name, append=source.exists())
    builder.copy_real(source, target)
    assert sorted(pyogrio.list_layers(target)[:, 0]) == ["czkfbj_standin", "dk_standin", "xzj"]
    assert {len(pyogrio.read_dataframe(target, layer=name)) for name in ("xzj", "czkfbj_standin")} == {2}
    assert pyogrio.read_info(target, layer="xzj")["total_bounds"][2] == pytest.approx(121.3)
    builder.prove_unchanged(source, target)
    moved = pyogrio.read_dataframe(target, layer="xzj")
    moved.geometry = moved.translate(1e-12)
    pyogrio.write_dataframe(moved, target, layer="xzj")
    with pytest.raises(SystemExit, match="xzj"):
        builder.prove_unchanged(source, target)
