"""The summary of a check as a workbook: parcels, layers with run facts, issues."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from landgis.area import hectares, mu
from landgis.domain.issue import Severity, shown
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH, Coverage
from landgis.domain.outcome import Outcome
from landgis.domain.program import VERSION
from landgis.exchange.writing.line_workbook import LineSheet, write_line_workbook
from landgis.rules.pack import RulePack, Words
from landgis.screening.card_words import OUTCOME_EN
from landgis.screening.summary import Decided, Line, beside_words, usable_to
from landgis.services.checking.by_law import NO_LAW
from landgis.services.checking.check_summary import SCOPES, Summary

_LONGEST = 32_000
"""A cell holds 32 767 characters."""
_PARCELS = {
    "序号": 6, "地块编号 Parcel": 26, "来源文件 File": 22, "镇（街道） Town": 14, "村 Village": 14, "规则包 Pack": 22,
    "面积（㎡）": 13, "面积（亩）": 10, "结论": 14, "Verdict": 14, "决定性规则": 46, "Deciding rules": 46, "涉及面积（㎡）": 14,
    "占地块": 9, "补正办法": 46, "Cure": 46, "由谁提供": 36, "Supplied by": 36,
}  # fmt: skip
_PARCEL_FORMATS = {7: "#,##0.00", 8: "#,##0.000", 13: "#,##0.00####", 14: "0.00%"}
_FACTS = {
    "项目": 22, "Item": 26, "内容 Content": 60, "版本 Release": 18, "文号 Document": 26, "印发日期 Issued": 13,
    "可用至 Usable to": 13, "覆盖 Coverage": 14, "性质 Nature": 26,
}  # fmt: skip
_ISSUES = {"程度": 8, "Severity": 10, "代码 Code": 26, "位置 Where": 40, "说明": 70, "Message": 70}


def write_summary_workbook(summary: Summary, path: Path) -> None:
    """Write parcels, layers and issues, each on a sheet that can be filtered; areas are numbers, the rest is text."""
    notice = f"{SUBSTITUTE_ZH} {SUBSTITUTE_EN}" if summary.substitute else ""
    title = f"{summary.districts.zh}地块核查汇总 截至 {summary.record['as_of']}"
    write_line_workbook(path, title, notice, (_parcels(summary), _facts(summary), _issues(summary)))


def _parcels(summary: Summary) -> LineSheet:
    rows = [_row(summary, number, line) for number, line in enumerate(summary.lines, 1)]
    rows += [
        (len(summary.lines) + number, "", *_cells(file["name"]), "", "", "", None, None, "未核对", "not checked",
         *_cells(file["message_zh"], file["message_en"]), None, None, "", "", "", "")
        for number, file in enumerate(summary.record["unread"], 1)
    ]  # fmt: skip
    remark = "由重到轻：不符合、无法判定、待核、符合；面积为椭球面积，涉及面积和占比按投影平面量算。 Worst first; areas on the ellipsoid"
    if summary.left_out:
        remark += (
            f"；另有 {summary.left_out} 宗较轻的没有列出，见 findings.csv。 {summary.left_out} more in findings.csv"
        )
    return LineSheet("地块 Parcels", _PARCELS, rows, remark, _PARCEL_FORMATS)


def _row(summary: Summary, number: int, line: Line) -> tuple[object, ...]:
    m2, law = line.ellipsoidal_m2, summary.law_of(line)
    beside = beside_words(line)
    deciding = [*map(_decided, line.deciding), *([beside] if beside else [])]
    cures_zh = [f"【{cure.kind.zh}】{cure.words.zh}" if cure.kind else cure.words.zh for cure in line.cures]
    cures_en = [f"[{cure.kind.en}] {cure.words.en}" if cure.kind else cure.words.en for cure in line.cures]
    return (
        number, *_cells(line.parcel_id, line.source, line.town, line.village, _named(law)), m2,
        None if m2 is None else mu(hectares(m2)), f"{line.verdict.zh}（未入库）" if line.absent else line.verdict.zh,
        OUTCOME_EN[line.verdict], *_both(deciding), line.conflict_m2, line.conflict_share,
        _lines(cures_zh), _lines(cures_en), *_both(line.supplies),
    )  # fmt: skip


def _named(pack: RulePack) -> str:
    return f"{pack.pack_id} {pack.version}" if pack.pack_id else f"{pack.title.zh} {pack.title.en}"


def _decided(each: Decided) -> Words:
    figure, sentence = each.figure or Words("", ""), each.sentence or Words("", "")
    zh = "：".join(filter(None, (f"{each.title.zh} {figure.zh}".strip(), sentence.zh)))
    return Words(zh, ": ".join(filter(None, (f"{each.title.en} {figure.en}".strip(), sentence.en))))


def _facts(summary: Summary) -> LineSheet:
    record, packs = summary.record, summary.packs or (NO_LAW,)
    counts = "，".join(f"{Outcome(key).zh} {count}" for key, count in record["summary"].items())
    told = [
        ("区", "District", f"{summary.districts.zh} {summary.districts.en}"),
        ("截至日期", "As of", record["as_of"]),
        ("制表日期", "Printed on", summary.drawn_on.isoformat()),
        *(("规则包", "Rule pack", f"{pack.title.zh} {pack.title.en}") for pack in packs),
        *(("规则包版本", "Version of the pack", _named(pack)) for pack in packs),
        ("范围", "Scope", " ".join(SCOPES[record["scope"]])),
        ("量算坐标系", "CRS", record["crs"]),
        ("坐标转换", "Transform", record["transform"] or "—"),
        ("程序", "Program", f"landgis {VERSION}"),
        ("宗数", "Parcels", f"{len(record['parcels'])}：{counts}"),
        ("未核对的文件", "Files not checked", str(len(record["unread"]))),
        *(("注意", "Caution", f"{zh} {en}") for zh, en in summary.cautions),
    ]
    rows = [(zh, en, *_cells(content), *[""] * 6) for zh, en, content in told]
    rows += [
        (summary.titles[row["layer"]][0], summary.titles[row["layer"]][1], *_cells(
            row.get("title_zh") or "—", row["release"] or "—", row.get("document_no") or "—", row.get("issued_on") or "—",
            usable_to(row) or "—",
        ), Coverage(row["coverage"]).zh, _nature(row.get("substitute"), row["evidence"]))
        for row in record["layers"]
    ]  # fmt: skip
    return LineSheet(
        "图层与批次 Layers", _FACTS, rows, "本次核查所依据的规则与图层。 Rules and layers of this check", {}
    )


def _nature(substitute: object, evidence: bool) -> str:
    beside = "（证据，不入结论 evidence）" if evidence else ""
    return (f"{SUBSTITUTE_ZH} stand-in" if substitute else "") + beside


def _issues(summary: Summary) -> LineSheet:
    rows = [
        (Severity(issue["severity"]).zh, issue["severity"],
         *_cells(issue["code"], issue["where"], issue["message_zh"], issue["message_en"]))
        for issue in summary.record["issues"]
    ]  # fmt: skip
    return LineSheet("问题 Issues", _ISSUES, rows, "读取文件、图层和清单时发现的问题。 Noticed while reading", {})


def _both(words: Sequence[Words]) -> tuple[str, str]:
    return _lines([each.zh for each in words]), _lines([each.en for each in words])


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(_cells(*texts))[:_LONGEST]


def _cells(*texts: str) -> tuple[str, ...]:
    """Return foreign texts as a cell may hold them: no control characters, not endless."""
    return tuple(shown(text, _LONGEST) for text in texts)
