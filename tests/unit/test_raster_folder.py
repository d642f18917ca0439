"""Rasters in a folder of layers: taken as an import takes them, measured by a check, and never silent."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely

from landgis.db.originals import Originals
from landgis.domain.outcome import Scope
from landgis.errors import ConfigError, RulePackError
from landgis.exchange.catalogue import load_catalogue
from landgis.frames.layer import LayerData
from landgis.rules.reading.load import load_pack
from landgis.sample.cells import CELL_M, LEVEL_M
from landgis.sample.planted_cells import _KINDS
from landgis.services.checking.check import Candidates, Checked, candidates_from_file, check, layers_from_folder
from landgis.services.checking.trial_pack import trial_pack
from landgis.services.sample.build_sample import build_sample
from tests.support import ground
from tests.support.command import landgis
from tests.support.ground import AS_OF, X, Y, at
from tests.support.raster_pack import pack
from tests.support.rasters import NORTH, WEST, areas_under, land_cover, terrain, write

CATALOGUE = load_catalogue(Path(__file__).parents[2] / "layers")
PACK = pack()
SHAPES = {"a": at(0, 0, 100, 60), "b": shapely.box(WEST - 50, NORTH - 200, WEST + 50, NORTH - 100)}
SAYS = """
substitute: true
layers:
  land_cover: {meaning: globeland30, in_force_from: 2024-01-01}
  terrain: {meaning: wusong, in_force_from: 2024-01-01}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Land cover and terrain under their names, with what has to be said of them."""
    place = tmp_path / "图层"
    place.mkdir()
    write(place / "land_cover.tif", land_cover())
    write(place / "DEM.tif", terrain(), nodata=-9999, driver="COG")
    (place / "layers.yaml").write_text(SAYS, encoding="utf-8")
    return place


def checked(folder: Path, scope: Scope = Scope.FULL, rules: object = PACK, **shapes: object) -> Checked:
    found = Candidates(ground.parcels(shapes or SHAPES), (), (), "")
    wanted = {*rules.layers(scope), *rules.optional_layers(scope)}
    layers, issues = layers_from_folder(folder, CATALOGUE, wanted=wanted)
    return check(found, layers, rules, AS_OF, scope, issues)


def outcomes(found: Checked, parcel: str = "a") -> dict[str, str]:
    rows = found.findings[found.findings["parcel_id"] == parcel]
    return dict(zip(rows["rule_id"], rows["outcome"], strict=True))


def state(found: Checked) -> dict[str, str]:
    return {row["layer"]: row["coverage"] for row in found.record["layers"]}


def fatal(found: Checked) -> dict[str, str]:
    return {issue.code: issue.message_en for issue in found.issues if issue.severity == "fatal"}


def test_a_check_measures_the_rasters_of_its_folder(folder: Path) -> None:
    cover = land_cover()
    found = checked(folder)
    one, other = found.record["parcels"]
    told = {row["layer"]: row for row in one["rasters"]}
    areas = areas_under(SHAPES["a"], cover) / 6000
    for code, share in told["land_cover"]["code_share"].items():
        assert share == pytest.approx(areas[cover == int(code)].sum(), abs=1e-6)
    assert told["terrain"]["min_m"] < told["terrain"]["mean_m"] < told["terrain"]["max_m"]
    assert outcomes(found)["lowest"] == "clear"
    assert set(outcomes(found, "b").values()) == {"unknown"}
    assert (other["verdict"], other["rasters"][0]["outside_share"]) == ("unknown", pytest.approx(0.5))
    (row, _) = found.record["layers"]
    assert (row["substitute"], row["raster"]["meaning"], row["evidence"]) == (True, "globeland30", False)
    sides = {finding["rule_id"]: finding["threshold_side"] for finding in one["findings"]}
    assert set(sides.values()) == {"above"}


def test_a_pack_without_raster_rules_shows_them_beside_the_verdict(folder: Path, tmp_path: Path) -> None:
    rules = load_pack("songjiang")
    bare = tmp_path / "none"
    bare.mkdir()
    with_them, without = (checked(place, Scope.CONTROL_LINES, rules) for place in (folder, bare))
    assert with_them.verdicts.equals(without.verdicts)
    assert with_them.findings.equals(without.findings)
    evidence = {row["layer"]: row["evidence"] for row in with_them.record["layers"]}
    assert {key for key, beside in evidence.items() if beside} == {"land_cover", "terrain"}
    assert len(with_them.record["parcels"][0]["rasters"]) == 2


def spoil(old: str, new: str) -> Callable[[Path], object]:
    """Change what the folder says."""
    assert old in SAYS
    return lambda folder: (folder / "layers.yaml").write_text(SAYS.replace(old, new), encoding="utf-8")


def write_again(**options: object) -> Callable[[Path], object]:
    return lambda folder: write(folder / "land_cover.tif", land_cover(), **options)


def named_and_missing(folder: Path) -> None:
    (folder / "land_cover.tif").unlink()
    spoil("land_cover: {", "land_cover: {file: gone.tif, ")(folder)


def half(folder: Path) -> None:
    path = folder / "land_cover.tif"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


TURNED = rasterio.Affine(10, 0.5, WEST, -0.5, -10, NORTH)
UNUSABLE = {
    "missing": (named_and_missing, "file_missing", "There is no file"),
    "half a copy": (half, "file_unreadable", "Cannot read land_cover.tif"),
    "no legend": (spoil("meaning: globeland30, ", ""), "needs_answer", "layers.yaml: layers.land_cover (meaning)"),
    "wrong legend": (spoil("globeland30", "mine"), "usage", "no meaning"),
    "no nodata": (write_again(nodata=None), "needs_answer", "layers.yaml: layers.land_cover (nodata)"),
    "no CRS": (write_again(crs=None), "crs_missing", "layers.yaml: layers.land_cover (crs)"),
    "web mercator": (write_again(crs="EPSG:3857"), "crs_unsuitable", "Land cover cannot be used"),
    "another zone": (write_again(crs="EPSG:4550"), "outside_area", "Land cover cannot be used"),
    "rotated": (write_again(transform=TURNED), "input", "rotated or sheared"),
    "other district": (spoil("globeland30", "globeland30, district: chongming"), "outside_area", "Chongming"),
}  # fmt: skip


@pytest.mark.parametrize("what", UNUSABLE)
def test_a_raster_that_cannot_stand_is_unknown_and_says_why(folder: Path, what: str) -> None:
    act, code, words = UNUSABLE[what]
    act(folder)
    found = checked(folder)
    assert outcomes(found)["cover"] == "unknown"
    assert state(found)["land_cover"] == "absent"
    ((told, message),) = fatal(found).items()
    assert told.startswith(code)
    assert words in message
    assert outcomes(found)["lowest"] == "clear"


def test_no_raster_at_all_is_unknown_in_full_and_not_asked_on_the_lines(tmp_path: Path) -> None:
    assert set(outcomes(checked(tmp_path)).values()) == {"unknown"}
    assert set(outcomes(checked(tmp_path, Scope.CONTROL_LINES)).values()) == {"not_asked"}


def test_heights_that_cannot_be_clear_nobody(folder: Path) -> None:
    deep = terrain()
    deep[0, 0] = -32768
    write(folder / "DEM.tif", deep, nodata=-9999)
    found = checked(folder)
    assert {outcomes(found)[name] for name in ("highest", "mean", "lowest")} == {"unknown"}
    assert set(fatal(found)) == {"values_implausible", "raster_unusable"}


def test_a_stale_raster_and_one_that_is_not_in_force(folder: Path) -> None:
    said = SAYS.replace("wusong", "wusong, legal_state: drafting").replace(
        "globeland30", "globeland30, expires_on: 2025-12-31"
    )
    (folder / "layers.yaml").write_text(said, encoding="utf-8")
    found = checked(folder)
    assert set(outcomes(found).values()) == {"unknown"}
    assert state(found) == {"land_cover": "stale", "terrain": "absent"}
    assert "layer_not_in_force" in {issue.code for issue in found.issues}


def test_a_declared_coverage_cuts_a_raster_down(folder: Path) -> None:
    box = f"coverage: [{X}, {Y}, {X + 50}, {Y + 60}], coverage_crs: 'EPSG:4549', meaning: wusong"
    spoil("meaning: wusong", box)(folder)
    found = checked(folder)
    assert (state(found)["terrain"], outcomes(found)["lowest"]) == ("partial", "unknown")
    told = next(row for row in found.record["parcels"][0]["rasters"] if row["layer"] == "terrain")
    assert told["outside_share"] == pytest.approx(0.5)


def test_names_decide_and_strangers_are_told(folder: Path) -> None:
    write(folder / "杂项.tif", land_cover())
    found = checked(folder)
    assert [issue.where for issue in found.issues if issue.code == "layer_not_recognised"] == ["杂项.tif"]
    write(folder / "地表覆盖.tif", land_cover())
    with pytest.raises(ConfigError, match="several candidates"):
        checked(folder)
    spoil("land_cover: {", "land_cover: {file: 地表覆盖.tif, ")(folder)
    assert state(checked(folder))["land_cover"] == "partial"


def test_a_file_that_changes_between_reading_and_measuring_has_no_voice(folder: Path) -> None:
    layers, issues = layers_from_folder(folder, CATALOGUE)
    write(folder / "land_cover.tif", land_cover(seed=9))
    found = check(Candidates(ground.parcels(SHAPES), (), (), ""), layers, PACK, AS_OF, Scope.FULL, issues)
    assert outcomes(found)["cover"] == "unknown"
    assert state(found)["land_cover"] == "absent"
    assert "not what was imported" in found.findings.set_index("rule_id")["message_en"]["cover"].iloc[0]


def test_a_raster_whose_file_is_nowhere_has_no_voice(folder: Path, tmp_path: Path) -> None:
    layers, _ = layers_from_folder(folder, CATALOGUE)
    lost = {key: replace(layer, file=None) for key, layer in layers.items()}
    assert all(isinstance(layer, LayerData) for layer in layers.values())
    for originals in (None, Originals(tmp_path)):
        found = check(
            Candidates(ground.parcels(SHAPES), (), (), ""), lost, PACK, AS_OF, Scope.FULL, originals=originals
        )
        assert set(outcomes(found).values()) == {"unknown"}


# The sample


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    build_sample("small", 1, folder)
    return folder


def answers(sample: Path) -> pd.DataFrame:
    return pd.read_csv(
        sample / "planted_cells.csv", dtype={"parcel_id": str}, keep_default_na=False, encoding="utf-8-sig"
    )


def test_every_planted_cell_gets_its_answer(sample: Path) -> None:
    rules, notice = trial_pack(sample / "raster_rules.yaml")
    assert notice.severity == "serious"
    found = candidates_from_file(sample / "parcels.gpkg")
    layers, _ = layers_from_folder(sample / "layers", CATALOGUE, wanted=set())
    table = answers(sample)
    assert set(table["expected_verdict"]) == {"clear", "flagged", "excluded", "unknown"}
    assert set(table["kind"]) == {kind.key for kind in _KINDS} | {"cover_outside"}
    for day, cases in table.groupby("as_of"):
        own = found.parcels["parcel_id"].isin(cases["parcel_id"])
        few = replace(found, parcels=gpd.GeoDataFrame(found.parcels[own].reset_index(drop=True)))
        run = check(few, layers, rules, pd.Timestamp(day).date(), Scope.FULL)
        verdicts = run.verdicts.set_index("parcel_id")["verdict"]
        cells = run.measured.cells.set_index(["parcel_id", "layer", "measure", "class"])["amount"]
        for case in cases.to_dict("records"):
            parcel = case["parcel_id"]
            assert verdicts[parcel] == case["expected_verdict"], case["kind"]
            amount = cells[parcel, case["layer"], case["measure"], case["class"]]
            assert amount == pytest.approx(case["expected_amount"], abs=2e-7 * max(1, abs(case["expected_amount"])))
            rules_of = run.findings[run.findings["parcel_id"] == parcel].set_index("rule_id")["outcome"]
            if case["decisive_rule"]:
                assert rules_of[case["decisive_rule"]] == case["expected_verdict"], case["kind"]


def test_a_planted_share_by_hand(sample: Path) -> None:
    """The painted columns under one parcel, summed cell by cell with shapely: nothing of the sample's own arithmetic."""
    (case,) = answers(sample).query("kind == 'cover_cropland'").to_dict("records")
    parcels = gpd.read_file(sample / "parcels.gpkg").set_index("DKBM")
    shape = parcels.geometry[case["parcel_id"]]
    with rasterio.open(sample / "layers" / "land_cover.tif") as file:
        cells, west, north = file.read(1), file.transform.c, file.transform.f
        assert "替代数据，非法定成果" in file.tags()["TIFFTAG_IMAGEDESCRIPTION"]
    rows, columns = np.nonzero(cells == 10)
    boxes = shapely.box(
        west + columns * CELL_M, north - (rows + 1) * CELL_M, west + (columns + 1) * CELL_M, north - rows * CELL_M
    )
    share = shapely.area(shapely.intersection(boxes, shape)).sum() / shape.area
    assert share == pytest.approx(case["expected_amount"], abs=1e-9)
    assert 0 < share < 1


def test_same_seed_same_cells_and_the_committed_ones_are_of_that_seed(sample: Path, tmp_path: Path) -> None:
    data = Path(__file__).parents[2] / "data"
    build_sample("small", 1, tmp_path, data / "towns_osm.geojson")
    for name in ("layers/land_cover.tif", "layers/terrain.tif", "planted_cells.csv", "raster_rules.yaml"):
        assert (tmp_path / name).read_bytes() == (sample / name).read_bytes(), name
    for name in ("planted_cells.csv", "raster_rules.yaml"):
        assert (tmp_path / name).read_bytes() == (data / "sample" / name).read_bytes(), name
    for name in ("land_cover.tif", "terrain.tif"):
        with (
            rasterio.open(tmp_path / "layers" / name) as made,
            rasterio.open(data / "sample" / "layers" / name) as kept,
        ):
            assert made.profile == kept.profile
            assert np.array_equal(made.read(1), kept.read(1))


def test_another_seed_brings_other_cells(sample: Path, tmp_path: Path) -> None:
    build_sample("small", 2, tmp_path)
    assert (tmp_path / "layers/land_cover.tif").read_bytes() != (sample / "layers/land_cover.tif").read_bytes()
    with rasterio.open(sample / "layers" / "terrain.tif") as file:
        heights = file.read(1)
    assert heights[heights > -100].min() == 2.125
    assert (heights == LEVEL_M).any()


# By command


def test_by_command_cells_are_shown_in_both_languages(
    sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "160")
    parcels = gpd.read_file(sample / "parcels.gpkg")
    few = parcels[parcels["DKBM"].isin(answers(sample)["parcel_id"])]
    few.to_file(tmp_path / "few.gpkg", engine="pyogrio")
    common = ("check", tmp_path / "few.gpkg", "--layers", sample / "layers", "--as-of", "2026-06-30")
    trial = (*common, "--rules", sample / "raster_rules.yaml", "--scope", "full")
    shown = landgis(*trial)
    assert shown.returncode == 3
    for words in ("超过 10%", "低于 3 米", "图例外 99", "“最低高程”所用的栅格", "栅格不论容差", "outside"):
        assert words in shown.stdout
    assert "pack_on_trial" in shown.stderr
    assert "替代数据，非法定成果" in shown.stdout + shown.stderr
    data = json.loads(landgis(*trial, "--json").stdout)
    messages = [finding["message_en"] for parcel in data["parcels"] for finding in parcel["findings"]]
    assert any("2.12 m at the lowest, below 3 m" in text for text in messages)
    assert "证据，不入结论" in landgis(*common).stdout


@pytest.mark.parametrize(
    ("content", "words"), [(None, "There is no rule pack"), (b"\xff\xfe", "no UTF-8"), (b"id: x", "does not load")]
)
def test_by_command_a_pack_file_that_is_none_is_refused(tmp_path: Path, content: bytes | None, words: str) -> None:
    path = tmp_path / "rules.yaml"
    if content is not None:
        path.write_bytes(content)
    result = landgis("check", "--wkt", "POLYGON((0 0,1 0,1 1,0 0))", "--rules", path)
    assert result.returncode == 2
    assert words in result.stderr


def test_the_trial_rules_are_no_law() -> None:
    with pytest.raises(RulePackError):
        pack("- id: broken")
    assert "raster_rules" not in load_pack("songjiang").pack_id
