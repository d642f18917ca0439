"""The exchange text of boundary points: every variant read alike, every fault named with its line."""

from __future__ import annotations

from pathlib import Path

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.errors import EncodingUnknown, FileMissing, FileUnreadable, FormatUnknown, LandgisError, UsageError
from landgis.exchange.points import source_text
from landgis.exchange.points.boundary_text import looks_like_boundary_text, read_boundary_text, require_boundary_text
from landgis.exchange.points.points_read import PointsRead
from tests.support.boundary import ELLIPSOIDAL_M2, HOLE, OUTER, PLANAR_M2, block, point_lines, text, write

EXPECTED = shapely.Polygon([(y, x) for x, y in OUTER], [[(y, x) for x, y in HOLE]])


def read(tmp_path: Path, content: str, encoding: str = "utf-8", newline: str = "\n") -> PointsRead:
    return read_boundary_text(write(tmp_path / "界址点.txt", content, encoding, newline))


def attempt(path: Path) -> PointsRead | LandgisError:
    try:
        return read_boundary_text(path)
    except LandgisError as error:
        return error


def codes(found: PointsRead) -> set[str]:
    return {issue.code for issue in found.issues} - {"completeness_undeclared"}


def refused(tmp_path: Path, content: str, encoding: str = "utf-8") -> FileUnreadable:
    with pytest.raises(FileUnreadable) as caught:
        read(tmp_path, content, encoding)
    error = caught.value
    assert "界址点.txt" in error.zh
    assert "界址点.txt" in error.en
    assert error.next_zh
    assert error.next_en
    return error


def shifted(ring: tuple[tuple[float, float], ...], north: float, east: float) -> tuple[tuple[float, float], ...]:
    return tuple((x + north, y + east) for x, y in ring)


def test_the_published_example_has_its_areas(tmp_path: Path) -> None:
    found = read(tmp_path, text())
    assert found.crs_label == "EPSG:4528"
    assert found.zone == 40
    assert shapely.normalize(found.geometry[0]) == shapely.normalize(EXPECTED)
    facts = found.plots[0]
    assert facts.planar_m2 == pytest.approx(PLANAR_M2, abs=0.005)
    assert facts.ellipsoidal_m2 == pytest.approx(ELLIPSOIDAL_M2, abs=0.005)
    assert (facts.rings, facts.points, facts.stated_unit, facts.stated_m2) == (2, 8, "公顷", pytest.approx(8427))
    row = found.table.iloc[0]
    assert (row["地块编号"], row["地块名称"], row["地块用途"]) == ("SJ-DEMO-001", "示例地块一", "商服用地")
    assert codes(found) == set()
    assert found.header["数据产生单位"] == "示例测绘单位"


@pytest.mark.parametrize(
    ("encoding", "newline", "label"),
    [
        ("utf-8", "\n", "UTF-8"),
        ("utf-8-sig", "\r\n", "UTF-8"),
        ("gbk", "\r\n", "GB18030"),
        ("gb18030", "\r", "GB18030"),
        ("utf-16", "\r\n", "UTF-16"),
    ],
)
def test_encodings_and_line_ends_make_no_difference(tmp_path: Path, encoding: str, newline: str, label: str) -> None:
    found = read(tmp_path, text(), encoding, newline)
    assert found.encoding == label
    assert found.table["地块名称"].tolist() == ["示例地块一"]
    assert found.geometry[0].equals(EXPECTED)
    assert looks_like_boundary_text((tmp_path / "界址点.txt").read_bytes()[:300])


VARIANTS = {
    "rings left open": text(block(closed=False)),
    "numbers restart": text(block(restart=True)),
    "hole runs the other way": text(block((OUTER, HOLE[::-1]))),
    "outer ring runs the other way": text(block((OUTER[::-1], HOLE))),
    "hole comes first": text(block((HOLE, OUTER))),
    "all rings are numbered 1": text(block(points=[line.replace(",2,", ",1,") for line in point_lines((OUTER, HOLE))])),
    "points without J": text(block(points=[line.removeprefix("J") for line in point_lines((OUTER, HOLE))])),
    "project block first": text(project={"项目名称": "示例项目", "地块数": "1"}),
    "header reversed": text(header=dict.fromkeys(["坐标系", "带号"])).replace(
        "[地块坐标]", "带号=40\n坐标系=CGCS2000\n[地块坐标]"
    ),
    "extra keys": text(header={"高程基准": "1985国家高程基准"}),
    "blank lines and blanks": text().replace("\n", "\n\n  "),
    "area in square metres": text(block(area="8427.41")),
    "area with its unit": text(block(area="0.8427公顷")),
    "planar area": text(block(area="0.8430")),
    "no area": text(block(area="")),
    "count without closing points": text(block(count="8")),
    "precision as decimals": text(header={"精度": "3"}),
    "zone left out, the eastings have it": text(header={"带号": ""}),
}


@pytest.mark.parametrize("content", VARIANTS.values(), ids=VARIANTS)
def test_every_variant_reads_alike(tmp_path: Path, content: str) -> None:
    found = read(tmp_path, content)
    assert found.geometry[0].equals(EXPECTED)
    assert found.crs_label == "EPSG:4528"
    assert codes(found) == set()


def test_full_width_commas_and_figures_are_read_and_told(tmp_path: Path) -> None:
    wide = text().replace("J1,1,3425981.250,", "Ｊ１，１，３４２５９８１．２５０，").replace("示例地块一", "示例（一）")
    found = read(tmp_path, wide)
    assert found.geometry[0].equals(EXPECTED)
    assert codes(found) == {"full_width"}
    assert found.table["地块名称"].tolist() == ["示例（一）"]
    block_line = text().replace("SJ-DEMO-001,示例地块一,", "SJ-DEMO-001，示例地块一，")
    assert read(tmp_path, block_line).table["地块名称"].tolist() == ["示例地块一"]


def test_a_wide_comma_in_a_name_stays_in_the_name(tmp_path: Path) -> None:
    found = read(tmp_path, text(block(name="甲，乙")))
    assert found.table["地块名称"].tolist() == ["甲，乙"]
    assert codes(found) == set()


def test_further_rings_are_holes_parts_or_islands_by_where_they_lie(tmp_path: Path) -> None:
    island = ((3425945.0, 40600385.0), (3425935.0, 40600385.0), (3425935.0, 40600395.0), (3425945.0, 40600395.0))
    part = shifted(HOLE, 0, 200)
    found = read(tmp_path, text(block((part, HOLE, island, OUTER), area="")))
    shape = found.geometry[0]
    assert shape.geom_type == "MultiPolygon"
    assert shape.is_valid
    assert sorted(round(each.area, 2) for each in shape.geoms) == [100.0, 400.0, 8429.51]


def test_several_plots_keep_their_order(tmp_path: Path) -> None:
    blocks = [block((shifted(OUTER, 0, 500 * at),), number=f"D{at}", area="0.8829", restart=True) for at in range(3)]
    found = read(tmp_path, text(*blocks))
    assert found.table["地块编号"].tolist() == ["D0", "D1", "D2"]
    assert [round(shape.bounds[0]) for shape in found.geometry] == [40600334, 40600834, 40601334]


def test_a_plot_that_is_a_line_is_broken_and_the_others_are_read(tmp_path: Path) -> None:
    line = block(points=point_lines((OUTER[:2],), closed=False), kind="线", number="L", area="")
    found = read(tmp_path, text(line, block()))
    assert list(found.broken) == [0]
    assert "线" in found.broken[0]
    assert found.geometry[0] is None
    assert found.geometry[1].equals(EXPECTED)


@pytest.mark.parametrize(
    ("header", "points", "label"),
    [
        ({"带号": "40"}, 0, "EPSG:4549"),
        ({"带号": "41"}, 0, "EPSG:4550"),
        ({"带号": ""}, 0, None),
        ({"带号": "20", "几度分带": "6"}, 0, "EPSG:4509"),
        ({"带号": "20", "几度分带": "6"}, 20_000_000, "EPSG:4498"),
        ({"坐标系": "1980西安坐标系"}, 40_000_000, "EPSG:2364"),
        ({"坐标系": "1954年北京坐标系", "带号": "40"}, 0, "EPSG:2437"),
        ({"坐标系": "上海2000坐标系"}, 40_000_000, None),
        ({"坐标系": ""}, 40_000_000, None),
        ({"带号": "41"}, 41_000_000, "EPSG:4529"),
    ],
)
def test_header_and_figures_give_the_crs_or_none(
    tmp_path: Path, header: dict[str, str], points: int, label: str | None
) -> None:
    ring = tuple((x, y - 40_000_000 + points) for x, y in OUTER)
    found = read(tmp_path, text(block((ring,), area=""), header=header))
    assert found.crs_label == label
    assert found.crs_evidence


CONTRADICTIONS = {
    "zone of the header and of the eastings": ({"带号": "39"}, "zone_disagrees"),
    "no such zone": ({"带号": "99"}, "zone_disagrees"),
    "zone of three degrees in six": ({"几度分带": "6"}, "zone_disagrees"),
    "another projection": ({"投影类型": "通用横轴墨卡托"}, "projection_unknown"),
}


@pytest.mark.parametrize(("header", "code"), CONTRADICTIONS.values(), ids=CONTRADICTIONS)
def test_a_header_that_contradicts_itself_states_no_crs(tmp_path: Path, header: dict[str, str], code: str) -> None:
    found = read(tmp_path, text(header=header))
    assert found.crs_label is None
    assert code in codes(found)


def test_exchanged_axes_are_told_and_never_put_right(tmp_path: Path) -> None:
    swapped = tuple((y, x) for x, y in OUTER)
    found = read(tmp_path, text(block((swapped,), area="0.8829")))
    assert codes(found) == {"axes_swapped"}
    assert found.crs_label is None
    assert found.geometry[0].bounds[0] == pytest.approx(3425897.15)
    assert found.plots[0].ellipsoidal_m2 == pytest.approx(8827.316, abs=0.01)


def test_transformation_parameters_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, text(header={"转换参数": "0,0,0,0.517,0,0,0"}))
    assert codes(found) == {"parameters_not_applied"}
    assert not any("0.517" in issue.message_zh + issue.message_en for issue in found.issues)
    assert found.crs_label == "EPSG:4528"


def test_degrees_have_their_own_crs(tmp_path: Path) -> None:
    ring = ((30.951, 121.05), (30.951, 121.051), (30.950, 121.051), (30.950, 121.05))
    points = point_lines((ring,), decimals=7)
    found = read(tmp_path, text(block(points=points, area=""), header={"计量单位": "度", "带号": "", "几度分带": ""}))
    assert found.crs_label == "EPSG:4490"
    assert found.plots[0].planar_m2 is None
    assert found.plots[0].ellipsoidal_m2 == pytest.approx(10_590, abs=15)


@pytest.mark.parametrize("factor", [1.006, 0.994, 2.0, 0.1])
def test_a_stated_area_that_is_wrong_is_told_with_both_figures(tmp_path: Path, factor: float) -> None:
    found = read(tmp_path, text(block(area=f"{PLANAR_M2 * factor / 1e4:.4f}")))
    issue = next(issue for issue in found.issues if issue.code == "area_differs")
    assert "8429.51" in issue.message_zh
    assert "8427.42" in issue.message_zh
    assert "8429.51" in issue.message_en
    assert "第 13 行" in issue.where


@pytest.mark.parametrize("area", ["0.8470", "0.8390", "8431", "0.84"])
def test_a_stated_area_within_half_a_per_cent_is_not(tmp_path: Path, area: str) -> None:
    assert codes(read(tmp_path, text(block(area=area)))) == set()


def test_a_small_plot_may_differ_by_one_square_metre(tmp_path: Path) -> None:
    small = ((3425950.0, 40600380.0), (3425940.0, 40600380.0), (3425940.0, 40600390.0), (3425950.0, 40600390.0))
    assert codes(read(tmp_path, text(block((small,), area="100.9")))) == set()
    assert codes(read(tmp_path, text(block((small,), area="101.2")))) == {"area_differs"}


def test_an_area_in_mu_is_told(tmp_path: Path) -> None:
    assert codes(read(tmp_path, text(block(area="12.6412")))) == {"area_in_mu"}
    assert codes(read(tmp_path, text(block(area="八百")))) == {"area_unreadable"}


def test_a_count_is_never_used_to_read(tmp_path: Path) -> None:
    for count in ("3", "999", "7"):
        found = read(tmp_path, text(block(count=count)))
        assert found.geometry[0].equals(EXPECTED)
        assert codes(found) == {"point_count_differs"}
    for count in ("0", "", "多"):
        assert codes(read(tmp_path, text(block(count=count)))) == set()


def test_codes_without_scheme_are_explained_in_every_scheme(tmp_path: Path) -> None:
    found = read(tmp_path, text(block(code="0601")))
    issue = next(issue for issue in found.issues if issue.code == "land_use_scheme_undeclared")
    assert "工业用地" in issue.message_zh
    assert "农村道路" in issue.message_zh


def test_rounded_coordinates_are_told(tmp_path: Path) -> None:
    found = read(tmp_path, text(block(decimals=1, area="")))
    assert codes(found) == {"precision_lost"}
    assert codes(read(tmp_path, text(block(decimals=1, area=""), header={"精度": "0.1"}))) == set()
    assert codes(read(tmp_path, text(block(decimals=1, area=""), header={"精度": ""}))) == set()


def line_of(content: str, wanted: str) -> int:
    return next(number for number, line in enumerate(content.split("\n"), 1) if wanted in line)


GOOD = text()
BAD_LINES = {
    "a point with three items": (GOOD.replace("J2,1,", "J2,"), "J2,", "4 项"),
    "a point with five items": (GOOD.replace("J2,1,", "J2,1,0,"), "J2,", "4 项"),
    "not a number": (GOOD.replace("3425975.600", "nan"), "nan", "不是坐标"),
    "infinite": (GOOD.replace("3425975.600", "inf"), "inf", "不是坐标"),
    "an empty coordinate": (GOOD.replace("3425975.600", ""), "J2,1,,", "空的"),
    "degrees, minutes, seconds": (GOOD.replace("3425975.600", "30°57′12.5″"), "30°57", "度分秒"),
    "letters for figures": (GOOD.replace("3425975.600", "34259l5.600"), "34259l5", "不是数字"),
    "powers of ten": (GOOD.replace("3425975.600", "3.4259756E+06"), "E+06", "科学计数"),
    "garbage": (GOOD.replace("J2,1,", "乱码\nJ2,1,"), "乱码", "4 项"),
    "a plot with too many commas": (GOOD.replace("示例地块一", "示例,地块,一"), "示例,地块", "8 个逗号"),
    "a plot with too few": (GOOD.replace("SJ-DEMO-001,示例地块一,面,,", ""), ",@", "8 个逗号"),
    "a plot without its mark": (GOOD.replace(",@", ",#"), ",#", "@"),
    "a header line without =": (GOOD.replace("带号=40", "带号40"), "带号40", "键=值"),
    "a key twice with two values": (GOOD.replace("[地块坐标]", "带号=41\n[地块坐标]"), "带号=41", "两个文件"),
    "a lost figure": (GOOD.replace("40600452.300", "4060045.300"), "4060045.300", "位数不同"),
    "a doubled figure": (GOOD.replace("3425975.600", "34259755.600"), "34259755", "位数不同"),
    "one point exchanged": (GOOD.replace("3425975.600,40600452.300", "40600452.300,3425975.600"), "2.300,34", "相反"),
    "another zone": (GOOD.replace("40600452.300", "41600452.300"), "41600452", "两个带"),
    "a point before any plot": (
        GOOD.replace("[地块坐标]", "[地块坐标]\nJ9,1,3425975.600,40600452.300"),
        "J9",
        "没有地块行",
    ),
    "a ring of two points": (text(block((OUTER, HOLE[:2]), area="", count="", closed=False)), "J6,2", "2 个不同的点"),
}


@pytest.mark.parametrize(("content", "wanted", "says"), BAD_LINES.values(), ids=BAD_LINES)
def test_a_bad_line_is_refused_by_its_number(tmp_path: Path, content: str, wanted: str, says: str) -> None:
    error = refused(tmp_path, content)
    assert says in error.zh
    assert f"第 {line_of(content, wanted)} 行" in error.zh
    assert f"line {line_of(content, wanted)}" in error.en


def test_all_bad_lines_are_told_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("带号=40", "带号40").replace("3425975.600", "nan").replace("3425897.150", "x")
    error = refused(tmp_path, bad)
    assert all(f"第 {line} 行" in error.zh for line in (9, 15, 16))


def test_a_feet_file_is_refused(tmp_path: Path) -> None:
    assert "英尺" in refused(tmp_path, text(header={"计量单位": "英尺"})).zh


def test_a_file_of_the_header_alone_is_refused(tmp_path: Path) -> None:
    assert "没有地块" in refused(tmp_path, GOOD[: GOOD.index("[地块坐标]")]).zh
    assert "没有界址点" in refused(tmp_path, text(block(points=[]))).zh


def test_a_plot_count_that_is_not_reached_is_refused(tmp_path: Path) -> None:
    assert "2 个地块" in refused(tmp_path, text(project={"地块数": "2"})).zh
    more = read(tmp_path, text(block(), block(number="B"), project={"地块数": "1"}))
    assert "plot_count_differs" in codes(more)


def test_without_a_plot_count_the_reading_says_so(tmp_path: Path) -> None:
    assert "completeness_undeclared" in {issue.code for issue in read(tmp_path, GOOD).issues}
    declared = read(tmp_path, text(project={"地块数": "1"}))
    assert "completeness_undeclared" not in {issue.code for issue in declared.issues}


@pytest.mark.parametrize("encoding", ["utf-8", "gbk"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_every_cut_is_refused_that_loses_anything(tmp_path: Path, encoding: str, newline: str) -> None:
    content = text(block(), block((shifted(OUTER, 0, 500),), number="B", area="0.8829"), project={"地块数": "2"})
    whole = content.replace("\n", newline).encode(encoding)
    path = tmp_path / "界址点.txt"
    survivors = []
    for size in range(1, len(whole), 3 if newline == "\n" else 1):
        path.write_bytes(whole[:size])
        found = attempt(path)
        if isinstance(found, LandgisError):
            assert found.next_zh
            assert found.next_en
        else:
            survivors.append(len(whole) - size)
            assert "last_line_unended" in codes(found) or size == len(whole) - 1
    assert all(lost <= len(newline) for lost in survivors)


def test_a_ring_that_nothing_proves_is_told(tmp_path: Path) -> None:
    found = read(tmp_path, text(block((OUTER,), closed=False, count="", area="")))
    assert codes(found) == {"plot_completeness_unproven"}


def test_a_closing_point_that_lies_elsewhere_is_told(tmp_path: Path) -> None:
    points = point_lines((OUTER,))
    points[-1] = "J1,1,3425981.300,40600340.150"
    found = read(tmp_path, text(block(points=points)))
    assert "closing_point_differs" in codes(found)
    assert len(found.geometry[0].exterior.coords) == 6


def test_a_closing_point_written_twice_is_told(tmp_path: Path) -> None:
    points = point_lines((OUTER,))
    found = read(tmp_path, text(block(points=[*points, points[-1]], area="0.8829", count="")))
    assert codes(found) == {"closing_repeated"}
    assert found.plots[0].points == 4


def test_a_bow_tie_comes_through_as_it_is(tmp_path: Path) -> None:
    tie = (OUTER[0], OUTER[2], OUTER[1], OUTER[3])
    found = read(tmp_path, text(block((tie,), area="")))
    assert not found.geometry[0].is_valid


def test_text_that_proves_no_encoding_is_a_question(tmp_path: Path) -> None:
    path = write(tmp_path / "a.txt", "甲乙丙丁\n1,2,3,4\n", "gbk")
    with pytest.raises(EncodingUnknown) as caught:
        read_boundary_text(path)
    assert caught.value.questions[0].candidates[0].value == "GB18030"
    assert "甲乙丙丁" in caught.value.questions[0].candidates[0].preview[0]


def test_a_stated_encoding_is_used_and_checked(tmp_path: Path) -> None:
    path = write(tmp_path / "界址点.txt", text(), "gbk")
    assert read_boundary_text(path, encoding="GBK").encoding_evidence == "stated"
    with pytest.raises(FileUnreadable, match="UTF-8"):
        read_boundary_text(path, encoding="UTF-8")
    with pytest.raises(UsageError):
        read_boundary_text(path, encoding="no-such")


def test_files_that_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileMissing):
        read_boundary_text(tmp_path / "nothing.txt")
    (tmp_path / "空.txt").write_bytes(b"")
    with pytest.raises(FileUnreadable, match="0 bytes"):
        read_boundary_text(tmp_path / "空.txt")
    (tmp_path / "零.txt").write_bytes(text().encode() + b"\0" * 100)
    with pytest.raises(FileUnreadable, match="NUL"):
        read_boundary_text(tmp_path / "零.txt")
    (tmp_path / "长.txt").write_text(text() + "J" * 5000, "utf-8")
    with pytest.raises(FileUnreadable, match="5000 characters"):
        read_boundary_text(tmp_path / "长.txt")
    good = write(tmp_path / "好.txt", text())
    monkeypatch.setattr(source_text, "MOST_LINES", 10)
    with pytest.raises(FileUnreadable, match="limit of 10"):
        read_boundary_text(good)
    monkeypatch.setattr(source_text, "MOST_BYTES", 10)
    with pytest.raises(FileUnreadable, match="over the limit"):
        read_boundary_text(good)


def test_content_tells_the_text(tmp_path: Path) -> None:
    assert looks_like_boundary_text(text().encode("gbk")[:41])
    assert looks_like_boundary_text("5,0.1,1,甲,面,,,,@\n".encode())
    assert not looks_like_boundary_text(b"a,b,c\n1,2,3\n")
    assert not looks_like_boundary_text(b'{"type": "FeatureCollection"}')
    require_boundary_text(write(tmp_path / "a.txt", text()))
    with pytest.raises(FormatUnknown):
        require_boundary_text(write(tmp_path / "b.txt", "a,b\n"))


PIECES = st.sampled_from(
    [
        "@",
        ",",
        "，",
        "[",
        "]",
        "=",
        "nan",
        "-",
        "°",
        "\n",
        "\r",
        "０",
        "亩",
        "²",
        "①",
        "\0",
        "\u200b",
        "40",
        "[地块坐标]\n",
        "inf",
    ]
)


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 3), PIECES), min_size=1, max_size=6))
@settings(max_examples=300, deadline=None)
def test_no_text_brings_the_reader_down(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[int, int, str]]
) -> None:
    characters = list(text(block(code="05H1")))
    for place, removed, piece in edits:
        at = place % len(characters)
        characters[at : at + removed] = [piece]
    path = tmp_path_factory.mktemp("fuzz") / "界址点.txt"
    path.write_text("".join(characters), "utf-8", newline="")
    found = attempt(path)
    if isinstance(found, LandgisError):
        told = [found.zh, found.en, found.next_zh, found.next_en]
        assert all(told)
    else:
        told = [part for issue in found.issues for part in (issue.where, issue.message_zh, issue.message_en)]
        assert len(found.table) == len(found.geometry) == len(found.plots)
    assert all(part.isprintable() for part in told)
