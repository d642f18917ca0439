"""The encoding of a shapefile: labels held against bytes, questions with ranked candidates, no mojibake in silence."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from landgis.domain.question import Question, error_from_dict
from landgis.errors import EncodingUnknown
from landgis.exchange.reading.shapefile import ShapefileParts
from landgis.exchange.reading.shapefile_text import Encoding, choose_encoding
from landgis.exchange.reading.text_evidence import weigh, weigh_all
from tests.support.foreign import frame, shapefile, square

SIMPLIFIED = [
    "松江区泖港镇曹家浜村",
    "叶榭镇团结村集体经营性建设用地",
    "崇明区陈家镇裕安村（工业用地）",
    "石湖荡镇东夏村",
    "新浜镇胡家埭村",
]
TRADITIONAL = ["松江區葉榭鎮團結村", "集體經營性建設用地", "石湖蕩鎮東夏村", "崇明區陳家鎮裕安村"]
EXTENSION_B = ["𠮷家村", "㙍镇𡒄村", "集体经营性建设用地"]


def parts(folder: Path, texts: list[str], encoding: str, *, cpg: str | None = None, ldid: int = 0) -> ShapefileParts:
    """A shapefile whose .cpg and language byte are as wanted; the field is called 村名."""
    rows = {"村名": texts, "DKBM": [f"{number:05}" for number in range(len(texts))]}
    shp = shapefile(folder, "地块", frame(rows, [square(200 * n) for n in range(len(texts))]), encoding)
    dbf, label = shp.with_suffix(".dbf"), shp.with_suffix(".cpg")
    content = bytearray(dbf.read_bytes())
    content[29] = ldid
    dbf.write_bytes(content)
    label.unlink(missing_ok=True)
    if cpg is not None:
        label.write_text(cpg)
    return ShapefileParts("地块", shp, shp.with_suffix(".shx"), dbf, label if cpg is not None else None)


def asked(found: ShapefileParts, stated: str | None = None) -> Question:
    with pytest.raises(EncodingUnknown) as caught:
        choose_encoding(found, stated)
    error = caught.value
    assert error.zh
    assert error.next_zh
    assert error.next_en
    (question,) = error.questions
    assert error_from_dict(error.as_dict()).as_dict() == error.as_dict(), "a question comes home through text"
    return question


def codes(encoding: Encoding) -> list[str]:
    return [issue.code for issue in encoding.issues]


@pytest.mark.parametrize(
    ("texts", "encoding", "answer"),
    [
        (SIMPLIFIED, "GBK", "GBK"),
        (SIMPLIFIED, "UTF-8", "UTF-8"),
        (TRADITIONAL, "BIG5", "Big5"),
        (EXTENSION_B, "GB18030", "GB18030"),
    ],
)
def test_without_a_label_the_right_encoding_is_the_first_candidate(
    tmp_path: Path, texts: list[str], encoding: str, answer: str
) -> None:
    found = parts(tmp_path, texts, encoding)
    question = asked(found)
    best = question.candidates[0]
    assert (question.option, best.value) == ("--encoding", answer)
    assert "常用汉字" in best.evidence_zh
    assert "everyday Chinese" in best.evidence_en
    assert best.preview[0].startswith("村名=")
    assert any(text in best.preview[0] for text in texts)
    assert len(best.preview) == min(5, len(texts))
    answered = choose_encoding(found, best.value)
    assert (answered.label, answered.evidence, codes(answered)) == (answer, "stated", ["encoding_stated"])


def test_a_preview_shows_each_candidate_its_own_way(tmp_path: Path) -> None:
    question = asked(parts(tmp_path, SIMPLIFIED, "GBK"))
    gbk, big5 = question.candidates
    assert gbk.preview[0] == "村名=松江区泖港镇曹家浜村"
    assert big5.value == "Big5"
    assert big5.preview[0] != gbk.preview[0]


def test_no_personal_data_in_a_preview(tmp_path: Path) -> None:
    rows = {"权利人住址": ["某路一号"] * 2, "住址": ["某路二号"] * 2, "ZRRMC": ["某人"] * 2, "村名": SIMPLIFIED[:2]}
    shp = shapefile(tmp_path, "a", frame(rows, [square(), square(200)]), "GBK")
    shp.with_suffix(".cpg").unlink()
    content = bytearray(shp.with_suffix(".dbf").read_bytes())
    content[29] = 0
    shp.with_suffix(".dbf").write_bytes(content)
    found = ShapefileParts("a", shp, shp.with_suffix(".shx"), shp.with_suffix(".dbf"))
    shown = "".join(asked(found).candidates[0].preview)
    assert SIMPLIFIED[0] in shown
    assert "某路二号" not in shown
    assert "某人" not in shown


@pytest.mark.parametrize(
    ("encoding", "cpg", "ldid", "label", "evidence"),
    [
        ("GBK", "GBK", 0, "GBK", ".cpg says GBK"),
        ("GBK", "936", 0, "936", ".cpg says 936"),
        ("GBK", "ANSI 936", 0, "ANSI 936", ".cpg says ANSI 936"),
        ("GBK", "﻿GB2312\n", 0, "GB2312", ".cpg says GB2312"),
        ("GBK", None, 0x4D, "GBK", "LDID 0x4D"),
        ("GBK", None, 0x7A, "GBK", "LDID 0x7A"),
        ("UTF-8", "UTF-8", 0x4D, "UTF-8", ".cpg says UTF-8"),
        ("UTF-8", "65001", 0, "65001", ".cpg says 65001"),
    ],
)
def test_a_label_that_fits_is_believed_and_named(
    tmp_path: Path, encoding: str, cpg: str | None, ldid: int, label: str, evidence: str
) -> None:
    chosen = choose_encoding(parts(tmp_path, SIMPLIFIED, encoding, cpg=cpg, ldid=ldid), None)
    assert (chosen.label, chosen.evidence, chosen.issues) == (label, evidence, ())


@pytest.mark.parametrize(
    ("encoding", "cpg", "ldid", "right"),
    [
        ("GBK", "UTF-8", 0, "GBK"),
        ("GBK", "ISO-8859-1", 0, "GBK"),
        ("GBK", "1252", 0, "GBK"),
        ("GBK", "ANSI 1252", 0x4D, "GBK"),
        ("GBK", "BIG5", 0, "GBK"),
        ("UTF-8", "GBK", 0, "UTF-8"),
        ("UTF-8", None, 0x4D, "UTF-8"),
        ("UTF-8", "ISO-8859-1", 0, "UTF-8"),
        ("BIG5", "GBK", 0, "Big5"),
        ("GBK", "rot13", 0, "GBK"),
        ("GBK", "unicode_escape", 0, "GBK"),
    ],
)
def test_a_lying_label_is_a_question_never_mojibake(
    tmp_path: Path, encoding: str, cpg: str | None, ldid: int, right: str
) -> None:
    texts = TRADITIONAL if encoding == "BIG5" else SIMPLIFIED
    question = asked(parts(tmp_path, texts, encoding, cpg=cpg, ldid=ldid))
    assert question.candidates[0].value == right
    assert (cpg or "LDID") in question.asks_zh


def test_an_answer_that_the_bytes_contradict_is_asked_again(tmp_path: Path) -> None:
    question = asked(parts(tmp_path, SIMPLIFIED, "GBK"), "UTF-8")
    assert "UTF-8" in question.asks_zh
    assert question.candidates[0].value == "GBK"
    assert asked(parts(tmp_path / "b", SIMPLIFIED, "GBK"), "zip").candidates[0].value == "GBK"


def test_an_unlikely_answer_is_followed_and_told(tmp_path: Path) -> None:
    chosen = choose_encoding(parts(tmp_path, SIMPLIFIED, "GBK"), "Big5")
    assert (chosen.codec, codes(chosen)) == ("Big5", ["encoding_stated", "encoding_doubtful"])


def test_text_without_chinese_asks_nothing(tmp_path: Path) -> None:
    shp = shapefile(tmp_path, "a", frame({"DKBM": ["00123"]}, [square()]), "GBK")
    found = ShapefileParts("a", shp, shp.with_suffix(".shx"), shp.with_suffix(".dbf"))
    assert choose_encoding(found, None).evidence == "all text is ASCII"


def test_bytes_of_no_known_encoding_leave_no_candidate(tmp_path: Path) -> None:
    found = parts(tmp_path, SIMPLIFIED, "GBK")
    content = found.dbf.read_bytes().replace("松江".encode("gbk"), b"\x80\xff\x80\xff")
    found.dbf.write_bytes(content)
    question = asked(found)
    assert question.candidates == ()
    assert question.likeliest == "--encoding …"


def test_rows_of_two_encodings_are_asked_about_and_told_when_answered(tmp_path: Path) -> None:
    found = parts(tmp_path, ["松江区泖港镇", "AAAAAAAAAAAAAAAAAA"], "GBK", cpg="GBK")
    found.dbf.write_bytes(found.dbf.read_bytes().replace(b"A" * 18, "叶榭镇团结村".encode()))
    assert "1 个值是 UTF-8" in asked(found).asks_zh
    assert codes(choose_encoding(found, "GBK")) == ["encoding_stated", "text_undecodable"]


@pytest.mark.parametrize(
    ("text", "code"),
    [("泖港镇\ufffd村", "text_damaged"), ("\ue000\ue005村", "text_damaged"), ("µØ¿é±àºÅ", "text_damaged")],
)
def test_text_that_was_damaged_before_is_told(tmp_path: Path, text: str, code: str) -> None:
    assert codes(choose_encoding(parts(tmp_path, [text, *SIMPLIFIED], "UTF-8", cpg="UTF-8"), None)) == [code]


def test_what_stands_behind_a_nul_is_told(tmp_path: Path) -> None:
    found = parts(tmp_path, ["BBBBBB", *SIMPLIFIED], "GBK", cpg="GBK")
    found.dbf.write_bytes(found.dbf.read_bytes().replace(b"BBBBBB", b"B\0BBBB"))
    assert codes(choose_encoding(found, None)) == ["text_hidden"]


def test_a_label_that_is_no_name_is_not_echoed(tmp_path: Path) -> None:
    question = asked(parts(tmp_path, SIMPLIFIED, "GBK", cpg="\x1b[2J" * 20))
    assert "\x1b" not in question.asks_zh + question.asks_en


EVERYDAY = st.text(
    st.sampled_from("的一是不了在人有我他这中大来上国地村镇区用建设集体经营松江崇明东西南北河路工业商服农"),
    min_size=6,
    max_size=40,
)


@settings(deadline=None)
@given(EVERYDAY, st.sampled_from(["UTF-8", "GBK"]))
def test_everyday_text_is_told_by_its_bytes(text: str, encoding: str) -> None:
    cells = [text.encode(encoding)]
    best = weigh_all(cells)[0]
    assert best.label == encoding
    assert best.everyday > 0.9
    assert not best.far_better_than(weigh(cells, encoding))


@settings(deadline=None)
@given(
    st.lists(st.binary(min_size=1, max_size=60), max_size=5),
    st.sampled_from(["GBK", "UTF-8", "Big5", "utf-16", "nonsense", "zlib", "hex"]),
)
def test_weighing_any_bytes_never_fails(cells: list[bytes], label: str) -> None:
    fit = weigh(cells, label)
    assert 0 <= fit.everyday <= 1
    assert all(each.valid for each in weigh_all(cells))
