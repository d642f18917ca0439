"""The report on control lines as a workbook: releases, curve, places, and room for the keepers' answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from shapely.geometry import box

from landgis.errors import ContractBroken
from landgis.quality.catalogue import tolerances
from landgis.quality.control_lines import check_lines
from landgis.quality.report import QualityReport, Subject
from landgis.services.quality.line_report import write_lines
from tests.support.planted_quality import layer


def report(substitute: bool = True, paper: str = "沪府〔2026〕1号") -> QualityReport:
    red = layer([box(0, 0, 1000, 1000)])
    farmland = layer([box(990, 0, 1200, 100), box(999.7, 200, 1200, 300)])
    check = check_lines({"ecological_redline": red, "permanent_basic_farmland": farmland})
    facts = (("永久基本农田", "Permanent basic farmland", paper),)
    return QualityReport(
        subject=Subject("control-lines", "控制线相互关系", "Control lines", 3, "EPSG:4549", facts, substitute),
        findings=check.findings, asked=frozenset({"L01"}), limits=tolerances(None), checked_on=date(2026, 6, 30),
        checked_by="王", program="landgis", notes=(("说明", "note"),), matrix=check.matrix,
        titles={"ecological_redline": "生态保护红线", "permanent_basic_farmland": "永久基本农田"},
    )  # fmt: skip


def rows(path: Path, sheet: str) -> list[tuple[object, ...]]:
    return list(openpyxl.load_workbook(path)[sheet].iter_rows(min_row=5, values_only=True))


def test_curve_and_places_are_told_with_room_for_an_answer(tmp_path: Path) -> None:
    write_lines(report(), tmp_path / "线.xlsx")
    curve = rows(tmp_path / "线.xlsx", "容差曲线")
    assert curve[0][:3] == ("生态保护红线", "永久基本农田", 0)
    assert [round(float(str(row[3])), 6) for row in curve] == [1030, 1030, 1030, 1000, 1000, 1000]
    places = rows(tmp_path / "线.xlsx", "压占清单")
    assert [row[1:3] for row in places] == [
        ("ecological_redline/a", "permanent_basic_farmland/a"),
        ("ecological_redline/a", "permanent_basic_farmland/b"),
    ]
    assert [round(float(str(row[3])), 6) for row in places] == [1000, 30]
    assert all(row[-1] is None for row in places)


def test_stand_ins_are_named_on_every_sheet_and_nothing_else_is(tmp_path: Path) -> None:
    write_lines(report(), tmp_path / "a.xlsx")
    write_lines(report(substitute=False), tmp_path / "b.xlsx")
    marked, plain = (openpyxl.load_workbook(tmp_path / name) for name in ("a.xlsx", "b.xlsx"))
    assert {sheet["A2"].value for sheet in marked} == {"替代数据，非法定成果 Stand-in data, no legal force"}
    assert {sheet["A2"].value for sheet in plain} == {None}


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    write_lines(report(), tmp_path / "a.xlsx")
    write_lines(report(), tmp_path / "b.xlsx")
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()


def test_a_name_that_looks_like_a_formula_stays_text(tmp_path: Path) -> None:
    write_lines(report(paper="=1+1"), tmp_path / "a.xlsx")
    cell = openpyxl.load_workbook(tmp_path / "a.xlsx")["图层版本"]["C5"]
    assert (cell.value, cell.data_type) == ("=1+1", "s")


def test_a_text_that_no_workbook_holds_is_refused_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(ContractBroken):
        write_lines(report(paper="a\x01b"), tmp_path / "a.xlsx")
    assert list(tmp_path.iterdir()) == []


def test_without_a_matrix_the_curve_is_empty(tmp_path: Path) -> None:
    write_lines(replace(report(), matrix=None), tmp_path / "a.xlsx")
    assert rows(tmp_path / "a.xlsx", "容差曲线") == []
