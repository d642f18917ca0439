"""Writing the summary of a check: a workbook to work in, pages to be signed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from landgis.area import hectares, mu
from landgis.domain.issue import shown
from landgis.domain.layer import SUBSTITUTE_EN, SUBSTITUTE_ZH, Coverage
from landgis.domain.outcome import VERDICTS
from landgis.domain.printed import number
from landgis.domain.program import VERSION
from landgis.exchange.writing.vector import write_bytes
from landgis.maps.summary_page import SummaryLayer, SummaryPage, SummaryRow, summary_page
from landgis.screening.card_words import OUTCOME_EN
from landgis.screening.summary import Decided, Line, beside_words, usable_to
from landgis.services.checking.by_law import NO_LAW
from landgis.services.checking.check_summary import SCOPES, Summary
from landgis.services.checking.summary_workbook import write_summary_workbook


def write_summary(summary: Summary, out: Path) -> list[Path]:
    """Write ``summary.xlsx`` and ``summary.pdf`` into a folder and return the paths.

    Raises
    ------
    ToolMissing
        If the Chinese fonts are not installed; the workbook is written by then.
    """
    out.mkdir(parents=True, exist_ok=True)
    book, page = out / "summary.xlsx", out / "summary.pdf"
    write_summary_workbook(summary, book)
    write_bytes(page, summary_page(_page(summary)))
    return [book, page]


def _page(summary: Summary) -> SummaryPage:
    record = summary.record
    packs = summary.packs or (NO_LAW,)
    files = dict.fromkeys(line.source for line in summary.lines if line.source)
    return SummaryPage(
        district=(summary.districts.zh, summary.districts.en),
        facts=(
            ("截至日期", "As of", record["as_of"]),
            ("规则包", "Rule pack", "；".join(f"{pack.title.zh}　{pack.version}" for pack in packs)),
            ("核查范围", "Scope", " ".join(SCOPES[record["scope"]])),
            ("地块来源", "Parcels of", _sources(list(files), len(record["unread"]))),
            ("量算坐标系", "CRS", record["crs"]),
            ("制表日期", "Printed on", summary.drawn_on.isoformat()),
        ),
        banner=(SUBSTITUTE_ZH, SUBSTITUTE_EN) if summary.substitute else None,
        cautions=tuple((shown(zh, 400), shown(en, 400)) for zh, en in summary.cautions),
        counts=tuple(
            (str(verdict), verdict.zh, OUTCOME_EN[verdict], record["summary"][str(verdict)])
            for verdict in reversed(VERDICTS)
        ),
        layers=tuple(_layer(row, summary.titles[row["layer"]]) for row in record["layers"]),
        rows=tuple(_row(summary, line, with_source=len(files) > 1) for line in summary.lines),
        unread=tuple((file["name"], file["message_zh"], file["message_en"]) for file in record["unread"]),
        left_out=summary.left_out,
        issues=len(record["issues"]),
        drawn_on=summary.drawn_on,
        program=f"landgis {VERSION}",
    )


def _sources(files: list[str], unread: int) -> str:
    if not files and not unread:
        return "地块库 the inventory"
    listed = "、".join(shown(name) for name in files[:3]) + (f" 等 {len(files)} 个文件" if len(files) > 3 else "")
    more = f"；未能读取 {unread} 个 ({unread} not read)" if unread else ""
    return (listed or "—") + more


def _layer(row: dict[str, Any], title: tuple[str, str]) -> SummaryLayer:
    coverage = Coverage(row["coverage"])
    return SummaryLayer(
        title_zh=title[0],
        title_en=title[1],
        release=row["release"] or "—",
        document=row.get("document_no") or "—",
        issued_on=row.get("issued_on") or "—",
        usable_to=usable_to(row) or "—",
        coverage=coverage.zh + ("，推定" if row.get("coverage_basis") == "assumed" else ""),
        sound=coverage is Coverage.COMPLETE,
        substitute=bool(row.get("substitute")),
        evidence=bool(row["evidence"]),
    )


def _row(summary: Summary, line: Line, *, with_source: bool) -> SummaryRow:
    m2, beside, law = line.ellipsoidal_m2, beside_words(line), summary.law_of(line)
    judged_by = f"（规则包 {law.pack_id}）" if len(summary.packs) > 1 else ""
    if not law.pack_id:
        judged_by = f"（{law.title.zh}）"
    return SummaryRow(
        number=shown(line.parcel_id, 200),
        source=shown(line.source, 200) if with_source else "",
        place=shown(line.town + line.village, 80) + judged_by,
        m2="—" if m2 is None else number(m2),
        mu="" if m2 is None else f"{mu(hectares(m2)):,f}",
        outcome=str(line.verdict),
        verdict=(line.verdict.zh, OUTCOME_EN[line.verdict]),
        remark="未入库" if line.absent else "",
        deciding=tuple(_decided(each) for each in line.deciding),
        beside=beside.zh if beside else "",
        cures=tuple((cure.kind.zh if cure.kind else "", shown(cure.words.zh, 300)) for cure in line.cures),
        supplies=tuple(words.zh for words in line.supplies),
    )


def _decided(each: Decided) -> tuple[str, str, str, str]:
    figure, sentence = each.figure.zh if each.figure else "", each.sentence.zh if each.sentence else ""
    return each.title.zh, each.title.en, figure, shown(sentence, 300)
