"""The summary of a check: a workbook and pages, a row per parcel, the worst first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from shapely.geometry import Polygon

from landgis.domain.issue import Issue, Severity
from landgis.domain.outcome import Outcome, Scope
from landgis.errors import FormatUnknown
from landgis.exchange.catalogue import load_catalogue
from landgis.frames.layer import LayerData
from landgis.rules.reading.load import load_pack
from landgis.services.checking.batch import Batch, Unread
from landgis.services.checking.by_law import by_law
from landgis.services.checking.check import Candidates
from landgis.services.checking.check_summary import MOST_LINES, Summary, summary_of
from landgis.services.checking.joint import AtHand, check_jointly
from landgis.services.checking.summary_files import write_summary
from tests.support import ground, pdf
from tests.support.ground import AS_OF, at

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(ROOT / "layers")
PACK = load_pack("songjiang")
EVIL = "=cmd|'/c calc'!A1"
SHAPES = {
    "SJ-clear": at(0, 0, 80, 60),
    "SJ-flagged": at(400, 0, 80, 60),
    "SJ-red": at(200, 0, 80, 60),
    "SJ-unknown": at(600, 0, 80, 60),
}


def layers(substitute: bool = True, **changed: LayerData) -> dict[str, LayerData]:
    made = ground.clear_layers() | {
        "ecological_redline": ground.layer("ecological_redline", {"r": at(270, 0, 50, 60)}),
        "development_boundary": ground.layer("development_boundary", {"d": at(390, -10, 100, 100)}),
    }
    made |= changed
    return {key: replace(one, release=replace(one.release, substitute=substitute)) for key, one in made.items()}


def summed(
    shapes: Mapping[str, Polygon] = SHAPES,
    against: Mapping[str, LayerData] | None = None,
    *,
    village: str = "东村",
    issues: Sequence[Issue] = (),
    unread: Sequence[Unread] = (),
    most: int = MOST_LINES,
) -> Summary:
    frame = ground.parcels(dict(shapes), village_name=village)
    frame["dispute"] = frame["dispute"].mask(frame["parcel_id"] == "SJ-unknown")
    found = Candidates(frame, (), tuple(issues), "")
    batch = replace(Batch.of_one(found, "镇.gpkg"), unread=tuple(unread))
    at_hand = AtHand(layers() if against is None else against)
    checked = check_jointly(batch, by_law(found, PACK, load_pack), lambda _group: at_hand, AS_OF, Scope.FULL)
    return summary_of(checked, CATALOGUE, date(2026, 7, 1), most=most)


def sheets(summary: Summary, out: Path) -> tuple[Worksheet, Worksheet, Worksheet]:
    write_summary(summary, out)
    one, two, three = openpyxl.load_workbook(out / "summary.xlsx").worksheets
    return one, two, three


def rows(sheet: Worksheet) -> list[dict[str, object]]:
    head = [str(cell.value) for cell in sheet[4]]
    return [dict(zip(head, row, strict=True)) for row in sheet.iter_rows(min_row=5, values_only=True)]


def text(summary: Summary, out: Path) -> str:
    return pdf.text(write_summary(summary, out)[1].read_bytes())


def test_the_worst_come_first_then_by_number() -> None:
    lines = summed().lines
    assert [(line.parcel_id, str(line.verdict)) for line in lines] == [
        ("SJ-red", "excluded"), ("SJ-unknown", "unknown"), ("SJ-flagged", "flagged"), ("SJ-clear", "clear"),
    ]  # fmt: skip
    same = summed({f"SJ-{number}": at(100 * number, 300, 80, 60) for number in (3, 1, 2)}).lines
    assert [line.parcel_id for line in same] == ["SJ-1", "SJ-2", "SJ-3"]


def test_the_deciding_rule_is_told_with_its_ground_and_what_would_cure_it() -> None:
    red, unknown, _, clear = summed().lines
    (rule,) = red.deciding
    assert (rule.title.zh, rule.figure and rule.figure.zh) == ("生态保护红线", "600.00 ㎡（12.50%）")
    assert red.conflict_m2 == pytest.approx(600, abs=1e-6)
    assert red.conflict_share == pytest.approx(0.125, abs=1e-9)
    assert [cure.kind and cure.kind.zh for cure in red.cures] == ["退让边界"]
    assert "由地块所在镇（街道）出具权属情况说明" in [words.zh for words in unknown.supplies]
    assert (clear.deciding, clear.cures, clear.supplies, clear.conflict_m2) == ((), (), (), None)


def test_a_layer_that_is_silent_is_told_with_who_supplies_it() -> None:
    at_hand = layers()
    del at_hand["homestead"]
    (line,) = summed({"SJ-clear": SHAPES["SJ-clear"]}, at_hand).lines
    (rule,) = line.deciding
    assert (rule.title.zh, rule.figure and rule.figure.zh, rule.sentence) == ("宅基地", "缺图层", None)
    supply = PACK.rule("homestead").supply
    assert supply is not None
    assert line.supplies == (supply,)


def test_other_open_rules_are_counted_beside_the_deciding_ones(tmp_path: Path) -> None:
    both = layers(development_boundary=ground.layer("development_boundary", {"d": at(190, -10, 100, 100)}))
    summary = summed({"SJ-red": SHAPES["SJ-red"]}, both)
    assert summary.lines[0].beside == ((Outcome.FLAGGED, 1),)
    assert "另有 待核 1 条" in str(rows(sheets(summary, tmp_path)[0])[0]["决定性规则"])


def test_the_workbook_holds_numbers_filters_and_a_frozen_head(tmp_path: Path) -> None:
    parcels, facts, issues = sheets(summed(), tmp_path)
    assert [sheet.title for sheet in (parcels, facts, issues)] == ["地块 Parcels", "图层与批次 Layers", "问题 Issues"]
    assert (parcels.freeze_panes, parcels.auto_filter.ref) == ("A5", "A4:R8")
    first = rows(parcels)[0]
    assert (first["地块编号 Parcel"], first["结论"], first["来源文件 File"]) == ("SJ-red", "不符合", "镇.gpkg")
    assert first["面积（㎡）"] == pytest.approx(4800, rel=1e-3)
    assert first["面积（亩）"] == pytest.approx(7.2, rel=1e-3)
    assert first["涉及面积（㎡）"] == pytest.approx(600, abs=1e-6)
    assert parcels["N5"].number_format == "0.00%"
    assert {row["性质 Nature"] for row in rows(facts)[-3:]} == {"替代数据，非法定成果 stand-in"}
    told = {row["项目"]: row["内容 Content"] for row in rows(facts)}
    assert told["截至日期"] == "2026-06-30"
    assert told["规则包版本"] == f"songjiang {PACK.version}"
    assert told["宗数"] == "4：符合 1，待核 1，无法判定 1，不符合 1"


def test_foreign_text_never_runs_as_a_formula(tmp_path: Path) -> None:
    odd = Issue("odd", Severity.MINOR, EVIL, EVIL, "+1")
    summary = summed({EVIL: at(0, 0, 80, 60), "-1": at(100, 0, 80, 60)}, village="@SUM(A1)", issues=[odd])
    parcels, _, issues = sheets(summary, tmp_path)
    cells = [cell for sheet in (parcels, issues) for row in sheet.iter_rows(min_row=5) for cell in row]
    held = [cell for cell in cells if isinstance(cell.value, str) and cell.value[:1] in "=+-@"]
    assert {cell.value for cell in held} == {EVIL, "-1", "@SUM(A1)", "+1"}
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in held)


def test_control_characters_of_foreign_text_stop_nothing(tmp_path: Path) -> None:
    summary = summed({"SJ\x01\u202e1": at(0, 0, 80, 60)}, village="东\x02村")
    (row,) = rows(sheets(summary, tmp_path)[0])
    assert row["地块编号 Parcel"] == "SJ\\u0001\\u202e1"
    assert row["村 Village"] == "东\\u0002村"


def test_the_pages_head_names_district_day_law_layers_and_stand_ins(tmp_path: Path) -> None:
    told = text(summed(), tmp_path)
    assert "松江区地块核查汇总表" in told
    assert "截至日期Asof2026-06-30" in told
    assert PACK.version.replace(" ", "") in told
    assert "替代数据，非法定成果" in told
    assert "生态保护红线Ecologicalprotectionredlinetest沪规〔2020〕1号" in told
    assert "核查Checked" in told
    assert "【退让边界】" in told


def test_without_stand_ins_no_banner_is_printed(tmp_path: Path) -> None:
    assert "替代数据" not in text(summed(against=layers(substitute=False)), tmp_path)


def test_an_expired_layer_is_named_in_the_head_and_in_the_row(tmp_path: Path) -> None:
    ended = ground.layer("homestead", {"far": at(2000, 2000, 9, 9)}, expires_on=AS_OF - timedelta(days=1))
    told = text(summed({"SJ-clear": SHAPES["SJ-clear"]}, layers(homestead=ended)), tmp_path)
    assert "已过期" in told
    assert "宅基地：已过期" in told


def test_a_layer_is_usable_to_the_sooner_of_its_two_days(tmp_path: Path) -> None:
    for expires, sooner in ((date(2027, 12, 31), "2027-01-01"), (date(2026, 9, 30), "2026-09-30")):
        home = ground.layer("homestead", {"far": at(2000, 2000, 9, 9)}, expires_on=expires)
        aged = replace(home, release=replace(home.release, state_of_data_on=date(2026, 1, 1), cycle_months=12))
        _, facts, _ = sheets(summed({"SJ-clear": SHAPES["SJ-clear"]}, layers(homestead=aged)), tmp_path)
        (told,) = (row for row in rows(facts) if row["项目"] == "农村宅基地")
        assert told["可用至 Usable to"] == sooner


def test_a_parcel_that_no_release_covers_is_not_said_to_be_covered_in_part() -> None:
    away = ground.layer("ownership_parcel", {"f": at(1100, 1100, 9, 9)}, coverage=at(1000, 1000, 500, 500))
    (line,) = summed({"SJ-clear": SHAPES["SJ-clear"]}, layers(ownership_parcel=away)).lines
    (rule,) = line.deciding
    assert rule.figure is not None
    assert (rule.figure.zh, rule.figure.en, line.conflict_m2) == ("全部未覆盖", "not covered", None)


def test_files_that_were_not_checked_are_rows_of_their_own(tmp_path: Path) -> None:
    unread = Unread.of("照片.jpg", FormatUnknown("格式不支持", "No such format", next_zh="请换", next_en="Change it"))
    summary = summed(unread=[unread])
    last = rows(sheets(summary, tmp_path)[0])[-1]
    assert (last["来源文件 File"], last["结论"], last["决定性规则"]) == ("照片.jpg", "未核对", "格式不支持；请换")
    assert "未核对的文件Filesthatwerenotchecked" in text(summary, tmp_path)


def test_three_hundred_parcels_break_over_pages_with_the_head_repeated(tmp_path: Path) -> None:
    shapes = {f"SJ-{number:03d}": at(90 * (number % 20), 70 * (number // 20), 80, 60) for number in range(300)}
    file = write_summary(summed(shapes, layers()), tmp_path)[1].read_bytes()
    count = len(pdf.pages(file))
    assert count > 5
    assert all("地块编号Parcel" in "".join(pdf.page_text(file, page).split()) for page in range(count - 1))
    assert f"第{count}页/共{count}页" in pdf.page_text(file, count - 1)
    told = pdf.text(file)
    assert all(parcel_id in told for parcel_id in shapes)


def test_a_row_with_very_much_to_say_breaks_and_loses_nothing(tmp_path: Path) -> None:
    at_hand = {"homestead": layers()["homestead"]}
    summary = summed({"SJ-clear": SHAPES["SJ-clear"]}, at_hand)
    told = text(summary, tmp_path)
    for rule in summary.lines[0].deciding:
        assert "".join(rule.title.zh.split()) in told
    for words in summary.lines[0].supplies:
        assert "".join(words.zh.split()) in told


def test_parcels_beyond_the_most_are_counted_and_the_least_bad(tmp_path: Path) -> None:
    summary = summed(most=2)
    assert [line.parcel_id for line in summary.lines] == ["SJ-red", "SJ-unknown"]
    assert summary.left_out == 2
    assert "另有 2 宗较轻的没有列出" in str(sheets(summary, tmp_path)[0]["A3"].value)
    assert "另有2宗较轻的地块没有列出" in text(summary, tmp_path)


def test_the_same_check_gives_the_same_bytes(tmp_path: Path) -> None:
    one, two = (write_summary(summed(), tmp_path / name) for name in ("a", "b"))
    assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
