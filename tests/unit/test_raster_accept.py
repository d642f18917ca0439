"""What a raster must say before it can be evidence: place, meaning, no data; and what is refused whatever it says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import rasterio
from rasterio.enums import ColorInterp, Resampling

from landgis.crs import WORKING, parse
from landgis.domain.district import CHONGMING, SONGJIANG
from landgis.domain.raster import CoverClass, Raster, RasterKind
from landgis.domain.raster_facts import RasterFacts
from landgis.errors import (
    CrsMissing,
    CrsUnsuitable,
    FileUnreadable,
    FormatUnknown,
    InputError,
    NeedsAnswer,
    OutsideArea,
    UsageError,
)
from landgis.exchange.catalogue import load_catalogue
from landgis.exchange.reading.raster import read_raster_facts
from landgis.raster.accept import Accepted, Stated, accept
from landgis.raster.ground import ground_of, share_of_district
from landgis.services.inspecting.inspect_raster import inspect_raster, settled_place
from tests.support.rasters import CELL, NORTH, WEST, land_cover, terrain, write

CATALOGUE = load_catalogue(Path(__file__).parents[2] / "layers")
TILED = {"tiled": True, "blockxsize": 16, "blockysize": 16}


def taken(facts: RasterFacts, layer: str, *, nodata: str = "", meaning: str = "") -> Accepted:
    return accept(facts, CATALOGUE.require(layer), "EPSG:4549", Stated(nodata, meaning))


def asked(facts: RasterFacts, layer: str, **stated: str) -> dict[str, list[str]]:
    with pytest.raises(NeedsAnswer) as caught:
        taken(facts, layer, **stated)
    assert caught.value.questions[0].likeliest in caught.value.next_zh
    return {row.code: [candidate.value for candidate in row.candidates] for row in caught.value.questions}


# What the file says


@pytest.mark.parametrize(
    ("options", "layout"), [(TILED, "tiled"), ({"tiled": False}, "striped"), ({"driver": "COG"}, "COG")]
)
def test_what_a_file_says_of_itself(tmp_path: Path, options: dict[str, object], layout: str) -> None:
    cells = land_cover()
    facts = read_raster_facts(write(tmp_path / "a.tif", cells, **options))
    assert (facts.layout, facts.masked, facts.points, facts.empty_blocks, facts.not_numbers) == (
        layout, False, False, 0, 0,
    )  # fmt: skip
    assert facts.placing == (CELL, 0, WEST, 0, -CELL, NORTH)
    assert facts.codes == {code: int((cells == code).sum()) for code in np.unique(cells).tolist()}
    assert (facts.lowest, facts.highest) == (10, 80)


def test_decimals_have_ends_and_no_codes(tmp_path: Path) -> None:
    cells = terrain()
    cells[0, :3] = np.nan
    cells[0, 3] = np.inf
    facts = read_raster_facts(write(tmp_path / "a.tif", cells, nodata=np.nan, units=("m",), scales=(0.5,)))
    assert (facts.codes, facts.not_numbers, facts.nan_nodata, facts.nodata) == (None, 4, True, (None,))
    assert (facts.lowest, facts.highest) == (pytest.approx(np.nanmin(cells)), pytest.approx(cells[1:].max()))
    assert (facts.unit, facts.scale) == ("m", 0.5)


def test_blocks_that_the_file_does_not_hold_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "sparse.tif"
    placing = rasterio.Affine(CELL, 0, WEST, 0, -CELL, NORTH)
    size = {"width": 64, "height": 64, "count": 1, "dtype": "uint8", "crs": "EPSG:4549", "transform": placing}
    with rasterio.open(path, "w", driver="GTiff", SPARSE_OK=True, **TILED, **size) as out:
        out.write(np.full((1, 16, 16), 10, "uint8"), window=((0, 16), (0, 16)))
    facts = read_raster_facts(path)
    assert facts.empty_blocks == 15
    with pytest.raises(InputError, match="lacks 15 blocks"):
        taken(facts, "land_cover", nodata="none", meaning="globeland30")
    assert taken(facts, "land_cover", nodata="0", meaning="globeland30").raster.nodata == 0


def test_a_file_with_sight_of_more_cells_than_a_district_has_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "bomb.tif"
    placing = rasterio.Affine(1e-3, 0, WEST, 0, -1e-3, NORTH)
    size = {"width": 300_000, "height": 300_000, "count": 1, "dtype": "uint8", "crs": "EPSG:4549"}
    with rasterio.open(path, "w", driver="GTiff", SPARSE_OK=True, BIGTIFF="YES", transform=placing, tiled=True, **size):
        pass
    with pytest.raises(FileUnreadable, match="at most"):
        read_raster_facts(path)


def test_a_block_that_fills_the_memory_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "strip.tif"
    placing = rasterio.Affine(CELL, 0, WEST, 0, -CELL, NORTH)
    size = {"width": 20_000, "height": 20_000, "count": 1, "dtype": "uint8", "crs": "EPSG:4549"}
    size |= {"tiled": True, "blockxsize": 20_000, "blockysize": 20_000}
    with rasterio.open(path, "w", driver="GTiff", SPARSE_OK=True, transform=placing, **size):
        pass
    with pytest.raises(FileUnreadable, match="blocks of 381 MiB"):
        read_raster_facts(path)


CUT = {
    "tiled": TILED | {"compress": "deflate"},
    "striped": {"tiled": False},
    "cog": {"driver": "COG", "blocksize": 128},
}
CUT |= {"big-endian": {"ENDIANNESS": "BIG"}, "overviews": TILED}


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.75, 0.99])
@pytest.mark.parametrize("form", CUT)
def test_half_a_copy_is_refused(tmp_path: Path, form: str, share: float) -> None:
    cells = np.random.default_rng(3).integers(0, 250, (300, 320)).astype("uint8")
    path = write(tmp_path / "a.tif", cells, **CUT[form])
    if form == "overviews":
        with rasterio.open(path, "r+") as dataset:
            dataset.build_overviews([2, 4], Resampling.nearest)
    assert read_raster_facts(path).width == 320
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])
    with pytest.raises(FileUnreadable):
        read_raster_facts(path)


# Its place


def test_a_rotated_raster_is_refused_at_both_doors(tmp_path: Path) -> None:
    placing = rasterio.Affine(CELL, 0.5, WEST, -0.5, -CELL, NORTH)
    path = write(tmp_path / "a.tif", land_cover(), transform=placing)
    with pytest.raises(InputError, match="rotated"):
        taken(read_raster_facts(path), "land_cover", meaning="globeland30")
    (refusal,) = inspect_raster(path, None).refusals
    assert "旋转" in refusal.zh


def test_looking_at_a_raster_says_what_importing_it_will_ask(tmp_path: Path) -> None:
    silent, speaking = (
        {issue.code for issue in inspect_raster(write(tmp_path / "a.tif", land_cover(), nodata=nodata), None).issues}
        for nodata in (None, 0)
    )
    assert silent - speaking == {"nodata_unstated"}


@pytest.mark.parametrize("placing", [(CELL, 0, WEST, 0, CELL, NORTH), (-CELL, 0, WEST, 0, -CELL, NORTH)])
def test_rows_that_do_not_run_south_are_refused(tmp_path: Path, placing: tuple[float, ...]) -> None:
    path = write(tmp_path / "a.tif", land_cover(), transform=rasterio.Affine(*placing))
    with pytest.raises(InputError, match="north to south"):
        taken(read_raster_facts(path), "land_cover", meaning="globeland30")


def test_a_raster_without_place_is_a_picture(tmp_path: Path) -> None:
    with pytest.warns(rasterio.errors.NotGeoreferencedWarning):
        path = write(tmp_path / "a.tif", land_cover(), transform=rasterio.Affine.identity(), crs=None)
    (tmp_path / "a.tfw").write_text(f"{CELL}\n0\n0\n{-CELL}\n{WEST}\n{NORTH}\n")  # beside the file: not looked at
    with pytest.raises(InputError, match="only a picture"):
        taken(read_raster_facts(path), "land_cover", meaning="globeland30")


def test_the_crs_is_known_or_asked_and_must_put_it_into_the_city(tmp_path: Path) -> None:
    silent = read_raster_facts(write(tmp_path / "a.tif", land_cover(), crs=None))
    with pytest.raises(CrsMissing) as caught:
        settled_place(silent, None, "a.tif")
    assert "EPSG:4549" in [row.value for row in caught.value.questions[0].candidates]
    crs, issues = settled_place(silent, "EPSG:4549", "a.tif")
    assert (crs, [issue.code for issue in issues]) == (WORKING, ["crs_stated"])
    with pytest.raises(UsageError, match="no order"):
        settled_place(silent, "EPSG:4549,north-east", "a.tif")
    for wrong, error in (("EPSG:4550", OutsideArea), ("EPSG:3857", CrsUnsuitable), ("EPSG:2385", CrsUnsuitable)):
        facts = read_raster_facts(write(tmp_path / "b.tif", land_cover(), crs=wrong))
        with pytest.raises(error):
            settled_place(facts, None, "b.tif")


def test_its_ground_is_told_against_the_districts(tmp_path: Path) -> None:
    raster = taken(
        read_raster_facts(write(tmp_path / "a.tif", land_cover())), "land_cover", meaning="globeland30"
    ).raster
    ground = ground_of(raster)
    assert ground.area == pytest.approx(700 * 600)
    assert raster.extent == (WEST, NORTH - 600, WEST + 700, NORTH)
    assert 0 < share_of_district(ground, SONGJIANG) < 1e-3
    assert share_of_district(ground, CHONGMING) == 0


# Its meaning


def test_one_code_means_two_things_so_the_legend_is_asked(tmp_path: Path) -> None:
    facts = read_raster_facts(write(tmp_path / "a.tif", land_cover()))
    assert asked(facts, "land_cover") == {"meaning": ["globeland30", "worldcover"]}
    for key, cover in (("globeland30", CoverClass.CROPLAND), ("worldcover", CoverClass.FOREST)):
        found = taken(facts, "land_cover", meaning=key)
        assert found.raster.meaning.cover_of(10) == cover
        assert found.answers[0].value == key
    with pytest.raises(UsageError, match="no meaning"):
        taken(facts, "land_cover", meaning="mine")


def test_a_height_datum_is_asked_and_the_unit_is_metres(tmp_path: Path) -> None:
    facts = read_raster_facts(write(tmp_path / "a.tif", terrain(), nodata=-9999))
    assert asked(facts, "terrain") == {"meaning": ["wusong", "national1985"]}
    raster = taken(facts, "terrain", meaning="wusong").raster
    assert (raster.kind, raster.nodata, raster.meaning.unit) == (RasterKind.HEIGHTS, -9999, "m")
    feet = read_raster_facts(write(tmp_path / "b.tif", terrain(), nodata=-9999, units=("ft",)))
    with pytest.raises(InputError, match="“ft”, not m"):
        taken(feet, "terrain", meaning="wusong")


def test_bands_and_numbers_must_be_those_of_the_meaning(tmp_path: Path) -> None:
    two = read_raster_facts(write(tmp_path / "a.tif", np.stack([land_cover()] * 2)))
    decimals = read_raster_facts(write(tmp_path / "b.tif", terrain()))
    scaled = read_raster_facts(write(tmp_path / "c.tif", land_cover(), scales=(2.0,)))
    for facts, said in ((two, "2 bands"), (decimals, "decimals"), (scaled, "scaled")):
        with pytest.raises(InputError, match=said):
            taken(facts, "land_cover", meaning="globeland30")
    with pytest.raises(UsageError, match="no layer of rasters"):
        taken(two, "homestead")


def test_a_picture_that_names_its_bands_needs_no_answer(tmp_path: Path) -> None:
    bands = np.stack([land_cover()] * 4)
    path = write(tmp_path / "a.tif", bands, nodata=None, photometric="RGB", alpha="YES")
    facts = read_raster_facts(path)
    assert (facts.colours, facts.masked) == (("red", "green", "blue", "alpha"), True)
    assert taken(facts, "orthophoto").raster.meaning.key == "rgb"
    with rasterio.open(path, "r+") as dataset:
        dataset.colorinterp = (ColorInterp.red, ColorInterp.green, ColorInterp.blue, ColorInterp.undefined)
    facts = read_raster_facts(path)
    assert set(asked(facts, "orthophoto")) == {"meaning", "nodata"}
    assert taken(facts, "orthophoto", meaning="rgbn", nodata="0").raster.bands == 4


# No data


def test_no_data_is_known_or_asked(tmp_path: Path) -> None:
    silent = read_raster_facts(write(tmp_path / "a.tif", land_cover(), nodata=None))
    assert asked(silent, "land_cover", meaning="globeland30") == {"nodata": ["0", "none"]}
    assert set(asked(silent, "land_cover")) == {"meaning", "nodata"}
    every = taken(silent, "land_cover", meaning="globeland30", nodata="none")
    assert every.raster.nodata is None
    assert [issue.code for issue in every.issues] == ["codes_unrecognised"]
    assert [answer.question for answer in every.answers] == ["meaning", "nodata"]
    deep = terrain()
    deep[0, 0] = -32768
    facts = read_raster_facts(write(tmp_path / "b.tif", deep, nodata=None))
    assert asked(facts, "terrain", meaning="wusong") == {"nodata": ["-32768", "none"]}


def test_heights_that_cannot_be_forbid_publishing(tmp_path: Path) -> None:
    deep = terrain()
    deep[0, 0] = -32768
    facts = read_raster_facts(write(tmp_path / "b.tif", deep, nodata=-9999))
    (issue,) = taken(facts, "terrain", meaning="wusong").issues
    assert (issue.code, issue.severity) == ("values_implausible", "fatal")


def test_a_stated_value_beats_the_file_aloud(tmp_path: Path) -> None:
    facts = read_raster_facts(write(tmp_path / "a.tif", land_cover(), nodata=255))
    found = taken(facts, "land_cover", meaning="globeland30", nodata="0")
    assert found.raster.nodata == 0
    assert [issue.code for issue in found.issues] == ["nodata_overridden"]
    assert "the file says 255" in found.answers[1].en


@pytest.mark.parametrize(
    ("text", "said"), [("300", "no uint8"), ("0.5", "no uint8"), ("nul", "no number"), ("nan", "no number")]
)
def test_a_value_that_no_cell_can_have_is_no_answer(tmp_path: Path, text: str, said: str) -> None:
    facts = read_raster_facts(write(tmp_path / "a.tif", land_cover(), nodata=None))
    with pytest.raises(UsageError, match=said):
        taken(facts, "land_cover", meaning="globeland30", nodata=text)


def test_values_at_points_are_told(tmp_path: Path) -> None:
    path = write(tmp_path / "a.tif", terrain(), nodata=-9999)
    with rasterio.open(path, "r+") as dataset:
        dataset.update_tags(AREA_OR_POINT="Point")
    found = taken(read_raster_facts(path), "terrain", meaning="wusong")
    assert found.raster.points
    assert [issue.code for issue in found.issues] == ["values_at_points"]


def test_a_raster_survives_its_plain_form(tmp_path: Path) -> None:
    import json
    from dataclasses import asdict

    raster = taken(
        read_raster_facts(write(tmp_path / "a.tif", land_cover())), "land_cover", meaning="worldcover"
    ).raster
    assert Raster.of(json.loads(json.dumps(asdict(raster)))) == raster
    assert parse(raster.crs) == WORKING


@pytest.mark.parametrize("dtype", ["uint8", "int8", "uint16", "int16", "int32", "uint32"])
def test_numbers_are_counted_whatever_their_size_and_sign(tmp_path: Path, dtype: str) -> None:
    cells = np.array([[1, 1, 2], [100, 7, 7]], dtype)
    cells[0, 0] = -3 if dtype.startswith("i") else 5
    facts = read_raster_facts(write(tmp_path / "a.tif", cells, nodata=None))
    assert facts.codes == {int(cells[0, 0]): 1, 1: 1, 2: 1, 7: 2, 100: 1}
    assert (facts.lowest, facts.highest) == (min(int(cells[0, 0]), 1), 100)


@pytest.mark.parametrize("kind", ["VRT", "WMS"])
def test_what_only_points_at_cells_is_never_opened(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.tif"
    write(tmp_path / "secret.tif", land_cover())
    texts = {
        "VRT": '<VRTDataset rasterXSize="9" rasterYSize="9"><VRTRasterBand dataType="Byte" band="1"><SimpleSource>'
        '<SourceFilename relativeToVRT="1">secret.tif</SourceFilename></SimpleSource></VRTRasterBand></VRTDataset>',
        "WMS": '<GDAL_WMS><Service name="TMS"><ServerUrl>http://example.invalid/</ServerUrl></Service></GDAL_WMS>',
    }
    path.write_text(texts[kind])
    with pytest.raises(FormatUnknown):
        read_raster_facts(path)


def test_what_lies_beside_the_file_is_not_read(tmp_path: Path) -> None:
    """A side file of statistics or a world file can say anything: only what was hashed counts."""
    path = write(tmp_path / "a.tif", land_cover(), nodata=None)
    (tmp_path / "a.tif.aux.xml").write_text(
        '<PAMDataset><PAMRasterBand band="1"><NoDataValue>10</NoDataValue></PAMRasterBand></PAMDataset>'
    )
    with rasterio.open(path) as told:
        assert told.nodata == 10
    assert read_raster_facts(path).nodata == (None,)
