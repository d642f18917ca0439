"""The report on control lines as a workbook, for those who keep them to answer in."""

from __future__ import annotations

from pathlib import Path

import shapely

from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH
from landgis.exchange.writing.line_workbook import LineSheet, write_line_workbook
from landgis.frames.spec import rows_of
from landgis.quality.report import QualityReport

_AREA = "#,##0.0000"


def write_lines(report: QualityReport, path: Path) -> None:
    """Write releases, tolerance curve and places of a report on control lines; the keepers answer in the last column."""
    subject = report.subject
    notice = f"{SUBSTITUTE_ZH} {SUBSTITUTE_EN}" if subject.substitute else ""
    title = f"{subject.title_zh} {report.checked_on.isoformat()}"
    write_line_workbook(path, title, notice, (_releases(report), _curve(report), _places(report)))


def _releases(report: QualityReport) -> LineSheet:
    rows = [
        *report.subject.facts,
        ("量算坐标系", "CRS", report.subject.crs),
        ("检查人", "Checked by", report.checked_by),
        ("程序", "Program", report.program),
        *(("说明", "Note", f"{zh} {en}") for zh, en in report.notes),
    ]
    return LineSheet("图层版本", {"项目": 18, "Item": 24, "内容": 90}, rows, "三条控制线各自的版本和批准机关", {})


def _curve(report: QualityReport) -> LineSheet:
    matrix = report.matrix
    rows = [
        (
            report.titles.get(row["one"], row["one"]), report.titles.get(row["other"], row["other"]), row["width_m"],
            row["opened_m2"], row["overlap_m2"], row["pieces"],
        )
        for row in ([] if matrix is None else rows_of(matrix))
    ]  # fmt: skip
    headings = {
        "控制线": 20, "控制线（另一条）": 20, "容差（米）": 12, "开运算后剩余（㎡）": 20, "宽于容差的压占块（㎡）": 22, "块数": 8,
    }  # fmt: skip
    remark = "开运算：去掉处处不宽于容差的部分；压占块按平均宽度 2A/P 分档；0 米为全部压占，同一块地只计一次"
    return LineSheet("容差曲线", headings, rows, remark, {3: "0.00", 4: _AREA, 5: _AREA})


def _places(report: QualityReport) -> LineSheet:
    worst = report.findings.sort_values(["measured", "finding_id"], ascending=[False, True], kind="stable")
    rows = []
    for row in rows_of(worst):
        middle = shapely.point_on_surface(row["geometry"])
        x, y = (float(value) for value in (shapely.get_x(middle), shapely.get_y(middle)))
        rows.append(
            (row["finding_id"], row["feature_id"], row["other_id"], row["measured"], x, y, row["message_zh"], "")
        )
    headings = {
        "编号": 22, "要素": 34, "压占的要素": 34, "面积（㎡）": 16, "东坐标（米）": 16, "北坐标（米）": 16, "说明": 44,
        "保管单位答复": 30,
    }  # fmt: skip
    return LineSheet(
        "压占清单", headings, rows, "面积大的在前；坐标为压占处内部一点", {4: _AREA, 5: "0.000", 6: "0.000"}
    )
