"""What is told beside a verdict: stability and causes; and cutting back by command, proven from the file it wrote."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import Polygon

from landgis.domain.outcome import Outcome, Scope
from landgis.errors import Conflict
from landgis.exchange.points.boundary_text import read_boundary_text
from landgis.frames.layer import LayerData
from landgis.overlay import LayerIndex
from landgis.rules.reading.load import load_pack
from landgis.screening import doubts as room
from landgis.screening.conflicts import conflicting
from landgis.screening.cut_back import Proposal, Terms
from landgis.screening.doubts import Doubts, doubts_about
from landgis.screening.judge import Rejected, judge, unmeasurable
from landgis.screening.measure import measure
from landgis.screening.stability import TOLERANCES_M
from landgis.services.checking import cut_back as service
from landgis.services.checking.check import Candidates, check
from landgis.services.checking.cut_back import propose
from landgis.services.checking.joint import Part
from tests.support.command import landgis
from tests.support.ground import AS_OF, at, clear_layers, layer, parcels

SONGJIANG = load_pack("songjiang")
SAMPLE = Path(__file__).resolve().parents[2] / "data" / "sample"
FARMLAND = "permanent_basic_farmland"
DAY = ("--as-of", AS_OF.isoformat())


def doubted(shapes: dict[str, Polygon], layers: dict[str, LayerData], **facts: object) -> Doubts:
    frame = parcels(shapes, **facts)
    measured = measure(frame, layers, SONGJIANG.layers(Scope.FULL), AS_OF)
    judged = judge(SONGJIANG, frame, measured, AS_OF, Scope.FULL).findings
    findings = pd.concat([judged, unmeasurable([Rejected("broken", "无效", "invalid")])], ignore_index=True)
    return doubts_about(frame, layers, measured, findings, SONGJIANG, AS_OF, Scope.FULL)


def verdicts(found: Doubts, parcel_id: str) -> list[str]:
    rows = found.stability[found.stability["parcel_id"] == parcel_id].sort_values("tolerance_m")
    assert rows["tolerance_m"].tolist() == list(TOLERANCES_M)
    return rows["verdict"].tolist()


def farmland(**shapes: Polygon) -> dict[str, LayerData]:
    return clear_layers() | {FARMLAND: layer(FARMLAND, shapes)}


@pytest.mark.parametrize(("width", "excluded"), [(0.02, 1), (0.07, 2), (0.3, 3), (0.7, 4), (1.5, 5), (3.0, 6)])
def test_a_conflict_turns_to_review_where_it_is_narrower_than_the_tolerance(width: float, excluded: int) -> None:
    found = doubted({"p": at(0, 0, 50, 40)}, farmland(f=at(0, 40 - width, 50, 30)))
    assert verdicts(found, "p") == ["excluded"] * excluded + ["flagged"] * (6 - excluded)


def test_two_narrow_fields_side_by_side_make_one_wide_conflict() -> None:
    apart = doubted({"p": at(0, 0, 50, 40)}, farmland(f=at(0, 39.4, 50, 0.3)))
    assert verdicts(apart, "p")[3] == "flagged"
    together = doubted({"p": at(0, 0, 50, 40)}, farmland(f=at(0, 39.4, 50, 0.3), g=at(0, 39.7, 50, 30)))
    assert verdicts(together, "p")[3] == "excluded"


def test_one_wide_place_in_a_long_narrow_conflict_is_no_noise() -> None:
    shape = shapely.union(at(0, 39.98, 50, 30), at(20, 37, 3, 10))
    assert verdicts(doubted({"p": at(0, 0, 50, 40)}, farmland(f=shape)), "p") == ["excluded"] * 6


def test_no_tolerance_ever_clears_or_touches_what_is_not_geometry() -> None:
    layers = farmland(f=at(0, 39.98, 50, 30))
    assert verdicts(doubted({"p": at(0, 0, 50, 40)}, layers, dispute=True), "p") == ["excluded"] * 6
    assert verdicts(doubted({"p": at(0, 0, 50, 40)}, layers, dispute=None), "p") == ["excluded"] + ["unknown"] * 5
    found = doubted({"p": at(0, 0, 50, 40), "q": at(200, 0, 50, 40)}, layers)
    assert verdicts(found, "q") == ["clear"] * 6
    assert verdicts(found, "broken") == ["unknown"] * 6


def test_ground_beyond_a_partial_release_is_unknown_once_the_conflict_is_doubted() -> None:
    partial = layer(FARMLAND, {"f": at(0, 39.98, 50, 30)}, coverage=at(0, 0, 40, 100))
    assert verdicts(doubted({"p": at(0, 0, 50, 40)}, clear_layers() | {FARMLAND: partial}), "p") == [
        "excluded",
        *["unknown"] * 5,
    ]


def test_excluded_classes_of_a_survey_count_and_others_do_not() -> None:
    mixed = layer("survey_land_use", {"all": at(-900, -900, 3800, 900 + 39.7)}, "construction")
    fields = layer("survey_land_use", {"field": at(-900, 39.7 - 100 + 100, 3800, 60)}, "agricultural")
    both = pd.concat([mixed.features, fields.features], ignore_index=True)
    joined = LayerData(mixed.release, gpd.GeoDataFrame(both, crs=4549), mixed.coverage)
    found = doubted({"p": at(0, 0, 50, 40)}, clear_layers() | {"survey_land_use": joined})
    assert verdicts(found, "p") == ["excluded"] * 3 + ["flagged"] * 3
    assert found.depths["depth_m"].tolist() == [pytest.approx(0.3, rel=0.01)]


def test_what_excludes_is_read_from_the_pack() -> None:
    against = conflicting(SONGJIANG, AS_OF, {Outcome.EXCLUDED}).classes
    assert against[FARMLAND] is None
    assert against["survey_land_use"] == {"agricultural", "cultivated"}
    assert "development_boundary" not in against
    assert "development_boundary" in conflicting(SONGJIANG, AS_OF, {Outcome.FLAGGED}).classes


@settings(max_examples=3, deadline=None)
@given(st.lists(st.tuples(st.floats(0.001, 4.0), st.floats(5.0, 50.0)), min_size=7, max_size=14))
def test_verdicts_never_get_worse_as_the_tolerance_grows(strips: list[tuple[float, float]]) -> None:
    """Every strip on a parcel of its own, far from the next."""
    shapes = {f"p{n}": at(200 * n, 0, 50, 40) for n in range(len(strips))}
    fields = {f"f{n}": at(200 * n, 40 - width, length, 30) for n, (width, length) in enumerate(strips)}
    found = doubted(shapes, farmland(**fields))
    for parcel_id in shapes:
        severity = [Outcome(verdict).severity for verdict in verdicts(found, parcel_id)]
        assert severity == sorted(severity, reverse=True)
        assert min(severity) >= Outcome.FLAGGED.severity


def test_the_record_tells_causes_and_stability_and_changes_no_verdict() -> None:
    frame = parcels({"p": at(0, 0, 50, 40), "q": at(200, 0, 50, 40)})
    checked = check(Candidates(frame, (), (), ""), farmland(f=at(0, 39.3, 50, 30)), SONGJIANG, AS_OF, Scope.FULL)
    first, second = checked.record["parcels"]
    assert first["verdict"] == "excluded"
    assert first["stability"]["unchanged_up_to_m"] == 0.5
    assert first["stability"]["changes_at_m"] == 1.0
    assert first["stability"]["depth_m"] == {FARMLAND: pytest.approx(0.7, rel=0.01)}
    sliver = first["slivers"][0]
    assert (sliver["layer"], sliver["feature_id"], sliver["cause"]) == (FARMLAND, "f", "true_encroachment")
    assert sliver["evidence"]["area_m2"] == pytest.approx(35.0)
    assert second["slivers"] == []
    assert second["stability"] == {
        "verdicts": [{"tolerance_m": tolerance, "verdict": "clear"} for tolerance in TOLERANCES_M],
        "unchanged_up_to_m": 2.0,
        "changes_at_m": None,
        "depth_m": {},
    }
    json.dumps(checked.record, allow_nan=False)


def test_what_is_left_without_a_cause_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_HITS", 2)
    fields = {f"f{n}": at(10 * n, 39.5, 5, 30) for n in range(5)}
    frame = parcels({"p": at(0, 0, 50, 40)})
    checked = check(Candidates(frame, (), (), ""), farmland(**fields), SONGJIANG, AS_OF, Scope.FULL)
    assert len(checked.record["parcels"][0]["slivers"]) == 2
    assert [issue.where for issue in checked.issues if issue.code == "slivers_unexplained"] == ["3 处"]


def test_a_narrow_hit_of_any_area_is_explained_or_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = {f"p{n}": at(0, 100 * n, 200, 50) for n in range(5)}
    strips = {f"f{n}": at(0, 100 * n - 20, 200, 21) for n in range(5)}
    everything = doubted(shapes, farmland(**strips))
    assert (len(everything.slivers), everything.unexplained) == (5, 0)
    assert everything.slivers["area_m2"].min() > 50
    monkeypatch.setattr(room, "MOST_HITS", 2)
    some = doubted(shapes, farmland(**strips))
    assert (len(some.slivers), some.unexplained) == (2, 3)


def test_where_depths_are_too_many_only_the_verdict_itself_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_CONFLICTS", 1)
    frame = parcels({"p": at(0, 0, 50, 40), "q": at(200, 0, 50, 40), "r": at(400, 0, 50, 40)})
    layers = farmland(f=at(0, 39.9, 50, 30), g=at(200, 39.97, 50, 30))
    checked = check(Candidates(frame, (), (), ""), layers, SONGJIANG, AS_OF, Scope.FULL)
    deeper, shallower, none = (row["stability"] for row in checked.record["parcels"])
    assert deeper == {
        "verdicts": [{"tolerance_m": 0.0, "verdict": "excluded"}],
        "unchanged_up_to_m": 0.0,
        "changes_at_m": None,
        "depth_m": {},
    }
    assert shallower["changes_at_m"] == 0.05
    assert none["unchanged_up_to_m"] == 2.0
    assert [issue.where for issue in checked.issues if issue.code == "stability_untold"] == ["1 宗"]


def test_cutting_back_by_command_is_clear_by_the_text_it_wrote(tmp_path: Path) -> None:
    out = tmp_path / "cut"
    result = landgis(
        "check", SAMPLE / "parcels.gpkg", "--layers", SAMPLE / "layers", *DAY, "--json",
        "--cut-back", "--buffer", "0.5", "--out", out,
    )  # fmt: skip
    data = json.loads(result.stdout)["cut_back"]
    assert result.returncode == 3
    assert data["substitute"]
    assert "替代数据，非法定成果" in data["note_zh"]
    plots = read_boundary_text(out / "cut_back.txt", encoding="GBK")
    pieces = [piece for row in data["proposals"] for piece in row["pieces"]]
    assert len(plots.geometry) == len(pieces) > 20
    walls = [
        gpd.read_file(SAMPLE / "layers" / f"{key}.gpkg").to_crs(4549)
        for key in (FARMLAND, "homestead", "ecological_redline")
    ]
    for wall in walls:
        shapes = wall.geometry.to_numpy()
        near = shapes[shapely.STRtree(shapes).query(plots.geometry, predicate="dwithin", distance=50)[1]]
        assert LayerIndex.build(near).measure(plots.geometry).parcels.union_m2.max() == 0
        tree = shapely.STRtree(shapes)
        assert shapely.distance(plots.geometry, shapes[tree.nearest(plots.geometry)]).min() >= 0.5
    for row in data["proposals"]:
        given_up = sum(row["given_up_m2"].values())
        assert row["remaining_m2"]["planar"] + given_up == pytest.approx(row["area_m2"]["planar"], abs=1e-4)
        assert sum(piece["area_m2"]["planar"] for piece in row["pieces"]) == pytest.approx(
            row["remaining_m2"]["planar"]
        )
        assert row["frontage_m"] is not None
        assert bool(row["pieces"]) != ("refused_zh" in row)
    saved = gpd.read_file(out / "cut_back.gpkg", layer="pieces")
    assert saved["number"].tolist() == [piece["number"] for piece in pieces]
    assert set(saved["note"]) == {data["note_zh"]}
    assert "excluded" not in set(saved["verdict"])


def test_no_file_of_an_earlier_run_stands_beside_a_new_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = farmland(f=at(40, -5, 40, 50))
    checked = check(Candidates(parcels({"p": at(0, 0, 50, 40)}), (), (), ""), layers, SONGJIANG, AS_OF, Scope.FULL)
    parts = [Part("songjiang", SONGJIANG, layers, checked)]

    def run(terms: Terms) -> list[str]:
        told = propose(parts, AS_OF, terms, tmp_path).files
        assert sorted(file.name for file in told) == sorted(file.name for file in tmp_path.iterdir())
        return [file.name for file in told]

    assert run(Terms()) == ["cut_back.json", "cut_back.txt", "cut_back.gpkg"]
    assert run(Terms(least_area_m2=1e6)) == ["cut_back.json"]
    run(Terms())
    uncut = Proposal((at(0, 0, 50, 40),), *[shapely.Polygon()] * 3, 40.0, 40.0, None)
    monkeypatch.setattr(service, "cut_back", lambda *_told: uncut)
    with pytest.raises(Conflict, match="still overlap a conflict"):
        propose(parts, AS_OF, Terms(), tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_cutting_back_is_shown_and_refused_in_words(tmp_path: Path) -> None:
    common = ("check", SAMPLE / "parcels.gpkg", "--layers", SAMPLE / "layers", *DAY)
    told = landgis(*common, "--cut-back")
    assert told.returncode == 2
    assert "--cut-back 须同时给出 --out" in told.stderr
    shown = landgis(*common, "--cut-back", "--least-area", "1000000", "--out", tmp_path / "none")
    assert "切除后没有可用部分（每块至少 1,000,000 ㎡、宽 2 米）" in shown.stderr
    assert "替代数据，非法定成果" in shown.stderr
    assert not (tmp_path / "none" / "cut_back.txt").exists()
    assert json.loads((tmp_path / "none" / "cut_back.json").read_text())["rechecked"] is None
    assert "细碎压占的成因" in shown.stdout
    assert "容差下的结论" in shown.stdout
