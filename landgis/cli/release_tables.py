"""Releases on a terminal, in words, and as plain values."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import typer

from landgis.cli.raster_words import content, raster_rows
from landgis.cli.show import echo_json, table
from landgis.domain.district import BEIJING, DISTRICTS
from landgis.domain.layer import BOTH, SUBSTITUTE_ZH

if TYPE_CHECKING:
    from datetime import datetime

    from landgis.db.layers import StoredRelease
    from landgis.domain.issue import Issue

_DISTRICT_ZH = {key: district.name_zh for key, district in DISTRICTS.items()} | {BOTH: "两区"}


def release_list(stored: list[StoredRelease]) -> None:
    """Print releases, three lines each, so that a screen of 80 columns holds them."""
    rows = []
    for row in stored:
        release = row.release
        mark = f"［{SUBSTITUTE_ZH}］" if release.substitute else ""
        paper = (release.document_no or release.no_document_reason or "无文号") + mark
        state = f"{release.status.zh}\n{release.legal_state.zh}\n{_DISTRICT_ZH[release.district]}"
        force = (
            f"{release.in_force_from or '—'}\n至 {release.expires_on or '—'}\n数据 {release.state_of_data_on or '—'}"
        )
        issues = "\n".join(f"{severity.zh} {count}" for severity, count in row.issue_counts.items()) or "—"
        rows.append((f"{release.title_zh}\n{release.key}\n{paper}", state, force, content(release), issues))
    heads = ("图层版本 release", "状态\nstatus", "生效与到期\nin force", "要素\nfeatures", "问题\nissues")
    table(heads, rows, ruled=True)


def show_releases(stored: list[StoredRelease], json: bool) -> None:
    """Print releases as a list, or as JSON."""
    if json:
        echo_json([release_values(row) for row in stored])
    else:
        release_list(stored)


def issue_counts(key: str, issues: Sequence[Issue]) -> None:
    """Print the issues of a release by code, the worst first; nothing where there is none."""
    from landgis.domain.issue import Severity

    if not issues:
        return
    order = list(Severity)
    counted = Counter((order.index(issue.severity), issue.code) for issue in issues)
    first = {issue.code: issue for issue in reversed(issues)}
    rows = [
        (order[rank].zh, count, f"{first[code].message_zh}\n{code}") for (rank, code), count in sorted(counted.items())
    ]
    table(("程度", "条", "问题（每类一例） issue, first of its kind"), rows, title=f"{key} 的问题 issues", ruled=True)
    typer.echo(f"全部见 landgis layer show {key} 与 landgis layer qc {key}。 All of them: the same commands.")


def release_sheet(stored: StoredRelease) -> None:
    """Print everything that is known of one release."""
    release = stored.release
    values: list[tuple[str, object]] = [
        ("名称 title", release.title_zh + (f"（{SUBSTITUTE_ZH}）" if release.substitute else "")),
        ("状态 status", f"{release.status.zh}，{_moment(stored.known_from)} 起，{stored.known_by} {stored.known_why}"),
        ("法律状态 legal state", release.legal_state.zh),
        ("适用区 district", _DISTRICT_ZH[release.district]),
        ("文号 document", release.document_no or f"无：{release.no_document_reason or '未说明'}"),
        ("批准机关 approved by", release.issuing_body),
        ("批准、印发 approved, issued", f"{_or_dash(release.approved_on)}、{_or_dash(release.issued_on)}"),
        ("生效、到期 in force", f"{_or_dash(release.in_force_from)} 至 {_or_dash(release.expires_on)}"),
        ("数据时点 state of data", release.state_of_data_on),
        ("更新周期 update cycle", _cycle(stored)),
        ("精度、比例尺 accuracy", f"{_or_dash(release.accuracy_m)} 米、1:{_or_dash(release.scale_denominator)}"),
        ("密级 secrecy", release.secrecy.zh),
        ("覆盖范围 coverage", f"{stored.coverage.area / 10_000:,.2f} 公顷（{release.coverage_basis.zh}）"),
        *(raster_rows(release.raster) or [("要素 features", release.feature_count)]),
        ("原件 original", f"{release.source_name}\nSHA-256 {release.content_hash}"),
        ("坐标系 CRS", release.transform or release.source_crs),
        ("编码 encoding", release.encoding),
        ("导入时的答复 answers", "\n".join(f"{answer.zh}（{stored.created_by}）" for answer in release.answers)),
        ("署名 credit", release.attribution),
        ("导入 imported", f"{_moment(stored.created_at)} {stored.created_by}"),
        ("发布 published", f"{_moment(stored.published_at)} {stored.published_by or ''}"),
    ]
    table(
        ("项目 item", "值 value"),
        [(name, "—" if value in (None, "") else value) for name, value in values],
        title=release.key,
    )


def release_values(stored: StoredRelease) -> dict[str, Any]:
    """Return a release as JSON-able values: its fields by name, and what the database adds."""
    from dataclasses import asdict

    usable_to = stored.release.usable_to
    return asdict(stored.release) | {
        "issue_counts": {str(severity): count for severity, count in stored.issue_counts.items()},
        "coverage_ha": round(float(stored.coverage.area) / 10_000, 4),
        "usable_to": usable_to,
        "created_by": stored.created_by,
        "created_at": stored.created_at.isoformat(),
        "published_by": stored.published_by,
        "published_at": stored.published_at.isoformat() if stored.published_at else None,
        "known_from": stored.known_from.isoformat(),
        "known_to": stored.known_to.isoformat() if stored.known_to else None,
        "known_by": stored.known_by,
        "known_why": stored.known_why,
    }


def _cycle(stored: StoredRelease) -> str:
    release = stored.release
    if release.cycle_months is None:
        return "无固定周期"
    grace = f"，宽限 {release.grace_months} 个月" if release.grace_months else ""
    return f"{release.cycle_months} 个月{grace}，可用至 {_or_dash(release.usable_to)}"


def _or_dash(value: object) -> object:
    return "—" if value is None else value


def _moment(moment: datetime | None) -> str:
    return "—" if moment is None else f"{moment.astimezone(BEIJING):%Y-%m-%d %H:%M}"
