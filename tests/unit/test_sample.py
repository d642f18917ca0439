"""The sample district: its contracts, and every planted answer verified with plain shapely, apart from the engine."""

from __future__ import annotations

import functools
import itertools
import re
from datetime import date
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from shapely.geometry.base import BaseGeometry

from landgis import sample
from landgis.crs import GEOGRAPHIC, WORKING, to_crs
from landgis.domain.land_use import Scheme, planned_class, survey_class
from landgis.domain.layer import Coverage
from landgis.errors import UsageError
from landgis.frames.parcels import DOCUMENTS, FEATURES, PARCELS
from landgis.sample import SampleDistrict
from landgis.sample.frame import slanted
from landgis.sample.planted import all_kinds
from landgis.sample.scene import Kind

FLOOR_M2 = 1e-6
TOWNS = Path(__file__).resolve().parents[2] / "data" / "towns_osm.geojson"
LAYERS = {
    "development_boundary",
    "permanent_basic_farmland",
    "ecological_redline",
    "homestead",
    "survey_land_use",
    "planned_land_use",
    "village",
    "village_construction_boundary",
    "ownership_parcel",
    "use_right_parcel",
    "water",
    "road",
    "town",
    "unit_plan",
    "land_acquisition",
    "approved_unbuilt",
}
LINES = {
    "permanent-basic-farmland": ("permanent_basic_farmland", "excluded"),
    "ecological-redline": ("ecological_redline", "excluded"),
    "homestead": ("homestead", "excluded"),
    "development-boundary": ("development_boundary", "flagged"),
}
ORDER = ["clear", "flagged", "unknown", "excluded"]
MUST_BE = {
    "registration": ("use_right_registered", True),
    "ownership-registration": ("ownership_registered", True),
    "dispute": ("dispute", False),
    "restriction": ("restricted", False),
    "compensation": ("compensation_settled", True),
    "industry-access": ("access_fit", True),
}
COVERING = {
    "ownership-cover": ("ownership_parcel", {"songjiang": "excluded", "chongming": "excluded"}),
    "unit-plan": ("unit_plan", {"songjiang": "flagged", "chongming": "flagged"}),
    "village-construction-boundary": (
        "village_construction_boundary",
        {"songjiang": "flagged", "chongming": "flagged"},
    ),
}
PILOT = {"songjiang": "2023-06-15", "chongming": "2023-06-27"}
FARMLAND = ("cultivated", "agricultural")


@functools.cache
def _built(seed: int) -> SampleDistrict:
    return sample.build("small", seed=seed)


@pytest.fixture(scope="module")
def district() -> SampleDistrict:
    return _built(1)


def _hits(district: SampleDistrict, layer: str, parcel: BaseGeometry) -> gpd.GeoDataFrame:
    features = district.layers[layer].features
    return features.iloc[np.sort(features.sindex.query(parcel, predicate="intersects"))]


def _union_m2(features: gpd.GeoDataFrame, parcel: BaseGeometry) -> float:
    return float(shapely.union_all([parcel.intersection(shape) for shape in features.geometry]).area)


def _uncovered_m2(district: SampleDistrict, layer: str, parcel: BaseGeometry) -> float:
    return float(parcel.difference(district.layers[layer].coverage).area)


def _covered(district: SampleDistrict, layer: str, parcel: BaseGeometry, as_of: date) -> bool:
    expires = district.layers[layer].release.expires_on
    return _uncovered_m2(district, layer, parcel) <= FLOOR_M2 and expires is not None and expires >= as_of


def _worst(outcomes: list[str]) -> str:
    return max(outcomes, key=ORDER.index)


def _approvals(district: SampleDistrict, row: pd.Series) -> tuple[BaseGeometry, list[str]]:
    """Return the ground whose conversion was approved, and the days; a whole parcel where day and number say so."""
    day, number = row["conversion_approved_on"], row["conversion_document"]
    if pd.notna(day) or pd.notna(number):
        return row["geometry"], [day if pd.notna(day) and pd.notna(number) else "undated"]
    hits = _hits(district, "approved_unbuilt", row["geometry"])
    return shapely.union_all(hits.geometry.to_list()), hits["class"].to_list()


def _survey_outcome(found: list[str], parcel: BaseGeometry, approved: BaseGeometry) -> list[str]:
    """Farmland under an approval of the whole parcel is settled; under one of a part it is open."""
    plain = {"homestead": "flagged", "unused": "flagged", "mixed": "unknown"}
    whole = parcel.difference(approved).area <= FLOOR_M2
    farmland = "clear" if whole else "unknown" if parcel.intersects(approved) else "excluded"
    return [farmland if each in FARMLAND else plain.get(each, "clear") for each in found]


def _by_patches(district: SampleDistrict, row: pd.Series, as_of: date) -> dict[str, str]:
    """Judge survey and plan patches by their codes."""
    parcel = row["geometry"]
    plan = {"forbidden": "excluded", "homestead": "excluded", "unrecognised": "unknown", "permitted": "clear"}
    judged = {}
    for rule, layer, code in (
        ("survey-class", "survey_land_use", "DLBM"),
        ("planned-use-map", "planned_land_use", "YDYHFLDM"),
    ):
        hits = _hits(district, layer, parcel)
        hits = hits[hits.intersection(parcel).area > FLOOR_M2]
        if rule == "survey-class":
            found = [survey_class(each, Scheme.SURVEY).value for each in hits[code]]
            outcomes = _survey_outcome(found, parcel, _approvals(district, row)[0])
        else:
            found = [planned_class(each, Scheme.GUIDE_2023).value for each in hits[code]]
            outcomes = [plan.get(each, "flagged") for each in found]
        gap = parcel.difference(shapely.union_all(hits.geometry.to_list())).area > FLOOR_M2
        whole = _covered(district, layer, parcel, as_of) and not gap
        judged[rule] = _worst(["clear" if whole else "unknown", *outcomes])
    return judged


def _by_lines(district: SampleDistrict, parcel: BaseGeometry, as_of: date) -> dict[str, str]:
    judged = {}
    for rule, (layer, outcome) in LINES.items():
        hit = _union_m2(_hits(district, layer, parcel), parcel) > FLOOR_M2
        known = _covered(district, layer, parcel, as_of)
        stale = district.layers[layer].release.state_on(as_of) is Coverage.STALE
        judged[rule] = outcome if hit and not stale else "clear" if known else "unknown"
    return judged


def _by_argument(district: SampleDistrict, row: pd.Series) -> dict[str, str]:
    """Negative list 1: farmland, the ground and the days of its approvals, and ground of which nothing is known."""
    parcel = row["geometry"]
    hits = _hits(district, "survey_land_use", parcel)
    hits = hits[hits.intersection(parcel).area > FLOOR_M2]
    found = [survey_class(each, Scheme.SURVEY).value for each in hits["DLBM"]]
    gap = parcel.difference(shapely.union_all(hits.geometry.to_list())).area > FLOOR_M2
    approved, days = _approvals(district, row)
    whole = parcel.difference(approved).area <= FLOOR_M2
    if not set(found) & set(FARMLAND):
        return {"farmland-conversion": "unknown" if (gap or "mixed" in found) and not whole else "clear"}
    if not days:
        return {"farmland-conversion": "excluded"}
    if not whole or "undated" in days:
        return {"farmland-conversion": "unknown"}
    return {"farmland-conversion": "clear" if max(days) < PILOT[row["district"]] else "excluded"}


def _by_ground(district: SampleDistrict, row: pd.Series, as_of: date) -> dict[str, str]:
    """Judge what must cover the parcel, acquisition, and water with its permit."""
    parcel, judged = row["geometry"], {}
    for rule, (layer, outcomes) in COVERING.items():
        seen, outcome = parcel.intersection(district.layers[layer].coverage), outcomes[row["district"]]
        free = seen.difference(shapely.union_all(_hits(district, layer, parcel).geometry.to_list())).area > FLOOR_M2
        whole = _covered(district, layer, parcel, as_of)
        judged[rule] = outcome if free and (whole or outcome == "excluded") else "clear" if whole else "unknown"
    taken = _union_m2(_hits(district, "land_acquisition", parcel), parcel) > FLOOR_M2
    heard = _covered(district, "land_acquisition", parcel, as_of)
    judged["land-acquisition"] = "unknown" if not heard else "flagged" if taken else "clear"
    wet, permit = _union_m2(_hits(district, "water", parcel), parcel) > FLOOR_M2, row["river_filling_approved"]
    with_water = "unknown" if pd.isna(permit) else "clear" if permit else "excluded"
    judged["water-crossing"] = with_water if wet else "clear"
    return judged


def _by_papers(row: pd.Series) -> dict[str, str]:
    """Judge title, contract, land base and the state of the site."""
    letters, right = row["parcel_id"][12:14] if len(row["parcel_id"]) == 19 else "", row["right_type"]
    title = "clear" if letters == "JB" or right in ("7", "8") else "unknown"
    title = "flagged" if right == "9" else title
    title = "excluded" if letters in ("JC", "JW", "GB") or right in ("5", "6") else title
    contract = _contract(row)
    base = "unknown" if pd.isna(row["in_land_base"]) else "clear" if row["in_land_base"] else "flagged"
    return {"homestead-title": title, "contract-use": contract, "land-base": base, "site-ready": _site(row)}


def _contract(row: pd.Series) -> str:
    code, rental = row["contract_use_code"], row["rental_only"]
    if pd.isna(code):
        return "clear" if row["contract_signed"] is False else "unknown"
    kind = planned_class(code, Scheme.GUIDE_2023).value
    housing = "unknown" if pd.isna(rental) else "flagged" if rental else "excluded"
    plain = {"permitted": "clear", "homestead": "excluded", "forbidden": "excluded", "housing": housing}
    return plain.get(kind, "flagged")


def _site(row: pd.Series) -> str:
    strict, agreed = row["district"] == "chongming", row["conditions_agreed"]
    states = [row[name] for name in ("road", "water_supply", "power", "levelled", *(["site_cleared"] * strict))]
    if all(state is True for state in states):
        return "clear"
    lacking = any(state is False for state in states)
    if strict:
        return "excluded" if lacking else "unknown"
    return "clear" if agreed is True else "flagged" if lacking and agreed is False else "unknown"


def _by_facts(parcel: pd.Series) -> dict[str, str]:
    judged = {}
    for rule, (fact, good) in MUST_BE.items():
        value = parcel[fact]
        judged[rule] = "unknown" if pd.isna(value) else "clear" if bool(value) is good else "excluded"
    code, rental = parcel["planned_use_code"], parcel["rental_only"]
    if pd.isna(code) or pd.isna(parcel["planned_use_scheme"]):
        judged["planned-use"] = "unknown"
        return judged
    of_class = {"permitted": "clear", "homestead": "excluded", "forbidden": "excluded", "unrecognised": "unknown"}
    found = planned_class(code, Scheme.GUIDE_2023).value
    housing = "unknown" if pd.isna(rental) else "flagged" if rental else "excluded"
    judged["planned-use"] = housing if found == "housing" else of_class.get(found, "flagged")
    return judged


def _judge(district: SampleDistrict, parcel: pd.Series, as_of: date) -> tuple[dict[str, str], dict[str, str]]:
    """Return the outcomes of the scope control-lines and of the scope full."""
    lines = _by_lines(district, parcel["geometry"], as_of) | _by_patches(district, parcel, as_of)
    lines |= _by_argument(district, parcel)
    return lines, lines | _by_facts(parcel) | _by_ground(district, parcel, as_of) | _by_papers(parcel)


def _second_batch() -> list[Kind]:
    return [kind for kind in all_kinds() if kind.draw.__module__.rsplit("_", 1)[-1] in ("conditions", "ground")]


def _with_parcels(district: SampleDistrict) -> pd.DataFrame:
    return district.planted.merge(pd.DataFrame(district.parcels), on=["parcel_id", "district"], validate="one_to_one")


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_every_planted_answer_holds(seed: int) -> None:
    district = _built(seed)
    wrong = []
    for _, row in _with_parcels(district).iterrows():
        lines, full = _judge(district, row, row["as_of"])
        verdict = _worst(list(full.values()))
        decisive = sorted(rule for rule, outcome in full.items() if outcome == verdict) if verdict != "clear" else []
        expected = sorted(filter(None, row["decisive_rules"].split(";")))
        found = (verdict, _worst(list(lines.values())), decisive)
        if found != (row["expected_verdict"], row["expected_control_lines"], expected):
            wrong.append((row["kind"], row["district"], found))
    assert wrong == []


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_planted_areas_are_what_was_drawn(seed: int) -> None:
    district = _built(seed)
    rows = _with_parcels(district)
    measured = rows[rows["expected_m2"].notna()]
    assert len(measured) >= 40
    for _, row in measured.iterrows():
        hits = _hits(district, row["layer"], row["geometry"])
        if row["kind"].endswith("_gap"):
            found = row["geometry"].difference(shapely.union_all(hits.geometry.to_list())).area
        else:
            bad = {"survey_land_use": "0601", "planned_land_use": "100101"}.get(row["layer"], "")
            field = {"survey_land_use": "DLBM", "planned_land_use": "YDYHFLDM"}.get(row["layer"], "class")
            found = _union_m2(hits[hits[field] != bad] if bad else hits, row["geometry"])
        assert found == pytest.approx(row["expected_m2"], abs=1e-3 if row["expected_m2"] > 1 else 1e-5), row["kind"]
        assert (found > FLOOR_M2) == (row["expected_m2"] > 0), row["kind"]


def test_uncovered_area_is_what_was_drawn(district: SampleDistrict) -> None:
    rows = _with_parcels(district)
    cut = rows[rows["expected_uncovered_m2"].notna()]
    assert sorted(cut["expected_uncovered_m2"].unique()) == [1200.0, 2000.0]
    for _, row in cut.iterrows():
        assert _uncovered_m2(district, row["layer"], row["geometry"]) == pytest.approx(
            row["expected_uncovered_m2"], abs=1e-3
        )


def test_planted_kinds_are_many_and_stand_in_both_districts(district: SampleDistrict) -> None:
    by_kind = district.planted.groupby("kind")["district"].nunique()
    assert len(by_kind) >= 25
    assert (by_kind == 2).sum() >= 20
    assert set(district.planted["expected_verdict"]) == set(ORDER)
    late = district.planted[district.planted["as_of"] != date(2026, 6, 30)]
    assert set(late["kind"]) == {"expired_layer"}


def test_every_outcome_of_a_rule_of_the_second_batch_is_planted_in_both_districts(district: SampleDistrict) -> None:
    new = district.planted[district.planted["kind"].isin([kind.key for kind in _second_batch()])]
    assert new.groupby("kind")["district"].nunique().eq(2).all()
    assert new["kind"].nunique() == 33


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_some_planted_parcels_of_both_districts_entered_the_market(seed: int) -> None:
    district = _built(seed)
    sold = district.planted_entered.set_index("parcel_id")
    stated = district.parcels[district.parcels["register_class"].notna()].set_index("parcel_id")
    assert stated["register_class"].eq("entered").all()
    assert stated["entered_on"].to_dict() == {number: str(day) for number, day in sold["entered_on"].items()}
    assert district.parcels["entered_on"].notna().sum() == len(sold)
    assert stated["contract_signed"].all()
    assert stated["contract_use_code"].equals(stated["planned_use_code"])
    held = district.documents[district.documents["kind"] == "sale_contract"].set_index("parcel_id")["dated_on"]
    assert held.reindex(sold.index).tolist() == sold["entered_on"].tolist()
    for _, mine in sold.groupby("district"):
        assert 4 <= len(mine) <= 6
        counts = mine["expected_verdict"].value_counts()
        assert counts["clear"] + counts["flagged"] > counts["excluded"]
        assert counts["excluded"] in (1, 2)
        assert counts["unknown"] == 1
    assert set(sold["expected_lack"]) == {"", "rule", "layer"}


@pytest.mark.parametrize("seed", [1, 2])
def test_a_parcel_that_entered_keeps_its_planted_answer_unless_its_day_lacked_something(seed: int) -> None:
    district = _built(seed)
    planted = district.planted.set_index("parcel_id")
    since = min(day for layer in district.layers.values() if (day := layer.release.in_force_from))
    for _, sale in district.planted_entered.iterrows():
        day, case = sale["judged_on"], planted.loc[sale["parcel_id"]]
        lack = "rule" if str(day) < PILOT[sale["district"]] else "layer" if day < since else ""
        expected = ("unknown", "") if lack else (case["expected_verdict"], case["decisive_rules"])
        assert (sale["expected_lack"], sale["expected_verdict"], sale["decisive_rules"]) == (lack, *expected)


def test_expired_layer_was_clear_before(district: SampleDistrict) -> None:
    rows = _with_parcels(district)
    for _, row in rows[rows["kind"] == "expired_layer"].iterrows():
        _, full = _judge(district, row, date(2026, 6, 30))
        assert set(full.values()) == {"clear"}


def test_one_parcel_lies_across_the_zone_limit(district: SampleDistrict) -> None:
    rows = _with_parcels(district)
    parcel = rows[rows["kind"] == "meridian"]
    degrees, _ = to_crs(parcel["geometry"].to_numpy(), WORKING, GEOGRAPHIC)
    west, _, east, _ = shapely.bounds(degrees)[0]
    assert west < 121.5 < east
    assert list(parcel["district"]) == ["chongming"]


@pytest.mark.parametrize("seed", [1, 2, 7])
def test_background_keeps_clear_of_every_line(seed: int) -> None:
    district = _built(seed)
    background = district.parcels[~district.parcels["parcel_id"].isin(district.planted["parcel_id"])]
    assert 200 <= len(background) <= 260
    shapes = background.geometry.to_numpy()
    for layer in ("permanent_basic_farmland", "homestead", "ecological_redline"):
        features = district.layers[layer].features
        assert len(features.sindex.query(shapes, predicate="dwithin", distance=0.5)[0]) == 0, layer
    verdicts = []
    for _, row in background.iterrows():
        lines, full = _judge(district, row, date(2026, 6, 30))
        assert lines["survey-class"] == "clear"
        assert {"clear", "flagged"} >= set(lines.values())
        verdicts.append(_worst(list(full.values())))
    shares = pd.Series(verdicts).value_counts(normalize=True)
    assert shares["clear"] > 0.3
    assert shares["clear"] + shares["flagged"] > 0.7
    assert 0.03 < shares["excluded"] < 0.25


@pytest.mark.parametrize("layer", ["survey_land_use", "planned_land_use"])
def test_patches_leave_no_gap_under_parcels(district: SampleDistrict, layer: str) -> None:
    gapped = district.planted[district.planted["kind"].str.endswith("_gap")]
    for parcel_id, parcel in zip(district.parcels["parcel_id"], district.parcels.geometry, strict=True):
        hits = _hits(district, layer, parcel)
        gap = parcel.difference(shapely.union_all(hits.geometry.to_list())).area
        expected = gapped[(gapped["parcel_id"] == parcel_id) & (gapped["layer"] == layer)]
        assert gap == pytest.approx(expected["expected_m2"].sum(), abs=1e-3 if len(expected) else 0.0), parcel_id


@pytest.mark.parametrize("layer", ["survey_land_use", "planned_land_use"])
def test_patches_hardly_overlap(district: SampleDistrict, layer: str) -> None:
    features = district.layers[layer].features
    first, second = features.sindex.query(features.geometry, predicate="intersects")
    shapes = features.geometry.to_numpy()
    pairs = first < second
    doubled = shapely.area(shapely.intersection(shapes[first[pairs]], shapes[second[pairs]]))
    assert doubled.max() < 0.5  # rounding to the millimetre along shared borders


@pytest.mark.parametrize("layer", ["survey_land_use", "planned_land_use"])
def test_patches_cover_the_ground(district: SampleDistrict, layer: str) -> None:
    found = district.layers[layer]
    bare = found.coverage.difference(shapely.union_all(found.features.geometry.to_numpy())).area
    assert bare / found.coverage.area < 1e-3


def test_lines_of_the_plan_keep_apart(district: SampleDistrict) -> None:
    keys = ["development_boundary", "ecological_redline", "permanent_basic_farmland", "village_construction_boundary"]
    lines = {key: shapely.union_all(district.layers[key].features.geometry.to_numpy()) for key in keys}
    for first, second in itertools.combinations(lines, 2):
        assert lines[first].intersection(lines[second]).area < 1.0, (first, second)


def test_frames_keep_their_contracts(district: SampleDistrict) -> None:
    PARCELS.require(district.parcels, WORKING)
    assert 340 <= len(district.parcels) <= 400
    assert set(district.layers) == LAYERS
    for key, layer in district.layers.items():
        FEATURES.require(layer.features, WORKING)
        assert layer.features[layer.id_field].tolist() == layer.features["feature_id"].tolist()
        assert layer.release.layer == key
        assert layer.release.substitute
        assert layer.release.feature_count == len(layer.features) > 0
        assert layer.release.title_zh.endswith("（示例数据）")
        assert layer.release.document_no.startswith("示例〔2026〕")
        assert layer.coverage.is_valid
    DOCUMENTS.require(district.documents)
    assert set(district.documents["parcel_id"]) == set(district.parcels["parcel_id"])


def test_parcel_numbers_are_parcel_codes(district: SampleDistrict) -> None:
    county = {"songjiang": "310117", "chongming": "310151"}
    for parcel_id, key, town in district.parcels[["parcel_id", "district", "town_code"]].itertuples(index=False):
        assert re.fullmatch(rf"{county[key]}\d{{6}}(JB|JC|JW|GB|)\d{{5}}", parcel_id)
        assert parcel_id.startswith(town)
    own = district.parcels[~district.parcels["parcel_id"].isin(district.planted["parcel_id"])]
    assert own["parcel_id"].str[12:14].eq("JB").all()


def test_geometry_is_valid_and_whole_millimetres(district: SampleDistrict) -> None:
    for frame in [district.parcels, *(layer.features for layer in district.layers.values())]:
        assert frame.is_valid.all()
        coordinates = frame.get_coordinates().to_numpy() * 1000
        assert np.abs(coordinates - np.rint(coordinates)).max() < 1e-4


def test_parcels_stand_apart_and_on_collective_land(district: SampleDistrict) -> None:
    shapes = district.parcels.geometry.to_numpy()
    first, second = district.parcels.sindex.query(shapes, predicate="dwithin", distance=0.5)
    assert (first == second).all()
    owned = district.layers["ownership_parcel"].features
    covered = district.parcels.iloc[owned.sindex.query(shapes, predicate="covered_by")[0]]["parcel_id"]
    planted = district.planted.set_index("parcel_id")["kind"]
    apart = district.parcels[~district.parcels["parcel_id"].isin(covered)]["parcel_id"]
    beyond = {"partly_uncovered", "outside_coverage", "excluded_beats_unknown"}
    assert set(planted.reindex(apart)) == {"outside_ownership", *beyond}
    extent = district.layers["survey_land_use"].coverage
    for key in LAYERS - {"town", "ecological_redline", "village"}:
        outside = district.layers[key].features.geometry.difference(extent).area
        assert outside.max() < 0.01, key


def test_parcels_look_like_yards(district: SampleDistrict) -> None:
    background = district.parcels[~district.parcels["parcel_id"].isin(district.planted["parcel_id"])]
    assert background.area.between(600, 20_000).all()
    corners = shapely.get_num_coordinates(background.geometry.to_numpy()) - 1
    assert {4, 5, 6} <= set(corners.tolist())


def _bytes(district: SampleDistrict) -> list[bytes]:
    frames = [district.parcels, *(layer.features for layer in district.layers.values())]
    shapes = [b"".join(shapely.to_wkb(frame.geometry.to_numpy())) for frame in frames]
    tables = [pd.DataFrame(frame.drop(columns="geometry")).to_csv().encode() for frame in frames]
    further = [district.planted, district.planted_entered, district.documents]
    return [*shapes, *tables, *(table.to_csv().encode() for table in further)]


def test_same_seed_same_bytes(district: SampleDistrict) -> None:
    assert _bytes(sample.build("small", seed=1)) == _bytes(district)
    assert _bytes(sample.build("small", seed=2))[0] != _bytes(district)[0]


def test_fits_into_the_repository(district: SampleDistrict, tmp_path: Path) -> None:
    target = tmp_path / "sample.gpkg"
    district.parcels.to_file(target, layer="parcels")
    for key, layer in district.layers.items():
        layer.features.to_file(target, layer=key)
    assert target.stat().st_size < 5_000_000


def test_town_layer_takes_real_outlines_and_invents_the_rest(district: SampleDistrict) -> None:
    outlines = gpd.read_file(TOWNS).to_crs(WORKING)
    assert outlines["licence"].str.contains("ODbL").all()
    towns = sample.build("small", seed=1, outlines=outlines).layers["town"].features.set_index("label")
    assert "OpenStreetMap" in str(towns.loc["泖港镇", "SOURCE"])
    assert "示例生成" in str(towns.loc["新河镇", "SOURCE"])
    for _, parcel in district.parcels.iterrows():
        assert towns.loc[parcel["town_name"], "geometry"].covers(parcel["geometry"])


def test_unknown_size_is_refused() -> None:
    with pytest.raises(UsageError):
        sample.build("enormous")


@pytest.mark.parametrize("half_degrees", range(-90, 91, 3))
def test_slanted_frames_keep_areas_and_whole_millimetres(half_degrees: int) -> None:
    frame = slanted(612_000, 3_424_000, half_degrees / 2)
    a, b, c, d = frame.matrix
    assert a * d - b * c == 1_000_000
    assert np.degrees(np.arctan2(b, a)) == pytest.approx(half_degrees / 2, abs=1.0)
    assert abs(a * c + b * d) / 1_000_000 < np.sin(np.radians(1))
    assert frame.box(3, 4, 15, 44).area == pytest.approx(12 * 40, abs=1e-6)


def test_every_seed_finds_room_inside_the_extent() -> None:
    for seed in (0, 34, 88):
        grown = _built(seed)
        outside = grown.parcels.difference(grown.layers["survey_land_use"].coverage).area
        assert outside.max() == 0.0
        assert set(grown.planted["kind"]) == set(_built(1).planted["kind"])
