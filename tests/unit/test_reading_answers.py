"""What a person has to say: asked all at once, in words that can be typed, with one exit code for every command."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from landgis.errors import EncodingUnknown, FileUnreadable, NeedsAnswer, UsageError
from landgis.exchange.conforming.parcels import conform_parcels
from landgis.exchange.reading.table import read_table
from landgis.exchange.reading.vector import read_vector
from tests.badinput import build
from tests.badinput.build import square
from tests.support.command import landgis

SQUARES = [square(), square(200)]
NAMES = ["浦江镇革新村宅基地一号", "叶榭镇团结村宅基地二号"]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANDGIS_HOME", str(tmp_path / "home"))


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A shapefile that says neither its CRS nor its encoding."""
    rows = {"DKBM": ["310117109001", "310117109002"], "DKMC": NAMES}
    path = build.shp(tmp_path / "交付", SQUARES, rows, encoding="GBK", name="地块")
    path.with_suffix(".prj").unlink()
    path.with_suffix(".cpg").unlink(missing_ok=True)
    dbf = bytearray(path.with_suffix(".dbf").read_bytes())
    dbf[29] = 0
    path.with_suffix(".dbf").write_bytes(dbf)
    return path


def test_encoding_and_crs_are_asked_at_once(bare: Path) -> None:
    with pytest.raises(NeedsAnswer) as caught:
        read_vector(bare)
    assert [question.code for question in caught.value.questions] == ["encoding", "crs"]
    assert all(question.candidates for question in caught.value.questions)
    assert "--encoding GBK" in caught.value.next_zh
    assert "--crs EPSG:4549" in caught.value.next_zh
    with pytest.raises(EncodingUnknown) as one:
        read_vector(bare, crs="EPSG:4549")
    assert [question.code for question in one.value.questions] == ["encoding"]
    read = read_vector(bare, crs="EPSG:4549", encoding="GBK")
    assert list(read.frame["DKMC"]) == NAMES


def test_every_command_ends_with_three_where_only_an_answer_lacks(bare: Path) -> None:
    inspected = landgis("inspect", bare, "--json")
    checked = landgis("check", bare, "--layers", bare.parent, "--json")
    assert (inspected.returncode, checked.returncode) == (3, 3)
    asked = [row["code"] for row in json.loads(inspected.stdout)["questions"]]
    assert asked == [row["code"] for row in json.loads(checked.stdout)["error"]["questions"]] == ["encoding", "crs"]


@pytest.mark.parametrize("stated", ["gb", "KLINGON", "rot13"])
def test_a_name_of_no_encoding_is_answered_with_those_that_are(stated: str, bare: Path, tmp_path: Path) -> None:
    table = tmp_path / "事实.csv"
    table.write_bytes("DKBM,权属争议\n1,否\n".encode())
    for read in (lambda: read_vector(bare, encoding=stated), lambda: read_table(table, encoding=stated)):
        with pytest.raises(UsageError) as caught:
            read()
        assert stated in caught.value.zh
        assert all(name in caught.value.next_zh for name in ("gb18030", "gbk", "utf-8"))
        assert all(name in caught.value.next_en for name in ("gb18030", "gbk", "utf-8"))


def test_a_folder_given_as_file_is_answered_with_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "图层"
    for name in ("宅基地", "红线"):
        build.shp(folder, SQUARES, name=name)
    with pytest.raises(UsageError) as caught:
        read_vector(folder)
    assert "宅基地.shp" in caught.value.zh
    assert "红线.shp" in caught.value.en
    ran = landgis("inspect", folder)
    assert ran.returncode == 2
    assert "要读哪一个" in ran.stdout
    assert "which one of it" in ran.stdout


def test_the_preview_is_legible_on_eighty_columns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    rows = {f"字段{number}": [f"{name}{number}" for name in NAMES] for number in range(4)}
    ran = landgis("inspect", build.gpkg(tmp_path / "宅基地.gpkg", SQUARES, rows))
    preview = ran.stdout[ran.stdout.index("first rows") :].replace("\n", "").replace(" ", "")
    for name, values in rows.items():
        assert all(f"{name}={value}" in preview for value in values)
    narrow = landgis("inspect", build.gpkg(tmp_path / "b.gpkg", SQUARES))
    assert "ZJDBM" in narrow.stdout
    assert "h2" in narrow.stdout
    assert "ZJDBM=" not in narrow.stdout


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("310117109001,是\n310117109002,否\n", "没有标题行"),
        ("甲,乙\n子,丑\n", "没有地块编号列"),
        ("J1,3456789.12,40512345.67\nJ2,3456789.12,40512445.67\n", "没有标题行"),
    ],
)
def test_a_table_without_a_heading_is_not_accepted(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "表.csv"
    path.write_text(text, encoding="utf-8-sig")
    book = build.sheet(tmp_path / "表.xlsx", [line.split(",") for line in text.splitlines()])
    for table in (path, book):
        ran = landgis("inspect", table, "--json")
        found = json.loads(ran.stdout)
        assert (ran.returncode, found["accepted"]) == (2, False)
        assert says in found["issues"][0]["message_zh"]
        assert "点号" in found["issues"][0]["next_zh"]
        assert "点号" in found["issues"][0]["next_en"]


def test_a_table_beyond_measure_is_refused_where_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "事实.csv"
    with path.open("wb") as file:
        file.write(b"DKBM,dispute\n1,no\n")
        file.truncate(65 * 1024**2)
    with pytest.raises(FileUnreadable, match="over the limit of 64 MB"):
        read_table(path)
    many = tmp_path / "多.csv"
    many.write_text("DKBM\n" + "1\n" * 1_000_001, encoding="ascii")
    with pytest.raises(FileUnreadable, match="more than 1000000 rows"):
        read_table(many)


def test_fields_that_are_not_taken_over_are_all_named(tmp_path: Path) -> None:
    others = {f"其他{number}": ["x", "y"] for number in range(12)}
    rows = {"DKBM": ["310117109001", "310117109002"], "XZQDM": ["310117109", "310117109"], "权属争议": ["否", "否"]}
    found = conform_parcels(read_vector(build.gpkg(tmp_path / "a.gpkg", SQUARES, rows | others)))
    (issue,) = (row for row in found.issues if row.code == "columns_not_used")
    assert issue.severity == "minor"
    assert all(name in issue.message_zh and name in issue.message_en for name in others)
    assert not any(name in issue.message_zh for name in rows)
    assert "原件" in issue.message_zh
    assert "original" in issue.message_en
    plain = conform_parcels(read_vector(build.gpkg(tmp_path / "b.gpkg", SQUARES, rows)))
    assert "columns_not_used" not in {row.code for row in plain.issues}


def test_numbers_of_a_drawing_come_from_the_text_inside(tmp_path: Path) -> None:
    import ezdxf

    drawing = ezdxf.new()
    space = drawing.modelspace()
    for shape in [square(200 * number) for number in range(4)]:
        space.add_lwpolyline(build.corners(shape), close=True)
    space.add_text("310117109001", dxfattribs={"layer": "注记"}).set_placement((build.X + 10, build.Y + 10))
    space.add_mtext("310117109002").set_location((build.X + 210, build.Y + 10))
    block = drawing.blocks.new("BH")
    block.add_attdef("BH", (0, 0))
    space.add_blockref("BH", (build.X + 410, build.Y + 10)).add_auto_attribs({"BH": "310117109003"})
    space.add_mtext("310117109004\\P12亩").set_location((build.X + 610, build.Y + 10))
    drawing.saveas(tmp_path / "地块.dxf")
    read = read_vector(tmp_path / "地块.dxf", crs="EPSG:4549")
    found = conform_parcels(read)
    assert list(found.parcels["parcel_id"]) == ["310117109001", "310117109002", "310117109003"]
    assert [(row.row, row.code) for row in found.rejected] == [(4, "parcel_id_missing")]
    codes = {issue.code: issue for issue in read.issues}
    assert "3 个地块编号" in codes["number_from_text"].message_zh
    assert "310117109004、12亩" in codes["number_unclear"].message_zh
