"""The layer catalogue: every promised layer, every spelling, clear faults."""

from __future__ import annotations

from pathlib import Path

import pytest

from landgis.domain.catalogue import GEOMETRIES, HATCHES, Catalogue, plain_name
from landgis.errors import ConfigError, NotFound
from landgis.exchange.catalogue import load_catalogue

LAYERS = Path(__file__).parents[2] / "layers"
KEYS = {
    "development_boundary",
    "permanent_basic_farmland",
    "ecological_redline",
    "homestead",
    "survey_land_use",
    "planned_land_use",
    "village",
    "village_construction_boundary",
    "protected_village",
    "new_city",
    "industrial_park",
    "river_blue_line",
    "heritage",
    "ownership_parcel",
    "use_right_parcel",
    "approved_unbuilt",
    "water",
    "road",
    "town",
    "district",
    "unit_plan",
    "land_acquisition",
    "orthophoto",
    "land_cover",
    "terrain",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(LAYERS)


def test_every_layer_key_that_others_rely_on_is_there(catalogue: Catalogue) -> None:
    assert set(catalogue.keys()) == KEYS


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("YJJBNT", "permanent_basic_farmland"),
        ("yjjbntBHTB", "permanent_basic_farmland"),
        ("yjjbnt_standin", "permanent_basic_farmland"),
        ("YJJBNT-STANDIN", "permanent_basic_farmland"),
        ("永久基本农田", "permanent_basic_farmland"),
        ("ＳＴＢＨＨＸ", "ecological_redline"),
        ("czkfbj_standin", "development_boundary"),
        ("zjd_standin", "homestead"),
        ("village_boundary", "village"),
        ("Village Boundary", "village"),
        ("DLTB", "survey_land_use"),
        ("ghydyh", "planned_land_use"),
        ("xzq", "district"),
        ("xzj", "town"),
    ],
)
def test_a_layer_is_found_by_any_of_its_names(catalogue: Catalogue, name: str, key: str) -> None:
    found = catalogue.find(name)
    assert found is not None
    assert found.key == key


def test_a_name_of_no_layer_finds_nothing_and_says_what_there_is(catalogue: Catalogue) -> None:
    assert catalogue.find("dk_standin") is None
    with pytest.raises(NotFound, match="no “dk_standin”") as caught:
        catalogue.require("dk_standin")
    assert "homestead" in caught.value.next_en


def test_what_the_rules_need_is_declared(catalogue: Catalogue) -> None:
    survey, planned = catalogue.require("survey_land_use"), catalogue.require("planned_land_use")
    assert (survey.class_by, planned.class_by) == ("survey", "planned")
    assert "DLBM" in survey.code_fields
    assert "YDYHFLDM" in planned.code_fields
    assert catalogue.require("homestead").class_by is None


def test_every_style_can_be_drawn_and_none_claims_to_be_official(catalogue: Catalogue) -> None:
    for layer in catalogue:
        assert layer.geometry in GEOMETRIES
        assert layer.style.hatch in HATCHES
        assert layer.style.legend_zh
        assert layer.style.legend_en
        assert not layer.style.official


def test_the_four_control_lines_differ_in_black_and_white(catalogue: Catalogue) -> None:
    lines = ("permanent_basic_farmland", "ecological_redline", "homestead", "development_boundary")
    assert len({catalogue.require(key).style.hatch for key in lines}) == 4


def test_separators_case_and_width_do_not_matter() -> None:
    assert plain_name(" Yjjbnt_Stand-In（１） ") == "yjjbntstandin1"


GOOD = """
key: sample
title_zh: 样例
title_en: Sample
geometry: polygon
style: {fill: null, stroke: [0, 0, 0], legend_zh: 样例, legend_en: Sample}
"""


def write(folder: Path, text: str, name: str = "sample.yaml") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_a_sound_entry_loads(tmp_path: Path) -> None:
    assert load_catalogue(write(tmp_path, GOOD)).keys() == ("sample",)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[0, 0, 0]", "[0, 0, 256]", "style.stroke"),
        ("geometry: polygon", "geometry: blob", "geometry"),
        ("title_en: Sample\n", "", "title_en"),
        ("key: sample", "key: other", "key"),
        ("title_zh: 样例\n", "title_zh: 样例\ncolour: red\n", "colour"),
        ("title_zh: 样例\n", "title_zh: 样例\nclass_by: survey\n", "code_fields"),
    ],
)
def test_a_wrong_field_is_named_with_its_file(tmp_path: Path, old: str, new: str, told: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load_catalogue(write(tmp_path, GOOD.replace(old, new, 1)))
    assert "sample.yaml" in caught.value.where
    assert told in caught.value.where


def test_two_layers_may_not_share_a_name(tmp_path: Path) -> None:
    write(tmp_path, GOOD + "aliases: [YJJBNT]\n")
    write(tmp_path, GOOD.replace("sample", "other").replace("样例", "另一") + "aliases: [yj_jbnt]\n", "other.yaml")
    with pytest.raises(ConfigError, match="both answer to"):
        load_catalogue(tmp_path)


def test_broken_yaml_and_a_missing_folder_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not valid YAML"):
        load_catalogue(write(tmp_path, "key: [1"))
    with pytest.raises(ConfigError, match="does not exist"):
        load_catalogue(tmp_path / "nowhere")
