"""The planted cases of the committed sample: every one gets its known answer, under both packs."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import rasterio

from landgis.domain.outcome import Scope
from landgis.exchange.catalogue import load_catalogue
from landgis.rules.reading.load import load_pack
from landgis.services.checking.check import Checked, candidates_from_file, check, layers_from_folder
from landgis.services.sample.build_sample import build_sample

DATA = Path(__file__).resolve().parents[2] / "data"
SAMPLE = DATA / "sample"
PLANTED = pd.read_csv(SAMPLE / "planted.csv", dtype="str", encoding="utf-8-sig")
PACKS = ("songjiang", "chongming")
SECOND_BATCH = (
    "farmland-conversion", "homestead-title", "contract-use", "ownership-cover", "industry-access", "site-ready",
    "land-acquisition", "village-construction-boundary", "unit-plan", "water-crossing", "land-base",
)  # fmt: skip


@cache
def run(pack_name: str, scope: Scope, as_of: str) -> Checked:
    pack = load_pack(pack_name)
    found = candidates_from_file(SAMPLE / "parcels.gpkg")
    wanted = {*pack.layers(scope), *pack.optional_layers(scope)}
    layers, _ = layers_from_folder(SAMPLE / "layers", load_catalogue(DATA.parent / "layers"), wanted=wanted)
    return check(found, layers, pack, date.fromisoformat(as_of), scope)


def test_there_are_at_least_twenty_five_kinds_in_both_districts() -> None:
    assert PLANTED["kind"].nunique() >= 25
    assert set(PLANTED["district"]) == set(PACKS)


@pytest.mark.parametrize("pack", PACKS)
def test_every_planted_case_gets_its_verdict_in_full(pack: str) -> None:
    wrong = []
    for case in PLANTED.to_dict("records"):
        verdicts = run(pack, Scope.FULL, case["as_of"]).verdicts.set_index("parcel_id")["verdict"]
        expected = case["expected_verdict" if case["district"] == pack else "expected_elsewhere"]
        if verdicts[case["parcel_id"]] != expected:
            wrong.append((case["kind"], case["parcel_id"], expected, verdicts[case["parcel_id"]]))
    assert wrong == []


def test_only_what_the_documents_say_differently_is_judged_differently() -> None:
    differs = PLANTED[PLANTED["expected_verdict"] != PLANTED["expected_elsewhere"]]
    assert set(differs["kind"]) == {"site_unready", "site_agreed", "site_uncleared"}


@pytest.mark.parametrize("pack", PACKS)
def test_every_rule_decides_some_planted_case(pack: str) -> None:
    deciding = {rule for rules in PLANTED["decisive_rules"].dropna() for rule in rules.split(";")}
    assert {rule.rule_id for rule in load_pack(pack).rules} == deciding


@pytest.mark.parametrize("pack", PACKS)
def test_every_outcome_of_the_second_batch_is_planted_in_each_district(pack: str) -> None:
    """Of the first twelve rules the kinds take turns; these show all that they can say, and what is missing, in both."""
    planted = PLANTED[PLANTED["district"] == pack]
    findings = run(pack, Scope.FULL, "2026-06-30").findings
    shown = findings[findings["parcel_id"].isin(planted["parcel_id"])].groupby("rule_id")["outcome"].agg(set)
    lacking = {}
    for rule in load_pack(pack).rules:
        if rule.rule_id not in SECOND_BATCH:
            continue
        said = {str(row.outcome) for value in rule.values for row in value.outcomes.values()}
        wanted = said | {"clear"} | ({"unknown"} if rule.layer else set())
        lacking[rule.rule_id] = wanted - shown[rule.rule_id]
    assert lacking == {rule: set() for rule in SECOND_BATCH}


@pytest.mark.parametrize("pack", ["songjiang", pytest.param("chongming", marks=pytest.mark.deep)])
def test_every_planted_case_gets_its_verdict_on_the_control_lines(pack: str) -> None:
    wrong = []
    for case in PLANTED.to_dict("records"):
        verdicts = run(pack, Scope.CONTROL_LINES, case["as_of"]).verdicts.set_index("parcel_id")["verdict"]
        if verdicts[case["parcel_id"]] != case["expected_control_lines"]:
            wrong.append((case["kind"], case["parcel_id"], case["expected_control_lines"], verdicts[case["parcel_id"]]))
    assert wrong == []


def test_the_rule_named_decides_and_no_other_is_as_bad() -> None:
    wrong = []
    for case in PLANTED.dropna(subset=["decisive_rules"]).to_dict("records"):
        if case["expected_verdict"] == "clear":
            continue
        findings = run(case["district"], Scope.FULL, case["as_of"]).findings
        own = findings[findings["parcel_id"] == case["parcel_id"]]
        deciding = set(own.loc[own["outcome"] == case["expected_verdict"], "rule_id"])
        if not set(case["decisive_rules"].split(";")) <= deciding:
            wrong.append((case["kind"], case["decisive_rules"], deciding))
    assert wrong == []


def test_constructed_areas_are_measured() -> None:
    wrong = []
    for case in PLANTED.dropna(subset=["expected_m2", "layer"]).to_dict("records"):
        measured = run(case["district"], Scope.FULL, case["as_of"]).measured
        rows = measured.overlaps
        row = rows[(rows["parcel_id"] == case["parcel_id"]) & (rows["layer"] == case["layer"]) & (rows["class"] == "")]
        if len(row) != 1:
            continue  # context layers are not measured
        area = row["union_m2"].item()
        if case["layer"] in ("survey_land_use", "planned_land_use"):
            continue  # expected by class or as a gap; the sample's own tests re-measure those
        if abs(area - float(case["expected_m2"])) > 0.001:
            wrong.append((case["kind"], case["expected_m2"], area))
    assert wrong == []


def test_the_sample_is_small_and_named_as_what_it_is() -> None:
    size = sum(path.stat().st_size for path in SAMPLE.rglob("*") if path.is_file())
    assert size < 6_000_000
    text = (SAMPLE / "layers" / "layers.yaml").read_text(encoding="utf-8")
    assert "substitute: true" in text
    assert "替代数据，非法定成果" in text


def test_the_committed_sample_is_what_the_generator_makes(tmp_path: Path) -> None:
    build_sample("small", 1, tmp_path, DATA / "towns_osm.geojson")
    assert {path.relative_to(tmp_path) for path in tmp_path.rglob("*")} | {Path("README.md")} == {
        path.relative_to(SAMPLE) for path in SAMPLE.rglob("*")
    }
    for path in sorted([*SAMPLE.rglob("*.csv"), *SAMPLE.rglob("*.yaml")]):
        assert (tmp_path / path.relative_to(SAMPLE)).read_bytes() == path.read_bytes(), path.name
    for path in sorted(SAMPLE.rglob("*.tif")):
        with rasterio.open(path) as kept, rasterio.open(tmp_path / path.relative_to(SAMPLE)) as made:
            assert (made.read() == kept.read()).all(), path.name
    for path in sorted(SAMPLE.rglob("*.gpkg")):
        made = gpd.read_file(tmp_path / path.relative_to(SAMPLE))
        kept = gpd.read_file(path)
        assert made.drop(columns="geometry").equals(kept.drop(columns="geometry")), path.name
        assert (made.geometry.to_wkb() == kept.geometry.to_wkb()).all(), path.name
